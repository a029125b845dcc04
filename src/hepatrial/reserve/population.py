"""Virtual patients across liver reserve: a protocol's own patients, with liver function moved along one axis.

A trial's patients differ little in reserve. All that makes up the Child-Pugh score is moved towards the worse by 0 to 3
standard deviations (`patients.matching_rules.LiverFunction`), as many patients at each step; whatever else the baseline
table says of them stays, and so does eligibility but for liver function. They are followed to the horizon: nobody is
lost, no data are cut.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl

from hepatrial.conduct.twins import population_of_twins
from hepatrial.errors import RunFailed
from hepatrial.patients.matching_rules import LIVER_NUMBERS, LIVER_SIGNS, LiverFunction
from hepatrial.protocol.design import DataCut, Eligibility, Protocol
from hepatrial.simulation.blocks import Simulated, Work, join, simulate_block
from hepatrial.simulation.failures import Failure
from hepatrial.trialdata import TrialData

SHIFTS = (0.0, 1.0, 2.0, 3.0)
LIVER_COVARIATES = {
    "child_pugh_score",
    "child_pugh_class",
    "albi",
    "albi_grade",
    *LIVER_NUMBERS,
    *LIVER_SIGNS,
}
Progress = Callable[[str, int, int], None]


def population_across_reserve(
    work: Work, patients: int, *, progress: Progress | None = None, title: str = "simulating patients"
) -> TrialData:
    """``patients`` virtual patients, a quarter at each shift of liver function, under every arm (twins).

    Raises
    ------
    RunFailed
        No patient could be simulated.
    """
    each = -(-patients // len(SHIFTS))
    parts = []
    for step, shift in enumerate(SHIFTS):
        if progress is not None:
            progress(title, step * each, patients)
        shifted = replace(work, protocol=with_reserve(work.protocol, shift))
        numbers = np.arange(step * each, min((step + 1) * each, patients))
        parts.append(_twins(shifted, _simulated(shifted, numbers)))
    if progress is not None:
        progress(title, patients, patients)
    return replace(
        parts[0],
        name=f"{work.protocol.name}, virtual patients across liver reserve",
        subjects=pl.concat([part.subjects for part in parts]),
        best=pl.DataFrame(),
    )


def with_reserve(protocol: Protocol, shift: float) -> Protocol:
    """The protocol with liver function worse by ``shift`` standard deviations, no limit on it, and no end of data."""
    table = protocol.baseline
    if shift > 0.0:
        table = LiverFunction("liver reserve").numbers(table, shift)
    limits = protocol.eligibility
    return replace(
        protocol,
        baseline=table,
        eligibility=Eligibility(
            ranges={k: v for k, v in limits.ranges.items() if k not in LIVER_COVARIATES},
            levels={k: v for k, v in limits.levels.items() if k not in LIVER_COVARIATES},
        ),
        accrual=replace(protocol.accrual, drop_out_per_month=0.0),
        data_cut=DataCut(endpoint=None, events=None, day=None),
    )


def _simulated(work: Work, numbers: np.ndarray) -> Simulated:
    return join(
        [simulate_block(work, numbers[at : at + work.block]) for at in range(0, len(numbers), work.block)]
    )


def _twins(work: Work, simulated: Simulated) -> TrialData:
    good = np.flatnonzero(simulated.failure == Failure.NONE)
    if good.size == 0:
        raise RunFailed(
            "no virtual patient could be simulated\n  fix:     run the protocol (`hepatrial run`) to see why"
        )
    best = [
        {criteria: type(found)(*(values[good] for values in found)) for criteria, found in by_arm.items()}
        for by_arm in simulated.best
    ]
    outcomes = [found.take(good) for found in simulated.outcomes]
    return population_of_twins(work, simulated.patients.select(good), outcomes, best)
