"""Response at every scan, for many patients at once."""

from __future__ import annotations

import numpy as np

from hepatrial.response.recist import (
    COMPLETE,
    PARTIAL,
    PROGRESSIVE,
    RESPONSES,
    SMALLEST_RISE_MM,
    STABLE,
    grown,
    shrunk,
    vanished,
)

NOT_EVALUABLE = -1
NOT_ASSESSED = -2
CODES = {"NE": NOT_EVALUABLE, **{name: code for code, name in enumerate(RESPONSES)}}


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
        Shape (scans + 1, n), measured sums, baseline first; nan where a scan was missed.
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
    ndarray, int8, shape (scans, n): a code of `CODES`, `NOT_EVALUABLE` at a missed scan or without a baseline,
    `NOT_ASSESSED` after ``last_day`` and after the first progression.
    """
    baseline, sums = sums_mm[0], sums_mm[1:]
    # fmin passes over missed scans; the nadir of a scan is the smallest sum before it.
    nadir = np.fmin.accumulate(sums_mm, axis=0)[:-1]
    day = scan_days[:, None]
    missed = np.isnan(sums) | np.isnan(baseline)
    progressed = (grown(sums, nadir, SMALLEST_RISE_MM[criteria]) | (new_lesion_day <= day)) & ~missed
    code = np.where(shrunk(sums, baseline), PARTIAL, STABLE)
    code = np.where(vanished(sums), COMPLETE, code)
    code = np.where(progressed, PROGRESSIVE, code)
    code = np.where(missed, NOT_EVALUABLE, code)
    earlier = np.cumsum(progressed, axis=0) - progressed > 0
    return np.where((day > last_day) | earlier, NOT_ASSESSED, code).astype(np.int8)


def response_names(codes: np.ndarray) -> np.ndarray:
    """Text of each code; empty where not assessed."""
    return np.asarray(["", "NE", *RESPONSES])[codes - NOT_ASSESSED]
