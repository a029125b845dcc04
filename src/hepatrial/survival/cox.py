"""Proportional-hazards regression (Cox), with strata and with a variance robust to dependent subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtrc

from hepatrial.survival.checks import (
    checked_labels,
    checked_single_cause,
    checked_strata,
    chosen,
    critical_value,
    invalid,
)
from hepatrial.survival.concordance import concordance
from hepatrial.survival.covariates import Standardised, standardised
from hepatrial.survival.hazard_ratios import hazard_ratios
from hepatrial.survival.newton import maximise, refuse_singular
from hepatrial.survival.partial_likelihood import (
    information_of_comparisons,
    moments,
    partial_likelihood,
    risk_sets,
    score_residuals,
)
from hepatrial.survival.times import SurvivalTimes

Ties = Literal["efron", "breslow"]

# A robust error below this share of the model's is 0 but for rounding.
ROUNDING = 1e-10


@dataclass(frozen=True, slots=True)
class CoxFit:
    """A fitted Cox model; arrays have shape (p,) and the order of ``names``.

    Attributes
    ----------
    beta, se, robust_se
        Log hazard ratios, their model-based standard errors, and the sandwich errors where ``cluster`` was
        given (else None). ``lower``, ``upper``, ``z`` and ``p`` use the robust ones where there are any.
    hr, lower, upper
        Hazard ratios and limits at level ``confidence``.
    covariance
        Shape (p, p), of ``beta``: robust where there is a cluster.
    log_likelihood_null, log_likelihood
        Partial log-likelihood at 0 and at ``beta``.
    score_chi2, score_p
        Score test of all covariates (for one binary covariate without ties, the log-rank test).
    concordance, concordance_se
        Harrell's C of the linear predictor.
    iterations
        Newton steps taken.
    """

    names: tuple[str, ...]
    beta: np.ndarray
    se: np.ndarray
    robust_se: np.ndarray | None
    hr: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    z: np.ndarray
    p: np.ndarray
    covariance: np.ndarray
    log_likelihood_null: float
    log_likelihood: float
    score_chi2: float
    score_p: float
    concordance: float
    concordance_se: float
    iterations: int
    n: int
    events: int
    ties: Ties
    confidence: float

    @property
    def likelihood_ratio_chi2(self) -> float:
        """Likelihood-ratio statistic of all covariates, on p degrees of freedom."""
        return 2.0 * (self.log_likelihood - self.log_likelihood_null)


def cox(
    times: SurvivalTimes,
    covariates: np.ndarray,
    names: Sequence[str],
    *,
    strata: Sequence | np.ndarray | None = None,
    cluster: Sequence | np.ndarray | None = None,
    ties: Ties = "efron",
    confidence: float = 0.95,
) -> CoxFit:
    """Fit a proportional-hazards model.

    Parameters
    ----------
    times
        n subjects, event codes 0 and 1.
    covariates, names
        Shape (n, p), or (n,) for one, and the p names; code a treatment 0 control, 1 experimental.
    strata
        Shape (n,) labels; each stratum has a baseline hazard of its own.
    cluster
        Shape (n,) labels of subjects that depend on each other, such as the two counterfactual twins of one
        virtual patient; asks for the sandwich variance.
    ties
        ``"efron"`` or ``"breslow"``.
    confidence
        Level of the limits.

    Raises
    ------
    InvalidInput
        Missing values, no events, a constant or collinear covariate (named), clusters that are too few or alike.
    RunFailed
        A hazard ratio that runs to 0 or infinity because a covariate separates events from non-events
        (named).

    Notes
    -----
    Assumes hazards proportional over time within strata, covariates that act linearly on the log hazard, and
    censoring that is independent given the covariates. Newton-Raphson runs until the last step is below a
    millionth of a standard error, so that results agree with R's ``coxph`` at full convergence to 8 digits
    and more.

    When not to use: where hazards cross (see `check_proportional_hazards`; then report
    `compare_restricted_mean`); with fewer than about 10 events a covariate; for the incidence of one of
    several causes (use `fine_gray`). A hazard ratio that adjusts for covariates is not the marginal one. The
    sandwich needs some 30 clusters or more; where every pair of twins has the same outcome under both arms it says
    exactly 1, limits 1 and p 1.

    References
    ----------
    Cox 1972, 10.1111/j.2517-6161.1972.tb00899.x; Efron 1977, 10.1080/01621459.1977.10480613; Lin & Wei 1989,
    10.1080/01621459.1989.10478874.
    """
    chosen(ties, ("efron", "breslow"), "ties")
    quantile = critical_value(confidence)
    time, event = checked_single_cause(times, need_events=True)
    stratum = checked_strata(strata, len(time))
    scaled = standardised(covariates, names, len(time), stratum)
    sets = risk_sets(time, event, scaled.x, stratum, efron=ties == "efron")
    refuse_singular(information_of_comparisons(sets), scaled.names)
    fit = maximise(partial_likelihood(sets), scaled.x, scaled.names)
    model_covariance = np.linalg.inv(fit.information)
    model_se = np.sqrt(np.diag(model_covariance))
    covariance, robust_se = model_covariance, None
    if cluster is not None:
        labels = checked_labels(cluster, len(time), "cluster")[1]
        covariance = _sandwich(score_residuals(sets, moments(sets, fit.beta)), model_covariance, labels)
        robust_se = _robust_errors(covariance, fit.beta, model_se, clusters=labels.max() + 1)
    beta, se = fit.beta / scaled.scale, model_se / scaled.scale
    used_se = se if robust_se is None else robust_se / scaled.scale
    ranked = concordance(times, (scaled.x * fit.beta).sum(axis=1), strata, cluster)
    return CoxFit(
        names=scaled.names,
        beta=beta,
        se=se,
        robust_se=None if robust_se is None else used_se,
        **hazard_ratios(beta, used_se, quantile)._asdict(),
        covariance=_unscaled(covariance, scaled),
        log_likelihood_null=fit.value_at_zero,
        log_likelihood=fit.value,
        score_chi2=fit.score_chi2,
        score_p=float(chdtrc(len(beta), fit.score_chi2)),
        concordance=ranked.estimate,
        concordance_se=ranked.std_error,
        iterations=fit.iterations,
        n=len(time),
        events=int(event.sum()),
        ties=ties,
        confidence=confidence,
    )


def _sandwich(residuals: np.ndarray, covariance: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """Variance of the estimates from their change when a whole cluster is left out (Lin & Wei)."""
    change = residuals @ covariance
    by_cluster = np.zeros((cluster.max() + 1, change.shape[1]))
    np.add.at(by_cluster, cluster, change)
    return by_cluster.T @ by_cluster


def _robust_errors(
    covariance: np.ndarray, beta: np.ndarray, model_se: np.ndarray, *, clusters: int
) -> np.ndarray:
    """Square roots of the sandwich's diagonal; refuses what too few clusters, or clusters too alike, leave at 0.

    A coefficient of 0 may have the error 0: all pairs of twins then have the same outcome under both arms.
    """
    if clusters <= len(beta):
        raise invalid(
            "cluster: too few clusters for a robust variance",
            f"{clusters} for {len(beta)} covariates",
            "more clusters than covariates; some 30 for limits that hold",
            "cluster by a finer unit, such as the patient, or leave cluster out",
        )
    robust = np.sqrt(np.diag(covariance))
    robust[robust < ROUNDING * model_se] = 0.0
    if ((robust == 0) & (np.abs(beta) > ROUNDING * model_se)).any():
        raise invalid(
            "cluster: nothing varies between clusters",
            "a robust standard error of 0 for a coefficient that is not 0",
            "clusters that differ in what they say of each covariate",
            "cluster by a finer unit, such as the patient, or leave cluster out",
        )
    return robust


def _unscaled(covariance: np.ndarray, scaled: Standardised) -> np.ndarray:
    return covariance / np.outer(scaled.scale, scaled.scale)
