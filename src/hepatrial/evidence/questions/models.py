"""Which statistical model leads an answer."""

from __future__ import annotations

from enum import StrEnum

LEAST_FOR_RANDOM = 3
"""Trials from which random effects lead where nobody chose: with two, tau2 rests on one degree of freedom."""


class Model(StrEnum):
    """One effect in all trials, or effects that vary between trials."""

    COMMON = "common"
    RANDOM = "random"
