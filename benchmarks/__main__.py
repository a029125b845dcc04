"""``python -m benchmarks [NAME ...]``: one table of ratios against peers measured in the same run."""

from __future__ import annotations

import importlib
import sys

NAMES = ("survival_kernels", "simulation_engine")


def main(chosen: list[str]) -> None:
    """Run the benchmarks named, or all."""
    print(f"{'benchmark':<52}{'ours':>12}{'peer':>12}  {'unit':<22}{'ratio':>8}{'target':>8}")
    for name in chosen or NAMES:
        for row in importlib.import_module(f"benchmarks.{name}").rows():
            verdict = "" if row.ratio >= row.target else "  MISSED"
            print(
                f"{row.name:<52}{row.ours:>12.1f}{row.peer:>12.1f}  {row.unit:<22}{row.ratio:>8.1f}{row.target:>8.1f}{verdict}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
