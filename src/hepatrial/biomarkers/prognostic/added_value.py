"""What a marker adds to what the clinic knows already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.prognostic.calibration import Calibration, calibration
from hepatrial.biomarkers.prognostic.folds import Fitted, Predictions, unseen_predictions
from hepatrial.biomarkers.prognostic.outcome import event_times
from hepatrial.biomarkers.prognostic.risk_model import fit_risk_model
from hepatrial.biomarkers.prognostic.scores import (
    auc_at,
    harrell_c,
    integrated_brier,
    net_benefit,
    uno_c,
    weighting,
)
from hepatrial.survival.checks import invalid
from hepatrial.survival.cox import cox
from hepatrial.survival.times import SurvivalTimes
from hepatrial.units import DAYS_PER_MONTH

FOLDS, REPEATS = 5, 10
SAMPLES = 400
LARGE = 5000
"""Patients from which on a tenth of the repeats and samples is enough."""
HORIZONS_MONTHS = (6, 12, 24, 36, 60)
STILL_FOLLOWED = 0.2
"""Share of patients that must still be at risk at a horizon."""
GRID = 25
THRESHOLDS = np.linspace(0.02, 0.9, 89)


@dataclass(frozen=True, slots=True)
class Score:
    """One measure of both models on patients they have not seen, their difference with limits, and as fitted.

    ``apparent`` holds both models' values on the patients they were fitted to: too good.
    """

    measure: str
    base: float
    extended: float
    difference: float
    lower: float
    upper: float
    apparent: tuple[float, float]


@dataclass(frozen=True, slots=True)
class AddedValue:
    """Two models on the same patients: the clinical base, and the base with the markers.

    Attributes
    ----------
    markers, base
        What is added, and to which columns.
    chi2, df, p
        Likelihood-ratio test of what is added.
    scores
        Harrell's C, Uno's C, AUC at the horizons, integrated Brier score (lower is better).
    horizon_days
        Day of calibration and decision curve.
    calibrations
        Of base and extended model, on patients they have not seen.
    thresholds, benefit
        Net benefit (3, thresholds) of acting on the base, on the extended model, and on everybody.
    folds, repeats, samples
        Of the cross-validation and the bootstrap.
    """

    markers: tuple[str, ...]
    base: tuple[str, ...]
    n: int
    events: int
    chi2: float
    df: int
    p: float
    scores: tuple[Score, ...]
    horizon_days: float
    calibrations: tuple[Calibration, Calibration]
    thresholds: np.ndarray
    benefit: np.ndarray
    folds: int
    repeats: int
    samples: int


def added_value(
    frame: MarkerFrame, names: Sequence[str], *, horizon_months: float | None = None, seed: int = 1
) -> AddedValue:
    """Compare the model of the covariates with that of the covariates and some markers.

    Parameters
    ----------
    names
        Markers that are added, all at once.
    horizon_months
        When risks are looked at; None takes the last of `HORIZONS_MONTHS` that a fifth of the patients reach.

    Raises
    ------
    InvalidInput, RunFailed
        Too few events, follow-up too short, or a model that cannot be fitted.

    Notes
    -----
    Both models are fitted to the patients who have everything. Ranking, accuracy and use are of cross-validated
    predictions (stratified folds, repeated, averaged); limits of a difference are percentiles of a bootstrap of
    the patients with these predictions and the censoring weights held, which leaves out what refitting would add.
    Without covariates the base gives everybody the same risk. Arms stand in both models.

    When not to use: with fewer than some 50 events; after the same data chose the markers, unless the choice is
    repeated inside the folds (`panel`). A change of C is a blunt measure: look at the likelihood ratio first.

    References
    ----------
    Uno et al. 2011, 10.1002/sim.4154; Graf et al. 1999; Vickers et al. 2008, 10.1186/1472-6947-8-53; Harrell 2015,
    10.1007/978-3-319-19425-7.
    """
    rows, base, base_names, extended, all_names = designs(frame, names)
    times = event_times(frame).select(rows)
    events = int(times.event.sum())
    if events < 2 * FOLDS + len(all_names):
        raise invalid(
            "too few events to compare models",
            f"{events} events for {len(all_names)} columns",
            f"{2 * FOLDS + len(all_names)} or more",
            "fewer markers or covariates",
        )
    horizons = horizons_of(times, horizon_months)
    grid = prediction_days(horizons)
    days = grid[:-1]
    share = 10 if len(times) > LARGE else 1
    repeats, samples = max(REPEATS // share, 1), SAMPLES // share
    unseen, seen = [], []
    for x, columns in ((base, base_names), (extended, all_names)):
        fit = _plain(times, x, columns, grid)
        rng = np.random.default_rng(seed)
        unseen.append(
            Predictions(*unseen_predictions(times, fit, GRID + 1, count=FOLDS, repeats=repeats, rng=rng))
        )
        everybody = np.arange(len(times))
        seen.append(Predictions(*fit(everybody, everybody)))
    full = cox(times, extended, all_names)
    without = cox(times, base, base_names).log_likelihood if base_names else full.log_likelihood_null
    chi2 = max(2 * (full.log_likelihood - without), 0.0)
    horizon = float(horizons[-1])
    return AddedValue(
        markers=tuple(names),
        base=base_names,
        n=len(times),
        events=events,
        chi2=float(chi2),
        df=len(names),
        p=float(chdtrc(len(names), chi2)),
        scores=compared_scores(times, unseen, seen, horizons, days, samples, seed),
        horizon_days=horizon,
        calibrations=tuple(
            calibration(times, one.log_risk, 1 - one.survival[:, -1], horizon) for one in unseen
        ),
        thresholds=THRESHOLDS,
        benefit=np.array(
            [
                *(net_benefit(times, 1 - one.survival[:, -1], horizon, THRESHOLDS) for one in unseen),
                net_benefit(times, np.ones(len(times)), horizon, THRESHOLDS),
            ]
        ),
        folds=FOLDS,
        repeats=repeats,
        samples=samples,
    )


def designs(
    frame: MarkerFrame, names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...], np.ndarray, tuple[str, ...]]:
    """Rows with everything, and the columns and names of the base and of the extended model on them."""
    places = [frame.marker_names.index(name) for name in names]
    arm, arm_names = np.empty((len(frame), 0)), ()
    if frame.arm is not None:
        arm = np.column_stack([frame.arm == code for code in range(1, len(frame.arms))]).astype(np.float64)
        arm_names = tuple(f"arm={name}" for name in frame.arms[1:])
    base = np.column_stack([frame.adjust, arm])
    extended = np.column_stack([base, frame.markers[:, places]])
    rows = np.isfinite(extended).all(axis=1)
    base_names = (*frame.adjust_names, *arm_names)
    return rows, base[rows], base_names, extended[rows], (*base_names, *names)


def _plain(times: SurvivalTimes, x: np.ndarray, names: tuple[str, ...], days: np.ndarray) -> Fitted:
    def fit(learn: np.ndarray, predict: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        model = fit_risk_model(times.select(learn), x[learn], names)
        return model.log_risk(x[predict]), model.survival(x[predict], days)

    return fit


def compared_scores(
    times: SurvivalTimes,
    unseen: list,
    seen: list,
    horizons: np.ndarray,
    days: np.ndarray,
    samples: int,
    seed: int,
) -> tuple[Score, ...]:
    """Scores of two models' predictions with bootstrap limits of their differences."""
    found = weighting(times)
    n, until = len(times), float(horizons[-1])

    def all_scores(one, weight: np.ndarray) -> np.ndarray:
        return np.array(
            [
                harrell_c(found, one.log_risk, weight),
                uno_c(found, one.log_risk, weight, until),
                *(auc_at(found, one.log_risk, weight, day) for day in horizons),
                integrated_brier(found, one.survival[:, : len(days)], weight, days),
            ]
        )

    names = (
        "Harrell's C",
        f"Uno's C to {_months(until)} months",
        *(f"AUC at {_months(day)} months" for day in horizons),
        f"integrated Brier score to {_months(until)} months",
    )
    equal = np.ones(n)
    base, extended = (all_scores(one, equal) for one in unseen)
    apparent = [all_scores(one, equal) for one in seen]
    rng = np.random.default_rng([seed, 2])
    drawn = np.empty((samples, len(names)))
    for sample in range(samples):
        weight = np.bincount(rng.integers(0, n, n), minlength=n).astype(np.float64)
        drawn[sample] = all_scores(unseen[1], weight) - all_scores(unseen[0], weight)
    lower, upper = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    return tuple(
        Score(
            name,
            float(base[j]),
            float(extended[j]),
            float(extended[j] - base[j]),
            float(lower[j]),
            float(upper[j]),
            (float(apparent[0][j]), float(apparent[1][j])),
        )
        for j, name in enumerate(names)
    )


def horizons_of(times: SurvivalTimes, wanted: float | None) -> np.ndarray:
    """Days at which the AUC is taken; the last is that of calibration and decision."""
    time = np.asarray(times.time_days, dtype=np.float64)
    if wanted is not None:
        days = wanted * DAYS_PER_MONTH
        if not (time > days).any():
            raise invalid(
                "the horizon lies beyond follow-up",
                f"{wanted:g} months",
                f"below {time.max() / DAYS_PER_MONTH:.1f} months, the longest follow-up",
                "a nearer --horizon",
            )
        return np.array([days])
    reached = [
        m * DAYS_PER_MONTH for m in HORIZONS_MONTHS if (time > m * DAYS_PER_MONTH).mean() >= STILL_FOLLOWED
    ]
    return np.array(reached) if reached else np.array([float(np.median(time))])


def prediction_days(horizons: np.ndarray) -> np.ndarray:
    """Days (GRID + 1,) at which survival is predicted: the grid of the Brier score, and the last horizon."""
    return np.append(np.linspace(horizons[0] / 4, horizons[-1], GRID), horizons[-1])


def _months(days: float) -> str:
    return f"{days / DAYS_PER_MONTH:.3g}"
