"""Subjects in the order in which risk sets are running sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.survival.times import SurvivalTimes


@dataclass(frozen=True, slots=True)
class SortedSubjects:
    """Subjects by stratum, then falling time.

    ``order`` (n,) is the subject in each row; ``event``, ``last_of_time`` and ``first_of_stratum`` (n,) bool say
    whether the row is an event, the last of its time, and the first of its stratum.
    """

    order: np.ndarray
    event: np.ndarray
    last_of_time: np.ndarray
    first_of_stratum: np.ndarray


def sorted_subjects(times: SurvivalTimes, stratum: np.ndarray | None = None) -> SortedSubjects:
    """Sort subjects, any code above 0 being the event; ``stratum`` (n,) holds labels with a baseline hazard each."""
    time = np.asarray(times.time_days, dtype=np.float64)
    label = np.zeros(len(time), np.int64) if stratum is None else np.unique(stratum, return_inverse=True)[1]
    order = np.lexsort((-time, label))
    first = np.concatenate([[True], np.diff(label[order]) != 0])
    new_time = first | np.concatenate([[True], np.diff(time[order]) != 0])
    return SortedSubjects(order, np.asarray(times.event)[order] > 0, np.append(new_time[1:], True), first)
