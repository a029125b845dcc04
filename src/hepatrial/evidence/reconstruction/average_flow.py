"""What becomes of an arm's patients on average on a guessed curve: events and ends of follow-up over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.evidence.reconstruction.smoothest_hazards import PIECES, Hazards

STEPS_A_PIECE = 50


@dataclass(frozen=True, slots=True)
class Flow:
    """What becomes of n patients on average; shape (g,) each: days, events and censorings up to them."""

    days: np.ndarray
    events: np.ndarray
    censored: np.ndarray

    def expected_events(self, after: float) -> float:
        """Events later than a day, on average."""
        return float(self.events[-1] - np.interp(after, self.days, self.events))

    def event_days(self, since: float, until: float, count: int) -> np.ndarray:
        """Shape (count,): days of so many events between two days, spread as the flow has them."""
        return _spread(self.days, self.events, since, until, _middles(count))

    def censored_days(self, since: float, until: float, count: int, log_power: float = 0.0) -> np.ndarray:
        """The same of censorings; a ``log_power`` above 0 brings them forward, one below 0 puts them off."""
        return _spread(self.days, self.censored, since, until, _middles(count) ** np.exp(log_power))


def flow_of(hazards: Hazards, which: int, n: int, log_shape: float) -> Flow:
    """The flow of ``n`` patients on a guessed curve; for the shape of follow-up see `guessed_patients`."""
    end_days = float(hazards.edges_days[-1])
    days = np.linspace(0.0, end_days, PIECES * STEPS_A_PIECE + 1)
    survival = np.exp(-np.interp(days, hazards.edges_days, hazards.cumulative(which)))
    ended = (days / end_days) ** np.exp(log_shape)
    events = -np.diff(survival) * (1.0 - (ended[1:] + ended[:-1]) / 2)
    censored = np.diff(ended) * (survival[1:] + survival[:-1]) / 2
    return Flow(days, *(n * np.append(0.0, np.cumsum(part)) for part in (events, censored)))


def _middles(count: int) -> np.ndarray:
    return (np.arange(count) + 0.5) / max(count, 1)


def _spread(
    days: np.ndarray, cumulative: np.ndarray, since: float, until: float, shares: np.ndarray
) -> np.ndarray:
    """Days between two days at which these shares of what happens between them has happened."""
    first, last = np.interp([since, until], days, cumulative)
    reached = np.interp(first + shares * (last - first), cumulative, days)
    return np.clip(reached, since, until)
