"""The day on which the data are cut. Day 0 of a trial is the day on which enrolment opens."""

from __future__ import annotations

import numpy as np

from hepatrial.conduct.endpoints import observe
from hepatrial.protocol.design import DataCut, Protocol
from hepatrial.simulation.outcomes import Outcomes


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


def twin_cut_day(protocol: Protocol, by_arm: list[Outcomes], entry: np.ndarray, limit: np.ndarray) -> float:
    """The day on which the expected share of events of the protocol's trial is reached among twins.

    Parameters
    ----------
    by_arm
        Outcomes of the same patients under each arm, in the protocol's order.
    entry
        Shape (n,), day on which each patient enters.
    limit
        Shape (n,), days since entry until which each patient can be followed.
    """
    plan = protocol.data_cut
    if plan.events is None:
        return planned_cut_day(plan)
    ratio = np.asarray(protocol.randomisation.ratio, dtype=np.float64)
    calendar, weight = [], []
    for share, outcomes in zip(ratio / ratio.sum(), by_arm, strict=True):
        seen = observe(outcomes, limit, protocol.visits.scan_interval_days)
        days, happened = seen.times(plan.endpoint or "OS")
        calendar.append(np.where(happened, entry + days, np.inf))
        weight.append(np.full(len(entry), share / len(entry)))
    day = event_cut_day(np.concatenate(calendar), plan.events / protocol.size, np.concatenate(weight))
    return min(day, float(entry.max() + np.floor(protocol.horizon_days)))
