"""The day on which the data are cut. Day 0 of a trial is the day on which enrolment opens."""

from __future__ import annotations

import numpy as np

from hepatrial.protocol.design import DataCut


def planned_cut_day(plan: DataCut) -> float:
    """Whole day of a cut by time, the last day whose data count; infinite for a plan without a cut."""
    return np.inf if plan.day is None else float(np.floor(plan.day))


def event_cut_day(calendar_day: np.ndarray, events: float, weight: np.ndarray | None = None) -> float:
    """Calendar day of the event that completes ``events``; infinite if fewer happen.

    Parameters
    ----------
    calendar_day
        Shape (n,), day of each patient's event since enrolment opened; infinite without event.
    events
        Number of events, in units of ``weight``.
    weight
        Shape (n,), how much each patient counts; 1 if left out.
    """
    order = np.argsort(calendar_day, kind="stable")
    happened = calendar_day[order]
    count = np.arange(1, len(order) + 1) if weight is None else np.cumsum(weight[order])
    # The tolerance keeps a sum of equal weights from missing a whole number by rounding.
    reached = np.searchsorted(count, events * (1.0 - 1e-12))
    return float(happened[reached]) if reached < len(order) else np.inf
