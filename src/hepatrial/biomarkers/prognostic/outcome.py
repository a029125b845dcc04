"""The one event of an endpoint that a prognostic model is of."""

from __future__ import annotations

import numpy as np

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.survival.times import SurvivalTimes
from hepatrial.trialdata import COMPETING_DEATH


def event_times(frame: MarkerFrame) -> SurvivalTimes:
    """Times with event codes 0 and 1.

    Where death competes with the event (TTP, TTUP, TTTP) its own hazard is modelled and death censors; in all other
    endpoints every cause is the event.
    """
    return frame.times.only(1) if frame.endpoint in COMPETING_DEATH else frame.times.any_event()


def event_count(frame: MarkerFrame) -> int:
    """Events that the models are of: where death competes, deaths before the event are none of them."""
    return int(np.asarray(event_times(frame).event).sum())
