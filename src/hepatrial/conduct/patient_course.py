"""One virtual patient's course under one arm, day by day: the state itself, not what visits show of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hepatrial.conduct.laboratory import marker_baseline_pg_ml
from hepatrial.simulation.blocks import Followed, Work, follow_patients
from hepatrial.simulation.course import NEVER, Visit

SMALL_BLOCK = 64
"""One patient does not need a whole block; results don't depend on its size."""
NOT_DAYS = ("progression_by_new_lesion", "stop_for_adverse_event")


@dataclass(frozen=True, slots=True)
class Course:
    """One virtual patient's course under one arm, day by day; arrays of shape (days,)."""

    day: np.ndarray
    sld_mm: np.ndarray
    viable_sld_mm: np.ndarray
    resistant_share: np.ndarray
    vessel_supply: np.ndarray
    afp_ng_ml: np.ndarray
    vegf_pg_ml: np.ndarray
    svegfr2_pg_ml: np.ndarray
    albi: np.ndarray
    mg_per_day: np.ndarray
    concentration_mg_l: np.ndarray
    cumulative_hazard: np.ndarray
    events: dict[str, float]


def courses_of(work: Work, patient: int) -> dict[str, Course]:
    """The daily course of one virtual patient under every arm: the twins."""
    followed = follow_patients(replace(work, block=SMALL_BLOCK), np.array([patient]), daily=True)
    return {arm.name: _course(followed, number, work) for number, arm in enumerate(work.protocol.arms)}


def _course(followed: Followed, arm: int, work: Work) -> Course:
    visits, events, patients = followed.visits[arm], followed.events[arm], followed.patients
    # Days run inside visits: (visits, days, n) becomes (days, n).
    records = Visit(*(np.asarray(record).reshape(-1, record.shape[-1])[:, 0] for record in visits))

    def level(name: str) -> float:
        return float(marker_baseline_pg_ml(name, patients.patient, work.parameters, work.streams)[0])

    days = {
        name: float(value[0])
        for name, value in events._asdict().items()
        if np.ndim(value) == 1 and name not in NOT_DAYS and value[0] < NEVER
    }
    return Course(
        day=np.arange(1.0, len(records.sld_mm) + 1.0),
        sld_mm=records.sld_mm,
        viable_sld_mm=records.viable_sld_mm,
        resistant_share=records.resistant_share,
        vessel_supply=records.vessel_supply,
        afp_ng_ml=records.afp * patients.afp_ng_ml[0],
        vegf_pg_ml=records.vegf * level("vegf"),
        svegfr2_pg_ml=records.svegfr2 * level("svegfr2"),
        albi=records.albi_change + patients.albi[0],
        mg_per_day=records.mg_per_day,
        concentration_mg_l=records.concentration_mg_l,
        cumulative_hazard=records.cumulative_hazard,
        events=days,
    )
