"""Figures of a prediction: intervals in layers, sources of uncertainty, what each result does to the answer."""

from hepatrial.figures.prediction.layers import Layers, RatioLayers, draw_ratio_layers
from hepatrial.figures.prediction.reports import ReportLayers, draw_reports
from hepatrial.figures.prediction.shares import SharesBar, draw_shares
from hepatrial.figures.prediction.tornado import TornadoRow, draw_tornado

__all__ = [
    "Layers",
    "RatioLayers",
    "ReportLayers",
    "SharesBar",
    "TornadoRow",
    "draw_ratio_layers",
    "draw_reports",
    "draw_shares",
    "draw_tornado",
]
