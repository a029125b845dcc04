"""The partial likelihood where subjects are at risk in intervals: rows that stopped less rows that had not started."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hepatrial.survival.newton import Derivatives
from hepatrial.survival.risk_moments import RiskMoments, moments_from_sums, summands


@dataclass(frozen=True, slots=True)
class IntervalSets:
    """Rows, and for each of d events the number of rows (by falling stop, by falling start) in its risk set.

    ``by_stop`` and ``by_start`` sort the rows of each stratum; the risk set of an event at t are the rows with
    stop >= t less those with start >= t, which are `stopped` and `started` rows from the beginning of a stratum.
    """

    x: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    stratum: np.ndarray
    by_stop: np.ndarray
    by_start: np.ndarray
    stopped: np.ndarray
    started: np.ndarray
    first: np.ndarray
    dead: np.ndarray
    group: np.ndarray
    fraction: np.ndarray


def interval_sets(
    start: np.ndarray, stop: np.ndarray, event: np.ndarray, x: np.ndarray, stratum: np.ndarray, *, efron: bool
) -> IntervalSets:
    """Sort the rows and find the risk set of every event."""
    dead = np.flatnonzero(event)
    dead = dead[np.lexsort((stop[dead], stratum[dead]))]
    labels = np.column_stack([stratum[dead], stop[dead]])
    _, first_of, group, tied = np.unique(
        labels, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    group = group.reshape(-1)
    fraction = (np.arange(len(dead)) - first_of[group]) / tied[group] if efron else np.zeros(len(dead))
    by_stop, stopped, first = _rows_from(stop, stratum, dead, stop)
    by_start, started, _ = _rows_from(start, stratum, dead, stop)
    return IntervalSets(
        x, start, stop, stratum, by_stop, by_start, stopped, started, first, dead, group, fraction
    )


def _rows_from(
    key: np.ndarray, stratum: np.ndarray, dead: np.ndarray, time: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows by stratum and falling ``key``; for each event the end of those with key >= its time, and their start."""
    order = np.lexsort((-key, stratum))
    edges = np.searchsorted(stratum[order], np.arange(int(stratum.max()) + 2))
    end = np.empty(len(dead), dtype=np.int64)
    for code in np.unique(stratum[dead]):
        mine = np.flatnonzero(stratum[dead] == code)
        inside = -key[order[edges[code] : edges[code + 1]]]
        end[mine] = edges[code] + np.searchsorted(inside, -time[dead[mine]], side="right")
    return order, end, edges[stratum[dead]]


def _moments(sets: IntervalSets, beta: np.ndarray) -> RiskMoments:
    eta = (sets.x * beta).sum(axis=1)
    highest = np.full(int(sets.stratum.max()) + 1, -np.inf)
    np.maximum.at(highest, sets.stratum, eta)
    shift = highest[sets.stratum]
    risk = np.exp(eta - shift)
    stacked = summands(sets.x, risk)
    sums = _sums(stacked[sets.by_stop], sets.first, sets.stopped)
    sums = sums - _sums(stacked[sets.by_start], sets.first, sets.started)
    if sets.fraction.any():
        tied = np.zeros((int(sets.group.max()) + 1, stacked.shape[1]))
        np.add.at(tied, sets.group, stacked[sets.dead])
        sums = sums - sets.fraction[:, None] * tied[sets.group]
    return moments_from_sums(risk, shift, sums, sets.x.shape[1])


def _sums(values: np.ndarray, first: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Sums of ``values[first:end]`` for each event."""
    running = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    return running[end] - running[first]


def interval_likelihood(sets: IntervalSets) -> Derivatives:
    """The function of beta (p,) that gives the log-likelihood, the score (p,) and the information (p, p)."""

    def derivatives(beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        found = _moments(sets, beta)
        own = sets.x[sets.dead]
        relative = (own * beta).sum(axis=1) - found.shift[sets.dead]
        value = relative.sum() - np.log(found.total).sum()
        return float(value), (own - found.mean).sum(axis=0), found.spread.sum(axis=0)

    return derivatives


def interval_score_residuals(sets: IntervalSets, beta: np.ndarray) -> np.ndarray:
    """Each row's share of the score, shape (r, p); Therneau & Grambsch 2000, section 4.6."""
    found = _moments(sets, beta)
    weight = 1.0 / found.total
    columns = np.column_stack([weight, found.mean * weight[:, None]])
    residual = -found.risk[:, None] * _hazard_while_at_risk(sets, columns)(sets.x)
    groups = int(sets.group.max()) + 1
    mean = np.zeros((groups, sets.x.shape[1]))
    np.add.at(mean, sets.group, found.mean)
    mean /= np.bincount(sets.group)[:, None]
    residual[sets.dead] += sets.x[sets.dead] - mean[sets.group]
    # Of its own time a tied event carries but part of the hazard (Efron).
    spared = np.zeros((groups, columns.shape[1]))
    np.add.at(spared, sets.group, columns * sets.fraction[:, None])
    own = spared[sets.group]
    x = sets.x[sets.dead]
    residual[sets.dead] += found.risk[sets.dead][:, None] * (x * own[:, :1] - own[:, 1:])
    return residual


def _hazard_while_at_risk(sets: IntervalSets, columns: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """The hazard (times x, less times the mean) that each row meets between its start and its stop."""
    met = np.zeros((len(sets.x), columns.shape[1]))
    for code in np.unique(sets.stratum[sets.dead]):
        rows = np.flatnonzero(sets.stratum == code)
        mine = np.flatnonzero(sets.stratum[sets.dead] == code)
        at = sets.stop[sets.dead[mine]]
        running = np.concatenate([np.zeros((1, columns.shape[1])), np.cumsum(columns[mine], axis=0)])
        up_to = np.searchsorted(at, sets.stop[rows], side="right")
        before = np.searchsorted(at, sets.start[rows], side="right")
        met[rows] = running[up_to] - running[before]
    return lambda x: x * met[:, :1] - met[:, 1:]
