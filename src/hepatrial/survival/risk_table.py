"""Who is at risk and who has the event, at each distinct time, by stratum and group: exact integer counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class RiskTable:
    """Counts at each distinct time of each stratum, in order of stratum and time.

    Attributes
    ----------
    time_days, stratum
        Shape (m,).
    at_risk, events, leaving
        Shape (m, groups): subjects with a time at or after this one, events at it, and all who leave at it
        (events and censored). A subject censored at a time of an event counts as at risk for that event.
    """

    time_days: np.ndarray
    stratum: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    leaving: np.ndarray

    def with_events(self) -> RiskTable:
        """Only the rows with an event."""
        keep = self.events.sum(axis=1) > 0
        return RiskTable(*(getattr(self, name)[keep] for name in self.__slots__))


def risk_table(
    time: np.ndarray, event: np.ndarray, group: np.ndarray, groups: int, stratum: np.ndarray
) -> RiskTable:
    """Count the subjects at risk and the events.

    Parameters
    ----------
    time, event, group, stratum
        Shape (n,): days; True for an event; group codes 0 .. ``groups`` - 1; stratum codes.
    """
    order = np.lexsort((time, stratum))
    time, stratum = time[order], stratum[order]
    starts = np.ones(len(time), dtype=bool)
    starts[1:] = (np.diff(time) != 0) | (np.diff(stratum) != 0)
    row = np.cumsum(starts) - 1
    rows = int(row[-1]) + 1
    cell = row * groups + group[order]
    leaving = np.bincount(cell, minlength=rows * groups).reshape(rows, groups)
    events = np.bincount(cell[event[order].astype(bool)], minlength=rows * groups).reshape(rows, groups)
    row_stratum = stratum[starts]
    not_before = leaving[::-1].cumsum(axis=0)[::-1]
    beyond = np.vstack([not_before, np.zeros((1, groups), dtype=not_before.dtype)])
    next_stratum = np.searchsorted(row_stratum, row_stratum, side="right")
    return RiskTable(time[starts], row_stratum, not_before - beyond[next_stratum], events, leaving)
