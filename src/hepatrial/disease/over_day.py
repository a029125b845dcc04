"""A quantity over one day, and linear relaxation over a day solved exactly.

The engine moves in steps of one day and knows what drives a state at the day's start, middle and end. A state that
relaxes linearly to its drive,

    dy/dt = r (u(t) - y),

is then solved exactly for u interpolated by a parabola through the three values (exponential quadrature: Hochbruck &
Ostermann 2010, 10.1017/S0962492910000048, section 2). Written in differences to y(0), so that a state in equilibrium
with its drive stays where it is to the last bit:

    y(1) = y(0) + sum_i W_i (u_i - y(0)),     W_i = int_0^1 r exp(-r (1 - s)) L_i(s) ds,     i = start, middle, end

with L_i the Lagrange polynomials of the nodes 0, 1/2 and 1. The error per day is of fifth order in the rates.

A drive that changes within hours, as the occupancy of a target after a change of dose, is no parabola. It is taken at
four nodes, 0, 1/5, 2/3 and 1, and its middle is the value with which Simpson's rule gives the mean that those four give
(`effective_middle`). Quadrature on them is exact to degree 4. Gauss-Lobatto quadrature, which is so to degree 5, has its
first inner node later: on the first day of an agent, when occupancy rises in the first hours, its error is several times
as large.
"""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

import numpy as np

from hepatrial.disease.arrays import Array

T = TypeVar("T")
EARLY, LATE = 1.0 / 5.0, 2.0 / 3.0
"""Inner nodes of the quadrature of a day whose drive changes within hours, in days."""
SERIES_BELOW = 0.5
SERIES_TERMS = 16


class OverDay(NamedTuple, Generic[T]):
    """A quantity at the start, in the middle and at the end of a day."""

    start: T
    middle: T
    end: T


class Relaxation(NamedTuple):
    """Weights of the drive at the three nodes; scalars or arrays of shape (n,)."""

    start: np.ndarray
    middle: np.ndarray
    end: np.ndarray


def mean(value: OverDay[Array]) -> Array:
    """Mean over the day by Simpson's rule."""
    return (value.start + 4.0 * value.middle + value.end) / 6.0


def effective_middle(start: Array, early: Array, late: Array, end: Array) -> Array:
    """The middle with which Simpson's rule gives (14 start + 125 early + 162 late + 35 end) / 336.

    In differences, so that what does not change stays to the last bit.
    """
    return (
        start
        + (125.0 / 224.0) * (early - start)
        + (81.0 / 112.0) * (late - start)
        - (3.0 / 32.0) * (end - start)
    )


def relaxed(state: Array, drive: OverDay[Array], weights: Relaxation) -> Array:
    """The state after the time that ``weights`` were made for."""
    return (
        state
        + weights.start * (drive.start - state)
        + weights.middle * (drive.middle - state)
        + weights.end * (drive.end - state)
    )


def relaxation_of_day(rate_per_day: np.ndarray | float) -> Relaxation:
    """Weights for a whole day; ``rate_per_day`` is a number or an array, positive."""
    constant, linear, square = _moments(np.asarray(rate_per_day, dtype=np.float64))
    return Relaxation(
        start=2.0 * square - 3.0 * linear + constant,
        middle=4.0 * (linear - square),
        end=2.0 * square - linear,
    )


def relaxation_of_half_day(rate_per_day: np.ndarray | float) -> Relaxation:
    """Weights for the first half of a day, with the drive known at the same three nodes of the whole day."""
    constant, linear, square = _moments(0.5 * np.asarray(rate_per_day, dtype=np.float64))
    # In units of half days the nodes are 0, 1 and 2.
    return Relaxation(
        start=0.5 * square - 1.5 * linear + constant,
        middle=2.0 * linear - square,
        end=0.5 * (square - linear),
    )


def _moments(z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """int_0^1 z exp(-z (1 - s)) s^k ds for k = 0, 1, 2; by its series where subtraction would lose digits."""
    safe = np.maximum(z, SERIES_BELOW)
    closed = [-np.expm1(-safe)]
    for power in (1, 2):
        closed.append(1.0 - power * closed[-1] / safe)
    found = []
    for power in range(3):
        term, total = np.ones_like(z), np.zeros_like(z)
        for order in range(1, SERIES_TERMS + 1):
            term = term * z / (power + order)
            total = total - (-1.0) ** order * term
        found.append(np.where(z < SERIES_BELOW, total, closed[power]))
    return found[0], found[1], found[2]
