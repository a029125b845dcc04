"""Compiled kernel of the screen: one Cox model a marker on subjects that were sorted once.

Imported on first use, since numba takes longer to import than the rest of the room. Ties by Efron's method.
"""

from __future__ import annotations

import numpy as np

from hepatrial.biomarkers.cox_likelihood_kernel import compiled, derivatives, regular

# Columns of a row of results.
(N, EVENTS, BETA, SE, SCORE_CHI2, LIKELIHOOD_RATIO, LOG_LIKELIHOOD, STATE, COLUMNS) = range(9)
FITTED, CONSTANT, TOO_FEW, SEPARATED, COVARIATE_SEPARATES, COLLINEAR, NOT_SETTLED = range(7)

MAX_STEPS = 60
# Squared last step in standard errors.
DECREMENT = 1e-12
# A step that gains less than this yet still moves linear predictors apart by LONG_REACH is on its way to infinity.
NEARLY_DONE, LONG_REACH = 1e-5, 0.3
# The furthest that one step may move linear predictors apart.
STEP_REACH = 20.0


@compiled
def maximise(x, reach, event, last_of_time, first_of_stratum, beta, inverse):
    """Maximise from ``beta``, which it moves; fills ``inverse`` (p, p) of the information.

    ``reach`` (p,) is the range of each column. Returns value, score chi-squared at the start, and the state; the
    value of a maximum that lies at infinity is as good as reached.
    """
    p = x.shape[1]
    gradient, information = np.zeros(p), np.zeros((p, p))
    new_gradient, new_information = np.zeros(p), np.zeros((p, p))
    value = derivatives(x, event, last_of_time, first_of_stratum, beta, gradient, information)
    if not regular(information):
        return value, np.nan, COLLINEAR
    score = (gradient * np.linalg.solve(information, gradient)).sum()
    for _ in range(MAX_STEPS):
        if not regular(information):
            return value, score, SEPARATED
        step = np.linalg.solve(information, gradient)
        decrement = (gradient * step).sum()
        furthest = np.argmax(reach * np.abs(step))
        moved = reach[furthest] * np.abs(step[furthest])
        if decrement < NEARLY_DONE and moved > LONG_REACH:
            return value, score, SEPARATED if furthest == 0 else COVARIATE_SEPARATES
        length = min(1.0, STEP_REACH / max((reach * np.abs(step)).sum(), STEP_REACH))
        while True:
            trial = beta + length * step
            found = derivatives(
                x, event, last_of_time, first_of_stratum, trial, new_gradient, new_information
            )
            if found >= value - 1e-9 * max(abs(value), 1.0) or length < 1e-3:
                break
            length /= 2
        beta[:] = trial
        value = found
        gradient[:] = new_gradient
        information[:] = new_information
        if decrement < DECREMENT:
            if not regular(information):
                return value, score, SEPARATED
            inverse[:] = np.linalg.inv(information)
            return value, score, FITTED
    return value, score, NOT_SETTLED


@compiled
def screen(markers, adjust, event, last_of_time, first_of_stratum, result):
    """Fit every marker of ``markers`` (m, n) beside ``adjust`` (n, k) into ``result`` (m, COLUMNS).

    Rows whose marker or covariates are missing are left out of that marker's model.
    """
    m, n = markers.shape
    k = adjust.shape[1]
    p = k + 1
    known = np.ones(n, np.bool_)
    for i in range(n):
        for j in range(k):
            known[i] = known[i] and adjust[i, j] == adjust[i, j]
    all_known = known.sum()
    x, covariates = np.empty((n, p)), np.empty((n, k))
    died, last, first = np.empty(n, np.bool_), np.empty(n, np.bool_), np.empty(n, np.bool_)
    kept_beta, kept_value, kept = np.zeros(k), np.nan, False
    for marker in range(m):
        row = result[marker]
        row[:] = np.nan
        rows, events, begins = 0, 0, False
        for i in range(n):
            begins = begins or first_of_stratum[i]
            value = markers[marker, i]
            if known[i] and value == value:
                x[rows, 0] = value
                for j in range(k):
                    x[rows, 1 + j] = adjust[i, j]
                died[rows], first[rows], last[rows] = event[i], begins, last_of_time[i]
                events += event[i]
                begins = False
                rows += 1
            elif last_of_time[i] and rows > 0 and not begins:
                last[rows - 1] = True
        row[N], row[EVENTS] = rows, events
        if events <= p:
            row[STATE] = TOO_FEW
            continue
        scale, reach, flat = np.ones(p), np.zeros(p), False
        for j in range(p):
            column = x[:rows, j]
            size = np.abs(column).max()
            column -= column.mean()
            scale[j] = column.std()
            flat = flat or not scale[j] > 1e-12 * size
            if not flat:
                column /= scale[j]
                reach[j] = column.max() - column.min()
        if flat:
            row[STATE] = CONSTANT
            continue
        beta, inverse = np.zeros(p), np.zeros((p, p))
        at_null = np.nan
        if k > 0:
            null, state = np.zeros(k), FITTED
            if rows == all_known and kept:
                null[:] = kept_beta
                at_null = kept_value
            else:
                covariates[:rows] = x[:rows, 1:]
                at_null, _, state = maximise(
                    covariates[:rows],
                    reach[1:],
                    died[:rows],
                    last[:rows],
                    first[:rows],
                    null,
                    np.zeros((k, k)),
                )
                if rows == all_known and state == FITTED:
                    kept_beta[:] = null
                    kept_value, kept = at_null, True
            if state != FITTED:
                row[STATE] = COLLINEAR if state == COLLINEAR else COVARIATE_SEPARATES
                continue
            beta[1:] = null
        else:
            gradient, information = np.zeros(1), np.zeros((1, 1))
            at_null = derivatives(
                x[:rows], died[:rows], last[:rows], first[:rows], beta, gradient, information
            )
        value, score, state = maximise(x[:rows], reach, died[:rows], last[:rows], first[:rows], beta, inverse)
        row[STATE], row[SCORE_CHI2], row[LOG_LIKELIHOOD] = state, score, value
        row[LIKELIHOOD_RATIO] = max(2.0 * (value - at_null), 0.0)
        if state == FITTED:
            row[BETA], row[SE] = beta[0] / scale[0], np.sqrt(inverse[0, 0]) / scale[0]
