"""Bliss independence: two agents that act as if by chance, each sparing its own share.

    E(a, b) = E(a) + E(b) - E(a) E(b)        Bliss 1939, Ann Appl Biol 26:585

When not to use it: for agents on one target or one cascade, where independence is no sensible null; an agent combined
with itself then has an excess.
"""

from __future__ import annotations

import numpy as np

from hepatrial.combinations.surface import DoseSurface


def bliss_expected(surface: DoseSurface) -> np.ndarray:
    """Expected effects, shape as the surface's."""
    first, second = surface.effects[:, :1], surface.effects[:1, :]
    return first + second - first * second


def bliss_excess(surface: DoseSurface) -> np.ndarray:
    """Effect beyond independence; positive is more than expected."""
    return surface.effects - bliss_expected(surface)
