"""One arm's individual times from its published curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hepatrial.evidence.reconstruction.curve import Curve, with_points_at
from hepatrial.evidence.reconstruction.intervals import Counts, Method
from hepatrial.evidence.reconstruction.risk_numbers import RiskNumbers, only_size
from hepatrial.evidence.reconstruction.step_heights import StepHeights
from hepatrial.evidence.references import in_words
from hepatrial.survival import SurvivalTimes
from hepatrial.survival.checks import invalid

Kind = Literal["reconstructed", "guess"]


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """Individual times behind a published curve.

    Attributes
    ----------
    times
        n patients in order of time; they carry no covariates and their order means nothing.
    kind
        ``"reconstructed"`` (from a curve).
    curve, risk
        What was given, cleaned.
    published_events
        The total that was given, or None.
    method
        How it was done.
    """

    times: SurvivalTimes
    curve: Curve
    risk: RiskNumbers
    published_events: int | None
    method: Method
    kind: Kind = "reconstructed"

    @property
    def events(self) -> int:
        """Events among the reconstructed patients."""
        return int(self.times.event.sum())

    @property
    def citation(self) -> str:
        """The papers behind the method."""
        return in_words(self.method.citation)


def reconstruct(
    curve: Curve,
    *,
    risk: RiskNumbers | None = None,
    n: int | None = None,
    events: int | None = None,
    method: Method | None = None,
) -> Reconstruction:
    """Reconstruct the individual times of one arm.

    Parameters
    ----------
    curve
        From `clean_curve`.
    risk, n
        Numbers at risk, or the size of the arm alone where none were published.
    events
        Total number of events in the arm, where it was published.
    method
        `StepHeights` (the default) or `Guyot`.

    Raises
    ------
    InvalidInput
        Neither numbers at risk nor n; more events than patients, or none where the curve falls.

    Notes
    -----
    Patients left after the last drop are censored where the curve ends, or at the last number at risk if that is later:
    they were followed at least so long. Events lie at the drops, or with ``curve.sampled`` evenly between a point and
    the one before. Deterministic: the same input gives the same patients.

    When not to use: for subgroups or covariates (a curve holds none), and as if the patients were real in an analysis
    that needs more than the curve holds; see docs/reconstruction.md.
    """
    if risk is None:
        if n is None:
            raise invalid(
                "risk: neither numbers at risk nor the size of the arm",
                "None and None",
                "risk=risk_numbers(...), or n",
                "give at least the number of patients randomised to the arm",
            )
        risk = only_size(n)
    fewest = min(len(curve.time_days), 1)
    if events is not None and not (fewest <= events <= risk.n and events == int(events)):
        raise invalid(
            "events: not a number of events in this arm",
            f"{events}",
            f"a whole number from {fewest} to {risk.n}",
            "give the events of this arm alone, or leave events out",
        )
    method = method or StepHeights()
    split = with_points_at(curve, risk.time_days) if curve.sampled else curve
    counts = method.count(split, risk, events)
    return Reconstruction(_laid_out(split, risk, counts), curve, risk, events, method)


def _laid_out(curve: Curve, risk: RiskNumbers, counts: Counts) -> SurvivalTimes:
    event_days = np.repeat(curve.time_days, counts.events)
    if curve.sampled:
        event_days = np.concatenate([np.zeros(0), *_between_points(curve, counts.events)])
    left = risk.n - len(event_days) - len(counts.censored_days)
    end = max(curve.end_days, float(risk.time_days[-1]))
    days = np.concatenate([event_days, counts.censored_days, np.full(left, end)])
    event = np.zeros(len(days), dtype=np.int8)
    event[: len(event_days)] = 1
    order = np.lexsort((-event, days))
    return SurvivalTimes(days[order], event[order])


def _between_points(curve: Curve, events: np.ndarray) -> list[np.ndarray]:
    starts = np.append(0.0, curve.time_days)[:-1]
    return [
        start + (np.arange(number) + 0.5) * (end - start) / max(number, 1)
        for start, end, number in zip(starts, curve.time_days, events, strict=True)
    ]
