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
four nodes, 0, a, b and 1, with a b = (a + b) / 2 - 3/10, where quadrature is exact to degree 4. Gauss-Lobatto
quadrature, exact to degree 5, is one of these rules, with a = 0.276. An earlier a meets the first hours of an agent
better, when occupancy rises most. Between 0.18 and 0.276, a = 3/14 is a compromise of the two worst cases: 1 / (1 + c)
with c rising to 14 within hours, which asks for an earlier a, and the signal under sorafenib, which asks for one of
0.22.

Where only the mean over the day counts, a parabola with the same mean stands for such a drive (`effective_middle`); a
state whose rate may be fast is relaxed to the cubic through all four nodes (`relaxed_over_day`).
"""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

import numpy as np

from hepatrial.disease.arrays import Array

T = TypeVar("T")
EARLY = 3.0 / 14.0
LATE = (0.3 - 0.5 * EARLY) / (0.5 - EARLY)
"""Inner nodes of a day whose drive changes within hours, in days."""
OF_NODE = np.linalg.inv(np.vander([0.0, EARLY, LATE, 1.0], increasing=True)).T
"""Coefficients of the cubic that is 1 at one node and 0 at the others: a row a node, a column a power."""
IN_MEAN = tuple(float(weight) for weight in OF_NODE @ (1.0 / np.arange(1.0, 5.0)))
"""Weight of each node in the mean over the day."""
SERIES_BELOW = 0.5
SERIES_TERMS = 16


class OverDay(NamedTuple, Generic[T]):
    """A quantity at the start, in the middle and at the end of a day."""

    start: T
    middle: T
    end: T


class AtNodes(NamedTuple, Generic[T]):
    """A quantity that may change within hours, at the four nodes of a day."""

    start: T
    early: T
    late: T
    end: T


class Relaxation(NamedTuple):
    """Weights of the drive at the three nodes; scalars or arrays of shape (n,)."""

    start: np.ndarray
    middle: np.ndarray
    end: np.ndarray


class FastRelaxation(NamedTuple):
    """Weights of a drive at the four nodes in the state of the middle and of the end; scalars or arrays (n,)."""

    middle: AtNodes[np.ndarray]
    end: AtNodes[np.ndarray]


def mean(value: OverDay[Array]) -> Array:
    """Mean over the day by Simpson's rule."""
    return (value.start + 4.0 * value.middle + value.end) / 6.0


def effective_middle(start: Array, early: Array, late: Array, end: Array) -> Array:
    """The middle with which Simpson's rule gives the mean of a quantity known at the four nodes.

    In differences, so that what does not change stays to the last bit.
    """
    _, of_early, of_late, of_end = IN_MEAN
    return (
        start
        + (1.5 * of_early) * (early - start)
        + (1.5 * of_late) * (late - start)
        + (1.5 * of_end - 0.25) * (end - start)
    )


def relaxed(state: Array, drive: OverDay[Array], weights: Relaxation) -> Array:
    """The state after the time that ``weights`` were made for."""
    return (
        state
        + weights.start * (drive.start - state)
        + weights.middle * (drive.middle - state)
        + weights.end * (drive.end - state)
    )


def relaxed_over_day(state: Array, drive: AtNodes[Array], weights: FastRelaxation) -> OverDay[Array]:
    """The state over the day; its middle is the one with which Simpson's rule gives the mean of the day."""
    pull = [value - state for value in drive]
    middle, end = (state + sum(w * p for w, p in zip(of_nodes, pull, strict=True)) for of_nodes in weights)
    return OverDay(state, middle, end)


def fast_relaxation_of_day(rate_per_day: np.ndarray | float) -> FastRelaxation:
    """Weights for a drive that changes within hours: exact for the cubic through its four nodes.

    The mean of y over the day takes int_0^1 (1 - exp(-r (1 - s))) s^k ds, by parts the next moment over k + 1.
    """
    moments = _moments(np.asarray(rate_per_day, dtype=np.float64), 5)
    means = [moments[power + 1] / (power + 1.0) for power in range(4)]
    end, average = (
        [sum(factor * value for factor, value in zip(row, by_power, strict=False)) for row in OF_NODE]
        for by_power in (moments, means)
    )
    middle = [1.5 * whole - 0.25 * last for whole, last in zip(average, end, strict=True)]
    return FastRelaxation(middle=AtNodes(*middle), end=AtNodes(*end))


def relaxation_of_day(rate_per_day: np.ndarray | float) -> Relaxation:
    """Weights for a whole day; ``rate_per_day`` is a number or an array, positive."""
    constant, linear, square = _moments(np.asarray(rate_per_day, dtype=np.float64))
    return Relaxation(
        start=2.0 * square - 3.0 * linear + constant,
        middle=4.0 * (linear - square),
        end=2.0 * square - linear,
    )


def _moments(z: np.ndarray, number: int = 3) -> list[np.ndarray]:
    """int_0^1 z exp(-z (1 - s)) s^k ds from k = 0 on; by its series where subtraction would lose digits."""
    safe = np.maximum(z, SERIES_BELOW)
    closed = [-np.expm1(-safe)]
    for power in range(1, number):
        closed.append(1.0 - power * closed[-1] / safe)
    found = []
    for power in range(number):
        term, total = np.ones_like(z), np.zeros_like(z)
        for order in range(1, SERIES_TERMS + 1):
            term = term * z / (power + order)
            total = total - (-1.0) ** order * term
        found.append(np.where(z < SERIES_BELOW, total, closed[power]))
    return found
