"""Patients between two known points of a curve, so many that their own curve comes down from one to the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.evidence.reconstruction.average_flow import Flow

# Two values of survival that are one when a median is read off (a curve that is flat at exactly a half).
ONE_VALUE = 1e-7
# A landmark that is met as closely as this is met: publications give tenths of a per cent at most.
MET = 5e-4
# How far the censoring of a stretch may be brought forward or put off, as the logarithm of a power of its share.
LOG_POWER = (-2.0, 2.0)
HALVINGS = 30


@dataclass(frozen=True, slots=True)
class Laid:
    """Days of events and of censorings of a stretch, each in order, among those at risk at its start."""

    event_days: np.ndarray
    censored_days: np.ndarray
    at_risk: int

    @property
    def left(self) -> int:
        """Patients who are still followed at the end."""
        return self.at_risk - len(self.event_days) - len(self.censored_days)

    @property
    def falls_to(self) -> float:
        """Share of its height that the Kaplan-Meier curve keeps."""
        gone = np.arange(len(self.event_days)) + np.searchsorted(
            self.censored_days, self.event_days, side="left"
        )
        return float(np.prod(1.0 - 1.0 / (self.at_risk - gone)))


@dataclass(frozen=True, slots=True)
class KnownStretch:
    """From one known point to the next.

    Attributes
    ----------
    since, until
        Days of both.
    at_risk, survival
        Patients and height of their curve at the start.
    lost
        Patients who are censored on the way.
    """

    flow: Flow
    since: float
    until: float
    at_risk: int
    lost: int
    survival: float

    def to_median(self) -> Laid | None:
        """Events until the curve is below a half, the last on the very day; None if there are too few patients."""
        count = self._events_to_reach(0.5 - ONE_VALUE)
        if count is None:
            return None
        laid = self._laid(count)
        laid.event_days[-1] = self.until
        before = Laid(laid.event_days[:-1], laid.censored_days, laid.at_risk)
        if count > 1 and self.survival * before.falls_to <= 0.5 + ONE_VALUE:
            # Flat at exactly a half, the curve would have its median in the middle of the flat stretch.
            laid.event_days[-2] = self.until
        return laid

    def to_landmark(self, share: float) -> Laid | None:
        """The events that bring the curve nearest to a share, with the censoring a little sooner or later."""
        reached = self._events_to_reach(share)
        if reached is None:
            return None
        nearest = [self._by_censoring(count, share) for count in {reached, max(reached - 1, 0)}]
        return min(nearest, key=lambda laid: abs(self.survival * laid.falls_to - share))

    def _by_censoring(self, count: int, share: float) -> Laid:
        """So many events, with the censoring brought forward or put off until the curve comes nearest to a share."""
        low, high = LOG_POWER
        laid = self._laid(count)
        for _ in range(HALVINGS):
            end = self.survival * laid.falls_to
            if abs(end - share) <= MET:
                break
            power = (low + high) / 2
            laid = self._laid(count, power)
            # Earlier censoring leaves fewer at risk, and each event weighs more.
            low, high = (power, high) if self.survival * laid.falls_to > share else (low, power)
        return laid

    def _events_to_reach(self, share: float) -> int | None:
        """The fewest events with which the curve ends at or below a share."""
        most = self.at_risk - self.lost
        if most < 0:
            return None
        since, until = np.interp([self.since, self.until], self.flow.days, self.flow.events)
        count = int(np.clip(round(float(until - since)), 0, most))
        while count > 0 and self._end(count - 1) <= share:
            count -= 1
        while self._end(count) > share:
            count += 1
            if count > most:
                return None
        return count

    def _end(self, count: int, log_power: float = 0.0) -> float:
        return self.survival * self._laid(count, log_power).falls_to

    def _laid(self, count: int, log_power: float = 0.0) -> Laid:
        return Laid(
            self.flow.event_days(self.since, self.until, count),
            self.flow.censored_days(self.since, self.until, self.lost, log_power),
            self.at_risk,
        )
