"""A figure of a run's report before it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A figure with what to say about it, and the section of the report that it stands in."""

    name: str
    section: str
    title: str
    caption: str
    draw: Callable[[], Figure]
