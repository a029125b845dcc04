"""Loewe additivity: two agents that stand in for each other as dilutions of one.

The expected effect E of doses a and b solves the isobole equation (Loewe 1928, Ergeb Physiol 27:47)

    a / A(E) + b / B(E) = 1

where A(E) and B(E) are the doses that have the effect E alone. Both exist only up to the smaller of the two largest
effects: beyond it additivity is not defined, and NaN is given. An agent without any effect is inert: the expectation is
the other's effect alone.

When not to use it: for agents with different largest effects, where the undefined region is most of the surface.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.combinations.surface import DoseSurface, Effect

POINTS = 1025
"""Of a curve of one agent alone; the inverse is then good to about 1e-6 of a dose."""
LOWEST, HIGHEST = 1e-4, 1e3
"""Range of the curve, relative to the highest dose of the surface."""
INERT = 1e-12
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class SingleCurve:
    """Effect of one agent alone on a fine grid of doses, made to ascend."""

    log_doses: np.ndarray
    log_odds: np.ndarray  # of the effect relative to the largest
    largest: float

    def dose_for(self, effect: np.ndarray) -> np.ndarray:
        """Dose with an effect; beyond the curve's ends along its last slope."""
        share = np.clip(effect / self.largest, 1e-300, 1.0 - 1e-12)
        return np.exp(_along(np.log(share / (1.0 - share)), self.log_odds, self.log_doses))


def single_curve(effect: Effect, highest_dose: float, *, second: bool) -> SingleCurve | None:
    """The curve of the first or the second agent alone; None if it has no effect."""
    doses = highest_dose * np.geomspace(LOWEST, HIGHEST, POINTS)
    effects = effect(np.zeros(POINTS), doses) if second else effect(doses, np.zeros(POINTS))
    # A curve that falls again has two doses for one effect: the smaller counts.
    rising = np.maximum.accumulate(np.broadcast_to(np.asarray(effects, dtype=float), POINTS))
    if rising[-1] < INERT:
        return None
    largest = float(rising[-1]) * (1.0 + 1e-9)
    share = np.clip(rising / largest, 1e-300, 1.0)
    log_odds = np.log(share) - np.log1p(-np.minimum(share, 1.0 - 1e-12))
    keep = np.concatenate([[True], np.diff(log_odds) > 1e-12])
    return SingleCurve(np.log(doses[keep]), log_odds[keep], largest)


def loewe_expected(effect: Effect, surface: DoseSurface) -> np.ndarray:
    """Expected effects, shape as the surface's; NaN where additivity is not defined."""
    first = single_curve(effect, surface.first_doses[-1], second=False)
    second = single_curve(effect, surface.second_doses[-1], second=True)
    shape = surface.effects.shape
    if first is None or second is None:
        alone = surface.effects[:, :1] if second is None else surface.effects[:1, :]
        return np.broadcast_to(alone, shape).copy()
    a = np.broadcast_to(surface.first_doses[:, None], shape)
    b = np.broadcast_to(surface.second_doses[None, :], shape)
    cap = min(first.largest, second.largest) * (1.0 - 1e-6)

    def parts(level: np.ndarray) -> np.ndarray:
        return a / first.dose_for(level) + b / second.dose_for(level)

    low, high = np.zeros(shape), np.full(shape, cap)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        above = parts(middle) > 1.0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    expected = np.where(parts(np.full(shape, cap)) > 1.0, np.nan, 0.5 * (low + high))
    # Alone an agent is what it is, also above what the other can do.
    expected[:, 0], expected[0, :] = surface.effects[:, 0], surface.effects[0, :]
    return expected


def loewe_excess(effect: Effect, surface: DoseSurface) -> np.ndarray:
    """Effect beyond additivity; NaN where that is not defined."""
    return surface.effects - loewe_expected(effect, surface)


def _along(x: np.ndarray, grid: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Linear interpolation, continued along the first and last slope."""
    inside = np.interp(x, grid, values)
    below = values[0] + (x - grid[0]) * (values[1] - values[0]) / (grid[1] - grid[0])
    return np.where(x < grid[0], below, inside)
