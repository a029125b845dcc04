"""The benefit of an arm as a smooth function of ALBI: months lived within a window, more than under control.

Each subject's pseudo-value of the restricted mean (Andersen 2004, 10.1007/s10985-004-4771-0), n times the estimate less
n - 1 times the estimate without the subject, is regressed on a natural cubic spline of ALBI in each arm; the benefit is
the difference of the two fits. Pseudo-values are taken from the influences of `survival.time_lost`, which they equal
but for terms of order 1/n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.analysis.reserve_groups import albi_of
from hepatrial.errors import InvalidInput, Issue
from hepatrial.survival import time_lost
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH

KNOTS = (0.05, 0.35, 0.65, 0.95)
"""Quantiles of ALBI at which the spline has its knots (Harrell 2015, 10.1007/978-3-319-19425-7, table 2.3)."""
SHOWN = (0.02, 0.98)
"""Quantiles of ALBI between which the curve is shown: beyond them there is next to nothing to see it by."""
GRID = 121
Z_95 = 1.959963984540054
REPLICATES = 1000
LEAST_SUBJECTS = 30
"""Subjects an arm below which no spline is fitted."""


@dataclass(frozen=True, slots=True)
class BenefitCurve:
    """Benefit over ALBI; arrays of shape (points,), months.

    Attributes
    ----------
    albi
        From the best reserve to the worst.
    knots
        Of the spline, shape (4,).
    estimate, lower, upper
        With pointwise 95 % limits: of the patients at hand.
    trial_error
        Standard error that a trial of ``trial_size`` independent patients with this mix of reserve would have.
    replicates
        The curve of bootstrap samples of the patients, shape (replicates, points).
    twins
        Whether the same patients stand in both arms, so that ``estimate`` is the mean of their true gains.
    """

    arm: str
    control: str
    window_months: float
    n: int
    albi: np.ndarray
    knots: np.ndarray
    estimate: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    trial_size: int
    trial_error: np.ndarray
    replicates: np.ndarray
    twins: bool


def benefit_curve(
    trial: TrialData,
    arm: str,
    control: str,
    window_months: float,
    *,
    trial_size: int | None = None,
    replicates: int = REPLICATES,
    seed: int = 1,
    albi: np.ndarray | None = None,
    knots: np.ndarray | None = None,
) -> BenefitCurve:
    """Benefit in restricted mean survival by ALBI.

    Parameters
    ----------
    trial
        A trial or twins; subjects need ``albi``, or albumin with bilirubin.
    trial_size
        Patients of the trial that ``trial_error`` is of, half of them in each arm; those at hand if left out.
    replicates, seed
        Bootstrap samples of patients.
    albi, knots
        Where the curve is wanted and where the spline has its knots; by the data's own quantiles if left out.

    Raises
    ------
    InvalidInput
        No ALBI, fewer than 30 subjects an arm, or subjects who do not differ in ALBI.
    UsageError
        The window is longer than the follow-up.

    Notes
    -----
    Assumes censoring that depends neither on ALBI nor on its companions, such as the end of a trial. Limits are
    pointwise.

    When not to use: where censoring depends on reserve (patients lost because they are ill).
    """
    score = albi_of(trial)
    if score is None:
        raise InvalidInput((_issue("no ALBI", "columns " + ", ".join(trial.subjects.columns)),))
    by_arm = [_of_arm(trial, name, score, window_months) for name in (control, arm)]
    if min(len(values) for _, values, _ in by_arm) < LEAST_SUBJECTS:
        sizes = " and ".join(str(len(values)) for _, values, _ in by_arm)
        raise InvalidInput((_issue("too few subjects with ALBI", f"{sizes} subjects"),))
    everybody = np.concatenate([x for x, _, _ in by_arm])
    knots = np.quantile(everybody, KNOTS) if knots is None else knots
    if np.min(np.diff(knots)) <= 0.0:
        raise InvalidInput((_issue("subjects hardly differ in ALBI", f"knots at {np.round(knots, 2)}"),))
    points = np.linspace(*np.quantile(everybody, SHOWN), GRID) if albi is None else albi
    at = spline_basis(points, knots)
    twins = trial.holds_twins
    fits = _paired(by_arm, knots) if twins else [_Fit.of(x, y, knots) for x, y, _ in by_arm]
    generator = np.random.default_rng(seed)
    if twins:
        estimate, covariance = fits[0].beta, fits[0].covariance
        resampled = fits[0].bootstrap(replicates, generator)
        apart = [_Fit.of(x, y, knots) for x, y, _ in by_arm]
    else:
        estimate, covariance = fits[1].beta - fits[0].beta, fits[0].covariance + fits[1].covariance
        resampled = fits[1].bootstrap(replicates, generator) - fits[0].bootstrap(replicates, generator)
        apart = fits
    size = sum(len(values) for _, values, _ in by_arm) if trial_size is None else trial_size
    planned = sum(fit.covariance * (2.0 * len(fit.y) / size) for fit in apart)
    curve, error = at @ estimate, _errors(at, covariance)
    return BenefitCurve(
        arm=arm,
        control=control,
        window_months=float(window_months),
        n=len(fits[0].y) if twins else sum(len(fit.y) for fit in fits),
        albi=points,
        knots=np.asarray(knots),
        estimate=curve,
        lower=curve - Z_95 * error,
        upper=curve + Z_95 * error,
        trial_size=int(size),
        trial_error=_errors(at, planned),
        replicates=resampled @ at.T,
        twins=twins,
    )


def spline_basis(x: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Natural cubic spline, linear beyond the outer knots: columns 1, x, and one for each inner knot."""
    first, *inner, last = knots
    scale = (last - first) ** 2

    def cube(at: float) -> np.ndarray:
        return np.maximum(x - at, 0.0) ** 3

    before = knots[-2]
    columns = [np.ones_like(x), x]
    for knot in (first, *inner[:-1]):
        columns.append(
            (
                cube(knot)
                - cube(before) * (last - knot) / (last - before)
                + cube(last) * (before - knot) / (last - before)
            )
            / scale
        )
    return np.column_stack(columns)


@dataclass(frozen=True, slots=True)
class _Fit:
    """Least squares with the variance that holds where spreads differ (White 1980, 10.2307/1912934)."""

    basis: np.ndarray  # (n, p)
    y: np.ndarray
    beta: np.ndarray
    covariance: np.ndarray

    @staticmethod
    def of(x: np.ndarray, y: np.ndarray, knots: np.ndarray) -> _Fit:
        basis = spline_basis(x, knots)
        inverse = np.linalg.inv(basis.T @ basis)
        beta = inverse @ (basis.T @ y)
        pulled = basis * (y - basis @ beta)[:, None]
        return _Fit(basis, y, beta, inverse @ (pulled.T @ pulled) @ inverse)

    def bootstrap(self, replicates: int, generator: np.random.Generator) -> np.ndarray:
        """Coefficients of samples of the subjects, shape (replicates, p)."""
        n, p = self.basis.shape
        counts = generator.multinomial(n, np.full(n, 1.0 / n), size=replicates).astype(np.float64)
        squares = (self.basis[:, :, None] * self.basis[:, None, :]).reshape(n, p * p)
        left = (counts @ squares).reshape(replicates, p, p)
        right = counts @ (self.basis * self.y[:, None])
        return np.linalg.solve(left, right[..., None])[..., 0]


def _of_arm(
    trial: TrialData, arm: str, albi: np.ndarray, window_months: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ALBI, pseudo-values of the time lived (months) and patients of an arm; subjects without ALBI are left out."""
    rows = (trial.subjects["arm"] == arm).to_numpy()
    found = time_lost(trial.times("OS", arm), window_months * DAYS_PER_MONTH)
    lived = (found.lived - len(found.influence) * found.influence.sum(axis=1)) / DAYS_PER_MONTH
    score = albi[rows]
    who = trial.subjects.filter(pl.Series(rows))
    patient = who["patient" if "patient" in who.columns else "subject"].to_numpy()
    known = np.isfinite(score)
    return score[known], lived[known], patient[known]


def _paired(by_arm: list[tuple[np.ndarray, np.ndarray, np.ndarray]], knots: np.ndarray) -> list[_Fit]:
    """One fit of the differences between twins."""
    (x, control, before), (_, treated, after) = by_arm
    order, other = np.argsort(before), np.argsort(after)
    return [_Fit.of(x[order], treated[other] - control[order], knots)]


def _errors(at: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", at, covariance, at), 0.0))


def _issue(what: str, found: str) -> Issue:
    return Issue(
        rule="benefit-by-albi",
        what=f"benefit by ALBI: {what}",
        found=found,
        allowed=f"{LEAST_SUBJECTS} subjects or more an arm, with albi or with albumin_g_l and bilirubin_umol_l",
        fix="add the columns to `subjects`, or ask for groups of reserve (`benefit_by_reserve`)",
    )
