"""Individual effects by meta-learners: T-, X- and DR-learner over regressions of scikit-learn, an optional extra."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from hepatrial.biomarkers.predictive.arrays import TwoArms
from hepatrial.biomarkers.predictive.pseudo_values import Measure, pseudo_values_by_arm
from hepatrial.errors import Issue, UsageError
from hepatrial.simulation.streams import Streams
from hepatrial.survival.checks import chosen, invalid

Kind = Literal["t", "x", "dr"]
KINDS: tuple[Kind, ...] = ("t", "x", "dr")
Form = Literal["linear", "forest"]
FORMS: tuple[Form, ...] = ("linear", "forest")
LEAST_AN_ARM = 30

Predictor = Callable[[np.ndarray], np.ndarray]
"""From features (n, q) to values (n,)."""


@dataclass(frozen=True, slots=True)
class IndividualEffects:
    """Benefit predicted for each subject by models that have not seen the subject.

    Attributes
    ----------
    kind, form, measure, at_days
        Which learner, over which regressions, of what.
    rows
        Which subjects (n_all,) of the trial have all features.
    features
        Names of the q features.
    benefit
        Shape (n,): predicted difference, treated minus control, of those subjects.
    outcome
        Shape (n,): their pseudo-values.
    score
        Shape (n,): doubly robust values whose mean in any group is unbiased for its effect.
    arm
        Shape (n,).
    """

    kind: Kind
    form: Form
    measure: Measure
    at_days: float
    rows: np.ndarray
    features: tuple[str, ...]
    benefit: np.ndarray
    outcome: np.ndarray
    score: np.ndarray
    arm: np.ndarray


def individual_effects(
    trial: TwoArms,
    at_days: float,
    *,
    kind: Kind = "dr",
    form: Form = "linear",
    measure: Measure = "rmst",
    folds: int = 5,
    seed: int = 1,
) -> IndividualEffects:
    """Predict each subject's benefit from all markers and adjusting columns, cross-fitted.

    Parameters
    ----------
    kind
        "t" (a model an arm), "x" (Kunzel et al.) or "dr" (Kennedy), which corrects the models by the outcomes.
    form
        "linear" (ridge regression) or "forest" (random forest).
    folds
        Every subject is predicted by models of the other folds.

    Raises
    ------
    UsageError
        scikit-learn is not there; the message says how to get it.
    InvalidInput
        Fewer than 30 subjects an arm with all features.

    Notes
    -----
    The share treated is taken as known: for randomised arms only. A learner always finds some spread of benefit; look
    at `benefit_calibration` before believing any of it. Pseudo-values assume censoring that does not go with the
    features within an arm.

    When not to use: with fewer than several hundred events; without randomisation; to tell one patient what to
    take.

    References
    ----------
    Kunzel et al. 2019, 10.1073/pnas.1804597116; Kennedy 2023, 10.1214/23-EJS2157.
    """
    chosen(kind, KINDS, "kind")
    x, rows, features = _features(trial)
    arm = trial.arm[rows].astype(np.float64)
    y = pseudo_values_by_arm(trial.times, trial.arm, at_days, measure)[rows]
    generator = Streams(seed).generator("learner folds")
    fold = _folds(arm, folds, generator)
    benefit, score = np.empty(len(y)), np.empty(len(y))
    share = arm.mean()
    for k in range(folds):
        held, seen = fold == k, fold != k
        predict = fitted_learner(
            x[seen], arm[seen], y[seen], kind=kind, form=form, share=share, seed=seed + k
        )
        benefit[held] = predict(x[held])
        outcomes = _outcome_models(x[seen], arm[seen], y[seen], form, seed + k)
        score[held] = _doubly_robust(x[held], arm[held], y[held], outcomes, share)
    return IndividualEffects(
        kind, form, measure, float(at_days), rows, features, benefit, y, score, trial.arm[rows]
    )


def fitted_learner(
    x: np.ndarray, arm: np.ndarray, y: np.ndarray, *, kind: Kind, form: Form, share: float, seed: int
) -> Predictor:
    """A learner of the effect of ``arm`` on ``y`` (n,) from features (n, q); predicts for new features."""
    control, treated = _outcome_models(x, arm, y, form, seed)
    if kind == "t":
        return lambda new: treated(new) - control(new)
    if kind == "x":
        one, none = arm == 1, arm == 0
        above = _regression(x[one], y[one] - control(x[one]), form, seed)
        below = _regression(x[none], treated(x[none]) - y[none], form, seed)
        return lambda new: share * below(new) + (1 - share) * above(new)
    half = _folds(arm, 2, Streams(seed).generator("learner halves"))
    score = np.empty(len(y))
    for k in (0, 1):
        models = _outcome_models(x[half != k], arm[half != k], y[half != k], form, seed)
        score[half == k] = _doubly_robust(x[half == k], arm[half == k], y[half == k], models, share)
    return _regression(x, score, form, seed)


def _outcome_models(
    x: np.ndarray, arm: np.ndarray, y: np.ndarray, form: Form, seed: int
) -> tuple[Predictor, Predictor]:
    control, treated = (_regression(x[arm == code], y[arm == code], form, seed) for code in (0, 1))
    return control, treated


def _doubly_robust(
    x: np.ndarray, arm: np.ndarray, y: np.ndarray, models: tuple[Predictor, Predictor], share: float
) -> np.ndarray:
    control, treated = models[0](x), models[1](x)
    return treated - control + arm * (y - treated) / share - (1 - arm) * (y - control) / (1 - share)


def _regression(x: np.ndarray, y: np.ndarray, form: Form, seed: int) -> Predictor:
    model = _model(chosen(form, FORMS, "form"), len(y), seed)
    model.fit(x, y)
    return model.predict


def _model(form: str, n: int, seed: int) -> Any:
    try:
        from sklearn.ensemble import RandomForestRegressor
        from sklearn.linear_model import RidgeCV
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
    except ImportError:
        raise UsageError(
            str(
                Issue(
                    what="learners of individual effects need scikit-learn",
                    found="it is not installed",
                    allowed="scikit-learn 1.4 or later (BSD licence)",
                    fix='pip install "hepatrial[learners]"',
                )
            )
        ) from None
    if form == "linear":
        return make_pipeline(StandardScaler(), RidgeCV(alphas=np.logspace(-2, 5, 15)))
    return RandomForestRegressor(
        n_estimators=100, min_samples_leaf=max(10, n // 20), random_state=seed % 2**31, n_jobs=1
    )


def _features(trial: TwoArms) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    x = np.column_stack([trial.markers, trial.adjust])
    rows = np.isfinite(x).all(axis=1)
    counts = [int((rows & (trial.arm == code)).sum()) for code in (0, 1)]
    if min(counts) < LEAST_AN_ARM:
        raise invalid(
            "markers: too few subjects for learners of individual effects",
            f"{counts[0]} and {counts[1]} subjects in the arms have all markers",
            f"{LEAST_AN_ARM} an arm, better several hundred",
            "leave out markers that are often missing",
        )
    return x[rows], rows, (*trial.names, *(f"adjust {k + 1}" for k in range(trial.adjust.shape[1])))


def _folds(arm: np.ndarray, folds: int, generator: np.random.Generator) -> np.ndarray:
    """A fold for each subject, both arms spread evenly."""
    found = np.empty(len(arm), dtype=np.int64)
    for code in (0, 1):
        mine = np.flatnonzero(arm == code)
        found[generator.permutation(mine)] = np.arange(len(mine)) % folds
    return found
