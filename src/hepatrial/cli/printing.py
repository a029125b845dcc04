"""What goes to stdout: data only."""

from __future__ import annotations

import json
import sys
from typing import Any

import typer


def print_json(content: Any) -> None:
    """Print JSON; letters beyond ASCII are escaped where stdout cannot hold them. NaN is an error."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    typer.echo(json.dumps(content, indent=2, ensure_ascii=encoding != "utf8", allow_nan=False))
