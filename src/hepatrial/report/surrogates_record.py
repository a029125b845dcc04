"""A question of surrogacy as the plain record that ``--json`` prints and ``result.json`` holds."""

from __future__ import annotations

import math
from typing import Any

from hepatrial.evidence.pooling import Surrogacy, SurrogacyWithErrors
from hepatrial.evidence.questions.surrogates import Corrected, SurrogateAnswer, SurrogateRow
from hepatrial.evidence.references import in_words


def surrogates_record(answer: SurrogateAnswer) -> dict[str, Any]:
    """Stable keys; ``fit`` is None where there are too few trials, and ``why_no_fit`` says so."""
    return {
        "surrogate": answer.surrogate,
        "final": "OS",
        "line": answer.line,
        "measure": answer.measure,
        "trials": [_row(row, answer) for row in answer.rows],
        "verdict": verdict(answer),
        "few_trials": answer.few,
        "fit": None if answer.found is None else _fit(answer.found),
        "why_no_fit": answer.why_none or None,
        "with_errors_taken_out": [_corrected(one) for one in answer.corrected],
        "cautions": list(answer.cautions),
        "left_out": dict(answer.left_out),
        "sources": [in_words(row.trial.source) for row in answer.rows],
    }


def verdict(answer: SurrogateAnswer) -> str:
    """What the regression says, in a sentence."""
    found = answer.found
    if found is None:
        return f"Not known: {answer.why_none}."
    low, high = found.r2_interval
    text = (
        f"Between trials the effect on {answer.surrogate} explains {100 * low:.0f} % to {100 * high:.0f} % of how the "
        f"effect on OS varies (R2 {found.r2:.2f}). "
    )
    if found.threshold.ratio is None:
        return (
            text
            + f"No effect on {answer.surrogate}, however large, predicts one on OS: {found.threshold.why_none}."
        )
    beyond = found.threshold.log_effect is not None and found.threshold.log_effect < min(
        trial.surrogate for trial in answer.trials
    )
    article = "An" if answer.measure.startswith("o") else "A"
    text += (
        f"{article} {answer.measure} below {found.threshold.ratio:.2f} on {answer.surrogate} predicts an effect on OS "
        "in a further trial"
    )
    text += ", which no trial has reached: an extrapolation." if beyond else "."
    if answer.without_threshold:
        text += (
            " It does not stand firm: once the errors of both effects are taken out there is no such threshold at a "
            f"correlation within trials of {' or '.join(f'{rho:g}' for rho in answer.without_threshold)}."
        )
    return text


def _row(row: SurrogateRow, answer: SurrogateAnswer) -> dict[str, Any]:
    one = row.trial
    predicted = None
    if answer.found is not None and one.study in answer.found.left_out:
        left = answer.found.left_out[one.study]
        predicted = {
            "hr": math.exp(left.predicted),
            "limits": [math.exp(left.lower), math.exp(left.upper)],
            "covered": left.covered,
            "r2_of_the_others": left.r2,
        }
    return {
        "study": one.study,
        "arm": row.arm,
        "control": row.control,
        "lines": list(row.lines),
        "surrogate_ratio": math.exp(one.surrogate),
        "surrogate_log_ratio": one.surrogate,
        "surrogate_standard_error": one.surrogate_se,
        "os_hr": math.exp(one.final),
        "os_log_hr": one.final,
        "os_standard_error": one.final_se,
        "predicted_from_the_others": predicted,
        "surrogate_report": row.surrogate_report,
        "os_report": row.final_report,
        "source": one.source,
    }


def _fit(found: Surrogacy | SurrogacyWithErrors) -> dict[str, Any]:
    """An infinite error of the slope (a flat likelihood) is None: JSON has no infinity."""
    return {
        "r2": found.r2,
        "r2_interval": list(found.r2_interval),
        "intercept": found.intercept,
        "slope": found.slope,
        "slope_standard_error": found.slope_se if math.isfinite(found.slope_se) else None,
        "residual_sd": found.residual_sd,
        "threshold_ratio": found.threshold.ratio,
        "why_no_threshold": found.threshold.why_none or None,
    }


def _corrected(one: Corrected) -> dict[str, Any]:
    fit = None if one.found is None else {**_fit(one.found), "at_boundary": one.found.at_boundary}
    return {
        "within_correlation": one.within_correlation,
        "fit": fit,
        "why_no_fit": one.why_none or None,
    }
