"""Which treatment comes first, and how sure that is: P-scores and the league table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtr

from hepatrial.evidence.network.fit import NetworkFit
from hepatrial.evidence.pooling import Estimate


@dataclass(frozen=True, slots=True)
class LeagueTable:
    """All treatments against each other, best P-score first.

    Attributes
    ----------
    treatments
        T names in order of rank.
    p_scores
        Shape (T,).
    hr, lower, upper
        Shapes (T, T): hazard ratio of the row's treatment to the column's, and its limits; 1 on the diagonal.
    direct_trials
        Shape (T, T): number of trials that compared the two; 0 where the estimate is indirect alone.
    """

    treatments: tuple[str, ...]
    p_scores: np.ndarray
    hr: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    direct_trials: np.ndarray


def p_scores(fit: NetworkFit, *, small_is_good: bool = True) -> dict[str, float]:
    """The mean certainty with which each treatment is better than the others.

    Parameters
    ----------
    fit
        A network fit.
    small_is_good
        True where a low hazard ratio is good (death, progression).

    Returns
    -------
    dict
        By treatment, 0 (worst for certain) to 1; their mean is 1/2.

    Notes
    -----
    The mean over competitors of one minus the one-sided p, by the distribution of the fit's intervals. The
    frequentist twin of SUCRA.

    When not to use: without intervals beside them. P-scores order treatments even where none differs from another,
    and say nothing of the size of a difference or the trust that its trials deserve.

    References
    ----------
    Ruecker & Schwarzer 2015, 10.1186/s12874-015-0060-8.
    """
    treatments = fit.network.treatments
    better = dict.fromkeys(treatments, 0.0)
    for (arm, control), estimate in fit.effects().items():
        certain = _below_zero(estimate)
        better[arm] += certain
        better[control] += 1.0 - certain
    scores = {arm: total / (len(treatments) - 1) for arm, total in better.items()}
    return scores if small_is_good else {arm: 1.0 - score for arm, score in scores.items()}


def league_table(fit: NetworkFit, *, small_is_good: bool = True) -> LeagueTable:
    """Hazard ratios of all pairs as square tables, ordered by P-score (ties by name).

    When not to use: see `p_scores`; the number of direct trials of each cell says which estimates are indirect alone.
    """
    scores = p_scores(fit, small_is_good=small_is_good)
    order = sorted(scores, key=lambda arm: (-scores[arm], arm))
    size = len(order)
    hr, lower, upper = (np.ones((size, size)) for _ in range(3))
    direct = np.zeros((size, size), dtype=np.int64)
    for i, arm in enumerate(order):
        for j, control in enumerate(order):
            if i != j:
                hr[i, j], lower[i, j], upper[i, j] = fit.effect(arm, control).ratio
                direct[i, j] = len(fit.network.trials_with(arm, control))
    return LeagueTable(tuple(order), np.array([scores[arm] for arm in order]), hr, lower, upper, direct)


def _below_zero(estimate: Estimate) -> float:
    tail = ndtr(-estimate.statistic) if estimate.df is None else stdtr(estimate.df, -estimate.statistic)
    return float(tail)
