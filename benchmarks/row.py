"""One line of the benchmarks' table, and the timing that all share."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A ratio with its target.

    Attributes
    ----------
    ours, peer
        Rates in ``unit``.
    target
        Least ratio; None for a line that only informs.
    note
        What a reader has to know of the comparison.
    """

    name: str
    ours: float
    peer: float
    unit: str
    target: float | None
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the peer's rate ours is."""
        return self.ours / self.peer

    @property
    def missed(self) -> bool:
        """Whether the ratio is below its target."""
        return self.target is not None and self.ratio < self.target

    def __str__(self) -> str:
        target = f"{self.target:8.1f}" if self.target is not None else f"{'-':>8}"
        line = f"{self.name:<66}{self.ours:>12,.1f}{self.peer:>12,.1f}  {self.unit:<20}{self.ratio:>9.1f}{target}"
        line += "  MISSED" if self.missed else ""
        return f"{line}\n    {self.note}" if self.note else line


HEADER = f"{'benchmark':<66}{'ours':>12}{'peer':>12}  {'unit':<20}{'ratio':>9}{'target':>8}"


def seconds(
    work: Callable[[], object], repeats: int = 3, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Least time of a call after one that warms up; ``time.process_time`` as clock for core-seconds.

    The least, not the median: whatever else a shared machine does only adds.
    """
    work()
    found = []
    for _ in range(repeats):
        start = clock()
        work()
        found.append(clock() - start)
    return min(found)
