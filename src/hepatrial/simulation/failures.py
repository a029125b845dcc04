"""Failures of a virtual patient: counted codes, each with what to do about it. Never a silent NaN."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hepatrial.simulation.blocks import Followed

FASTEST_RATE_PER_DAY = 5.0
"""A step of one day is stable at any rate; against an independent solver the error of tumour size is below 1e-4 up to
0.3 per day, 5e-4 up to 1 and 5e-3 up to 4. About one patient in 1,000 is faster than 1 per day."""


class Failure(IntEnum):
    """Why a patient could not be simulated."""

    NONE = 0
    NOT_FINITE = 1
    TOO_FAST = 2


REMEDIES = {
    Failure.NOT_FINITE: "A state became infinite or undefined: run with --precision float64; if it stays, an agent's "
    "numbers or a baseline table's spread are too extreme for the model.",
    Failure.TOO_FAST: "The patient's growth and vessel turnover are faster than a step of one day can follow: lower "
    "the spread of the growth rate or the vessel turnover.",
}


def failures_of(followed: Followed) -> np.ndarray:
    """Failure code of each patient over all arms, int8, shape (n,)."""
    person, constants = followed.inputs.person, followed.inputs.constants
    n = len(followed.patients)
    code = np.zeros(n, dtype=np.int8)
    for events, visits in zip(followed.events, followed.visits, strict=True):
        for record in visits:
            code[~np.isfinite(record).all(axis=0)] = Failure.NOT_FINITE
        for days in (events.death, events.progression, events.stop):
            code[~np.isfinite(days)] = Failure.NOT_FINITE
    # Too fast a patient may end in no number: the cause is told, not what came of it.
    fastest = person.growth_per_day[:n] * (1.0 + 1.0 / person.vascular_ratio[:n]) + constants.vessel_turnover
    code[fastest > FASTEST_RATE_PER_DAY] = Failure.TOO_FAST
    return code
