"""Where the record of a validation ships, for pages that quote its numbers."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

RESULT, SHIPPED = "result.json", "record.json"


def ship(folder: Path) -> None:
    """Copy the record of a folder of `hepatrial validate --out` to where the package reads it."""
    target = Path(str(resources.files("hepatrial.validation").joinpath("data", SHIPPED)))
    shutil.copyfile(folder / RESULT, target)
