"""Compiled partial likelihood of Cox models on subjects that were sorted once (`sorted_subjects`).

The kernels of the screens stand on it. Imported on first use, since numba takes longer to import than the rest of the
room. Ties by Efron's method.
"""

from __future__ import annotations

import numpy as np
from numba import njit

# Share of a column's information that the others must leave it.
OWN_SHARE = 1e-9


def compiled(function):
    """Compiled, and kept on disk where there is a folder to keep it in."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: no folder can be written to
        return njit(nogil=True)(function)


@compiled
def derivatives(x, event, last_of_time, first_of_stratum, beta, gradient, information):
    """Partial log-likelihood at ``beta`` (p,); fills ``gradient`` (p,) and ``information`` (p, p).

    Rows of ``x`` (n, p) run by stratum and falling time, so that a risk set is everything above in the stratum.
    """
    n, p = x.shape
    s1, d1, mean = np.zeros(p), np.zeros(p), np.zeros(p)
    s2, d2 = np.zeros((p, p)), np.zeros((p, p))
    gradient[:] = 0.0
    information[:] = 0.0
    s0, d0, dead, value = 0.0, 0.0, 0, 0.0
    for i in range(n):
        if first_of_stratum[i]:
            s0 = 0.0
            s1[:] = 0.0
            s2[:] = 0.0
        eta = 0.0
        for j in range(p):
            eta += x[i, j] * beta[j]
        risk = np.exp(eta)
        s0 += risk
        for j in range(p):
            weighted = risk * x[i, j]
            s1[j] += weighted
            for k in range(j + 1):
                s2[j, k] += weighted * x[i, k]
        if event[i]:
            dead += 1
            value += eta
            d0 += risk
            for j in range(p):
                weighted = risk * x[i, j]
                gradient[j] += x[i, j]
                d1[j] += weighted
                for k in range(j + 1):
                    d2[j, k] += weighted * x[i, k]
        if last_of_time[i] and dead > 0:
            for tied in range(dead):
                share = tied / dead
                total = s0 - share * d0
                value -= np.log(total)
                for j in range(p):
                    mean[j] = (s1[j] - share * d1[j]) / total
                    gradient[j] -= mean[j]
                    for k in range(j + 1):
                        information[j, k] += (s2[j, k] - share * d2[j, k]) / total - mean[j] * mean[k]
            dead, d0 = 0, 0.0
            d1[:] = 0.0
            d2[:] = 0.0
    for j in range(p):
        for k in range(j):
            information[k, j] = information[j, k]
    return value


@compiled
def regular(information):
    """Whether every column has information of its own left beside those before it."""
    p = len(information)
    root = np.zeros((p, p))
    for j in range(p):
        rest = information[j, j]
        for k in range(j):
            rest -= root[j, k] ** 2
        if not information[j, j] > 0.0 or not rest > OWN_SHARE * information[j, j]:
            return False
        root[j, j] = np.sqrt(rest)
        for i in range(j + 1, p):
            rest = information[i, j]
            for k in range(j):
                rest -= root[i, k] * root[j, k]
            root[i, j] = rest / root[j, j]
    return True
