"""Figures of a calibration: what was learnt, how published numbers are met, what an answer hangs on, ranks."""

from hepatrial.figures.calibration.learnt import LearntCell, LearntColumn, draw_learnt
from hepatrial.figures.calibration.misfits import MisfitPoint, MisfitRow, draw_misfits
from hepatrial.figures.calibration.ranks import RankPanel, draw_rank_differences
from hepatrial.figures.calibration.sensitivity import IndexPanel, IndexRow, draw_indices

__all__ = [
    "IndexPanel",
    "IndexRow",
    "LearntCell",
    "LearntColumn",
    "MisfitPoint",
    "MisfitRow",
    "RankPanel",
    "draw_indices",
    "draw_learnt",
    "draw_misfits",
    "draw_rank_differences",
]
