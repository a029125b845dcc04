"""The one structure that survival data has everywhere: time, integer event code, reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class SurvivalTimes:
    """Times to an event with competing causes.

    Attributes
    ----------
    time_days
        Shape (n,), float64, days since randomisation, finite and not negative.
    event
        Shape (n,), int8: 0 censored, 1, 2, ... an event by that cause.
    causes
        Text of each code; ``causes[0]`` is the reason of censoring in general ("censored").
    """

    time_days: np.ndarray
    event: np.ndarray
    causes: tuple[str, ...] = ("censored", "event")

    def __len__(self) -> int:
        return len(self.time_days)

    def any_event(self) -> SurvivalTimes:
        """The same data with all causes taken as one event."""
        return SurvivalTimes(self.time_days, (self.event > 0).astype(np.int8), ("censored", "event"))

    def only(self, cause: int) -> SurvivalTimes:
        """The same data with cause ``cause`` as the event and all others as censoring (cause-specific)."""
        return SurvivalTimes(
            self.time_days, (self.event == cause).astype(np.int8), ("censored", self.causes[cause])
        )

    def select(self, which: np.ndarray) -> SurvivalTimes:
        """The rows that a mask or an index picks."""
        return SurvivalTimes(self.time_days[which], self.event[which], self.causes)
