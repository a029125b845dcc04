"""Multiple imputation of missing markers and covariates by chained equations, and Rubin's rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.prognostic.martingale import martingale_residuals
from hepatrial.biomarkers.prognostic.outcome import event_times
from hepatrial.biomarkers.prognostic.screen import fit_each

CYCLES = 10
DONORS = 5
MOST_PREDICTORS = 12
RIDGE = 1e-5


@dataclass(frozen=True, slots=True)
class PooledEffect:
    """One marker's hazard ratio over imputations, by Rubin's rules.

    ``fraction_missing`` is the share of the information that is lost by what is missing.
    """

    name: str
    n: int
    observed: int
    hr: float
    lower: float
    upper: float
    p: float
    fraction_missing: float
    imputations: int


def imputed_effects(
    frame: MarkerFrame,
    names: tuple[str, ...],
    *,
    imputations: int = 20,
    seed: int = 1,
    confidence: float = 0.95,
) -> tuple[PooledEffect, ...]:
    """Hazard ratios of markers beside the covariates, all patients used, missing values imputed.

    Parameters
    ----------
    names
        Markers whose effect is wanted; the other markers help to predict what is missing.

    Notes
    -----
    Chained equations with predictive mean matching on the `MOST_PREDICTORS` columns that go with the missing one
    most closely, and always on the event and the cumulative hazard (Nelson-Aalen) at the patient's time: an
    imputation that ignores the outcome pulls hazard ratios to 1. Assumes that values are missing at random given
    these. When not to use: where a whole block is missing for reasons that touch the outcome (see `missingness`),
    or more than about half of a marker is missing and nothing predicts it.

    References
    ----------
    White & Royston 2009, 10.1002/sim.3618; van Buuren & Groothuis-Oudshoorn 2011, 10.18637/jss.v045.i03; Rubin 1987,
    10.1002/9780470316696; Barnard & Rubin 1999, 10.1093/biomet/86.4.948.
    """
    from hepatrial.biomarkers.prognostic import screen_kernel as kernel

    places = [frame.marker_names.index(name) for name in names]
    times = event_times(frame)
    columns = np.column_stack([frame.markers, frame.adjust])
    event = np.asarray(times.event, dtype=np.float64)
    outcome = np.column_stack([event, event - martingale_residuals(times, frame.arm)])
    wanted = [*places, *range(len(frame.marker_names), columns.shape[1])]
    rng = np.random.default_rng(seed)
    beta, variance = (np.empty((imputations, len(names))) for _ in range(2))
    for draw in range(imputations):
        filled = _completed(columns, outcome, wanted, rng)
        adjust = filled[:, len(frame.marker_names) :]
        found = fit_each(times, filled[:, places], adjust, frame.arm)
        beta[draw], variance[draw] = found[:, kernel.BETA], found[:, kernel.SE] ** 2
    observed = np.isfinite(frame.markers[:, places]).sum(axis=0)
    return tuple(
        _pooled(name, beta[:, j], variance[:, j], len(frame), int(observed[j]), confidence)
        for j, name in enumerate(names)
    )


def _completed(
    columns: np.ndarray, outcome: np.ndarray, wanted: list[int], rng: np.random.Generator
) -> np.ndarray:
    """The columns with the missing values of ``wanted`` drawn; the others get their mean where they help."""
    lacking = ~np.isfinite(columns)
    filled = np.where(lacking, np.nanmean(columns, axis=0), columns)
    gaps = [column for column in wanted if lacking[:, column].any()]
    for column in gaps:
        filled[lacking[:, column], column] = rng.choice(
            columns[~lacking[:, column], column], lacking[:, column].sum()
        )
    helpers = {column: _helpers(columns, column, lacking) for column in gaps}
    for _ in range(CYCLES if len(gaps) > 1 else 1):
        for column in gaps:
            predictors = np.column_stack([np.ones(len(columns)), outcome, filled[:, helpers[column]]])
            _match(filled, predictors, column, lacking[:, column], rng)
    return filled


def _helpers(columns: np.ndarray, column: int, lacking: np.ndarray) -> np.ndarray:
    """Columns that are known where this one is missing, and go with it most closely where both are known."""
    others = [other for other in range(columns.shape[1]) if other != column]
    gone = lacking[:, column]
    useful = [other for other in others if lacking[gone, other].mean() < 0.5]
    strength = [abs(_correlation(columns[:, column], columns[:, other])) for other in useful]
    return np.array(useful, dtype=int)[np.argsort(strength)[::-1][:MOST_PREDICTORS]]


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < 3 or a[both].std() == 0 or b[both].std() == 0:
        return 0.0
    return float(np.corrcoef(a[both], b[both])[0, 1])


def _match(
    filled: np.ndarray, predictors: np.ndarray, column: int, gone: np.ndarray, rng: np.random.Generator
) -> None:
    """Draw the missing values from the donors nearest in prediction, the coefficients drawn first."""
    x, y = predictors[~gone], filled[~gone, column]
    gram = x.T @ x + RIDGE * np.diag((x**2).sum(axis=0))
    inverse = np.linalg.inv(gram)
    fitted = inverse @ x.T @ y
    freedom = max(len(y) - x.shape[1], 1)
    sigma2 = ((y - x @ fitted) ** 2).sum() / rng.chisquare(freedom)
    drawn = fitted + np.sqrt(sigma2) * np.linalg.cholesky(inverse) @ rng.normal(size=len(fitted))
    known, asked = x @ fitted, predictors[gone] @ drawn
    nearest = np.argsort(np.abs(known[None, :] - asked[:, None]), axis=1)[:, :DONORS]
    filled[gone, column] = y[nearest[np.arange(len(asked)), rng.integers(0, nearest.shape[1], len(asked))]]


def _pooled(
    name: str, beta: np.ndarray, variance: np.ndarray, n: int, observed: int, confidence: float
) -> PooledEffect:
    kept = np.isfinite(variance)
    count = int(kept.sum())
    if count < 2:
        return PooledEffect(name, n, observed, *(float("nan"),) * 5, count)
    mean, within, between = beta[kept].mean(), variance[kept].mean(), beta[kept].var(ddof=1)
    total = within + (1 + 1 / count) * between
    lost = (1 + 1 / count) * between / total
    old = (count - 1) / max(lost, 1e-12) ** 2
    complete = n - 1.0
    seen = (complete + 1) / (complete + 3) * complete * (1 - lost)
    freedom = 1 / (1 / old + 1 / seen)
    reach = student.ppf(0.5 + confidence / 2, freedom) * np.sqrt(total)
    p = 2 * student.sf(abs(mean) / np.sqrt(total), freedom)
    limits = (float(np.exp(mean + side * reach)) for side in (-1, 1))
    return PooledEffect(name, n, observed, float(np.exp(mean)), *limits, float(p), float(lost), count)
