"""Subjects in the order in which the compiled kernels read them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.survival.times import SurvivalTimes


@dataclass(frozen=True, slots=True)
class SortedRows:
    """Subjects by stratum, then falling time.

    Attributes
    ----------
    order
        Shape (n,): the subject in each row.
    event, last_of_time, first_of_stratum
        Shape (n,), bool: the row is an event; the last of its time; the first of its stratum.
    """

    order: np.ndarray
    event: np.ndarray
    last_of_time: np.ndarray
    first_of_stratum: np.ndarray


def sorted_rows(times: SurvivalTimes, strata: np.ndarray | None = None) -> SortedRows:
    """Sort once for all markers; ``strata`` (n,) are labels, each with a baseline hazard of its own."""
    time = np.asarray(times.time_days, dtype=np.float64)
    stratum = np.zeros(len(time), np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    order = np.lexsort((-time, stratum))
    new_stratum = np.concatenate([[True], np.diff(stratum[order]) != 0])
    new_time = new_stratum | np.concatenate([[True], np.diff(time[order]) != 0])
    return SortedRows(order, np.asarray(times.event)[order] > 0, np.append(new_time[1:], True), new_stratum)
