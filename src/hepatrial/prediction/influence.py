"""How much each piece of evidence moves the answer: the same draws with other weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hepatrial.prediction.explained import effective_number
from hepatrial.prediction.joint_draws import JointDraws
from hepatrial.prediction.outlook import true_ratio
from hepatrial.prediction.reported import result_words
from hepatrial.prediction.success import SuccessRule
from hepatrial.prediction.weighted import Estimated, Spread, mean_of

EXPONENT = "potency.exponent"
Kind = Literal["all", "prior", "without", "alone", "bench"]


@dataclass(frozen=True, slots=True)
class Influence:
    """The answer with other evidence.

    Attributes
    ----------
    kind
        "all" results, "prior" (none), "without" one, one "alone", or all with another trust in "bench" potency.
    evidence
        Which result, or which trust.
    true_hr, success
        Of the leading comparison and endpoint.
    effective_draws
        How many draws count.
    """

    kind: Kind
    evidence: str
    true_hr: Spread
    success: Estimated
    effective_draws: float


def influences(
    draws: JointDraws, effect: tuple[str, str], rule: SuccessRule, *, bench: bool
) -> tuple[Influence, ...]:
    """All ways to weigh the evidence.

    Parameters
    ----------
    effect
        Arm and endpoint of the answer.
    bench
        Whether printed potency tells anything of this agent: it has an anchor in its profile.
    """
    log_hr, sampling_sd = draws.trial.log_hr[effect], draws.trial.sampling_sd[effect]
    success = rule.probability(log_hr, sampling_sd)
    return tuple(
        Influence(
            kind,
            evidence,
            true_ratio(log_hr, rule, weights),
            mean_of(success, weights),
            effective_number(weights),
        )
        for kind, evidence, weights in _weighings(draws, bench=bench)
    )


def _weighings(draws: JointDraws, *, bench: bool) -> Iterator[tuple[Kind, str, np.ndarray]]:
    everything = draws.weights()
    yield "all", "all results", everything
    yield "prior", "no phase 2 result", draws.prior_weights()
    names = [
        (trial.key, result_words(each, arm=len(trial.protocol.arms) > 1))
        for trial in draws.evidence
        for each in trial.observations
    ]
    for place, (trial, name) in enumerate(names):
        chosen = np.zeros(len(names), dtype=bool)
        chosen[place] = True
        label = name if len(draws.evidence) == 1 else f"{trial}, {name}"
        if len(names) > 1:
            yield "without", label, draws.weights(_by_trial(draws, ~chosen))
            yield "alone", label, draws.weights(_by_trial(draws, chosen))
    if bench:
        exponent = np.array([hyper[EXPONENT] for hyper in draws.hyper])
        low, high = np.quantile(exponent, (1.0 / 3.0, 2.0 / 3.0))
        for words, inside in (("little", exponent <= low), ("much", exponent >= high)):
            weights = np.where(inside, everything, 0.0)
            if weights.sum() > 0.0:
                weights /= weights.sum()
                mean = float(weights @ exponent)
                yield "bench", f"bench potency counts {words} ({mean:.2f})", weights


def _by_trial(draws: JointDraws, rows: np.ndarray) -> list[np.ndarray]:
    ends = np.cumsum([len(trial.observations) for trial in draws.evidence])
    return list(np.split(rows, ends[:-1]))
