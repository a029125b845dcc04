"""The one event of an endpoint that a prognostic model is of."""

from __future__ import annotations

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.survival.times import SurvivalTimes
from hepatrial.trialdata import COMPETING_DEATH


def event_times(frame: MarkerFrame) -> SurvivalTimes:
    """Times with event codes 0 and 1.

    Where death competes with the event (TTP, TTUP, TTTP) its own hazard is modelled and death censors; in all other
    endpoints every cause is the event.
    """
    return frame.times.only(1) if frame.endpoint in COMPETING_DEATH else frame.times.any_event()


def competing(frame: MarkerFrame) -> bool:
    """Whether somebody had another event first that leaves the event of interest unseen for ever."""
    return frame.endpoint in COMPETING_DEATH and bool((frame.times.event > 1).any())
