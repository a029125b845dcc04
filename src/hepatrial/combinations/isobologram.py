"""Isobologram: pairs of doses with one effect, beside the straight line of additivity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.combinations.surface import Effect

HALVINGS = 60
FARTHEST = 1e3
"""Doses are looked for up to so many times the highest that is asked for."""


@dataclass(frozen=True, slots=True)
class Isobole:
    """Doses with an effect.

    Attributes
    ----------
    effect
        The level.
    first_alone, second_alone
        Dose of each agent that has the effect alone; None where it never has.
    first_doses, second_doses
        Points of the isobole, shape (n,), the first agent's dose ascending.
    """

    effect: float
    first_alone: float | None
    second_alone: float | None
    first_doses: np.ndarray
    second_doses: np.ndarray

    @property
    def combination_index(self) -> np.ndarray | None:
        """a/A + b/B at each point: below 1 the pair needs less than additivity; None where one never has the effect."""
        if self.first_alone is None or self.second_alone is None:
            return None
        return self.first_doses / self.first_alone + self.second_doses / self.second_alone


def isobole(
    effect: Effect, level: float, first_highest: float, second_highest: float, points: int = 33
) -> Isobole:
    """Doses with ``level``, an effect between 0 and 1; ``..._highest`` set the scale on which doses are looked for."""
    nothing = np.zeros(1)
    first_alone = _dose_for(level, lambda dose: effect(dose, nothing), nothing, first_highest)[0]
    second_alone = _dose_for(level, lambda dose: effect(nothing, dose), nothing, second_highest)[0]
    end = first_alone if np.isfinite(first_alone) else first_highest
    # Denser at small doses, where a partner saves most.
    first = end * np.linspace(0.0, 1.0, points) ** 2
    second = _dose_for(level, lambda dose: effect(first, dose), first, second_highest)
    reached = np.isfinite(second)
    return Isobole(
        level,
        float(first_alone) if np.isfinite(first_alone) else None,
        float(second_alone) if np.isfinite(second_alone) else None,
        first[reached],
        second[reached],
    )


def _dose_for(level: float, effect_of, like: np.ndarray, highest: float) -> np.ndarray:
    """The smallest dose whose effect is ``level``, by halving; infinite where none is."""
    low, high = np.zeros_like(like), np.full_like(like, FARTHEST * highest)
    out_of_reach = effect_of(high) < level
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        enough = effect_of(middle) >= level
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(out_of_reach, np.inf, np.where(effect_of(np.zeros_like(like)) >= level, 0.0, high))
