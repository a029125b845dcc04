"""One look for all figures: colours that colour-blind readers can tell apart, the same for an arm everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO, StringIO

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe & Ito's palette (jfly.uni-koeln.de/color); grey is kept for what is not an arm.
ARM_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
GREY = "#6b6b6b"
RESPONSE_COLOURS = {"CR": "#009E73", "PR": "#56B4E9", "SD": "#E69F00", "PD": "#D55E00", "NE": "#b0b0b0"}
RC = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "svg.hashsalt": "hepatrial",
    "svg.fonttype": "path",
    "figure.dpi": 100,
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw inside this context to get the product's look."""
    with matplotlib.rc_context(RC):
        yield


def arm_colour(arms: Sequence[str], arm: str) -> str:
    """The colour of an arm: by its place among the arms."""
    return ARM_COLOURS[list(arms).index(arm) % len(ARM_COLOURS)]


def new_figure(width: float = 7.2, height: float = 4.4) -> Figure:
    """An empty figure; sizes in inches."""
    return Figure(figsize=(width, height), layout="constrained")


def svg_text(figure: Figure) -> str:
    """The figure as SVG, the same bytes for the same figure."""
    with styled():
        text = StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": "hepatrial"}, transparent=False)
    return text.getvalue()[text.getvalue().index("<svg") :]


def png_bytes(figure: Figure) -> bytes:
    """The figure as PNG, 200 dots an inch."""
    with styled():
        data = BytesIO()
        figure.savefig(data, format="png", dpi=200, metadata={"Software": "hepatrial"})
    return data.getvalue()


def months_axis(axes: Axes, last: float) -> None:
    """Label a time axis in months with ticks every 3 (or more) months."""
    step = 3 if last <= 30 else 6
    axes.set_xticks(range(0, int(last) + 1, step))
    axes.set_xlim(0, last)
    axes.set_xlabel("months since randomisation")
