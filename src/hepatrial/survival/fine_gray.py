"""Regression of the subdistribution hazard (Fine and Gray): covariates and the incidence of one cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.survival.checks import checked_cause, checked_times, critical_value
from hepatrial.survival.covariates import standardised
from hepatrial.survival.hazard_ratios import hazard_ratios
from hepatrial.survival.newton import maximise
from hepatrial.survival.risk_moments import RiskMoments, moments_from_sums, summands
from hepatrial.survival.times import SurvivalTimes


@dataclass(frozen=True, slots=True)
class FineGrayFit:
    """A fitted Fine-Gray model; arrays have shape (p,) and the order of ``names``.

    ``beta`` log subdistribution hazard ratios, ``se`` their robust standard errors, ``hr`` with ``lower`` and
    ``upper`` at level ``confidence``, ``covariance`` (p, p), pseudo log-likelihoods at 0 and at ``beta``.
    """

    names: tuple[str, ...]
    cause: int
    beta: np.ndarray
    se: np.ndarray
    hr: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    z: np.ndarray
    p: np.ndarray
    covariance: np.ndarray
    log_likelihood_null: float
    log_likelihood: float
    iterations: int
    n: int
    events: int
    confidence: float


@dataclass(frozen=True, slots=True)
class _Subjects:
    """Subjects by rising time, and the distinct times of the cause of interest.

    ``censoring`` (n,) is the Kaplan-Meier estimate of staying uncensored just before each subject's time;
    ``tied_start`` (n,) is the first subject with the same time; ``at`` (m,) the first subject at each event
    time, ``deaths`` (m,) the events there.
    """

    x: np.ndarray
    interest: np.ndarray
    competing: np.ndarray
    censored: np.ndarray
    censoring: np.ndarray
    tied_start: np.ndarray
    at: np.ndarray
    deaths: np.ndarray


def fine_gray(
    times: SurvivalTimes,
    covariates: np.ndarray,
    names: Sequence[str],
    *,
    cause: int = 1,
    confidence: float = 0.95,
) -> FineGrayFit:
    """Fit the proportional subdistribution hazards model.

    Parameters
    ----------
    times
        n subjects, event codes 0 (censored) and 1 .. k.
    covariates, names
        Shape (n, p), or (n,) for one, and the p names.
    cause
        Event code of the cause of interest.

    Raises
    ------
    InvalidInput, RunFailed
        As for `cox`.

    Notes
    -----
    Subjects with a competing event stay in the risk set with the weight G(t) / G(their time), G the
    Kaplan-Meier estimate of censoring. Assumes censoring independent of covariates. Ties after Breslow; the
    variance carries the estimation of G. Agrees with ``crr`` of R's cmprsk.

    When not to use: to say what a covariate does to the hazard of the cause among those still alive (fit
    `cox` to ``times.only(cause)``); for several causes at once (their models contradict each other); where
    censoring depends on covariates.

    References
    ----------
    Fine & Gray 1999, 10.1080/01621459.1999.10474144; Latouche et al. 2013, 10.1016/j.jclinepi.2012.09.017.
    """
    quantile = critical_value(confidence)
    time, code = checked_times(times)
    cause = checked_cause(times, cause)
    scaled = standardised(covariates, names, len(time))
    subjects = _subjects(time, code, cause, scaled.x)

    def derivatives(beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        sums = _risk_sums(subjects, beta)
        own = subjects.x[subjects.interest]
        value = (own @ beta - sums.shift[subjects.interest]).sum() - subjects.deaths @ np.log(sums.total)
        gradient = own.sum(axis=0) - subjects.deaths @ sums.mean
        return float(value), gradient, np.tensordot(subjects.deaths, sums.spread, axes=1)

    fit = maximise(derivatives, scaled.x, scaled.names)
    influence = _influence(subjects, _risk_sums(subjects, fit.beta)) @ np.linalg.inv(fit.information)
    covariance = influence.T @ influence / np.outer(scaled.scale, scaled.scale)
    beta, se = fit.beta / scaled.scale, np.sqrt(np.diag(covariance))
    return FineGrayFit(
        names=scaled.names,
        cause=cause,
        beta=beta,
        se=se,
        **hazard_ratios(beta, se, quantile)._asdict(),
        covariance=covariance,
        log_likelihood_null=fit.value_at_zero,
        log_likelihood=fit.value,
        iterations=fit.iterations,
        n=len(time),
        events=int(subjects.deaths.sum()),
        confidence=confidence,
    )


def _subjects(time: np.ndarray, code: np.ndarray, cause: int, x: np.ndarray) -> _Subjects:
    order = np.argsort(time, kind="stable")
    time, code = time[order], code[order]
    tied_start = np.searchsorted(time, time, side="left")
    censored = code == 0
    distinct, row = np.unique(tied_start, return_inverse=True)
    stay = 1.0 - np.bincount(row, weights=censored) / (len(time) - distinct)
    censoring = np.concatenate([[1.0], np.cumprod(stay)[:-1]])[row]
    at, deaths = np.unique(tied_start[code == cause], return_counts=True)
    competing = ~censored & (code != cause)
    return _Subjects(
        x[order], code == cause, competing, censored, censoring, tied_start, at, deaths.astype(np.float64)
    )


def _risk_sums(subjects: _Subjects, beta: np.ndarray) -> RiskMoments:
    eta = subjects.x @ beta
    shift = np.full(len(eta), eta.max())
    risk = np.exp(eta - shift)
    values = summands(subjects.x, risk)
    sums = values[::-1].cumsum(axis=0)[::-1][subjects.at]
    sums += subjects.censoring[subjects.at, None] * _gone(subjects, values)[subjects.at]
    return moments_from_sums(risk, shift, sums, subjects.x.shape[1])


def _gone(subjects: _Subjects, values: np.ndarray) -> np.ndarray:
    """Sum of values / G(their time) over subjects with a competing event before each position."""
    weighted = np.where(subjects.competing[:, None], values / subjects.censoring[:, None], 0.0)
    return np.vstack([np.zeros((1, values.shape[1])), np.cumsum(weighted, axis=0)[:-1]])


def _influence(subjects: _Subjects, sums: RiskMoments) -> np.ndarray:
    """Each subject's share of the score (n, p), with what its censoring adds through G (eta + psi)."""
    x, n, p = subjects.x, len(subjects.x), subjects.x.shape[1]
    hazard = subjects.deaths / sums.total
    # Columns: hazard, hazard times mean; zero where no event of interest happens.
    jumps = np.zeros((n, p + 1))
    jumps[subjects.at] = np.column_stack([hazard, hazard[:, None] * sums.mean])
    later_jumps = jumps * subjects.censoring[:, None]
    from_here = later_jumps[::-1].cumsum(axis=0)[::-1]
    up_to = np.cumsum(jumps, axis=0)[subjects.tied_start]
    after = (from_here - later_jumps)[subjects.tied_start]
    exposure = up_to + np.where(subjects.competing[:, None], after / subjects.censoring[:, None], 0.0)
    influence = -sums.risk[:, None] * (x * exposure[:, :1] - exposure[:, 1:])
    event_row = np.searchsorted(subjects.at, subjects.tied_start[subjects.interest])
    influence[subjects.interest] += x[subjects.interest] - sums.mean[event_row]

    start = subjects.tied_start
    gone = _gone(subjects, np.column_stack([sums.risk, sums.risk[:, None] * x]))[start]
    remaining = from_here[start]
    q = gone[:, 1:] * remaining[:, :1] - gone[:, :1] * remaining[:, 1:]
    at_risk = (n - start).astype(np.float64)[:, None]
    own = np.where(subjects.censored[:, None], q / at_risk, 0.0)
    running = np.cumsum(own / at_risk, axis=0)
    last_tied = np.searchsorted(start, start, side="right") - 1
    return influence + own - running[last_tied]
