"""Reconstruction that also uses how high each step is: a drop of d among n patients has the height S d / n."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hepatrial.evidence.reconstruction.curve import Curve
from hepatrial.evidence.reconstruction.intervals import Counts, Interval, evenly_within, intervals
from hepatrial.evidence.reconstruction.risk_numbers import RiskNumbers

# Errors of digitised survival that are tried where none is given, from exact coordinates to a coarse scan.
ERRORS_TRIED = (1e-8, 1e-6, 3e-5, 3e-4, 1e-3, 3e-3, 1e-2)
# With coordinates as good as exact only multiples are in doubt (1 of 7, or 2 of 14): each further event at one drop
# then costs log-likelihood, as if their number were geometric with the mean of this curve, but no more than so much.
# With coarser coordinates there is no price, since it would pull the curve up.
EXACT = 5e-4
DEAREST_TIE = 3.0
# Where a drop holds more events than this on average, ties are the rule (times in whole months) and cost nothing.
TIES_ARE_THE_RULE = 1.5
# Weight of even censoring within an interval, in independent observations.
EVENNESS = 30.0
# Spread allowed to the number censored, in patients, beyond that of a steady rate.
SPREAD = 1.0
# The same where nothing is known of censoring, as a share of the patients at risk.
SPREAD_UNKNOWN = 0.2
# Rounds in which the expected number censored is mended by the number found.
ROUNDS = 2
# Patients expected to be censored, to which the search for the total of events is carried.
FINEST = 0.5


@dataclass(frozen=True, slots=True)
class StepHeights:
    """The likeliest whole numbers of events and censored patients behind a curve.

    Attributes
    ----------
    reading_error
        Standard deviation of a digitised survival (0.005 for careful work on a printed figure). None chooses
        among a few by likelihood.

    Notes
    -----
    As in Guyot 2012 the published numbers at risk are met and censoring is expected to be even within an interval. In
    addition the height of each step speaks of the number at risk just before it: one event among n patients lowers
    survival S by S / n, so an exact curve tells n, and hence who was censored since the last drop. (Rogula 2022
    reconstructs from drops and marked censoring; cleaning first and measuring the accuracy last is as in Liu 2021;
    the search is our own.) All whole numbers at risk at all drops are
    weighed together: the squared misfit of the curve over ``reading_error``, and the squared departure of censoring
    from even, over its variance under a steady rate. With an exact curve the heights decide, with a coarse one even
    censoring does, and then the answer is Guyot's.

    After the last number at risk, censoring is expected at the average rate so far, or such that the total number of
    events is met where it is known.

    When not to use: where no numbers at risk are known *and* the curve is coarse, nothing tells events from
    censoring (see docs/reconstruction.md).

    References
    ----------
    Guyot 2012, 10.1186/1471-2288-12-9; Liu 2021, 10.1186/s12874-021-01308-8; Rogula 2022,
    10.1177/23814683221077643.
    """

    reading_error: float | None = None
    citation: ClassVar[str] = "guyot2012; liu2021; rogula2022"

    def count(self, curve: Curve, risk: RiskNumbers, events: int | None) -> Counts:
        """See `Method`."""
        if self.reading_error is not None:
            return _untied(curve, risk, events, max(self.reading_error, ERRORS_TRIED[0]))
        likeliest, least = ERRORS_TRIED[0], np.inf
        for error in ERRORS_TRIED:
            cost = _count(curve, risk, events, error)[1]
            # The likelihood has one peak in the error, and the search is slow where the error is large.
            if cost > least:
                break
            likeliest, least = error, cost
        return _untied(curve, risk, events, likeliest)


def _untied(curve: Curve, risk: RiskNumbers, events: int | None, error: float) -> Counts:
    """Counts with a price on ties where coordinates are as good as exact, after how often they occur in this curve."""
    counts = _count(curve, risk, events, error)[0]
    drops, total = np.count_nonzero(counts.events), counts.events.sum()
    if error > EXACT or total == drops or total > TIES_ARE_THE_RULE * drops:
        return counts
    price = min(float(np.log(total / (total - drops))), DEAREST_TIE)
    return _count(curve, risk, events, error, price)[0]


@dataclass(frozen=True, slots=True)
class _Found:
    """Counts of one interval.

    Attributes
    ----------
    events, censored
        Shape (k,): at each drop, and between the drop before it and it.
    survival, cost
        Reconstructed survival at the end, and minus the log-likelihood.
    """

    events: np.ndarray
    censored: np.ndarray
    survival: float
    cost: float


def _count(
    curve: Curve, risk: RiskNumbers, events: int | None, error: float, price: float = 0.0
) -> tuple[Counts, float]:
    """Counts with this reading error and price of ties, and minus their log-likelihood."""
    noise = (error, price)
    survival, cost = 1.0, len(curve.time_days) * float(np.log(error))
    all_events: list[np.ndarray] = []
    all_censored: list[np.ndarray] = []
    for interval in intervals(curve, risk):
        if interval.next_at_risk is None:
            wanted = None if events is None else events - sum(int(part.sum()) for part in all_events)
            found = _in_last_interval(interval, survival, sum(map(len, all_censored)), wanted, noise)
        else:
            found = _between_two_numbers(interval, survival, noise)
        all_events.append(found.events)
        all_censored.append(_censored_days(interval, found))
        survival, cost = found.survival, cost + found.cost
    return Counts(np.concatenate(all_events), np.concatenate(all_censored)), cost


def _between_two_numbers(interval: Interval, survival: float, noise: tuple[float, float]) -> _Found:
    """The number censored in all is what the two numbers at risk and the events leave."""
    assert interval.next_at_risk is not None
    fall = interval.survival[-1] / survival if len(interval.survival) and survival > 0 else 1.0
    expected = max(interval.at_risk * fall - interval.next_at_risk, 0.0)
    for _ in range(ROUNDS):
        found = _likeliest(interval, survival, expected, SPREAD, noise)
        expected = float(interval.at_risk - found.events.sum() - interval.next_at_risk)
    return found


def _in_last_interval(
    interval: Interval, survival: float, censored_so_far: int, wanted: int | None, noise: tuple[float, float]
) -> _Found:
    """Censoring goes on at its average rate, or so that the events wanted come out."""
    if interval.start_days > 0:
        length = interval.end_days - interval.start_days
        expected = min(censored_so_far * length / interval.start_days, float(interval.at_risk))
    else:
        expected = 0.0
    # The rate is one unknown number, so that its spread counts once and not as often as evenness does.
    spread = SPREAD + SPREAD_UNKNOWN * interval.at_risk * float(np.sqrt(EVENNESS))
    found = _likeliest(interval, survival, expected, spread, noise)
    if wanted is None or found.events.sum() == wanted:
        return found
    return _with_events(interval, survival, wanted, noise, found)


def _with_events(
    interval: Interval, survival: float, wanted: int, noise: tuple[float, float], best: _Found
) -> _Found:
    """The more are expected to be censored, the fewer events are left: halve until they agree, or nearly so."""
    low, high = 0.0, float(interval.at_risk)
    while high - low > FINEST:
        middle = (low + high) / 2
        found = _likeliest(interval, survival, middle, SPREAD, noise)
        surplus = int(found.events.sum()) - wanted
        if abs(surplus) <= abs(int(best.events.sum()) - wanted):
            best = found
        if surplus == 0:
            break
        low, high = (middle, high) if surplus > 0 else (low, middle)
    return best


def _likeliest(
    interval: Interval, survival: float, expected: float, spread: float, noise: tuple[float, float]
) -> _Found:
    from hepatrial.evidence.reconstruction.step_heights_kernel import likeliest_counts

    passed = interval.passed
    since_last = np.diff(passed, prepend=0.0)
    # A steady rate of censoring, seen from its known total, is a bridge: most uncertain in the middle.
    variance = spread**2 + expected * passed * (1 - passed)
    most = 10 + 6 * np.sqrt(variance) + 3 * expected * since_last
    (events, censored), survival, cost = likeliest_counts(
        interval.survival,
        expected * passed,
        EVENNESS * since_last / (2 * variance),
        np.where(since_last > 0, most, 0).astype(np.int64),
        interval.at_risk,
        interval.next_at_risk or 0,
        survival,
        *noise,
    )
    return _Found(events, censored, survival, cost)


def _censored_days(interval: Interval, found: _Found) -> np.ndarray:
    """Times of the censored: evenly between two drops, and from the last drop to the next number at risk."""
    edges = np.append(interval.start_days, interval.time_days)
    parts = [
        evenly_within(start, end, int(number), interval.unit_days)
        for start, end, number in zip(edges, interval.time_days, found.censored, strict=False)
    ]
    if interval.next_at_risk is not None:
        gone = int(found.events.sum() + found.censored.sum())
        left = interval.at_risk - gone - interval.next_at_risk
        parts.append(evenly_within(float(edges[-1]), interval.end_days, left, interval.unit_days))
    return np.concatenate(parts) if parts else np.zeros(0)
