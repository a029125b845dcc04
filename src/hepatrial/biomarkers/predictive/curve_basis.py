"""Forms that an effect may take over a marker: a straight line, a natural spline, a fractional polynomial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from hepatrial.analysis.benefit_curve import spline_basis
from hepatrial.survival.checks import invalid, misuse

# Shares of the subjects below each knot (Harrell 2015, 10.1007/978-3-319-19425-7, section 2.4.6).
KNOT_SHARES = {
    3: (0.10, 0.50, 0.90),
    4: (0.05, 0.35, 0.65, 0.95),
    5: (0.05, 0.275, 0.5, 0.725, 0.95),
}


class CurveBasis(Protocol):
    """Columns of a marker, without a constant."""

    @property
    def words(self) -> str:
        """What the form is called."""
        ...

    def columns(self, x: np.ndarray) -> np.ndarray:
        """Shape (n, q) for values (n,)."""
        ...


@dataclass(frozen=True, slots=True)
class StraightLine:
    """Linear in the marker."""

    @property
    def words(self) -> str:
        """What the form is called."""
        return "straight line"

    def columns(self, x: np.ndarray) -> np.ndarray:
        """Shape (n, 1)."""
        return x[:, None]


@dataclass(frozen=True, slots=True)
class NaturalSpline:
    """Cubic between the knots, linear beyond them; as many columns as knots less one."""

    knots: tuple[float, ...]

    @property
    def words(self) -> str:
        """What the form is called."""
        return f"natural spline, {len(self.knots)} knots"

    def columns(self, x: np.ndarray) -> np.ndarray:
        """Shape (n, knots - 1)."""
        return spline_basis(x, np.asarray(self.knots))[:, 1:]


@dataclass(frozen=True, slots=True)
class FractionalPolynomial:
    """Sum of powers of the marker after it was moved to positive values; a repeated power takes a logarithm with it.

    The marker is held within ``low`` and ``high`` and mapped to 0.2 to 1, so that its tails don't steer the powers.
    """

    powers: tuple[float, ...]
    low: float
    high: float

    @property
    def words(self) -> str:
        """What the form is called."""
        return "fractional polynomial, powers " + ", ".join(f"{power:g}" for power in self.powers)

    def columns(self, x: np.ndarray) -> np.ndarray:
        """Shape (n, powers)."""
        share = (np.clip(x, self.low, self.high) - self.low) / (self.high - self.low)
        positive = 0.2 + 0.8 * share
        found: list[np.ndarray] = []
        for place, power in enumerate(self.powers):
            term = np.log(positive) if power == 0 else positive**power
            if place and power == self.powers[place - 1]:
                term = found[-1] * np.log(positive)
            found.append(term)
        return np.column_stack(found)


def natural_spline(values: np.ndarray, knots: int = 3) -> NaturalSpline:
    """A spline with its knots at quantiles of the values (n,)."""
    if knots not in KNOT_SHARES:
        raise misuse(
            "knots: no such spline",
            repr(knots),
            ", ".join(map(str, KNOT_SHARES)),
            "choose 3 knots for few events",
        )
    places = np.quantile(values, KNOT_SHARES[knots])
    if (np.diff(places) <= 0).any():
        raise invalid(
            "marker: too few different values for a curve",
            f"{len(np.unique(values))} values; knots would fall together",
            f"{knots} quantiles that differ",
            "take fewer knots, or compare groups of the marker",
        )
    return NaturalSpline(tuple(float(place) for place in places))
