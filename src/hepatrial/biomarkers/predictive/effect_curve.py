"""The effect of treatment as a curve over a continuous marker, on both scales, with simultaneous bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from hepatrial.biomarkers.predictive.absolute import robust_least_squares
from hepatrial.biomarkers.predictive.arrays import TwoArms
from hepatrial.biomarkers.predictive.cox_fits import fit_cox
from hepatrial.biomarkers.predictive.curve_basis import CurveBasis, StraightLine, natural_spline
from hepatrial.biomarkers.predictive.pseudo_values import Measure, pseudo_values_by_arm
from hepatrial.biomarkers.predictive.simultaneous import critical_value_of
from hepatrial.biomarkers.sorted_subjects import sorted_subjects
from hepatrial.errors import Issue, RunFailed
from hepatrial.survival.checks import critical_value

POINTS = 41
SHOWN = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Band:
    """An estimate over the marker with two bands; arrays of shape (g,).

    ``lower`` and ``upper`` hold at each point by itself; ``band_lower`` and ``band_upper`` hold the whole curve at
    once, ``critical`` standard errors to each side.
    """

    estimate: np.ndarray
    std_error: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    band_lower: np.ndarray
    band_upper: np.ndarray
    critical: float


@dataclass(frozen=True, slots=True)
class EffectCurve:
    """Effect of treatment over a marker.

    Attributes
    ----------
    x
        Shape (g,): values of the marker, within its middle 95 %.
    log_hr
        Log hazard ratio, treated against control.
    benefit
        Treated minus control in ``measure``: days lived within ``at_days``, or survival at it.
    p_interaction, degrees
        Likelihood-ratio test of all products of arm and marker.
    p_nonlinear
        That the interaction is more than a straight line on the log hazard; None where the form is one.
    p_benefit
        Wald test that the benefit is the same at every value.
    form
        The form in words.
    values
        Shape (n,), the marker of the subjects in the fit.
    """

    name: str
    arms: tuple[str, str]
    x: np.ndarray
    log_hr: Band
    benefit: Band
    measure: Measure
    at_days: float
    p_interaction: float
    degrees: int
    p_nonlinear: float | None
    p_benefit: float
    form: str
    values: np.ndarray
    events: int
    confidence: float


def effect_curve(
    trial: TwoArms,
    name: str,
    at_days: float,
    *,
    form: CurveBasis | None = None,
    measure: Measure = "rmst",
    x: np.ndarray | None = None,
    strata: np.ndarray | None = None,
    confidence: float = 0.95,
    seed: int = 1,
) -> EffectCurve:
    """Estimate the curve of one marker.

    Parameters
    ----------
    trial, name
        Two arms, and one of its markers; subjects without it or without an adjusting column are left out.
    at_days
        Window, or time, of the absolute scale.
    form
        Form of the curve in each arm; a natural spline of 3 knots if left out (2 degrees of freedom).
    x
        Points (g,) of the curve; 41 over the middle 95 % of the marker if left out.
    strata
        Shape (n,) labels of strata of the whole trial, for the hazard ratio.

    Raises
    ------
    InvalidInput
        A marker of too few values for the form.
    RunFailed
        A hazard ratio that runs to infinity.

    Notes
    -----
    The same form stands for the marker in each arm, so that a bent prognostic effect isn't taken for an interaction.
    The simultaneous band is exact for a normal estimator: the quantile of the greatest standardised deviation over
    the points, by draws from the estimator's own covariance. The absolute curve is a regression on pseudo-values with
    HC3 variance; see `pseudo_values` for what that assumes of censoring.

    When not to use: with fewer than about 10 events for each coefficient; at values few subjects have; where the
    form was chosen because of the curve it gave.

    References
    ----------
    Royston & Sauerbrei 2004, 10.1002/sim.1815; Andersen & Pohar Perme 2010, 10.1177/0962280209105020.
    """
    complete = np.isfinite(trial.marker(name)) & np.isfinite(trial.adjust).all(axis=1)
    known = trial.known(name)
    values = known.markers[:, 0]
    basis = natural_spline(values) if form is None else form
    points = (
        np.linspace(*np.quantile(values, SHOWN), POINTS) if x is None else np.asarray(x, dtype=np.float64)
    )
    columns = basis.columns(values)
    centre, size = columns.mean(axis=0), columns.std(axis=0)
    columns = (columns - centre) / size
    at = np.column_stack([np.ones(len(points)), (basis.columns(points) - centre) / size])
    rows = sorted_subjects(known.times, None if strata is None else np.asarray(strata)[complete])
    arm = known.arm.astype(np.float64)[:, None]
    main = np.column_stack([arm, columns, known.adjust])
    q = columns.shape[1]
    full = fit_cox(np.column_stack([main, arm * columns]), rows)
    plain = fit_cox(main, rows)
    if not (full.settled and plain.settled):
        raise _no_maximum(name, int(rows.event.sum()), basis.words)
    effect = [0, *range(main.shape[1], main.shape[1] + q)]
    y = pseudo_values_by_arm(known.times, known.arm, at_days, measure)
    others = known.adjust - known.adjust.mean(axis=0)
    beta, covariance = robust_least_squares(
        np.column_stack([np.ones(known.n), columns, others, arm, arm * columns]), y
    )
    gain = slice(len(beta) - q - 1, len(beta))
    p_nonlinear = None
    if not isinstance(basis, StraightLine) and q > 1:
        line = fit_cox(np.column_stack([main, arm[:, 0] * (values - values.mean())]), rows)
        p_nonlinear = _likelihood_ratio(full.log_likelihood, line.log_likelihood, q - 1)
    return EffectCurve(
        name=name,
        arms=known.arms,
        x=points,
        log_hr=_band(at, full.beta[effect], full.covariance[np.ix_(effect, effect)], confidence, seed),
        benefit=_band(at, beta[gain], covariance[gain, gain], confidence, seed),
        measure=measure,
        at_days=float(at_days),
        p_interaction=_likelihood_ratio(full.log_likelihood, plain.log_likelihood, q),
        degrees=q,
        p_nonlinear=p_nonlinear,
        p_benefit=_wald(beta[gain][1:], covariance[gain, gain][1:, 1:]),
        form=basis.words,
        values=values,
        events=int(rows.event.sum()),
        confidence=confidence,
    )


def _band(at: np.ndarray, beta: np.ndarray, covariance: np.ndarray, confidence: float, seed: int) -> Band:
    estimate = at @ beta
    spread = at @ covariance @ at.T
    error = np.sqrt(np.diag(spread))
    critical = critical_value_of(spread, confidence, seed)
    one = critical_value(confidence) * error
    return Band(
        estimate, error, estimate - one, estimate + one,
        estimate - critical * error, estimate + critical * error, critical,
    )  # fmt: skip


def _likelihood_ratio(full: float, part: float, degrees: int) -> float:
    return float(chdtrc(degrees, max(2.0 * (full - part), 0.0)))


def _wald(beta: np.ndarray, covariance: np.ndarray) -> float:
    return float(chdtrc(len(beta), beta @ np.linalg.solve(covariance, beta)))


def _no_maximum(name: str, events: int, form: str) -> RunFailed:
    return RunFailed(
        str(
            Issue(
                what=f"marker {name}: no curve of the hazard ratio can be fitted",
                found=f"{events} events, {form}: a coefficient runs to infinity or repeats another",
                allowed="events in both arms over the whole range of the marker",
                fix="take a straight line or fewer knots, or leave out an adjusting column",
            )
        )
    )
