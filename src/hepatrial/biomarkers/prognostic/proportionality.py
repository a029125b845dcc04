"""Whether a marker's hazard ratio holds over follow-up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.prognostic.outcome import event_times
from hepatrial.survival.proportional_hazards import check_proportional_hazards


@dataclass(frozen=True, slots=True)
class Proportionality:
    """Tests that the effect does not change with time: of the marker, and of the whole model.

    ``trend`` is the correlation of the scaled Schoenfeld residuals with time: above 0 the log hazard ratio grows.
    """

    name: str
    p: float
    global_p: float
    trend: float


def proportionality(frame: MarkerFrame, name: str) -> Proportionality:
    """Test one marker beside the covariates; raises as `hepatrial.survival.check_proportional_hazards`."""
    columns = np.column_stack([frame.markers[:, frame.marker_names.index(name)], frame.adjust])
    rows = np.isfinite(columns).all(axis=1)
    strata = None if frame.arm is None else frame.arm[rows]
    names = [name, *frame.adjust_names]
    found = check_proportional_hazards(event_times(frame).select(rows), columns[rows], names, strata=strata)
    trend = np.corrcoef(found.scaled_time, found.residuals[:, 0])[0, 1]
    return Proportionality(name, float(found.p[0]), found.global_p, float(trend))
