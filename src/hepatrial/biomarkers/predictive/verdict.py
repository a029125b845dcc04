"""The verdict on a marker: prognostic, predictive, both, neither, or not enough data, by a rule that is written down.

The rule. Two questions are put to each marker, on the hazard-ratio scale per unit of the marker:

- *prognostic*: the marker's hazard ratio in the control arm;
- *predictive*: the ratio of hazard ratios between the arms (interaction with treatment).

Each gets one of three answers from its interval and a margin M > 1, the smallest ratio that matters:

- *yes*: the interval excludes 1, p adjusted for the number of markers is at most alpha, and the estimate is at or
  beyond the margin (at least M, or at most 1 / M)
  (the interaction of a continuous marker must stand beside a bent prognostic effect too: forced into a straight line,
  a bent one can pass for an interaction);
- *no*: the whole interval lies within (1 / M, M): whatever effect there is, it is too small to matter;
- *unsettled*: anything else.

Both answers yes or no give *prognostic*, *predictive*, *both* or *neither*. One answer unsettled gives *not enough
data*, with the events that would settle it. A large p is never read as the absence of an effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri

from hepatrial.survival.checks import misuse

Answer = Literal["yes", "no", "unsettled"]
Word = Literal["prognostic", "predictive", "both", "neither", "not enough data"]
WORDS: tuple[Word, ...] = ("prognostic", "predictive", "both", "neither", "not enough data")

_WORDS: dict[tuple[Answer, Answer], Word] = {
    ("yes", "no"): "prognostic",
    ("no", "yes"): "predictive",
    ("yes", "yes"): "both",
    ("no", "no"): "neither",
}


@dataclass(frozen=True, slots=True)
class Margins:
    """What matters, and with which error.

    Attributes
    ----------
    prognostic, predictive
        Smallest hazard ratio, and smallest ratio of hazard ratios, that would matter, per unit of the marker. They
        are a choice of whoever asks, not a finding; 1.25 is the default of both and has no more behind it than that
        a ratio of hazard ratios of 1.25 per SD parts the hazard ratios of the highest and the lowest third of a
        normal marker (2.2 SD apart on average) by a factor of 1.6.
    alpha
        Two-sided level of intervals and adjusted p.
    power
        With which the events that would settle a question are counted.
    """

    prognostic: float = 1.25
    predictive: float = 1.25
    alpha: float = 0.05
    power: float = 0.8

    def __post_init__(self) -> None:
        if not (self.prognostic > 1 and self.predictive > 1 and 0 < self.alpha < 1 and 0 < self.power < 1):
            raise misuse(
                "margins: no margins",
                f"prognostic {self.prognostic:g}, predictive {self.predictive:g}, alpha {self.alpha:g}, "
                f"power {self.power:g}",
                "ratios above 1; alpha and power between 0 and 1",
                "give the smallest ratio that would matter, such as 1.25",
            )


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one marker.

    Attributes
    ----------
    word
        One of `WORDS`.
    prognostic, predictive
        The two answers.
    events_to_settle
        Events in all with which the unsettled questions would be answered with the margins' power, if allocation and
        marker stay as they are; None where nothing is unsettled or nothing could be fitted.
    sentence
        The verdict in words.
    """

    word: Word
    prognostic: Answer
    predictive: Answer
    events_to_settle: int | None
    sentence: str


def answer(log_ratio: float, std_error: float, p_adjusted: float, margin: float, alpha: float) -> Answer:
    """One question answered from an estimate on the log scale; NaN is unsettled."""
    if not (np.isfinite(log_ratio) and std_error > 0):
        return "unsettled"
    half, limit = ndtri(1 - alpha / 2) * std_error, np.log(margin)
    if abs(log_ratio) > half and p_adjusted <= alpha and abs(log_ratio) >= limit:
        return "yes"
    return "no" if abs(log_ratio) + half < limit else "unsettled"


def verdict(
    prognostic: tuple[float, float, float],
    predictive: tuple[float, float, float],
    events: int,
    margins: Margins,
) -> Verdict:
    """Verdict from (log ratio, standard error, adjusted p) of both questions, and the events that they rest on."""
    answers = (
        answer(*prognostic, margins.prognostic, margins.alpha),
        answer(*predictive, margins.predictive, margins.alpha),
    )
    word = _WORDS.get(answers, "not enough data")
    wanted = [
        _events_needed(std_error, events, margin, margins)
        for found, (_, std_error, _), margin in zip(
            answers, (prognostic, predictive), (margins.prognostic, margins.predictive), strict=True
        )
        if found == "unsettled"
    ]
    known = [number for number in wanted if number is not None]
    needed = max(known) if known and len(known) == len(wanted) else None
    return Verdict(word, *answers, needed, _sentence(word, answers, needed, events))


def p_two_sided(log_ratio: np.ndarray, std_error: np.ndarray) -> np.ndarray:
    """Two-sided Wald p."""
    return 2.0 * ndtr(-np.abs(log_ratio / std_error))


def _events_needed(std_error: float, events: int, margin: float, margins: Margins) -> int | None:
    """Events at which an effect of none would be ruled out up to the margin; errors fall as 1 / sqrt(events).

    An estimate near the margin can be unsettled with more events than these.
    """
    if not std_error > 0:
        return None
    wanted = np.log(margin) / (ndtri(1 - margins.alpha / 2) + ndtri(0.5 + margins.power / 2))
    return int(np.ceil(events * (std_error / wanted) ** 2))


def _sentence(word: Word, answers: tuple[Answer, Answer], needed: int | None, events: int) -> str:
    settled = {
        "prognostic": "Prognostic; an interaction with treatment that matters is ruled out.",
        "predictive": "Predictive; an effect on the control arm that matters is ruled out.",
        "both": "Prognostic and predictive.",
        "neither": "Neither: effects that matter are ruled out for both.",
    }
    if word in settled:
        return settled[word]
    said = {
        ("yes", "unsettled"): "Prognostic; whether it is predictive is not settled",
        ("no", "unsettled"): "Not prognostic; whether it is predictive is not settled",
        ("unsettled", "yes"): "Predictive; whether it is prognostic is not settled",
        ("unsettled", "no"): "Not predictive; whether it is prognostic is not settled",
        ("unsettled", "unsettled"): "Neither question is settled",
    }[answers]
    if needed is None:
        return f"{said}: it could not be estimated from {events} events."
    if needed <= events:
        return f"{said}: the estimate lies near the margin, so that {events} events do not place it."
    return f"{said}: {events} events, some {needed:,} would settle it."
