"""Reading the curves out of a picture of a Kaplan-Meier figure."""

from hepatrial.evidence.reconstruction.image.axes import AxisPoints, PlotAxes, plot_axes
from hepatrial.evidence.reconstruction.image.colours import find_colours
from hepatrial.evidence.reconstruction.image.figure import TracedCurve, read_figure
from hepatrial.evidence.reconstruction.image.picture import Picture, read_picture

__all__ = [
    "AxisPoints",
    "Picture",
    "PlotAxes",
    "TracedCurve",
    "find_colours",
    "plot_axes",
    "read_figure",
    "read_picture",
]
