"""``python -m hepatrial.validation FOLDER``: make the record of a validation the one that the package ships."""

from __future__ import annotations

import argparse
from pathlib import Path

from hepatrial.validation.shipping import ship


def main() -> None:
    """Copy the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what `hepatrial validate --out` wrote")
    ship(parser.parse_args().folder)


if __name__ == "__main__":
    main()
