"""Short paragraphs beside the axes of a figure."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from hepatrial.figures.evidence.text_width import fitted, text_height
from hepatrial.figures.style import WIDTH, write_at

SIZE = 8.0


def write_paragraphs(figure: Figure, left: float, top: float, paragraphs: Sequence[str]) -> None:
    """Write paragraphs under each other from ``left`` to the edge of the figure; places in inches."""
    for paragraph in paragraphs:
        shown = fitted(paragraph, WIDTH - left - 0.08, SIZE, lines=9)
        write_at(figure, left, top, shown, fontsize=SIZE, va="top", linespacing=1.1, parse_math=False)
        top -= text_height(shown, SIZE) + 0.1
