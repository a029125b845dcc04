"""A panel: many markers in one penalised model beside the clinical covariates, and what it adds on unseen patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.prognostic.added_value import Score, compared_scores, horizons_of, prediction_days
from hepatrial.biomarkers.prognostic.calibration import Calibration, calibration
from hepatrial.biomarkers.prognostic.elastic_net import fit_elastic_net
from hepatrial.biomarkers.prognostic.folds import Fitted, Predictions, unseen_predictions
from hepatrial.biomarkers.prognostic.outcome import event_times
from hepatrial.biomarkers.prognostic.risk_model import fit_risk_model, with_baseline
from hepatrial.survival.checks import invalid
from hepatrial.survival.times import SurvivalTimes

KINDS = {"lasso": 1.0, "elastic-net": 0.5, "ridge": 0.0}
FOLDS, REPEATS, SAMPLES = 5, 3, 300
MOST_MISSING = 0.3
"""Share of patients without a marker above which it is left out: the mean would stand for most of it."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One penalised model.

    Attributes
    ----------
    kind
        One of `KINDS`.
    names, beta
        Markers with a coefficient other than 0, and the log hazard ratios per what the screen is per.
    covariates, covariate_beta
        The covariates, which are not penalised.
    kept_in
        How often each of ``names`` was kept, in per cent of the models of the folds.
    left_out
        Markers that too many patients lack.
    scores
        Of the covariates alone against the panel, on patients that neither had seen.
    """

    kind: str
    names: tuple[str, ...]
    beta: np.ndarray
    covariates: tuple[str, ...]
    covariate_beta: np.ndarray
    kept_in: np.ndarray
    left_out: tuple[str, ...]
    candidates: int
    n: int
    events: int
    penalty: float
    scores: tuple[Score, ...]
    calibration: Calibration
    horizon_days: float


def panel(
    frame: MarkerFrame, kind: str = "lasso", *, horizon_months: float | None = None, seed: int = 1
) -> Panel:
    """Fit a panel and test it by nested resampling.

    Raises
    ------
    InvalidInput
        Fewer than two markers that enough patients have, or too few events.

    Notes
    -----
    Everything that learns stands inside the outer folds: means that stand for missing values, standardisation, the
    strength of the penalty (by inner folds), coefficients and baseline hazard. Patients without all covariates are
    left out. Ranks, where asked for, are taken over all patients beforehand; they do not see the outcome.

    When not to use: see `fit_elastic_net`. Source of nesting: Varma & Simon 2006, 10.1186/1471-2105-7-91.
    """
    share = np.isnan(frame.markers).mean(axis=0)
    candidates = [place for place in range(len(share)) if share[place] <= MOST_MISSING]
    rows = np.isfinite(frame.adjust).all(axis=1)
    times = event_times(frame).select(rows)
    events = int(np.asarray(times.event).sum())
    if len(candidates) < 2 or events < 4 * FOLDS:
        raise invalid(
            "there is nothing to make a panel of",
            f"{len(candidates)} markers that {100 * (1 - MOST_MISSING):.0f} % of the patients have, {events} events",
            f"2 markers or more, {4 * FOLDS} events or more",
            "name more markers, or take data with more events",
        )
    x = np.column_stack([frame.adjust, frame.markers[:, candidates]])[rows]
    fixed = frame.adjust.shape[1]
    free = np.arange(x.shape[1]) < fixed
    horizons = horizons_of(times, horizon_months)
    days = prediction_days(horizons)
    kept: list[np.ndarray] = []
    fits = (
        _covariates_alone(times, x[:, :fixed], frame.adjust_names, days),
        _penalised(times, x, free, KINDS[kind], days, np.random.default_rng([seed, 7]), kept),
    )
    unseen = [
        Predictions(
            *unseen_predictions(
                times, fit, len(days), count=FOLDS, repeats=REPEATS, rng=np.random.default_rng(seed)
            )
        )
        for fit in fits
    ]
    everybody = np.arange(len(times))
    stable = np.mean(kept, axis=0) * 100
    seen = [Predictions(*fit(everybody, everybody)) for fit in fits]
    final = fit_elastic_net(times, x, free, mixing=KINDS[kind], rng=np.random.default_rng([seed, 8]))
    marker_beta = final.beta[fixed:]
    order = [j for j in np.argsort(-np.abs(marker_beta)) if marker_beta[j] != 0]
    horizon = float(horizons[-1])
    return Panel(
        kind=kind,
        names=tuple(frame.marker_names[candidates[j]] for j in order),
        beta=marker_beta[order],
        covariates=frame.adjust_names,
        covariate_beta=final.beta[:fixed],
        kept_in=stable[fixed:][order],
        left_out=tuple(
            name for name, gone in zip(frame.marker_names, share, strict=True) if gone > MOST_MISSING
        ),
        candidates=len(candidates),
        n=len(times),
        events=events,
        penalty=final.penalty,
        scores=compared_scores(times, unseen, seen, horizons, days[:-1], SAMPLES, seed),
        calibration=calibration(times, unseen[1].log_risk, 1 - unseen[1].survival[:, -1], horizon),
        horizon_days=horizon,
    )


def _covariates_alone(
    times: SurvivalTimes, x: np.ndarray, names: tuple[str, ...], days: np.ndarray
) -> Fitted:
    def fit(learn: np.ndarray, predict: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        model = fit_risk_model(times.select(learn), x[learn], names)
        return model.log_risk(x[predict]), model.survival(x[predict], days)

    return fit


def _penalised(
    times: SurvivalTimes, x: np.ndarray, free: np.ndarray, mixing: float, days: np.ndarray,
    rng: np.random.Generator, kept: list[np.ndarray],
) -> Fitted:  # fmt: skip
    def fit(learn: np.ndarray, predict: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = fit_elastic_net(times.select(learn), x[learn], free, mixing=mixing, rng=rng)
        if len(learn) < len(x):
            kept.append(found.beta != 0)
        filled = found.filled(x)
        model = with_baseline(times.select(learn), filled[learn], [""] * len(free), found.beta)
        return model.log_risk(filled[predict]), model.survival(filled[predict], days)

    return fit
