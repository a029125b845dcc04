"""Checks of study effects before they are pooled: every problem of every study is listed at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.pooling.refusals import invalid
from hepatrial.evidence.pooling.study_effect import StudyEffect


def checked_effects(effects: Sequence[StudyEffect], *, at_least: int, method: str) -> tuple[StudyEffect, ...]:
    """Independent effects, one a study, at least so many.

    Raises
    ------
    InvalidInput
        Lists every study whose numbers cannot be used or that comes twice.
    """
    effects = tuple(effects)
    issues = [issue for effect in effects for issue in effect_problems(effect)]
    issues += _studies_given_twice(effects)
    if issues:
        raise InvalidInput(tuple(issues))
    if len(effects) < at_least:
        raise invalid(
            f"{method}: too few studies",
            f"{len(effects)}: {', '.join(effect.study for effect in effects) or 'none'}",
            f"{at_least} or more",
            "add studies, or report the single results as they are",
        )
    return effects


def effect_problems(effect: StudyEffect) -> Iterator[Issue]:
    """What makes one effect unusable."""
    where = f"{effect.study}, {effect.arm} v {effect.control}"
    if not (_is_number(effect.std_error) and effect.std_error > 0):
        yield Issue(
            what=f"{where}: std_error is not a standard error",
            found=repr(effect.std_error),
            allowed="a finite number above 0",
            fix="read the interval again; effect_from_interval makes the standard error of a printed interval",
        )
    if not _is_number(effect.log_hr):
        yield Issue(
            what=f"{where}: log_hr is not a number",
            found=repr(effect.log_hr),
            allowed="a finite number",
            fix="leave out a trial without a hazard ratio",
        )
    if effect.arm == effect.control:
        yield Issue(
            what=f"{where}: a treatment compared with itself",
            found=repr(effect.arm),
            allowed="two different treatments",
            fix="name the arms by what they were given, dose and schedule too if the trial compares those",
        )


def values_of(effects: Sequence[StudyEffect]) -> tuple[np.ndarray, np.ndarray]:
    """Log hazard ratios and standard errors, each of shape (k,)."""
    return (
        np.array([effect.log_hr for effect in effects], dtype=np.float64),
        np.array([effect.std_error for effect in effects], dtype=np.float64),
    )


def _is_number(value: float) -> bool:
    return isinstance(value, (int, float, np.floating, np.integer)) and math.isfinite(value)


def _studies_given_twice(effects: Sequence[StudyEffect]) -> list[Issue]:
    counted = Counter(effect.study for effect in effects)
    return [
        Issue(
            what=f"{study}: the study is given {count} times, and its estimates are not independent",
            found="; ".join(f"{e.arm} v {e.control} ({e.source})" for e in effects if e.study == study),
            allowed="one effect a study",
            fix="keep the final report of a trial; for several arms use a network meta-analysis",
        )
        for study, count in counted.items()
        if count > 1
    ]
