"""How well each method finds who benefits, against the twins: error, sensitivity and specificity over trials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.predictive.absolute import absolute_interactions
from hepatrial.biomarkers.predictive.arrays import TwoArms
from hepatrial.biomarkers.predictive.effect_curve import effect_curve
from hepatrial.biomarkers.predictive.learners import Form, Kind, fitted_learner
from hepatrial.biomarkers.predictive.pseudo_values import pseudo_values_by_arm
from hepatrial.biomarkers.predictive.stepp import stepp
from hepatrial.biomarkers.predictive.twin_truth import TwinTruth
from hepatrial.errors import HepatrialError
from hepatrial.survival.checks import chosen
from hepatrial.units import DAYS_PER_MONTH

METHODS = ("interaction", "spline", "stepp", "learner")
BOUNDS = ("all alike", "best from markers")
"""What a method is set beside: the trial's mean benefit for everybody, and the truth given the markers."""
PERMUTATIONS = 199

Predicted = tuple[np.ndarray, float]
"""Predicted benefit (N,) of all patients, and p of the method's test (NaN without one)."""


@dataclass(frozen=True, slots=True)
class MethodScore:
    """One method over replicate trials; each number with its Monte-Carlo error.

    Attributes
    ----------
    error_months
        Root mean square of predicted minus expected gain given the markers, over patients outside the trial.
    error_individual_months
        The same against each patient's own gain, chance included.
    sensitivity, specificity
        Of "predicted to gain at least the threshold" for "does gain at least the threshold".
    found
        Share of trials with p at most 0.05; None for a method without a test.
    replicates, failed
        Trials that were scored, and trials in which the method gave no answer.
    """

    method: str
    error_months: tuple[float, float]
    error_individual_months: tuple[float, float]
    sensitivity: tuple[float, float]
    specificity: tuple[float, float]
    found: tuple[float, float] | None
    replicates: int
    failed: int


def score_methods(
    truth: TwinTruth,
    *,
    size: int,
    replicates: int = 100,
    threshold_days: float = DAYS_PER_MONTH,
    methods: Sequence[str] = METHODS,
    learner: tuple[Kind, Form] = ("dr", "linear"),
    seed: int = 1,
) -> tuple[MethodScore, ...]:
    """Run replicate trials of ``size`` and score each method on the patients outside each.

    The first marker of ``truth`` is the one that interaction, spline and STEPP look at; the learner has them all.
    A patient counts as benefiting who gains ``threshold_days`` or more.

    When not to use: to rank methods for data of another kind than the model makes.
    """
    for method in methods:
        chosen(method, METHODS, "methods")
    rules: dict[str, Callable[[TwoArms, int], Predicted]] = {
        "interaction": lambda trial, _: _by_line(truth, trial),
        "spline": lambda trial, number: _by_spline(truth, trial, number),
        "stepp": lambda trial, number: _by_windows(truth, trial, number),
        "learner": lambda trial, number: _by_learner(truth, trial, learner, number),
        "all alike": lambda trial, _: _all_alike(truth, trial),
        "best from markers": lambda trial, _: (truth.expected_days, np.nan),
    }
    rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in (*methods, *BOUNDS)}
    for number in range(replicates):
        trial, left = truth.trial(size, seed + number)
        for name, found in rows.items():
            try:
                predicted, p = rules[name](trial, seed + number)
            except HepatrialError:
                continue
            found.append((*_scores(truth, predicted, left, threshold_days), p))
    return tuple(_summary(name, np.array(found), replicates) for name, found in rows.items())


def _scores(truth: TwinTruth, predicted: np.ndarray, left: np.ndarray, threshold: float) -> tuple[float, ...]:
    guess, gain = predicted[left], truth.gain_days[left]
    benefits, said = gain >= threshold, guess >= threshold
    return (
        float(np.sqrt(np.mean((guess - truth.expected_days[left]) ** 2))) / DAYS_PER_MONTH,
        float(np.sqrt(np.mean((guess - gain) ** 2))) / DAYS_PER_MONTH,
        float(said[benefits].mean()) if benefits.any() else np.nan,
        float((~said[~benefits]).mean()) if (~benefits).any() else np.nan,
    )


def _summary(name: str, found: np.ndarray, replicates: int) -> MethodScore:
    if not len(found):
        nothing = (float("nan"), float("nan"))
        return MethodScore(name, nothing, nothing, nothing, nothing, None, 0, replicates)

    def of(values: np.ndarray) -> tuple[float, float]:
        spread = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
        return float(values.mean()), float(spread)

    p = found[:, 4]
    tested = np.isfinite(p).all()
    return MethodScore(
        name,
        *(of(found[:, column]) for column in range(4)),
        of((p <= 0.05).astype(float)) if tested else None,
        len(found),
        replicates - len(found),
    )


def _by_line(truth: TwinTruth, trial: TwoArms) -> Predicted:
    found = absolute_interactions(trial, truth.at_days)
    x = truth.markers[:, 0] - trial.markers[:, 0].mean()
    return found.benefit[0] + found.slope[0] * x, float(found.p[0])


def _by_spline(truth: TwinTruth, trial: TwoArms, seed: int) -> Predicted:
    found = effect_curve(trial, truth.names[0], truth.at_days, seed=seed)
    return np.interp(truth.markers[:, 0], found.x, found.benefit.estimate), found.p_benefit


def _by_windows(truth: TwinTruth, trial: TwoArms, seed: int) -> Predicted:
    found = stepp(trial, truth.names[0], truth.at_days, measure="rmst", permutations=PERMUTATIONS, seed=seed)
    return np.interp(truth.markers[:, 0], found.median, found.estimate), found.p


def _by_learner(truth: TwinTruth, trial: TwoArms, learner: tuple[Kind, Form], seed: int) -> Predicted:
    y = pseudo_values_by_arm(trial.times, trial.arm, truth.at_days, "rmst")
    kind, form = learner
    predict = fitted_learner(
        trial.markers, trial.arm.astype(float), y, kind=kind, form=form, share=trial.arm.mean(), seed=seed
    )
    return predict(truth.markers), float("nan")


def _all_alike(truth: TwinTruth, trial: TwoArms) -> Predicted:
    y = pseudo_values_by_arm(trial.times, trial.arm, truth.at_days, "rmst")
    mean = y[trial.arm == 1].mean() - y[trial.arm == 0].mean()
    return np.full(len(truth.gain_days), mean), float("nan")
