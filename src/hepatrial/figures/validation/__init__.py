"""Figures of a validation: what was published beside what was predicted."""

from hepatrial.figures.validation.bands import Band, BandPanel, KnownMedian, KnownShare, draw_bands
from hepatrial.figures.validation.beside import draw_beside
from hepatrial.figures.validation.rows import RatioGroup, RatioRow
from hepatrial.figures.validation.scatter import draw_scatter

__all__ = [
    "Band",
    "BandPanel",
    "KnownMedian",
    "KnownShare",
    "RatioGroup",
    "RatioRow",
    "draw_bands",
    "draw_beside",
    "draw_scatter",
]
