"""Compiled search behind `StepHeights`: the likeliest whole numbers at risk at the drops of one interval.

Imported on first use, since numba takes long to import.
"""

from __future__ import annotations

import numpy as np
from numba import njit

# Histories that are less likely than the best so far by more than exp(-PRUNED) are given up.
PRUNED = 40.0
# Room left for the arithmetic of an exact curve when the quotient d = n (1 - S / S_before) is rounded down.
ROUNDING = 1e-9


@njit(cache=True)
def likeliest_counts(drop, expected, weight, most_censored, at_risk, floor, survival_before, error, price):
    """Events at each drop and patients censored before it.

    Parameters
    ----------
    drop, expected, weight, most_censored
        Shape (k,): survival after each drop; the number of patients expected to be censored in this interval by
        then, and the weight of the squared difference from it; the most that may be censored since the last drop.
    at_risk, floor
        Patients at the start of the interval, and the number that must be left at its end.
    survival_before, error, price
        Reconstructed survival at the start; standard deviation of a digitised survival; the cost of each event after
        the first at one drop.

    Returns
    -------
    events, censored
        Shape (k,), int64.
    survival, cost
        Reconstructed survival at the end; minus the log-likelihood, but for constants.

    Notes
    -----
    A search by stages over the number at risk (Viterbi). A state carries the survival and the number censored of the
    best history that leads to it, so that rounding does not add up; this makes the search near-exact, not exact.
    """
    k, size = len(drop), at_risk + 1
    came_from = np.zeros((k, size), dtype=np.int32)
    just_before = np.zeros((k, size), dtype=np.int32)
    cost = np.full(size, np.inf)
    survival = np.full(size, survival_before)
    censored = np.zeros(size, dtype=np.int64)
    cost[at_risk] = 0.0
    waiting, source = np.empty(size), np.empty(size, dtype=np.int32)
    for step in range(k):
        waiting[:] = np.inf
        best = cost.min()
        for n in range(floor, size):
            if cost[n] > best + PRUNED:
                continue
            for c in range(min(most_censored[step], n - floor) + 1):
                away = censored[n] + c - expected[step]
                value = cost[n] + weight[step] * away * away
                if value < waiting[n - c]:
                    waiting[n - c] = value
                    source[n - c] = n
        next_cost, next_survival = np.full(size, np.inf), np.zeros(size)
        next_censored = np.zeros(size, dtype=np.int64)
        for n in range(floor, size):
            if waiting[n] == np.inf:
                continue
            origin = source[n]
            level = survival[origin]
            share = 1.0 - drop[step] / level if level > 0.0 else 0.0
            fewest = int(max(n * share + ROUNDING, 0.0))
            for events in (min(fewest, n - floor), min(fewest + 1, n - floor)):
                after = level * (1.0 - events / n) if n > 0 else level
                away = (after - drop[step]) / error
                value = waiting[n] + 0.5 * away * away + price * max(events - 1, 0)
                left = n - events
                if value < next_cost[left]:
                    next_cost[left] = value
                    next_survival[left] = after
                    next_censored[left] = censored[origin] + origin - n
                    came_from[step, left] = origin
                    just_before[step, left] = n
        cost, survival, censored = next_cost, next_survival, next_censored
    end = int(np.argmin(cost))
    return _trace(came_from, just_before, end), survival[end], cost[end]


@njit(cache=True)
def _trace(came_from, just_before, end):
    """Row 0: events at each drop; row 1: patients censored between the last drop and this one."""
    counts = np.zeros((2, len(came_from)), dtype=np.int64)
    for step in range(len(came_from) - 1, -1, -1):
        n, origin = just_before[step, end], came_from[step, end]
        counts[0, step] = n - end
        counts[1, step] = origin - n
        end = origin
    return counts
