"""A whole predictive study of one frame: the screen, subgroups, and a close look at a few markers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.predictive.absolute import HighLow, high_low
from hepatrial.biomarkers.predictive.effect_curve import EffectCurve, effect_curve
from hepatrial.biomarkers.predictive.fractional_polynomial import best_polynomial
from hepatrial.biomarkers.predictive.results import LEAST_VALUES, PredictiveResults, predictive_results
from hepatrial.biomarkers.predictive.stepp import Stepp, stepp
from hepatrial.biomarkers.predictive.subgroups import SubgroupTest, halves, subgroup_tests
from hepatrial.biomarkers.predictive.verdict import Margins
from hepatrial.errors import HepatrialError

MOST_CLOSELY = 3
MOST_SUBGROUPS = 20
LEAST_EVENTS_FOR_CURVES = 60


@dataclass(frozen=True, slots=True)
class CloseLook:
    """What a continuous marker does over its range; parts that could not be made are None."""

    name: str
    spline: EffectCurve
    polynomial: EffectCurve | None
    windows: Stepp | None
    halves: HighLow | None


@dataclass(frozen=True, slots=True)
class PredictiveStudy:
    """Results of the screen, subgroups, close looks; ``not_made`` says what could not be made and why.

    ``chosen`` is True where the markers looked at closely were chosen by their p; ``units`` says what the ratios of
    each marker are per.
    """

    results: PredictiveResults
    subgroups: tuple[SubgroupTest, ...]
    closely: tuple[CloseLook, ...]
    chosen: bool
    not_made: tuple[str, ...]
    units: tuple[str, ...]


def predictive_study(
    frame: MarkerFrame,
    *,
    treated: str | None = None,
    closely: Sequence[str] | None = None,
    multiplicity: str = "fdr",
    margins: Margins | None = None,
    permutations: int = 1_000,
    seed: int = 1,
) -> PredictiveStudy:
    """Put all predictive questions to the markers of a frame.

    Parameters
    ----------
    treated
        The arm set against the control; the first after it if left out.
    closely
        Markers to draw curves of; the three with the smallest p of interaction if left out, which is said.
    """
    if treated is None and frame.arm is not None:
        treated = frame.arms[1]
    results = predictive_results(frame, treated=treated, multiplicity=multiplicity, margins=margins)
    trial, relative = results.trial, results.relative
    order = [int(j) for j in np.argsort(relative.p, kind="stable") if np.isfinite(relative.p[j])]
    names = [relative.names[j] for j in order][:MOST_CLOSELY] if closely is None else list(closely)
    looks, not_made = [], []
    for name in names:
        known = trial.known(name)
        if len(np.unique(known.markers)) < LEAST_VALUES:
            continue
        if int((np.asarray(known.times.event) > 0).sum()) < LEAST_EVENTS_FOR_CURVES:
            not_made.append(f"no curve of {name}: fewer than {LEAST_EVENTS_FOR_CURVES} events")
            continue
        try:
            looks.append(_close_look(results, name, permutations, seed, not_made))
        except HepatrialError as error:
            not_made.append(f"no curve of {name}: {_first_line(error)}")
    return PredictiveStudy(
        results=results,
        subgroups=subgroup_tests(trial, [halves(trial, relative.names[j]) for j in order[:MOST_SUBGROUPS]]),
        closely=tuple(looks),
        chosen=closely is None and trial.m > MOST_CLOSELY,
        not_made=tuple(not_made),
        units=frame.unit,
    )


def _close_look(
    results: PredictiveResults, name: str, permutations: int, seed: int, not_made: list[str]
) -> CloseLook:
    trial, window = results.trial, results.window_days
    confidence = results.relative.confidence

    def tried(what: str, make):
        try:
            return make()
        except HepatrialError as error:
            not_made.append(f"no {what} of {name}: {_first_line(error)}")
            return None

    def polynomial() -> EffectCurve:
        form = best_polynomial(trial, name)
        return effect_curve(trial, name, window, form=form, confidence=confidence, seed=seed)

    return CloseLook(
        name=name,
        spline=effect_curve(trial, name, window, confidence=confidence, seed=seed),
        polynomial=tried("fractional polynomial", polynomial),
        windows=tried(
            "STEPP",
            lambda: stepp(trial, name, window, permutations=permutations, confidence=confidence, seed=seed),
        ),
        halves=tried("high against low", lambda: high_low(trial, name, window, confidence=confidence)),
    )


def _first_line(error: HepatrialError) -> str:
    """The first line of a message that says what is wrong."""
    issues = getattr(error, "issues", None)
    return issues[0].what if issues else str(error).splitlines()[0]
