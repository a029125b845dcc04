"""Parts that the records of pools and networks share: estimates, trials that count, trials that do not."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import Any

from hepatrial.evidence.network import Posterior
from hepatrial.evidence.pooling import Estimate, Heterogeneity
from hepatrial.evidence.questions.counted_trials import CountedTrial, LeftOutTrial


def estimate_row(found: Estimate) -> dict[str, Any]:
    """A hazard ratio with interval, prediction interval (None where there is none), log scale and p."""
    hr, lower, upper = found.ratio
    return {
        "hr": hr,
        "ci": [lower, upper],
        "prediction": None if found.prediction is None else [exp(limit) for limit in found.prediction],
        "log_hr": found.value,
        "log_hr_standard_error": found.std_error,
        "p": found.p,
    }


def posterior_row(found: Posterior, predicted: Posterior) -> dict[str, Any]:
    """A posterior hazard ratio with credible interval, that of a further trial, and the probability below 1."""
    return {
        "hr": exp(found.median),
        "ci": [exp(found.lower), exp(found.upper)],
        "prediction": [exp(predicted.lower), exp(predicted.upper)],
        "probability_below_1": found.probability_below_0,
    }


def heterogeneity_row(found: Heterogeneity) -> dict[str, Any]:
    """Q, tau2 with its interval, I2 and H2."""
    return {
        "q": found.q,
        "df": found.df,
        "p": found.p,
        "tau2": found.tau2,
        "tau2_ci": None if found.tau2_interval is None else list(found.tau2_interval),
        "i2_percent": found.i2_percent,
        "h2": found.h2,
    }


def counted_rows(counted: Sequence[CountedTrial]) -> list[dict[str, Any]]:
    """A row a comparison, in the direction of the question."""
    return [_counted_row(one) for one in counted]


def left_out_rows(left_out: Sequence[LeftOutTrial]) -> list[dict[str, Any]]:
    """A row a record."""
    return [
        {
            "trial": one.trial,
            "name": one.name,
            "reason": one.reason,
            "near": one.near,
            "citation": one.citation,
        }
        for one in left_out
    ]


def flat_counted_rows(counted: Sequence[CountedTrial]) -> list[dict[str, Any]]:
    """The same for a table of text: no lists."""
    return [
        {key: value for key, value in row.items() if key != "ci"}
        | {"hr_low": (row["ci"] or (None, None))[0], "hr_high": (row["ci"] or (None, None))[1]}
        for row in counted_rows(counted)
    ]


def _counted_row(one: CountedTrial) -> dict[str, Any]:
    hr, low, high = one.ratio
    return {
        "study": one.effect.study,
        "trial": one.comparison.trial,
        "report": one.comparison.name,
        "year": one.year,
        "line": one.line,
        "treatment": one.effect.arm,
        "control": one.effect.control,
        "treatment_patients": one.patients[0],
        "control_patients": one.patients[1],
        "endpoint": one.comparison.endpoint,
        "hr": hr,
        "ci": None if low is None else [low, high],
        "level_percent": one.comparison.level_percent,
        "level_stated": one.comparison.level_stated,
        "inverse_printed": one.turned,
        "log_hr": one.effect.log_hr,
        "log_hr_standard_error": one.effect.std_error,
        "own": one.own,
        "source": one.comparison.source,
        "citation": one.citation,
    }
