"""Whether the phase 2 results are such as the model can make: each beside what draws would report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.prediction.joint_draws import JointDraws
from hepatrial.prediction.reported import replicated_reports, result_words
from hepatrial.prediction.weighted import Spread, spread_of
from hepatrial.simulation.streams import Streams

REPLICATES = 40
"""Reports of each draw."""
OUTSIDE = 0.025


@dataclass(frozen=True, slots=True)
class CheckedResult:
    """One phase 2 result beside its predictive distributions.

    Attributes
    ----------
    ratio
        Whether it is a hazard ratio.
    before, after
        What would be reported, with the chance of a trial of that size: without the phase 2 results, and with all.
    share_below
        Of the reports after, how many lie below the reported one, half of those that equal it.
    outside_before, outside
        Whether it lies outside the middle 95 % before and after.
    """

    trial: str
    name: str
    ratio: bool
    reported: float
    before: Spread
    after: Spread
    share_below: float
    outside_before: bool
    outside: bool


def checked_results(draws: JointDraws, seed: int) -> tuple[CheckedResult, ...]:
    """All results of all phase 2 trials."""
    prior, weights = draws.prior_weights(), draws.weights()
    found = []
    for trial, reports in zip(draws.evidence, draws.reports, strict=True):
        for place, each in enumerate(trial.observations):
            random = Streams(seed).generator(f"predictive check of {trial.key}", place)
            made = replicated_reports(each, reports[:, place], REPLICATES, random)
            values = made.ravel()
            before, after = (np.repeat(w / REPLICATES, REPLICATES) for w in (prior, weights))
            below = [_share_below(values, w, each.published) for w in (before, after)]
            outside = [not OUTSIDE <= share <= 1.0 - OUTSIDE for share in below]
            found.append(
                CheckedResult(
                    trial=trial.key,
                    name=result_words(each, arm=len(trial.protocol.arms) > 1),
                    ratio=each.control is not None,
                    reported=each.published,
                    before=spread_of(values, before),
                    after=spread_of(values, after),
                    share_below=below[1],
                    outside_before=outside[0],
                    outside=outside[1],
                )
            )
    return tuple(found)


def _share_below(values: np.ndarray, weights: np.ndarray, reported: float) -> float:
    same = np.isclose(values, reported, rtol=1e-9)
    return float(weights[(values < reported) & ~same].sum() + 0.5 * weights[same].sum())
