"""One look for all figures, which colour-blind readers and grey printers can tell apart.

An arm has the same colour and line everywhere. Layout is in inches from fixed margins: nothing is measured
and moved at drawing time, so that labels don't overlap whatever the data, and the same data give the same
bytes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO, StringIO
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

# Okabe & Ito's palette (jfly.uni-koeln.de/color); grey is kept for what is not an arm.
ARM_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
ARM_LINES: tuple[str | tuple[float, tuple[float, ...]], ...] = (
    "-",
    (0, (5, 1.6)),
    (0, (1.4, 1.2)),
    (0, (6, 1.5, 1.4, 1.5)),
)
GREY = "#5f5f5f"
LIGHT = "#d9d9d9"
# Light to dark in grey print: SD, PD, PR, CR.
RESPONSE_COLOURS = {"CR": "#00352b", "PR": "#0072B2", "SD": "#f0d58c", "PD": "#D55E00", "NE": "#b8b8b8"}
WIDTH = 7.2
"""Width of every figure, inches."""
CHARACTER = 0.078
"""Mean width of a character of the font at 9 points, inches."""
RC = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
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


def arm_line(arms: Sequence[str], arm: str) -> str | tuple[float, tuple[float, ...]]:
    """The line of an arm, so that arms differ without colour too."""
    return ARM_LINES[list(arms).index(arm) % len(ARM_LINES)]


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """An empty figure; sizes in inches."""
    return Figure(figsize=(width, height))


def axes_at(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place in inches from the lower left corner."""
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def draw_title(figure: Figure, title: str) -> None:
    """The heading in the upper left corner."""
    write_at(
        figure, 0.1, figure.get_size_inches()[1] - 0.22, title, fontsize=10, fontweight="bold", va="baseline"
    )


def panels_by_arm(
    figure: Figure, arms: Sequence[str], *, below: float, above: float = 0.78, left: float = 0.65
) -> Iterator[tuple[Axes, str]]:
    """Axes side by side, one an arm under its name, all with the scale of the first; sizes in inches."""
    across, up = figure.get_size_inches()
    between = 0.22
    width = (across - left - 0.2 - between * (len(arms) - 1)) / len(arms)
    for place, arm in enumerate(arms):
        axes = axes_at(figure, left + place * (width + between), below, width, up - below - above)
        axes.set_title(wrapped(arm, max(8, int(width / CHARACTER)), 2), color=arm_colour(arms, arm))
        if place:
            axes.tick_params(labelleft=False)
        yield axes, arm


def draw_key(axes: Axes, arms: Sequence[str], texts: Sequence[str], notes: Sequence[str] = ()) -> None:
    """A row an arm with its line and text, then a row a note, in axes that hold nothing else."""
    axes.set_axis_off()
    axes.set_xlim(0, 100)
    axes.set_ylim(len(texts) + len(notes), 0)
    for row, arm in enumerate(arms):
        look = {"color": arm_colour(arms, arm), "linestyle": arm_line(arms, arm), "linewidth": 1.6}
        axes.plot([0, 6], [row + 0.5] * 2, **look)
    for row, text in enumerate([*texts, *notes]):
        axes.text(7.5, row + 0.5, text, fontsize=8.5, va="center")


def led_by(name: str, text: str, limit: int = 85) -> str:
    """A name and what is said of it on one line; the name gives way where both together are too long."""
    return f"{wrapped(name, max(12, limit - len(text) - 2), 1)}: {text}"


def narrow(arms: Sequence[str]) -> bool:
    """Whether panels side by side are too narrow for long labels."""
    return len(arms) > 2


def write_at(figure: Figure, left: float, bottom: float, text: str, **options: Any) -> None:
    """Text at a place in inches from the lower left corner."""
    across, up = figure.get_size_inches()
    figure.text(left / across, bottom / up, text, **options)


def rectangles(
    axes: Axes,
    left: np.ndarray,
    right: np.ndarray,
    bottom: np.ndarray,
    top: np.ndarray,
    *,
    colour: str,
    **options: object,
) -> None:
    """Many rectangles of one colour as a single path; edges have shape (n,)."""
    left, right, bottom, top = np.broadcast_arrays(*map(np.atleast_1d, (left, right, bottom, top)))
    if len(left) == 0:
        return
    corners = np.stack([left, bottom, right, bottom, right, top, left, top, left, bottom], axis=1)
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(left)
    axes.add_patch(PathPatch(Path(corners.reshape(-1, 2), codes), facecolor=colour, linewidth=0, **options))


def wrapped(name: str, width: int, lines: int = 2) -> str:
    """A name on at most so many lines of so many characters, with an ellipsis where it is longer."""
    found = textwrap.wrap(name, width)
    if len(found) <= lines:
        return "\n".join(found)
    last = found[lines - 1][: width - 1].rstrip(" ,;:-")
    return "\n".join([*found[: lines - 1], f"{last}…"])


def months_axis(
    axes: Axes, last: float, *, label: str = "months since randomisation", most_ticks: int = 10
) -> None:
    """Label a time axis in months, with as few ticks as stay apart."""
    axes.set_xticks(month_ticks(last, most_ticks))
    axes.set_xlim(0, last)
    axes.set_xlabel(label)


def month_ticks(last: float, most: int = 10) -> list[int]:
    """At most so many intervals between the ticks of a time axis that ends at ``last`` months."""
    step = next(step for step in (1, 3, 6, 12, 24, 60, 120) if last / step <= most)
    return list(range(0, int(last) + 1, step))


def whole_months(last: float) -> float:
    """The end of a time axis that shows everything up to ``last`` months."""
    step = 1 if last <= 6 else 3
    return float(max(1.0, np.ceil(last / step) * step))


def svg_text(figure: Figure) -> str:
    """The figure as SVG, the same bytes for the same figure."""
    with styled():
        text = StringIO()
        figure.savefig(text, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return text.getvalue()[text.getvalue().index("<svg") :]


def png_bytes(figure: Figure) -> bytes:
    """The figure as PNG, 200 dots an inch."""
    with styled():
        data = BytesIO()
        figure.savefig(data, format="png", dpi=200, metadata={"Software": "hepatrial"})
    return data.getvalue()
