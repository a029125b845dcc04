"""``hepatrial schema``: the JSON Schema of protocol files."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of protocol files, so that an editor can complete and check while you write."""
    import json

    from hepatrial.protocol.json_schema import protocol_json_schema

    typer.echo(json.dumps(protocol_json_schema(), indent=2, ensure_ascii=False))
