"""``hepatrial reproduce``: run a run folder again and compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def reproduce(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of an earlier run.")],
) -> None:
    """Run an earlier run again, with its protocol, seed and sizes, and say whether every number is the same."""
    from hepatrial.report import reproduce as report_reproduce

    report_reproduce.reproduce(folder)
