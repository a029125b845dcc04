"""One line of the benchmarks' table, and the timing that all share."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A ratio with its target; ``ours`` and ``peer`` are rates in ``unit``."""

    name: str
    ours: float
    peer: float
    unit: str
    target: float

    @property
    def ratio(self) -> float:
        """How many times the peer's rate ours is."""
        return self.ours / self.peer


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Median time of a call after one that warms up."""
    work()
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)
