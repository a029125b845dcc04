"""What the figures of a validation show: published ratios with predictive intervals, in groups."""

from __future__ import annotations

from dataclasses import dataclass

Limits = tuple[float, float]


@dataclass(frozen=True, slots=True)
class RatioRow:
    """A published hazard ratio with its interval, None where none is confirmed, and the prediction of it.

    ``scored`` is False where it is shown only.
    """

    label: str
    published: float
    published_ci: Limits | None
    predicted: float
    predicted_50: Limits
    predicted_80: Limits
    predicted_95: Limits
    scored: bool = True


@dataclass(frozen=True, slots=True)
class RatioGroup:
    """Rows under one heading; ``fitted`` where the model has seen their outcomes."""

    name: str
    fitted: bool
    rows: tuple[RatioRow, ...]
