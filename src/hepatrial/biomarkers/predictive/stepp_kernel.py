"""Compiled kernel of STEPP: the effect of treatment in each of many overlapping windows, under many permutations.

Imported on first use. Subjects run by rising time; a subject's place is its rank by the marker, and a window is a
stretch of places.
"""

from __future__ import annotations

import numpy as np
from numba import njit

HAZARD_RATIO, RMST, SURVIVAL = 0, 1, 2


def _compiled(function):
    """Compiled, and kept on disk where there is a folder to keep it in."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: no folder can be written to
        return njit(nogil=True)(function)


@_compiled
def _log_rank(event, arm, place, last_of_time, start, end, control, treated):
    """Log hazard ratio and its error from the log-rank sums of one window."""
    n0, n1 = control, treated
    difference, variance = 0.0, 0.0
    d0, d1, left0, left1 = 0, 0, 0, 0
    for i in range(len(event)):
        if start <= place[i] < end:
            if arm[i]:
                d1 += event[i]
                left1 += 1
            else:
                d0 += event[i]
                left0 += 1
        if last_of_time[i]:
            d, n = d0 + d1, n0 + n1
            if d > 0:
                share = n1 / n
                difference += d1 - d * share
                if n > 1:
                    variance += d * share * (1.0 - share) * ((n - d) / (n - 1.0))
            n0 -= left0
            n1 -= left1
            d0, d1, left0, left1 = 0, 0, 0, 0
    if not variance > 0.0:
        return np.nan, np.nan
    return difference / variance, 1.0 / np.sqrt(variance)


@_compiled
def _kaplan_meier(time, event, arm, place, last_of_time, start, end, at_risk, code, at_days, mean):
    """Restricted mean (or survival) of one arm in one window, and its variance."""
    n, survival, area, before = at_risk, 1.0, 0.0, 0.0
    dead, left = 0, 0
    weights, first, second = 0.0, 0.0, 0.0
    for i in range(len(event)):
        if time[i] > at_days:
            break
        if arm[i] == code and start <= place[i] < end:
            dead += event[i]
            left += 1
        if last_of_time[i]:
            if dead > 0:
                area += survival * (time[i] - before)
                before = time[i]
                if n > dead:
                    weight = dead / (n * (n - dead))
                    weights += weight
                    first += weight * area
                    second += weight * area * area
                survival *= 1.0 - dead / n
            n -= left
            dead, left = 0, 0
    if not mean:
        return survival, survival * survival * weights
    area += survival * (at_days - before)
    return area, max(area * area * weights - 2.0 * area * first + second, 0.0)


@_compiled
def effects(time, event, arm, place, last_of_time, starts, ends, measure, at_days, estimate, error):
    """Fill ``estimate`` and ``error`` (k,) with the effect in each window."""
    places_of = np.zeros(len(event) + 1, np.int64)
    by_place = np.empty(len(event), np.int64)
    for i in range(len(event)):
        by_place[place[i]] = arm[i]
    for j in range(len(event)):
        places_of[j + 1] = places_of[j] + by_place[j]
    for k in range(len(starts)):
        treated = places_of[ends[k]] - places_of[starts[k]]
        control = ends[k] - starts[k] - treated
        if measure == HAZARD_RATIO:
            estimate[k], error[k] = _log_rank(
                event, arm, place, last_of_time, starts[k], ends[k], control, treated
            )
            continue
        mean = measure == RMST
        one, one_variance = _kaplan_meier(
            time, event, arm, place, last_of_time, starts[k], ends[k], treated, 1, at_days, mean
        )
        none, none_variance = _kaplan_meier(
            time, event, arm, place, last_of_time, starts[k], ends[k], control, 0, at_days, mean
        )
        estimate[k] = one - none
        spread = one_variance + none_variance
        error[k] = np.sqrt(spread) if spread > 0.0 else np.nan


@_compiled
def greatest_deviation(estimate, error):
    """Greatest standardised distance of a window from the mean of the windows, weighted by their precision.

    A window without an estimate is left out.
    """
    weights, weighted = 0.0, 0.0
    for k in range(len(estimate)):
        if error[k] > 0.0:  # not NaN
            weights += 1.0 / error[k] ** 2
            weighted += estimate[k] / error[k] ** 2
    furthest = 0.0
    for k in range(len(estimate)):
        if error[k] > 0.0:
            furthest = max(furthest, abs(estimate[k] - weighted / weights) / error[k])
    return furthest


@_compiled
def greatest_deviations(time, event, arm, places, last_of_time, starts, ends, measure, at_days, greatest):
    """`greatest_deviation` for each row of ``places`` (permutations, n)."""
    estimate, error = np.empty(len(starts)), np.empty(len(starts))
    for row in range(len(places)):
        effects(time, event, arm, places[row], last_of_time, starts, ends, measure, at_days, estimate, error)
        greatest[row] = greatest_deviation(estimate, error)
