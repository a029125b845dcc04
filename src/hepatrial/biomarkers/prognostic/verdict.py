"""One word for what the data say of a marker's prognostic value."""

from __future__ import annotations

import numpy as np

PROGNOSTIC, NEITHER, NOT_ENOUGH = "prognostic", "neither", "not enough data"
ALPHA = 0.05
MARGIN = 1.5
"""Hazard ratio, per what it is reported per, that would matter: a choice of this product, not a published number."""


def verdicts(
    p_adjusted: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    *,
    alpha: float = ALPHA,
    margin: float = MARGIN,
) -> tuple[str, ...]:
    """A verdict a marker.

    *Prognostic* where the p-value adjusted over all markers is at most ``alpha``; *neither* where the limits of
    the hazard ratio leave no room for one of ``margin`` or more either way; *not enough data* where they do, or
    where there is no model.
    """
    found = []
    for p, low, high in zip(p_adjusted, lower, upper, strict=True):
        if p <= alpha:
            found.append(PROGNOSTIC)
        elif low >= 1 / margin and high <= margin:
            found.append(NEITHER)
        else:
            found.append(NOT_ENOUGH)
    return tuple(found)
