"""The Cox partial likelihood with Efron's or Breslow's treatment of ties: value, score and information.

All risk sets of all strata come from cumulative sums over subjects sorted by stratum and falling time, so
that one evaluation costs O(n p^2) without a loop over subjects or event times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hepatrial.survival.risk_moments import RiskMoments, moments_from_sums, summands


@dataclass(frozen=True, slots=True)
class RiskSets:
    """Subjects in risk-set order, and one row for every event.

    Attributes
    ----------
    order
        Shape (n,): the subjects by stratum, then falling time.
    stratum, stratum_start
        Stratum of each subject in that order, numbered from 0, shape (n,); row at which each stratum starts.
    x, event
        Covariates (n, p) and events (n,) in that order.
    first, last
        Shape (m,), m distinct event times over strata: the risk set is rows ``first`` to ``last`` inclusive.
    dead
        Shape (d,): rows of the events, grouped by event time.
    dead_start
        Shape (m,): where each event time starts in ``dead``.
    at, fraction
        Shape (d,): the event time of each event, and the share of its tied events that Efron's method has
        already taken out of the risk set (0 throughout for Breslow).
    """

    order: np.ndarray
    stratum: np.ndarray
    stratum_start: np.ndarray
    x: np.ndarray
    event: np.ndarray
    first: np.ndarray
    last: np.ndarray
    dead: np.ndarray
    dead_start: np.ndarray
    at: np.ndarray
    fraction: np.ndarray


def risk_sets(
    time: np.ndarray, event: np.ndarray, x: np.ndarray, stratum: np.ndarray, efron: bool
) -> RiskSets:
    """Sort the subjects and find the risk set of every event."""
    order = np.lexsort((-time, stratum))
    t, s, died = time[order], stratum[order], event[order].astype(bool)
    new_stratum = np.concatenate([[True], np.diff(s) != 0])
    new_time = new_stratum | np.concatenate([[True], np.diff(t) != 0])
    slot = np.cumsum(new_time) - 1
    last_of_slot = np.append(np.flatnonzero(new_time)[1:], len(t)) - 1
    stratum_start, number = np.flatnonzero(new_stratum), np.cumsum(new_stratum) - 1
    dead = np.flatnonzero(died)
    slots, dead_start, at, tied = np.unique(
        slot[dead], return_index=True, return_inverse=True, return_counts=True
    )
    fraction = (np.arange(len(dead)) - dead_start[at]) / tied[at] if efron else np.zeros(len(dead))
    last = last_of_slot[slots]
    first = stratum_start[number[last]]
    return RiskSets(order, number, stratum_start, x[order], died, first, last, dead, dead_start, at, fraction)


def moments(sets: RiskSets, beta: np.ndarray) -> RiskMoments:
    """Totals, means and covariances of the covariates over the risk set of every event.

    The share of tied events is taken out. Hazards are relative to the highest of the stratum: were they
    relative to the highest of all, a stratum of low hazards would drown in the rounding of the running sums.
    """
    eta = (sets.x * beta).sum(axis=1)
    shift = np.maximum.reduceat(eta, sets.stratum_start)[sets.stratum]
    risk = np.exp(eta - shift)
    stacked = summands(sets.x, risk)
    sums = _running_sums(stacked, sets.stratum_start)[sets.last[sets.at]]
    if sets.fraction.any():
        tied = np.add.reduceat(stacked[sets.dead], sets.dead_start, axis=0)[sets.at]
        sums = sums - sets.fraction[:, None] * tied
    return moments_from_sums(risk, shift, sums, sets.x.shape[1])


def _running_sums(values: np.ndarray, stratum_start: np.ndarray, *, from_last: bool = False) -> np.ndarray:
    """Running sums down the rows of each stratum, or up them.

    One sum over all strata, less what came before each, would leave small strata nothing but its rounding.
    """
    sums = np.empty_like(values)
    step = -1 if from_last else 1
    for start, end in pairwise([*stratum_start.tolist(), len(values)]):
        np.cumsum(values[start:end][::step], axis=0, out=sums[start:end][::step])
    return sums


def partial_likelihood(sets: RiskSets) -> Callable[[np.ndarray], tuple[float, np.ndarray, np.ndarray]]:
    """The function of beta (p,) that gives the log-likelihood, the score (p,) and the information (p, p)."""

    def derivatives(beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        found = moments(sets, beta)
        own = sets.x[sets.dead]
        relative = (own * beta).sum(axis=1) - found.shift[sets.dead]
        value = relative.sum() - np.log(found.total).sum()
        return float(value), (own - found.mean).sum(axis=0), found.spread.sum(axis=0)

    return derivatives


def information_of_comparisons(sets: RiskSets) -> np.ndarray:
    """Information (p, p) at beta = 0 from the events that somebody at risk outlived.

    Where all at risk have the event at once the exact likelihood does not depend on beta; Efron's and Breslow's
    approximations do, and would report an error for an effect that nothing was seen of.
    """
    size = sets.last - sets.first + 1
    outlived = size > np.bincount(sets.at)
    spread = moments(sets, np.zeros(sets.x.shape[1])).spread
    return spread[outlived[sets.at]].sum(axis=0)


def score_residuals(sets: RiskSets, found: RiskMoments) -> np.ndarray:
    """Each subject's share of the score, shape (n, p), in the order in which the subjects were given.

    Tied events share the averages of Efron's method. Source: Therneau & Grambsch 2000,
    10.1007/978-1-4757-3294-8, section 4.6.
    """
    weight = 1.0 / found.total
    columns = np.column_stack([weight, found.mean * weight[:, None]])
    hazard = np.add.reduceat(columns, sets.dead_start, axis=0)
    own = np.add.reduceat(columns * (1.0 - sets.fraction)[:, None], sets.dead_start, axis=0)
    cumulative = _hazard_up_to_each_subject(sets, hazard)
    cumulative[sets.dead] += (own - hazard)[sets.at]
    expected = found.risk[:, None] * (sets.x * cumulative[:, :1] - cumulative[:, 1:])
    residual = -expected
    tied = np.diff(np.append(sets.dead_start, len(sets.dead)))
    mean = np.add.reduceat(found.mean, sets.dead_start, axis=0) / tied[:, None]
    residual[sets.dead] += sets.x[sets.dead] - mean[sets.at]
    unsorted = np.empty_like(residual)
    unsorted[sets.order] = residual
    return unsorted


def _hazard_up_to_each_subject(sets: RiskSets, hazard: np.ndarray) -> np.ndarray:
    """Sum of ``hazard`` over the event times at which each subject is at risk, shape (n, p + 1)."""
    entering = np.zeros((len(sets.x), hazard.shape[1]))
    entering[sets.last] = hazard
    return _running_sums(entering, sets.stratum_start, from_last=True)
