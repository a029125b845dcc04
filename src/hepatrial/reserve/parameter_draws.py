"""What the uncertainty of the model's parameters does to the benefit by liver reserve.

Each draw is one of the posterior (`hepatrial.posterior`): population, agents and the trial's own prognosis and growth
together, as the calibration left them correlated.

The same patients meet every draw, and only the change that a draw makes in them counts: chance adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from hepatrial.analysis import BenefitCurve, benefit_curve, reserve_groups
from hepatrial.disease.parameters import Parameters
from hepatrial.posterior import drawn_parameters, shipped_posterior
from hepatrial.reserve.population import SHIFTS, population_across_reserve
from hepatrial.simulation.blocks import Work
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH

PATIENTS = 1024
"""Virtual patients of each draw."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class DrawnBenefit:
    """The benefit under each draw of the parameters, months.

    Attributes
    ----------
    names
        The parameters that were drawn, each graded *fitted*.
    curves
        Over ALBI, shape (draws, points): the curve of all patients, changed as the draw changes that of fewer patients.
    gains
        By (scale, label) of a group of reserve, shape (draws,): the group's gain, changed likewise.
    """

    names: dict[str, str]
    curves: np.ndarray
    gains: dict[tuple[str, str], np.ndarray]

    @property
    def draws(self) -> int:
        """How many."""
        return len(self.curves)


def drawn_benefit(
    work: Work,
    curve: BenefitCurve,
    gains: dict[tuple[str, str], float],
    draws: int,
    *,
    progress: Progress | None = None,
) -> DrawnBenefit:
    """The benefit under ``draws`` draws of the parameters.

    Parameters
    ----------
    curve, gains
        Of all virtual patients, at the parameters as they stand.
    """
    small = replace(work, block=PATIENTS // len(SHIFTS))

    def read(parameters: Parameters) -> tuple[np.ndarray, dict[tuple[str, str], float]]:
        twins = population_across_reserve(replace(small, parameters=parameters), PATIENTS)
        again = benefit_curve(
            twins,
            curve.arm,
            curve.control,
            curve.window_months,
            albi=curve.albi,
            knots=curve.knots,
            replicates=1,
        )
        return again.estimate, mean_gains(twins, curve.arm, curve.control, curve.window_months)

    before, gained_before = read(work.parameters)
    curves, changes = [], []
    for number, parameters in enumerate(
        drawn_parameters(work.protocol, work.recorded_agents, draws, seed=work.seed)
    ):
        if progress is not None:
            progress("draws of the parameters", number, draws)
        after, gained = read(parameters)
        curves.append(curve.estimate + after - before)
        changes.append({key: gained[key] - gained_before[key] for key in gained if key in gained_before})
    if progress is not None:
        progress("draws of the parameters", draws, draws)
    return DrawnBenefit(
        names=dict.fromkeys(shipped_posterior().names, "fitted") if draws else {},
        curves=np.asarray(curves).reshape(draws, len(curve.albi)),
        gains={
            key: value + np.array([change[key] for change in changes])
            for key, value in gains.items()
            if all(key in change for change in changes)
        },
    )


def mean_gains(
    twins: TrialData, arm: str, control: str, window_months: float
) -> dict[tuple[str, str], float]:
    """Mean months lived within the window, arm minus control, by (scale, label) of a group of reserve."""
    subjects = twins.subjects.with_columns(
        lived=pl.min_horizontal("os_days", pl.lit(window_months * DAYS_PER_MONTH)) / DAYS_PER_MONTH
    )
    lived, name = subjects["lived"].to_numpy(), subjects["arm"].to_numpy()
    return {
        (group.scale, group.label): float(
            lived[group.members & (name == arm)].mean() - lived[group.members & (name == control)].mean()
        )
        for group in reserve_groups(twins)
    }
