"""Dynamic prediction against prediction from baseline alone, on patients who were not in the fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.monitoring.accuracy import window_scores, window_weights
from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.biomarkers.monitoring.joint_model import fit_joint_model
from hepatrial.biomarkers.monitoring.joint_prediction import joint_survival
from hepatrial.biomarkers.monitoring.landmark_model import fit_landmark_model, known_at

RESAMPLES = 400
BASELINE, DYNAMIC, JOINT = "baseline only", "landmark model", "joint model"


@dataclass(frozen=True, slots=True)
class Score:
    """A score with limits over patients."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class MethodScores:
    """One method at one landmark: scores, and how much better than baseline (AUC higher, Brier lower is better)."""

    method: str
    landmark_days: float
    at_risk: int
    events: int
    auc: Score
    brier: Score
    auc_gain: Score | None
    brier_gain: Score | None


@dataclass(frozen=True, slots=True)
class PredictionCheck:
    """Scores by landmark and method, and over all landmarks (``landmark_days`` NaN there)."""

    window_days: float
    folds: int
    markers: tuple[str, ...]
    rows: tuple[MethodScores, ...]
    overall: tuple[MethodScores, ...]


def check_predictions(
    courses: Sequence[Courses],
    landmarks_days: Sequence[float],
    window_days: float,
    covariates: np.ndarray | None = None,
    names: Sequence[str] = (),
    *,
    joint: bool = False,
    folds: int = 5,
    seed: int = 1,
) -> PredictionCheck:
    """Cross-validate by patient: all rows of a patient are in the fit or all are predicted.

    Parameters
    ----------
    courses
        Markers of the same n subjects; the joint model takes the first.
    joint
        Whether the joint model is fitted too, once a fold.

    Notes
    -----
    Limits are over patients (bootstrap of the out-of-fold predictions); that models were fitted to other patients of
    the same data is not in them. Another cohort is the better test.
    """
    n = len(courses[0])
    fold = np.random.default_rng([seed, n]).permutation(n) % folds
    fixed = np.empty((n, 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    complete = np.isfinite(known_at(courses, 0.0, fixed)).all(axis=1)
    methods = [BASELINE, DYNAMIC, *([JOINT] if joint else [])]
    risks = {method: np.full((n, len(landmarks_days)), np.nan) for method in methods}
    for number in range(folds):
        _predict_fold(risks, courses, fixed, complete, fold == number, landmarks_days, window_days, names)
    return _scored(risks, courses, complete, fold, landmarks_days, window_days, seed)


def _predict_fold(
    risks: dict[str, np.ndarray], courses: Sequence[Courses], fixed: np.ndarray, complete: np.ndarray,
    held_out: np.ndarray, landmarks: Sequence[float], window: float, names: Sequence[str],
) -> None:  # fmt: skip
    learn = ~held_out & complete
    training = [one.select(learn) for one in courses]
    at = np.array([window])
    models = {
        method: fit_landmark_model(
            training, landmarks, window, fixed[learn], names, changing=method == DYNAMIC
        )
        for method in (BASELINE, DYNAMIC)
    }
    joint = fit_joint_model(training[0], fixed[learn], names) if JOINT in risks else None
    for place, day in enumerate(landmarks):
        who = np.flatnonzero(held_out & complete & (courses[0].times.time_days > day))
        for method, model in models.items():
            x = known_at(courses, day if method == DYNAMIC else 0.0, fixed)[who]
            risks[method][who, place] = 1.0 - model.survival(x, day, at)[0][:, 0]
        if joint is not None:
            alive = joint_survival(joint, courses[0].select(who), fixed[who], day, at)
            risks[JOINT][who, place] = 1.0 - alive[:, 0]


def _scored(
    risks: dict[str, np.ndarray], courses: Sequence[Courses], complete: np.ndarray, fold: np.ndarray,
    landmarks: Sequence[float], window: float, seed: int,
) -> PredictionCheck:  # fmt: skip
    part = fold[complete]
    times = courses[0].times.select(complete)
    found = {method: risk[complete] for method, risk in risks.items()}
    pairs = [window_weights(times, day, window) for day in landmarks]
    random = np.random.default_rng([seed, len(times), 1])
    picks = [random.integers(0, len(times), len(times)) for _ in range(RESAMPLES)]
    samples = {method: np.empty((RESAMPLES + 1, len(landmarks), 2)) for method in found}
    for number, pick in enumerate([np.arange(len(times)), *picks]):
        for place, (weight, case) in enumerate(pairs):
            for method, risk in found.items():
                samples[method][number, place] = _over_folds(
                    risk[pick, place], weight[pick], case[pick], part[pick]
                )
    sizes = [
        (int((times.time_days > day).sum()), int(case.sum()))
        for day, (_, case) in zip(landmarks, pairs, strict=True)
    ]
    rows = tuple(
        _row(method, day, *sizes[place], samples[method][:, place], samples[BASELINE][:, place])
        for place, day in enumerate(landmarks)
        for method in found
    )
    total = (sum(size for size, _ in sizes), sum(events for _, events in sizes))
    overall = tuple(
        _row(method, np.nan, *total, samples[method].mean(axis=1), samples[BASELINE].mean(axis=1))
        for method in found
    )
    return PredictionCheck(
        float(window), int(fold.max()) + 1, tuple(one.marker for one in courses), rows, overall
    )


def _over_folds(
    risk: np.ndarray, weight: np.ndarray, case: np.ndarray, fold: np.ndarray
) -> tuple[float, float]:
    """AUC within folds, averaged over cases, and Brier score over all.

    Between folds risks must not be ranked: a fold with more events is predicted by a fit to fewer, so that a marker
    without any information would look worse than chance.
    """
    found, cases = [], []
    for number in range(int(fold.max()) + 1):
        mine = fold == number
        auc = window_scores(risk[mine], weight[mine], case[mine]).auc
        if np.isfinite(auc):
            found.append(auc)
            cases.append(weight[mine] @ case[mine])
    auc = float(np.average(found, weights=cases)) if found else np.nan
    return auc, window_scores(risk, weight, case).brier


def _row(
    method: str, day: float, at_risk: int, events: int, own: np.ndarray, baseline: np.ndarray
) -> MethodScores:
    gains = (own[:, 0] - baseline[:, 0], baseline[:, 1] - own[:, 1])
    rival = method == BASELINE
    return MethodScores(
        method, float(day), at_risk, events, _score(own[:, 0]), _score(own[:, 1]),
        None if rival else _score(gains[0]), None if rival else _score(gains[1]),
    )  # fmt: skip


def _score(sample: np.ndarray) -> Score:
    """The first entry with the limits of the others."""
    others = sample[1:][np.isfinite(sample[1:])]
    low, high = np.quantile(others, (0.025, 0.975)) if len(others) else (np.nan, np.nan)
    return Score(float(sample[0]), float(low), float(high))
