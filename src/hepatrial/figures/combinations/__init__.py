"""Figures of two agents together."""

from hepatrial.figures.combinations.isobologram import draw_isobologram
from hepatrial.figures.combinations.node_bars import draw_node_bars
from hepatrial.figures.combinations.surface_map import draw_surface_map

__all__ = ["draw_isobologram", "draw_node_bars", "draw_surface_map"]
