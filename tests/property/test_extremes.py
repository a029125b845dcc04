"""Extreme patients and agents stay finite under every bundled protocol, in single precision, which overflows first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.disease.parameters import default_parameters
from hepatrial.protocol.bundled_protocols import protocol_names
from hepatrial.protocol.loading import load
from hepatrial.simulation.blocks import Work, filled_block, follow_patients

PATIENTS = 16
QUICK = "sharp"
"""Each protocol compiles a model of its own, which takes longer than the patients; the others are for the long run."""


def extreme_patients(work):
    """Every combination of a tumour of 1 mm or 1 m in all and the ends of ALBI, four patients each."""
    patients = filled_block(work, np.arange(PATIENTS))
    return replace(
        patients,
        sld_mm=np.tile([1.0, 1000.0], PATIENTS // 2),
        albi=np.repeat([-4.0, 1.0], PATIENTS // 2),
    )


def with_thousandfold_doses(protocol):
    def arm(arm):
        return replace(
            arm,
            regimens=tuple(
                replace(
                    regimen,
                    levels=tuple(replace(level, dose_mg=1000.0 * level.dose_mg) for level in regimen.levels),
                )
                for regimen in arm.regimens
            ),
        )

    return replace(protocol, arms=tuple(arm(one) for one in protocol.arms))


@pytest.mark.parametrize(
    "name",
    [name if name == QUICK else pytest.param(name, marks=pytest.mark.long) for name in protocol_names()],
)
def test_extreme_patients_and_a_thousandfold_exposure_and_potency_stay_finite(name):
    protocol = with_thousandfold_doses(load(name))
    protocol = replace(protocol, horizon_days=min(protocol.horizon_days, 365.0))
    usual = Work(protocol, default_parameters(), 7, "float32", block=PATIENTS)
    potent = {
        f"agent.{agent.name}.effective_potency": 1000.0 * agent.effective_potency.value
        for agent in usual.agents
    }
    work = replace(usual, parameters=usual.parameters.with_drawn(potent))
    found = follow_patients(work, np.arange(PATIENTS), patients=extreme_patients(work))
    for visits, events in zip(found.visits, found.events, strict=True):
        for field, record in (visits._asdict() | events._asdict()).items():
            assert np.isfinite(np.asarray(record, dtype=float)).all(), field
        assert (visits.sld_mm >= 0.0).all()
        assert (visits.vessel_supply >= 0.0).all()
