"""Compiled coordinate descent for the Cox model with an elastic-net penalty, along a path of penalties."""

from __future__ import annotations

import numpy as np
from numba import njit

OUTER, INNER = 60, 1000
TOLERANCE = 1e-10
# The furthest that linear predictors may lie from their mean before the weights are frozen.
FURTHEST = 50.0


def _compiled(function):
    """Compiled, and kept on disk where there is a folder to keep it in."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: no folder can be written to
        return njit(nogil=True)(function)


@_compiled
def gradient(eta, event, last_of_time, residual, curvature):
    """Martingale residuals (n,) and the diagonal of the information (n,) in the linear predictor; ties after Breslow.

    Rows run by falling time. Returns the partial log-likelihood.
    """
    n = len(eta)
    top = eta.max()
    s0, dead, value = 0.0, 0, 0.0
    first, second = np.zeros(n), np.zeros(n)
    for i in range(n):
        s0 += np.exp(eta[i] - top)
        if event[i]:
            dead += 1
            value += eta[i] - top
        if last_of_time[i]:
            if dead > 0:
                value -= dead * np.log(s0)
                first[i] = dead / s0
                second[i] = dead / (s0 * s0)
            dead = 0
    a, b = 0.0, 0.0
    i = n - 1
    while i >= 0:
        # Rows of one time share what is summed from their last row on.
        if last_of_time[i]:
            a += first[i]
            b += second[i]
        risk = np.exp(eta[i] - top)
        residual[i] = (1.0 if event[i] else 0.0) - risk * a
        curvature[i] = max(risk * a - risk * risk * b, 1e-12)
        i -= 1
    return value


@_compiled
def path(x, event, last_of_time, penalties, mixing, free, betas):
    """Coefficients (penalties, p) for falling ``penalties``, each begun at the one before.

    Minimises -log-likelihood / n + penalty (mixing |beta| + (1 - mixing) beta^2 / 2) over standardised columns
    ``x`` (n, p); columns marked ``free`` are not penalised.
    """
    n, p = x.shape
    beta, eta = np.zeros(p), np.zeros(n)
    residual, curvature = np.zeros(n), np.zeros(n)
    for number in range(len(penalties)):
        l1 = penalties[number] * mixing
        l2 = penalties[number] * (1.0 - mixing)
        for _ in range(OUTER):
            gradient(eta, event, last_of_time, residual, curvature)
            working = residual.copy()
            before = beta.copy()
            size = np.zeros(p)
            for j in range(p):
                for i in range(n):
                    size[j] += curvature[i] * x[i, j] * x[i, j]
            for _ in range(INNER):
                moved = 0.0
                for j in range(p):
                    pull = 0.0
                    for i in range(n):
                        pull += x[i, j] * working[i]
                    pull = (pull + size[j] * beta[j]) / n
                    weight = size[j] / n
                    if free[j]:
                        new = pull / weight
                    else:
                        new = max(abs(pull) - l1, 0.0) * np.sign(pull) / (weight + l2)
                    step = new - beta[j]
                    if step != 0.0:
                        beta[j] = new
                        for i in range(n):
                            working[i] -= step * curvature[i] * x[i, j]
                        moved = max(moved, weight * step * step)
                if moved < TOLERANCE * 1e-2:
                    break
            eta[:] = 0.0
            for j in range(p):
                if beta[j] != 0.0:
                    for i in range(n):
                        eta[i] += x[i, j] * beta[j]
            centre = eta.mean()
            for i in range(n):
                eta[i] = min(max(eta[i] - centre, -FURTHEST), FURTHEST)
            change = 0.0
            for j in range(p):
                change = max(change, (size[j] / n) * (beta[j] - before[j]) ** 2)
            if change < TOLERANCE * 1e-2:
                break
        betas[number] = beta
