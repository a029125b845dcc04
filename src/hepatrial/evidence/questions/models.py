"""Which statistical model leads an answer."""

from __future__ import annotations

from enum import StrEnum


class Model(StrEnum):
    """One effect in all trials, or effects that vary between trials."""

    COMMON = "common"
    RANDOM = "random"
