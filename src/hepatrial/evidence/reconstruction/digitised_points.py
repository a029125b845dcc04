"""Points of one curve, as somebody clicked them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.errors import Issue, Location

FEWEST_POINTS = 2


@dataclass(frozen=True, slots=True)
class DigitisedPoints:
    """One curve's points as they stand in a file, in its units.

    Attributes
    ----------
    name
        Of the data set, or of the file where it has none.
    time, survival
        Shape (m,).
    """

    name: str
    time: np.ndarray
    survival: np.ndarray


def too_few_points(name: str, found: int, where: Location) -> Issue:
    """What to say of a data set with fewer points than a curve needs."""
    return Issue(
        f"too few points of {name or 'the curve'}",
        where,
        found=f"{found}",
        allowed=f"{FEWEST_POINTS} or more",
        fix="digitise more of this curve",
    )
