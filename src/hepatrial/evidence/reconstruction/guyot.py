"""The algorithm of Guyot 2012: censoring spread evenly within each interval of the risk table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hepatrial.evidence.reconstruction.curve import Curve
from hepatrial.evidence.reconstruction.intervals import Counts, Interval, evenly_within, intervals
from hepatrial.evidence.reconstruction.risk_numbers import RiskNumbers


@dataclass(frozen=True, slots=True)
class Guyot:
    """Reconstruction after Guyot et al.

    In each interval a number of censored patients is guessed from the fall of survival, spread evenly, and the events
    at each drop follow from the inverted Kaplan-Meier formula, d = n (1 - S / S_before), where S_before is the
    survival of the *reconstructed* patients so that rounding does not add up. The guess is mended by what is over or
    short at the next number at risk, until they agree. After the last number at risk censoring goes on at the average
    rate so far; if the total number of events is known, it is mended until the events agree.

    When not to use: see `StepHeights`, which uses more of what a careful digitising shows and needs no more.

    References
    ----------
    Guyot 2012, 10.1186/1471-2288-12-9.
    """

    citation: ClassVar[str] = "guyot2012"

    def count(self, curve: Curve, risk: RiskNumbers, events: int | None) -> Counts:
        """See `Method`."""
        all_events: list[np.ndarray] = []
        all_censored: list[np.ndarray] = []
        survival, read = 1.0, 1.0
        for interval in intervals(curve, risk):
            before = sum(int(part.sum()) for part in all_events)
            if interval.next_at_risk is None:
                guess = _at_average_rate(interval, sum(map(len, all_censored)))
                wanted = None if events is None else events - before
            else:
                fall = interval.survival[-1] / read if len(interval.survival) and read > 0 else 1.0
                guess, wanted = round(interval.at_risk * fall - interval.next_at_risk), None
            found, censored, survival = _agreeing(interval, survival, max(guess, 0), wanted)
            all_events.append(found)
            all_censored.append(censored)
            read = interval.survival[-1] if len(interval.survival) else read
        return Counts(np.concatenate(all_events), np.concatenate(all_censored))


def _at_average_rate(interval: Interval, censored_so_far: int) -> int:
    if interval.start_days == 0:
        return 0
    rate = censored_so_far / interval.start_days
    return min(round(rate * (interval.end_days - interval.start_days)), interval.at_risk)


def _agreeing(
    interval: Interval, survival: float, guess: int, wanted_events: int | None
) -> tuple[np.ndarray, np.ndarray, float]:
    """Mend the number of censored patients until the next number at risk, or the events wanted, are met.

    Stops at the best number tried when it goes round in circles: rounding can leave no number that fits.
    """
    best, tried = (np.inf, guess), set()
    while guess not in tried:
        tried.add(guess)
        events, left, _ = _events(interval, survival, guess)
        if interval.next_at_risk is not None:
            surplus = left - interval.next_at_risk
        elif wanted_events is not None:
            surplus = int(events.sum()) - wanted_events
        else:
            surplus = 0
        best = min(best, (abs(surplus), guess))
        guess = int(np.clip(guess + surplus, 0, interval.at_risk))
    events, left, survival = _events(interval, survival, best[1])
    # A number at risk that the curve cannot meet is met all the same: the row of numbers is exact, the curve is read.
    over = 0 if interval.next_at_risk is None else max(left - interval.next_at_risk, 0)
    room = interval.at_risk - int(events.sum())
    censored = evenly_within(interval.start_days, interval.end_days, min(best[1] + over, room))
    return events, censored, survival


def _events(interval: Interval, survival: float, censored: int) -> tuple[np.ndarray, int, float]:
    """Events at each drop, patients left at the end, and reconstructed survival, for a number of censored patients."""
    left_before = np.searchsorted(
        evenly_within(interval.start_days, interval.end_days, censored), interval.time_days, side="left"
    )
    events = np.zeros(len(interval.time_days), dtype=np.int64)
    floor = interval.next_at_risk or 0
    gone = 0
    for k, level in enumerate(interval.survival):
        at_risk = interval.at_risk - int(left_before[k]) - gone
        if at_risk > 0 and survival > 0:
            most = max(interval.at_risk - gone - floor, 0)
            events[k] = min(max(round(at_risk * (1 - level / survival)), 0), at_risk, most)
            survival *= 1 - events[k] / at_risk
            gone += int(events[k])
    return events, interval.at_risk - censored - gone, survival
