"""The one structure that survival data has everywhere: time, integer event code, reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.errors import Issue, UsageError


def named_cause(cause: int, causes: tuple[str, ...]) -> str:
    """Text of the event code ``cause``; `UsageError` for a code that ``causes`` does not name."""
    if cause not in range(1, len(causes)):
        raise UsageError(
            str(
                Issue(
                    what="cause: no such cause",
                    found=repr(cause),
                    allowed=", ".join(f"{code} ({text})" for code, text in enumerate(causes) if code),
                    fix="give the event code of the cause of interest",
                )
            )
        )
    return causes[int(cause)]


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

    Anything array-like is taken and kept as an array; the functions that analyse it check what it holds.
    """

    time_days: np.ndarray
    event: np.ndarray
    causes: tuple[str, ...] = ("censored", "event")

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_days", np.asarray(self.time_days))
        object.__setattr__(self, "event", np.asarray(self.event))

    def __len__(self) -> int:
        return len(self.time_days)

    def any_event(self) -> SurvivalTimes:
        """The same data with all causes taken as one event."""
        return SurvivalTimes(self.time_days, (self.event > 0).astype(np.int8), ("censored", "event"))

    def only(self, cause: int) -> SurvivalTimes:
        """The same data with cause ``cause`` as the event and all others as censoring (cause-specific)."""
        text = named_cause(cause, self.causes)
        return SurvivalTimes(self.time_days, (self.event == cause).astype(np.int8), ("censored", text))

    def select(self, which: np.ndarray) -> SurvivalTimes:
        """The rows that a mask or an index picks."""
        return SurvivalTimes(self.time_days[which], self.event[which], self.causes)
