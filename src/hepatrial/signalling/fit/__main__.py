"""``python -m hepatrial.signalling.fit --data DIR``: fit the strengths and write them to the package's data file.

DIR holds LiverMSB2009/MD-LiverMSB2009.csv (Saez-Rodriguez et al. 2009, 10.1038/msb.2009.87) and, for the check
outside, LiverDREAM/MD-LiverDREAM.csv (DREAM4), both from the Python package cellnopt.data. The tables do not ship with
hepatrial.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from importlib import resources
from pathlib import Path

from hepatrial.errors import HepatrialError
from hepatrial.files.whole_file import write_whole
from hepatrial.signalling.fit.record import SEED, fit_record
from hepatrial.signalling.parameters import FITTED_FILE


def main() -> None:
    """Fit, hold out, check outside, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the MIDAS tables")
    parser.add_argument("--seed", type=int, default=SEED)
    default = Path(str(resources.files("hepatrial.signalling").joinpath("data", FITTED_FILE)))
    parser.add_argument("--out", type=Path, default=default, help="file to write")
    chosen = parser.parse_args()
    try:
        record = fit_record(chosen.data, seed=chosen.seed, report=lambda line: print(line, flush=True))
        write_whole(chosen.out, _text(record))
    except HepatrialError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from error
    except OSError as error:
        print(
            f"error: the result cannot be written\n  where:   {chosen.out}\n  found:   {error}",
            file=sys.stderr,
        )
        raise SystemExit(1) from error


def _text(record: dict) -> str:
    """JSON with a line a key; lists of numbers and names stay on one."""
    text = json.dumps(record, indent=1)
    return re.sub(r"\[[^\[\]{}]*\]", lambda found: " ".join(found[0].split()), text) + "\n"


if __name__ == "__main__":
    main()
