"""Cox's model for covariates that change over time: one row an interval (start, stop] in which they are constant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from hepatrial.survival.checks import (
    as_numbers,
    checked_labels,
    checked_strata,
    chosen,
    critical_value,
    invalid,
)
from hepatrial.survival.covariates import standardised
from hepatrial.survival.cox import Ties
from hepatrial.survival.hazard_ratios import hazard_ratios
from hepatrial.survival.interval_sets import interval_likelihood, interval_score_residuals, interval_sets
from hepatrial.survival.newton import maximise


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Intervals in which subjects are at risk.

    Attributes
    ----------
    start_days, stop_days
        Shape (r,): a row is at risk at times t with start < t <= stop; days since the subject's time zero.
    event
        Shape (r,): whether the row ends with the event.
    subject
        Shape (r,): label of the subject; a subject's intervals do not overlap.
    """

    start_days: np.ndarray
    stop_days: np.ndarray
    event: np.ndarray
    subject: np.ndarray

    def __len__(self) -> int:
        return len(self.stop_days)


@dataclass(frozen=True, slots=True)
class CountingProcessFit:
    """A fitted Cox model with covariates that change; arrays have shape (p,) and the order of ``names``.

    Attributes
    ----------
    beta, se, robust_se
        Log hazard ratios, model-based errors, and sandwich errors over subjects where asked for (else None); limits,
        ``z`` and ``p`` use the robust ones where there are any.
    hr, lower, upper, z, p
        Hazard ratios with limits at level ``confidence``, and Wald tests.
    covariance
        Shape (p, p), of ``beta``: robust where there is one.
    log_likelihood_null, log_likelihood, score_chi2, score_p
        At 0 and at ``beta``; score test of all covariates.
    rows, subjects, events, iterations
        Counts.
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
    rows: int
    subjects: int
    events: int
    iterations: int
    ties: Ties
    confidence: float


def cox_counting_process(
    at_risk: AtRisk,
    covariates: np.ndarray,
    names: Sequence[str],
    *,
    strata: Sequence | np.ndarray | None = None,
    robust: bool = False,
    ties: Ties = "efron",
    confidence: float = 0.95,
) -> CountingProcessFit:
    """Fit a proportional-hazards model to intervals (start, stop].

    Parameters
    ----------
    at_risk
        r intervals.
    covariates, names
        Shape (r, p): what is known of the subject at the start of the interval. Never what became known later.
    strata
        Shape (r,) labels; each stratum has a baseline hazard of its own.
    robust
        Sandwich errors over subjects.
    ties
        ``"efron"`` or ``"breslow"``.

    Raises
    ------
    InvalidInput
        An interval that ends before it starts, intervals of a subject that overlap, no events, a covariate that is
        missing, constant or collinear (named).
    RunFailed
        A hazard ratio that runs to 0 or infinity (named).

    Notes
    -----
    Equals R's ``coxph(Surv(start, stop, event) ~ ...)``. Without ``robust`` the several rows of a subject need no
    correction: at any time at most one of them is at risk.

    When not to use: to predict a patient's survival from a marker that must be measured on the living (its future is
    not known; use a landmark or a joint model); to claim a causal effect of treatment started for a reason that also
    bears on survival; where the marker is measured with much error or seldom, which pulls the ratio towards 1.

    References
    ----------
    Andersen & Gill 1982, 10.1214/aos/1176345976; Therneau & Grambsch 2000, 10.1007/978-1-4757-3294-8, chapter 3.
    """
    chosen(ties, ("efron", "breslow"), "ties")
    quantile = critical_value(confidence)
    start, stop, event, subject = _checked(at_risk)
    stratum = checked_strata(strata, len(stop))
    scaled = standardised(covariates, names, len(stop), stratum)
    sets = interval_sets(start, stop, event, scaled.x, stratum, efron=ties == "efron")
    fit = maximise(interval_likelihood(sets), scaled.x, scaled.names)
    model = np.linalg.inv(fit.information)
    model_se = np.sqrt(np.diag(model))
    covariance, used, robust_se = model, model_se, None
    if robust:
        change = interval_score_residuals(sets, fit.beta) @ model
        by_subject = np.zeros((int(subject.max()) + 1, len(fit.beta)))
        np.add.at(by_subject, subject, change)
        covariance = by_subject.T @ by_subject
        used = np.sqrt(np.diag(covariance))
        robust_se = used / scaled.scale
    beta = fit.beta / scaled.scale
    return CountingProcessFit(
        names=scaled.names,
        beta=beta,
        se=model_se / scaled.scale,
        robust_se=robust_se,
        **hazard_ratios(beta, used / scaled.scale, quantile)._asdict(),
        covariance=covariance / np.outer(scaled.scale, scaled.scale),
        log_likelihood_null=fit.value_at_zero,
        log_likelihood=fit.value,
        score_chi2=fit.score_chi2,
        score_p=float(chdtrc(len(beta), fit.score_chi2)),
        rows=len(stop),
        subjects=int(subject.max()) + 1,
        events=int(event.sum()),
        iterations=fit.iterations,
        ties=ties,
        confidence=confidence,
    )


def _checked(at_risk: AtRisk) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Start, stop, event (bool) and subject codes; refuses intervals that cannot be."""
    start = as_numbers(at_risk.start_days, "start_days", "give days since time zero")
    stop = as_numbers(at_risk.stop_days, "stop_days", "give days since time zero")
    event = np.asarray(at_risk.event)
    subject = checked_labels(at_risk.subject, len(stop), "subject")[1]
    wrong = ~(np.isfinite(start) & np.isfinite(stop) & (start < stop))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise invalid(
            "at_risk: an interval that does not end after it starts",
            f"row {row}: ({start[row]:g}, {stop[row]:g}] ({int(wrong.sum())} such rows)",
            "finite days, start < stop",
            "drop empty intervals; two visits on one day are one",
        )
    order = np.lexsort((start, subject))
    same = subject[order][1:] == subject[order][:-1]
    overlap = same & (start[order][1:] < stop[order][:-1])
    if overlap.any():
        row = int(order[1:][overlap][0])
        raise invalid(
            "at_risk: intervals of one subject overlap",
            f"row {row}, subject {np.asarray(at_risk.subject)[row]} ({int(overlap.sum())} such rows)",
            "at any time at most one interval a subject",
            "start each interval where the one before it stops",
        )
    if not np.isin(event, (0, 1)).all():
        raise invalid(
            "at_risk: event holds unknown codes", f"{np.unique(event)[:5]}", "0 and 1", "recode the events"
        )
    if not event.any():
        raise invalid(
            "at_risk: no events",
            f"{len(stop)} intervals",
            "1 or more events",
            "follow the subjects for longer",
        )
    return start, stop, event.astype(bool), subject
