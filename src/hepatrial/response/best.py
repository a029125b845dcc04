"""Best overall response (RECIST 1.1, table 3, with confirmation), were observation to end after each scan.

The best response is the best one up to progression. Complete and partial response need another scan at least
``confirmation_days`` later that shows as much, with no worse one between them; a scan that could not be
evaluated may lie between (Eisenhauer et al. 2009, section 4.6). Stable disease, or a response that was not
confirmed, counts as SD from ``stable_disease_days`` after baseline on. Progression before that is PD; less is
not evaluable (NE), and so is a patient without any scan.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hepatrial.response.recist import COMPLETE, PARTIAL, PROGRESSIVE, STABLE
from hepatrial.response.scan_responses import NOT_EVALUABLE, responses_by_scan

__all__ = ["BestResponse", "best_response", "responses_by_scan"]


class BestResponse(NamedTuple):
    """Best response by number of scans had; arrays of shape (n, scans + 1), the first column before any scan."""

    code: np.ndarray  # int8, code of `scan_responses.CODES`
    change_percent: np.ndarray  # float32, lowest change of the sum from baseline; nan before the first scan

    def after(self, scans: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Code and change of each patient after that many scans, shape (n,)."""
        rows = np.arange(len(self.code))
        return self.code[rows, scans], self.change_percent[rows, scans]


def best_response(
    responses: np.ndarray,
    sums_mm: np.ndarray,
    scan_days: np.ndarray,
    confirmation_days: float,
    stable_disease_days: float,
) -> BestResponse:
    """Best overall response from `responses_by_scan`.

    Parameters
    ----------
    responses
        Shape (scans, n), int8.
    sums_mm
        Shape (scans + 1, n), measured sums, baseline first.
    scan_days
        Days since baseline, shape (scans,) or, where patients have their own, (scans, n).
    """
    scans, n = responses.shape
    code = np.full((n, scans + 1), NOT_EVALUABLE, dtype=np.int8)
    days = np.broadcast_to(scan_days.reshape(scans, -1), responses.shape)
    since = {level: np.full(n, np.inf) for level in (PARTIAL, COMPLETE)}
    for scan, (response, day) in enumerate(zip(responses, days, strict=True)):
        best = code[:, scan].copy()
        best[response == PROGRESSIVE] = np.maximum(best[response == PROGRESSIVE], PROGRESSIVE)
        stable = (response >= STABLE) & (day >= stable_disease_days)
        best[stable] = np.maximum(best[stable], STABLE)
        for level, start in since.items():
            reached = response >= level
            start[(response > NOT_EVALUABLE) & ~reached] = np.inf
            start[reached] = np.minimum(start[reached], day[reached])
            confirmed = reached & (day - start >= confirmation_days)
            best[confirmed] = np.maximum(best[confirmed], level)
        code[:, scan + 1] = best
    return BestResponse(code, _lowest_change(responses, sums_mm))


def _lowest_change(responses: np.ndarray, sums_mm: np.ndarray) -> np.ndarray:
    """Lowest change of the sum from baseline so far, per cent, shape (n, scans + 1); nan before any scan."""
    scans, n = responses.shape
    lowest = np.full((n, scans + 1), np.nan, dtype=np.float32)
    change = np.where(responses > NOT_EVALUABLE, 100.0 * (sums_mm[1:] / sums_mm[0] - 1.0), np.nan)
    lowest[:, 1:] = np.fmin.accumulate(change, axis=0).T
    return lowest
