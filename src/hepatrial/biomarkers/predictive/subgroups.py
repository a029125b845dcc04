"""Effects of treatment in subgroups, with the test of interaction that alone compares them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from hepatrial.biomarkers.predictive.arrays import TwoArms
from hepatrial.biomarkers.predictive.cox_fits import SmallFit, fit_cox
from hepatrial.biomarkers.sorted_subjects import sorted_subjects
from hepatrial.evidence.pooling import holm

LEAST_EVENTS = 5
"""Events of an arm below which a subgroup has no hazard ratio."""


@dataclass(frozen=True, slots=True)
class Subgroup:
    """One level of a factor; ``log_hr`` and ``std_error`` are NaN where it has too few events."""

    label: str
    n: int
    events: int
    log_hr: float
    std_error: float


@dataclass(frozen=True, slots=True)
class SubgroupTest:
    """A factor with its levels; ``p`` tests that all levels share one hazard ratio, ``p_adjusted`` is Holm's.

    There is no p of a level on purpose: one that misses 1 beside one that does not is no difference.
    """

    name: str
    levels: tuple[Subgroup, ...]
    p: float
    p_adjusted: float


def subgroup_tests(
    trial: TwoArms, factors: Sequence[tuple[str, Sequence[str], np.ndarray]]
) -> tuple[SubgroupTest, ...]:
    """Hazard ratios by subgroup.

    Parameters
    ----------
    factors
        Name, labels of the levels, and codes (n,): the level of each subject, -1 where it is not known.

    Notes
    -----
    Each level has a Cox model of its own; the test is the likelihood ratio of all products of arm and level in one
    model with the levels beside them. Holm over the factors that could be tested. Adjusting columns are not used.

    When not to use: to choose a factor or a cut after a look at the data; for a continuous marker, which
    loses power by being cut (`interactions`, `effect_curve`).

    References
    ----------
    Wang et al. 2007, 10.1056/NEJMsr077003; Holm 1979, https://www.jstor.org/stable/4615733.
    """
    found = [_of_factor(trial, name, labels, np.asarray(codes)) for name, labels, codes in factors]
    p = np.array([one.p for one in found])
    tested = np.isfinite(p)
    adjusted = np.full(p.shape, np.nan)
    if tested.any():
        adjusted[tested] = holm(p[tested])
    return tuple(
        SubgroupTest(one.name, one.levels, one.p, float(value))
        for one, value in zip(found, adjusted, strict=True)
    )


def halves(trial: TwoArms, name: str) -> tuple[str, tuple[str, ...], np.ndarray]:
    """A marker as a factor: its two values, or up to and above its median."""
    values = trial.marker(name)
    known = np.isfinite(values)
    different = np.unique(values[known])
    cut = different[0] if len(different) == 2 else np.median(values[known])
    labels = (f"{different[0]:g}", f"{different[1]:g}") if len(different) == 2 else ("up to median", "above")
    return name, labels, np.where(known, (values > cut).astype(np.int64), -1)


def _of_factor(trial: TwoArms, name: str, labels: Sequence[str], codes: np.ndarray) -> SubgroupTest:
    levels = tuple(_of_level(trial, label, codes == code) for code, label in enumerate(labels))
    usable = [code for code, level in enumerate(levels) if np.isfinite(level.log_hr)]
    if len(usable) < 2:
        return SubgroupTest(name, levels, float("nan"), float("nan"))
    rows = np.isin(codes, usable)
    arm = trial.arm[rows].astype(np.float64)[:, None]
    dummies = (codes[rows][:, None] == np.array(usable[1:])).astype(np.float64)
    order = sorted_subjects(trial.times.select(rows))
    full = fit_cox(np.column_stack([arm, dummies, arm * dummies]), order)
    plain = fit_cox(np.column_stack([arm, dummies]), order)
    return SubgroupTest(name, levels, _likelihood_ratio(full, plain, len(usable) - 1), float("nan"))


def _of_level(trial: TwoArms, label: str, rows: np.ndarray) -> Subgroup:
    event = np.asarray(trial.times.event) > 0
    counts = [int((event & rows & (trial.arm == code)).sum()) for code in (0, 1)]
    log_hr, error = float("nan"), float("nan")
    if min(counts) >= LEAST_EVENTS:
        fitted = fit_cox(
            trial.arm[rows].astype(np.float64)[:, None], sorted_subjects(trial.times.select(rows))
        )
        if fitted.settled:
            log_hr, error = float(fitted.beta[0]), float(np.sqrt(fitted.covariance[0, 0]))
    return Subgroup(label, int(rows.sum()), sum(counts), log_hr, error)


def _likelihood_ratio(full: SmallFit, plain: SmallFit, degrees: int) -> float:
    if not (full.settled and plain.settled):
        return float("nan")
    return float(chdtrc(degrees, max(2.0 * (full.log_likelihood - plain.log_likelihood), 0.0)))
