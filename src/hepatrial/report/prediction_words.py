"""The answer of a prediction in a sentence or two, and names of what it rests on."""

from __future__ import annotations

from hepatrial.prediction.answer import Prediction
from hepatrial.prediction.influence import Influence
from hepatrial.prediction.weighted import Spread
from hepatrial.report.outlook_tables import percent_text, success_words

WHERE_FROM = {"without": "without", "alone": "only"}


def question_words(found: Prediction) -> str:
    """The question."""
    return (
        f"{found.agent.name} has come through phase 2. Will {found.protocol.name}, {found.arm} against "
        f"{found.protocol.control} in {found.protocol.size} patients, show {success_words(found.after)} on "
        f"{found.endpoint}?"
    )


def answer_words(found: Prediction) -> str:
    """The answer with its uncertainty."""
    effect = found.after.effect(found.arm, found.endpoint)
    low, high = effect.true_hr.intervals[80]
    before = percent_text(found.before.effect(found.arm, found.endpoint).success)
    known, compared = (
        ("From bench pharmacology and other agents alone, without any phase 2 result", "")
        if found.phase2 is None
        else ("With its phase 2 results", f"; without them it would be {before}")
    )
    return (
        f"{known}, {found.arm} against {effect.control} is expected to have a hazard ratio of {found.endpoint} of "
        f"{effect.true_hr.median:.2f}; 80 % of the probability lies between {low:.2f} and {high:.2f}. The probability "
        f"of success is {percent_text(effect.success)}{compared}."
    )


def influence_words(found: Influence) -> str:
    """What was weighed, in words."""
    before = WHERE_FROM.get(found.kind)
    return f"{before} {found.evidence}" if before else found.evidence


def short_spread(spread: Spread) -> str:
    """Median and the middle 95 %, with three significant digits."""
    low, high = spread.intervals[95]
    return f"{spread.median:.3g} ({low:.3g} to {high:.3g})"
