"""One Cox model a marker, for many markers at once, alone or beside clinical covariates."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import chdtrc, ndtr

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.multiplicity import benjamini_hochberg, holm
from hepatrial.biomarkers.prognostic.firth import firth_cox
from hepatrial.biomarkers.prognostic.outcome import event_times
from hepatrial.biomarkers.sorted_subjects import sorted_subjects
from hepatrial.survival.checks import checked_single_cause, critical_value
from hepatrial.survival.times import SurvivalTimes

STATES = (
    "fitted",
    "constant among those with a value",
    "fewer events than the model has columns",
    "separates events from non-events",
    "a covariate separates events from non-events",
    "a linear combination of the covariates",
    "did not settle",
)
SEPARATED = STATES[3]
MOST_THREADS = 8


@dataclass(frozen=True, slots=True)
class Screen:
    """The markers' models; arrays have shape (m,), NaN where a model could not be fitted.

    Attributes
    ----------
    names, unit
        The markers, and what each hazard ratio is per.
    n, events
        Subjects and events behind each model: those with the marker and all covariates.
    log_hr, se, hr, lower, upper
        Log hazard ratio and standard error; hazard ratio with limits at level ``confidence``: Wald limits, or where
        the marker separates, Firth's estimate with limits by the penalised profile likelihood.
    p, p_score, p_likelihood_ratio
        Wald, score and likelihood-ratio tests of the marker (penalised likelihood ratio for all three where it
        separates).
    p_fdr, p_holm
        ``p`` adjusted over all markers by Benjamini and Hochberg, and by Holm.
    state
        What became of each model, one of `STATES`.
    adjusted_for
        Columns of the design beside the marker.
    stratified
        Whether each arm had a baseline hazard of its own.
    """

    names: tuple[str, ...]
    unit: tuple[str, ...]
    n: np.ndarray
    events: np.ndarray
    log_hr: np.ndarray
    se: np.ndarray
    hr: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    p: np.ndarray
    p_score: np.ndarray
    p_likelihood_ratio: np.ndarray
    p_fdr: np.ndarray
    p_holm: np.ndarray
    state: tuple[str, ...]
    adjusted_for: tuple[str, ...]
    stratified: bool
    confidence: float

    def place(self, name: str) -> int:
        """Row of a marker."""
        return self.names.index(name)


def screen(frame: MarkerFrame, *, adjusted: bool = False, confidence: float = 0.95) -> Screen:
    """Fit one proportional-hazards model a marker.

    Parameters
    ----------
    frame
        n subjects with m markers. Where there are arms, each has a baseline hazard of its own.
    adjusted
        Whether the columns of ``frame.adjust`` stand in every model.

    Raises
    ------
    InvalidInput
        No events, or times that are none.

    Notes
    -----
    Efron's ties. Each marker uses all subjects who have it (available cases), so that n differs between markers.
    A marker that separates those with events from those without has no maximum: it gets Firth's penalised
    estimate, whose bias is smaller than that of dropping the marker or of an arbitrary large number (Heinze &
    Schemper 2001), and ``state`` says so.

    When not to use: with fewer than about 10 events a column; for an effect that is not linear on the scale of
    the marker (`spline_effect`); to choose markers and report the hazard ratios of the chosen ones as if they had
    been named before, since the largest of many estimates are too large.

    References
    ----------
    Cox 1972, 10.1111/j.2517-6161.1972.tb00899.x; Efron 1977, 10.1080/01621459.1977.10480613; Heinze & Schemper 2001,
    10.1111/j.0006-341X.2001.00114.x.
    """
    from hepatrial.biomarkers.prognostic import screen_kernel as kernel

    quantile = critical_value(confidence)
    times = event_times(frame)
    checked_single_cause(times, need_events=True)
    covariates = frame.adjust if adjusted else frame.adjust[:, :0]
    found = fit_each(times, frame.markers, covariates, frame.arm)
    beta, se = found[:, kernel.BETA], found[:, kernel.SE]
    lower, upper = np.exp(beta - quantile * se), np.exp(beta + quantile * se)
    p = 2.0 * ndtr(-np.abs(beta / se))
    p_score, p_ratio = (
        chdtrc(1, found[:, column]) for column in (kernel.SCORE_CHI2, kernel.LIKELIHOOD_RATIO)
    )
    state = tuple(STATES[int(code)] for code in found[:, kernel.STATE])
    unfitted = found[:, kernel.STATE] != kernel.FITTED
    p_score[unfitted], p_ratio[unfitted] = np.nan, np.nan
    for marker in np.flatnonzero(found[:, kernel.STATE] == kernel.SEPARATED):
        mended = firth_cox(times, frame.markers[:, marker], covariates, frame.arm, confidence=confidence)
        beta[marker], se[marker], lower[marker], upper[marker] = mended[:4]
        p[marker] = p_score[marker] = p_ratio[marker] = mended.p
    return Screen(
        names=frame.marker_names,
        unit=frame.unit,
        n=found[:, kernel.N].astype(np.int64),
        events=found[:, kernel.EVENTS].astype(np.int64),
        log_hr=beta,
        se=se,
        hr=np.exp(beta),
        lower=lower,
        upper=upper,
        p=p,
        p_score=p_score,
        p_likelihood_ratio=p_ratio,
        p_fdr=benjamini_hochberg(p),
        p_holm=holm(p),
        state=state,
        adjusted_for=frame.adjust_names if adjusted else (),
        stratified=frame.arm is not None,
        confidence=confidence,
    )


def fit_each(
    times: SurvivalTimes, markers: np.ndarray, adjust: np.ndarray, stratum: np.ndarray | None
) -> np.ndarray:
    """Rows (m, `screen_kernel.COLUMNS`), one model a column of ``markers`` (n, m) beside ``adjust`` (n, k)."""
    from hepatrial.biomarkers.prognostic import screen_kernel as kernel

    rows = sorted_subjects(times, stratum)
    covariates = np.ascontiguousarray(adjust[rows.order])
    columns = np.ascontiguousarray(markers[rows.order].T)
    found = np.empty((len(columns), kernel.COLUMNS))
    threads = min(MOST_THREADS, os.cpu_count() or 1, len(found))

    def work(part: slice) -> None:
        kernel.screen(
            columns[part], covariates, rows.event, rows.last_of_time, rows.first_of_stratum, found[part]
        )

    if threads == 1:
        work(slice(None))
        return found
    edges = np.linspace(0, len(found), threads + 1).astype(int)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, [slice(a, b) for a, b in pairwise(edges)]))
    return found
