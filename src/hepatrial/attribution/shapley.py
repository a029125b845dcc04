"""Shapley's division of an outcome among causes that act together.

With v(S) the outcome when the causes in S are active, cause j gets the mean over all orders of entering of what it
adds when it comes,

    phi_j = sum over S without j of |S|! (k - |S| - 1)! / k! (v(S and j) - v(S)),

the only division that adds up to v(all) - v(none), treats equal causes alike and gives nothing to one that changes
nothing (Shapley 1953, reprinted in 10.1017/CBO9780511528446).
"""

from __future__ import annotations

from math import factorial

import numpy as np


def shapley_values(outcome: np.ndarray) -> np.ndarray:
    """Shares of the causes.

    Parameters
    ----------
    outcome
        Shape (2**k, ...): the outcome by set of active causes, a set being the number whose bit j is set where
        cause j is active.

    Returns
    -------
    numpy.ndarray
        Shape (k, ...); sums over causes to ``outcome[-1] - outcome[0]``.
    """
    outcome = np.asarray(outcome, dtype=np.float64)
    count = outcome.shape[0].bit_length() - 1
    if outcome.shape[0] != 2**count or count == 0:
        raise ValueError(f"need an outcome for each of 2**k sets of causes, not {outcome.shape[0]}")
    shares = np.zeros((count, *outcome.shape[1:]))
    for active in range(2**count):
        size = active.bit_count()
        for cause in range(count):
            if not active >> cause & 1:
                weight = factorial(size) * factorial(count - size - 1) / factorial(count)
                shares[cause] += weight * (outcome[active | 1 << cause] - outcome[active])
    return shares
