"""``python -m hepatrial.calibration FOLDER``: make a calibration the one that the package ships."""

from __future__ import annotations

import argparse
from pathlib import Path

from hepatrial.calibration.shipping import ship


def main() -> None:
    """Copy the files of the folder to where the package reads them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what `hepatrial calibrate --out` wrote")
    ship(parser.parse_args().folder)


if __name__ == "__main__":
    main()
