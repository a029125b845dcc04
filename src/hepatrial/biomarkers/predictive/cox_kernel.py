"""Compiled kernel of the Cox fits in this room: one small fit after another on rows that were sorted once.

Imported on first use, since numba takes longer to import than the rest of the room. Ties by Efron's method.
"""

from __future__ import annotations

import numpy as np

from hepatrial.biomarkers.cox_likelihood_kernel import compiled, derivatives, regular

# Columns of a result of `interactions`.
N, EVENTS, EVENTS_TREATED, LOG_LIKELIHOOD, LOG_LIKELIHOOD_NULL, STATUS, HEAD = 0, 1, 2, 3, 4, 5, 6
FITTED, CONSTANT, TOO_FEW, NOT_SETTLED = 0.0, 1.0, 2.0, 3.0

MAX_STEPS = 40
# Squared last step in standard errors.
DECREMENT = 1e-11
# A coefficient of a standardised column beyond this runs to infinity (a hazard ratio of a million an SD).
FURTHEST = 14.0


@compiled
def fit(x, event, last_of_time, first_of_stratum, beta, covariance):
    """Maximise from 0; fills ``beta`` and ``covariance``. Returns (log-likelihood, settled).

    ``x`` (n, p) has standardised columns.
    """
    p = x.shape[1]
    gradient, information = np.zeros(p), np.zeros((p, p))
    trial_gradient, trial_information = np.zeros(p), np.zeros((p, p))
    beta[:] = 0.0
    value = derivatives(x, event, last_of_time, first_of_stratum, beta, gradient, information)
    for _ in range(MAX_STEPS):
        if not regular(information):
            return value, False
        step = np.linalg.solve(information, gradient)
        decrement = (gradient * step).sum()
        length = min(1.0, 3.0 / max(np.abs(step).max(), 3.0))
        while True:
            trial = beta + length * step
            found = derivatives(
                x, event, last_of_time, first_of_stratum, trial, trial_gradient, trial_information
            )
            if found >= value - 1e-9 * max(abs(value), 1.0) or length < 1e-3:
                break
            length /= 2
        beta[:] = trial
        value = found
        gradient[:] = trial_gradient
        information[:] = trial_information
        if np.abs(beta).max() > FURTHEST:
            return value, False
        if decrement < DECREMENT:
            if not regular(information):
                return value, False
            covariance[:] = np.linalg.inv(information)
            return value, True
    return value, False


@compiled
def interactions(arm, markers, adjust, event, last_of_time, first_of_stratum, least_events, found):
    """Fit arm, marker and their product, with the adjusting columns, for each marker of (n, m).

    ``found`` (m, HEAD + 3 + 9): head, coefficients of arm, marker and product, and their covariance; the marker
    is centred at its mean, so that the coefficient of the arm is the effect at the mean. Rows with a missing
    value are left out.
    """
    n, m = markers.shape
    k = adjust.shape[1]
    x = np.empty((n, 3 + k))
    died, last, first = np.empty(n, np.bool_), np.empty(n, np.bool_), np.empty(n, np.bool_)
    for marker in range(m):
        rows, begins = 0, False
        events, treated = 0, 0
        for i in range(n):
            begins = begins or first_of_stratum[i]
            value = markers[i, marker]
            complete = value == value
            for j in range(k):
                complete = complete and adjust[i, j] == adjust[i, j]
            if complete:
                x[rows, 0], x[rows, 1] = arm[i], value
                for j in range(k):
                    x[rows, 3 + j] = adjust[i, j]
                died[rows], first[rows], last[rows] = event[i], begins, last_of_time[i]
                events += event[i]
                treated += event[i] and arm[i] > 0
                begins = False
                rows += 1
            elif last_of_time[i] and rows > 0:
                last[rows - 1] = True
        row = found[marker]
        row[:] = np.nan
        row[N], row[EVENTS], row[EVENTS_TREATED] = rows, events, treated
        if treated < least_events or events - treated < least_events:
            row[STATUS] = TOO_FEW
            continue
        centre = x[:rows, 1].mean()
        x[:rows, 1] -= centre
        x[:rows, 2] = x[:rows, 0] * x[:rows, 1]
        scale, flat = np.ones(3 + k), False
        for j in range(3 + k):
            if j > 2:
                x[:rows, j] -= x[:rows, j].mean()
            scale[j] = x[:rows, j].std()
            flat = flat or not scale[j] > 1e-12 * (1.0 + abs(centre))
            if not flat:
                x[:rows, j] /= scale[j]
        if flat:
            row[STATUS] = CONSTANT
            continue
        beta, covariance = np.zeros(3 + k), np.zeros((3 + k, 3 + k))
        value, settled = fit(x[:rows], died[:rows], last[:rows], first[:rows], beta, covariance)
        if not settled:
            row[STATUS] = NOT_SETTLED
            continue
        row[STATUS], row[LOG_LIKELIHOOD] = FITTED, value
        for j in range(3):
            row[HEAD + j] = beta[j] / scale[j]
            for i in range(3):
                row[HEAD + 3 + 3 * j + i] = covariance[j, i] / (scale[j] * scale[i])
        without = np.empty((rows, 2 + k))
        without[:, :2], without[:, 2:] = x[:rows, :2], x[:rows, 3:]
        beta, covariance = np.zeros(2 + k), np.zeros((2 + k, 2 + k))
        value, settled = fit(without, died[:rows], last[:rows], first[:rows], beta, covariance)
        row[LOG_LIKELIHOOD_NULL] = value if settled else np.nan
