"""Compiled kernel behind `many_trials`: one pass a trial, on integer counts.

Imported on first use, since numba takes longer to import than the rest of this room together. Everything is
compiled into one function with one signature, whose machine code numba keeps on disk.
"""

from __future__ import annotations

import numpy as np
from numba import njit

# Bits of a subject's code; the stratum follows above them. -1 marks a subject who is not in the trial.
EVENT, GROUP, STRATUM_SHIFT = 1, 2, 2
# Columns of the result.
Z, LOG_HR, LOG_HR_SE, MEDIAN_0, MEDIAN_1, EVENTS_0, EVENTS_1, COLUMNS = 0, 1, 2, 3, 4, 5, 6, 7

MAX_NEWTON_STEPS = 60
# Squared last step in standard errors; Newton's error after it is of the order of its square.
NEWTON_DECREMENT = 1e-13
# Moves a subject that the final insertion sort may take before a general sort is called in.
MOVES_PER_SUBJECT = 32


@njit(inline="always")
def _sort(time, code, sorted_time, sorted_code, count, bucket):
    """Sort the included subjects of a trial by time; False if a time is negative or not finite.

    Subjects go to about as many equal bins as there are subjects, then an insertion sort mends the order
    within bins. Times that crowd into few bins (a far outlier) fall back to a general sort.
    """
    n = len(time)
    longest = 0.0
    for i in range(n):
        if code[i] >= 0:
            if not (0.0 <= time[i] < np.inf):
                return False
            longest = max(longest, time[i])
    scale = (count - 1) / longest if longest > 0.0 else 0.0
    if not scale < np.inf:
        scale = 0.0
    bucket[: count + 1] = 0
    for i in range(n):
        if code[i] >= 0:
            bucket[int(time[i] * scale) + 1] += 1
    for b in range(count):
        bucket[b + 1] += bucket[b]
    for i in range(n):
        if code[i] >= 0:
            b = int(time[i] * scale)
            sorted_time[bucket[b]] = time[i]
            sorted_code[bucket[b]] = code[i]
            bucket[b] += 1
    moves = 0
    for i in range(1, count):
        t, c = sorted_time[i], sorted_code[i]
        j = i - 1
        while j >= 0 and sorted_time[j] > t:
            sorted_time[j + 1] = sorted_time[j]
            sorted_code[j + 1] = sorted_code[j]
            j -= 1
        sorted_time[j + 1] = t
        sorted_code[j + 1] = c
        moves += i - 1 - j
        if moves > MOVES_PER_SUBJECT * count:
            order = np.argsort(sorted_time[:count])
            sorted_time[:count] = sorted_time[:count][order]
            sorted_code[:count] = sorted_code[:count][order]
            break
    return True


@njit(inline="always")
def _median(time, code, count, group, flat):
    """Median of one group by Kaplan-Meier; the middle of a stretch flat at one half; nan if not reached."""
    at_risk = 0
    for i in range(count):
        at_risk += (code[i] & 2) == group
    survival, first = 1.0, np.nan
    i = 0
    while i < count:
        t, events, leaving = time[i], 0, 0
        while i < count and time[i] == t:
            mine = (code[i] & 2) == group
            leaving += mine
            events += mine & (code[i] & 1)
            i += 1
        if events > 0:
            survival *= 1.0 - events / at_risk
            if first == first:
                return (first + t) / 2
            if abs(survival - 0.5) < flat:
                first = t
            elif survival < 0.5:
                return t
        at_risk -= leaving
    return first


@njit(inline="always")
def _count(time, code, count, control, treated, rows):
    """Log-rank sums of one stratum; appends the risk sets of its events (Efron's for ties) to two columns.

    Returns the number of rows so far, observed minus expected, its variance, and whether an event of the
    treated (of the controls) happened while someone of the other group was at risk.
    """
    n0, n1 = 0, 0
    for i in range(count):
        n1 += (code[i] & 2) >> 1
    n0 = count - n1
    difference, variance = 0.0, 0.0
    up, down = False, False
    i = 0
    while i < count:
        t = time[i]
        d0, d1, leave1, start = 0, 0, 0, i
        while i < count and time[i] == t:
            treated_here = (code[i] & 2) >> 1
            event = code[i] & 1
            d1 += treated_here & event
            d0 += (1 - treated_here) & event
            leave1 += treated_here
            i += 1
        d = d0 + d1
        if d > 0:
            n = n0 + n1
            share = n1 / n
            difference += d1 - d * share
            if n > 1:
                variance += d * share * (1.0 - share) * ((n - d) / (n - 1.0))
            up |= (d1 > 0) & (n0 > 0)
            down |= (d0 > 0) & (n1 > 0)
            for tied in range(d):
                control[rows] = n0 - tied * d0 / d
                treated[rows] = n1 - tied * d1 / d
                rows += 1
        n1 -= leave1
        n0 -= i - start - leave1
    return rows, difference, variance, up, down


@njit(inline="always")
def _newton(control, treated, share, rows, events, start):
    """Maximise the partial likelihood of one binary covariate; (nan, nan) if it does not settle."""
    beta = start
    for _ in range(MAX_NEWTON_STEPS):
        ratio = np.exp(beta)
        for i in range(rows):
            weighted = treated[i] * ratio
            share[i] = weighted / (control[i] + weighted)
        # Four running sums in a fixed order: quick, and the same on every machine.
        s0, s1, s2, s3, v0, v1, v2, v3 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        whole = rows - rows % 4
        for i in range(0, whole, 4):
            a, b, c, d = share[i], share[i + 1], share[i + 2], share[i + 3]
            s0 += a
            s1 += b
            s2 += c
            s3 += d
            v0 += a * (1.0 - a)
            v1 += b * (1.0 - b)
            v2 += c * (1.0 - c)
            v3 += d * (1.0 - d)
        for i in range(whole, rows):
            s0 += share[i]
            v0 += share[i] * (1.0 - share[i])
        information = (v0 + v1) + (v2 + v3)
        if not information > 0.0:
            return np.nan, np.nan
        step = (events - ((s0 + s1) + (s2 + s3))) / information
        beta += min(max(step, -1.0), 1.0)
        if step * step * information < NEWTON_DECREMENT:
            # The information was taken before the last step: its slope brings it to where beta now is.
            slope = 0.0
            for i in range(rows):
                slope += share[i] * (1.0 - share[i]) * (1.0 - 2.0 * share[i])
            return beta, 1.0 / np.sqrt(information + step * slope)
    return np.nan, np.nan


def _compiled(function):
    """Compiled, and kept on disk where there is a folder to keep it in."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: neither the package's folder nor the user's own can be written to
        return njit(nogil=True)(function)


@_compiled
def analyse(time, code, strata, flat, result):
    """Analyse trials one by one into ``result`` (trials, COLUMNS); the first with an invalid time, or -1.

    ``time`` (trials, n) float64 and ``code`` (trials, n) int16, both C-contiguous; ``strata`` the number of
    strata.
    """
    trials, n = time.shape
    sorted_time, stratum_time = np.empty(n), np.empty(n)
    sorted_code, stratum_code = np.empty(n, np.int16), np.empty(n, np.int16)
    control, treated, share = np.empty(n), np.empty(n), np.empty(n)
    bucket = np.empty(n + 2, np.int64)
    for trial in range(trials):
        row = result[trial]
        row[:] = np.nan
        row[EVENTS_0], row[EVENTS_1] = 0.0, 0.0
        count = 0
        for i in range(n):
            count += code[trial, i] >= 0
        if count == 0:
            continue
        if not _sort(time[trial], code[trial], sorted_time, sorted_code, count, bucket):
            return trial
        events0, events1 = 0, 0
        for i in range(count):
            event = sorted_code[i] & 1
            treated_here = (sorted_code[i] & 2) >> 1
            events1 += event & treated_here
            events0 += event & (1 - treated_here)
        row[EVENTS_0], row[EVENTS_1] = events0, events1
        row[MEDIAN_0] = _median(sorted_time, sorted_code, count, 0, flat)
        row[MEDIAN_1] = _median(sorted_time, sorted_code, count, 2, flat)
        rows, difference, variance, up, down = 0, 0.0, 0.0, False, False
        for stratum in range(strata):
            members = 0
            for i in range(count):
                if sorted_code[i] >> STRATUM_SHIFT == stratum:
                    stratum_time[members] = sorted_time[i]
                    stratum_code[members] = sorted_code[i]
                    members += 1
            rows, d, v, u, w = _count(stratum_time, stratum_code, members, control, treated, rows)
            difference += d
            variance += v
            up |= u
            down |= w
        if variance > 0.0:
            row[Z] = difference / np.sqrt(variance)
        if up and down and variance > 0.0:
            start = min(max(difference / variance, -2.0), 2.0)
            row[LOG_HR], row[LOG_HR_SE] = _newton(control, treated, share, rows, float(events1), start)
    return -1
