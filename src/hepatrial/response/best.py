"""Response at every scan and best overall response, for many patients at once.

Responses follow `recist`; the best response is the best one up to progression. Complete and partial response need
confirmation by another scan at least ``confirmation_days`` later; stable disease must have lasted
``stable_disease_days``. A patient without any scan is not evaluable (NE).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hepatrial.response.recist import (
    COMPLETE,
    PARTIAL,
    PROGRESSIVE,
    SMALLEST_RISE_MM,
    STABLE,
    grown,
    shrunk,
    vanished,
)

NOT_EVALUABLE = -1
NOT_ASSESSED = -2
BEST = {NOT_EVALUABLE: "NE", PROGRESSIVE: "PD", STABLE: "SD", PARTIAL: "PR", COMPLETE: "CR"}


class BestResponse(NamedTuple):
    """Best overall response; arrays of shape (n,)."""

    code: np.ndarray  # int8, key of BEST
    change_percent: np.ndarray  # best change of the sum from baseline; nan without a scan


def responses_by_scan(
    sums_mm: np.ndarray,
    new_lesion_day: np.ndarray,
    scan_days: np.ndarray,
    last_day: np.ndarray,
    criteria: str,
) -> np.ndarray:
    """Response at each scan.

    Parameters
    ----------
    sums_mm
        Shape (scans + 1, n), measured sums, baseline first.
    new_lesion_day
        Shape (n,), day from which scans show a new lesion.
    scan_days
        Shape (scans,), days of the scans after baseline.
    last_day
        Shape (n,), no scan after it.
    criteria
        A key of `recist.SMALLEST_RISE_MM`.

    Returns
    -------
    ndarray, int8, shape (scans, n): code, `NOT_ASSESSED` after ``last_day`` and after the first progression.
    """
    baseline = sums_mm[0]
    nadir = np.minimum.accumulate(sums_mm, axis=0)[:-1]
    day = scan_days[:, None]
    progressed = grown(sums_mm[1:], nadir, SMALLEST_RISE_MM[criteria]) | (new_lesion_day <= day)
    code = np.where(shrunk(sums_mm[1:], baseline), PARTIAL, STABLE)
    code = np.where(vanished(sums_mm[1:]), COMPLETE, code)
    code = np.where(progressed, PROGRESSIVE, code)
    earlier = np.cumsum(progressed, axis=0) - progressed > 0
    return np.where((day > last_day) | earlier, NOT_ASSESSED, code).astype(np.int8)


def best_response(
    responses: np.ndarray,
    sums_mm: np.ndarray,
    scan_days: np.ndarray,
    confirmation_days: float,
    stable_disease_days: float,
) -> BestResponse:
    """Best overall response from `responses_by_scan`, with confirmation."""
    assessed = responses > NOT_ASSESSED
    best = np.where(assessed.any(axis=0), PROGRESSIVE, NOT_EVALUABLE).astype(np.int8)
    stable = (responses >= STABLE) & (scan_days[:, None] >= stable_disease_days)
    best[stable.any(axis=0)] = STABLE
    for level in (PARTIAL, COMPLETE):
        best[_confirmed(responses >= level, scan_days, confirmation_days)] = level
    # Stable but for less than the required time, and no progression seen: not evaluable.
    short = assessed.any(axis=0) & (best == PROGRESSIVE) & ~(responses == PROGRESSIVE).any(axis=0)
    best[short] = NOT_EVALUABLE
    change = np.where(assessed, 100.0 * (sums_mm[1:] / sums_mm[0] - 1.0), np.inf).min(axis=0)
    return BestResponse(best, np.where(np.isfinite(change), change, np.nan))


def _confirmed(reached: np.ndarray, scan_days: np.ndarray, confirmation_days: float) -> np.ndarray:
    first = np.where(reached, scan_days[:, None], np.inf).min(axis=0)
    last = np.where(reached, scan_days[:, None], -np.inf).max(axis=0)
    return last - first >= confirmation_days
