"""Compiled count of concordant pairs, with a weight for every patient and every event."""

from __future__ import annotations

import numpy as np
from numba import njit


def _compiled(function):
    """Compiled, and kept on disk where there is a folder to keep it in."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: no folder can be written to
        return njit(nogil=True)(function)


@_compiled
def weighted_concordance(time, event, patient_weight, event_weight, risk):
    """Weighted share of comparable pairs in which the higher risk came first; rows by rising time, events first.

    All arrays have shape (n,). A pair of patients i and j is comparable if i had an event and j was there longer.
    """
    n = len(time)
    right, all_pairs = 0.0, 0.0
    for i in range(n):
        if not event[i] or event_weight[i] == 0.0 or patient_weight[i] == 0.0:
            continue
        above, pairs = 0.0, 0.0
        for j in range(i + 1, n):
            if time[j] == time[i] and event[j]:
                continue
            pairs += patient_weight[j]
            if risk[i] > risk[j]:
                above += patient_weight[j]
            elif risk[i] == risk[j]:
                above += 0.5 * patient_weight[j]
        weight = event_weight[i] * patient_weight[i]
        right += weight * above
        all_pairs += weight * pairs
    return right / all_pairs if all_pairs > 0.0 else np.nan
