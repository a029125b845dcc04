"""The ladder of daily doses of each patient: by body weight where the protocol doses by it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hepatrial.protocol.design import Arm, DoseLevel, Regimen


def by_weight(arms: Sequence[Arm]) -> bool:
    """Whether a dose of any arm depends on body weight."""
    return any(
        regimen.lighter is not None or any(level.per_kg for level in regimen.ladder)
        for arm in arms
        for regimen in arm.regimens
    )


def most_levels(arms: Sequence[Arm]) -> int:
    """The longest dose ladder of any arm, at least 1."""
    return max(
        [len(levels) for arm in arms for regimen in arm.regimens for levels in _ladders(regimen)], default=1
    )


def daily_doses(regimen: Regimen, weight_kg: np.ndarray, levels: int) -> tuple[np.ndarray, np.ndarray]:
    """Doses on a day on the agent, mg a day, a raised one first, and the index of each patient's lowest level.

    Parameters
    ----------
    weight_kg
        Body weight, shape (n,).
    levels
        Room for levels, at least those of the longest ladder; levels that a patient does not have are 0.

    Returns
    -------
    ndarray of shape (levels, n), and ndarray of shape (n,).
    """
    doses = _doses(regimen.ladder, weight_kg, levels)
    last = np.full(len(weight_kg), len(regimen.ladder) - 1)
    if regimen.lighter is None:
        return doses, last
    light = weight_kg < regimen.lighter.below_kg
    lighter = _doses(regimen.lighter.levels, weight_kg, levels)
    return np.where(light, lighter, doses), np.where(light, len(regimen.lighter.levels) - 1, last)


def mean_daily_doses(regimen: Regimen, weight_kg: np.ndarray) -> np.ndarray:
    """Doses averaged over days on the agent and its planned pauses, mg a day; shape (levels, n)."""
    share = 1.0 if regimen.cycle is None else regimen.cycle.share_on
    return daily_doses(regimen, weight_kg, max(map(len, _ladders(regimen))))[0] * share


def _ladders(regimen: Regimen) -> tuple[tuple[DoseLevel, ...], ...]:
    return (regimen.ladder,) if regimen.lighter is None else (regimen.ladder, regimen.lighter.levels)


def _doses(ladder: tuple[DoseLevel, ...], weight_kg: np.ndarray, levels: int) -> np.ndarray:
    doses = np.zeros((levels, len(weight_kg)))
    for row, level in enumerate(ladder):
        doses[row] = level.mg_per_day * (weight_kg if level.per_kg else 1.0)
    return doses
