"""A dose-response surface: the effect of two agents at every pair of doses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hepatrial.errors import UsageError

Effect = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Doses of the first and of the second agent (arrays that broadcast) to an effect from 0 (none) to 1 (all)."""


@dataclass(frozen=True, slots=True)
class DoseSurface:
    """Effects over a grid.

    Attributes
    ----------
    first_doses, second_doses
        Ascending, the first of each is 0; shapes (m,) and (k,).
    effects
        Shape (m, k); first row and column are the agents alone.
    """

    first_doses: np.ndarray
    second_doses: np.ndarray
    effects: np.ndarray


def dose_surface(effect: Effect, first_doses: np.ndarray, second_doses: np.ndarray) -> DoseSurface:
    """Evaluate ``effect`` on the grid.

    Raises
    ------
    UsageError
        If doses do not ascend from 0, or the effect is no share.
    """
    for doses in (first_doses, second_doses):
        if len(doses) < 2 or doses[0] != 0.0 or np.any(np.diff(doses) <= 0.0):
            raise UsageError(
                "doses of a surface must ascend from 0\n"
                f"  found:   {', '.join(f'{dose:g}' for dose in doses)}\n"
                "  fix:     give 0 first, then larger doses"
            )
    effects = np.asarray(effect(first_doses[:, None], second_doses[None, :]), dtype=float)
    effects = np.broadcast_to(effects, (len(first_doses), len(second_doses)))
    if not np.all((effects >= -1e-9) & (effects <= 1.0 + 1e-9)):
        raise UsageError(
            "an effect must lie between 0 and 1\n"
            f"  found:   {effects.min():g} to {effects.max():g}\n"
            "  fix:     scale the effect: 0 without agents, 1 for all that could be gained"
        )
    return DoseSurface(first_doses, second_doses, np.clip(effects, 0.0, 1.0))
