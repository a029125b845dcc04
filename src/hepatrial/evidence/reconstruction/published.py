"""What was published of the arms that are reconstructed, in days."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedArm:
    """Numbers of one arm; None where not published.

    Attributes
    ----------
    events
        Total number of events.
    median_days, median_interval_days
        The median and its confidence interval.
    """

    events: int | None = None
    median_days: float | None = None
    median_interval_days: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PublishedComparison:
    """Numbers of a comparison; the hazard ratio is of the experimental arm against control.

    Attributes
    ----------
    hr, interval
        Hazard ratio and its confidence interval at ``level``.
    p_log_rank
        Two-sided p.
    """

    hr: float
    interval: tuple[float, float] | None = None
    level: float = 0.95
    p_log_rank: float | None = None
