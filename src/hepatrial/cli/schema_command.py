"""``hepatrial schema``: the JSON Schema of protocol files."""

from __future__ import annotations


def schema() -> None:
    """Print the JSON Schema of protocol files, so that an editor can complete and check while you write."""
    from hepatrial.cli.printing import print_json
    from hepatrial.protocol.json_schema import protocol_json_schema

    print_json(protocol_json_schema())
