"""Overlapping windows of subjects in the order of a marker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.survival.checks import invalid, misuse

WINDOW_SHARE, SHIFT_SHARE = 1 / 3, 1 / 12
LEAST_IN_WINDOW = 20
LEAST_WINDOWS = 3


@dataclass(frozen=True, slots=True)
class Windows:
    """Window k is the subjects at places ``starts[k]`` to ``ends[k]`` - 1.

    ``place`` (n,) is the place of each subject by the marker, ``order`` (n,) the subject at each place, and
    ``sorted_values`` (n,) the marker by place.
    """

    place: np.ndarray
    order: np.ndarray
    sorted_values: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def members(self, k: int) -> np.ndarray:
        """The subjects of a window."""
        return self.order[self.starts[k] : self.ends[k]]

    def values(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Lowest, median and highest value of each window, each of shape (k,)."""
        medians = [np.median(self.sorted_values[a:b]) for a, b in zip(self.starts, self.ends, strict=True)]
        return self.sorted_values[self.starts], np.array(medians), self.sorted_values[self.ends - 1]


def windows_of(values: np.ndarray, *, window: int | None = None, shift: int | None = None) -> Windows:
    """Windows over the values (n,), widened so that equal values stand in the same windows."""
    n = len(values)
    window = max(LEAST_IN_WINDOW, round(n * WINDOW_SHARE)) if window is None else window
    shift = max(1, round(n * SHIFT_SHARE)) if shift is None else shift
    if not (0 < shift <= window < n):
        raise misuse(
            "window, shift: no windows that overlap",
            f"windows of {window}, shifted by {shift}, of {n} subjects",
            f"shift from 1 to window, window below {n}",
            "leave both out, or take a third and a twelfth of the subjects",
        )
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    found: list[tuple[int, int]] = []
    begin = 0
    while True:
        final = begin + window + shift > n
        end = n if final else begin + window
        first = int(np.searchsorted(ranked, ranked[begin], "left"))
        last = int(np.searchsorted(ranked, ranked[end - 1], "right"))
        if (first, last) not in found and last - first < n:
            found.append((first, last))
        if final:
            break
        begin += shift
    if len(found) < LEAST_WINDOWS:
        raise invalid(
            "marker: too few different values for windows",
            f"{len(np.unique(values))} values among {n} subjects",
            "values that part into three windows or more",
            "compare groups of the marker instead",
        )
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    starts, ends = np.array(found, dtype=np.int64).T
    return Windows(place, order, ranked, np.ascontiguousarray(starts), np.ascontiguousarray(ends))
