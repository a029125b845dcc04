"""``python -m benchmarks [NAME ...]``: one table of ratios against peers measured in the same run."""

from __future__ import annotations

import importlib
import sys

from benchmarks.row import HEADER

NAMES = ("survival_kernels", "simulation_engine", "scaling")


def main(chosen: list[str]) -> int:
    """Run the benchmarks named, or all; the exit code counts the targets that were missed."""
    unknown = [name for name in chosen if name not in NAMES]
    if unknown:
        print(f"unknown benchmark {unknown[0]}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    print(HEADER)
    missed = 0
    for name in chosen or NAMES:
        for row in importlib.import_module(f"benchmarks.{name}").rows():
            print(row, flush=True)
            missed += row.missed
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
