"""What a forest plot is made of: columns of text, and rows with a mark on the axis."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from hepatrial.figures.style import ARM_COLOURS


class Mark(Enum):
    """How a row's estimate is drawn."""

    SQUARE = auto()
    """A study: a square of some area on its interval."""
    DIAMOND = auto()
    """A pooled estimate, as wide as its interval."""
    CIRCLE = auto()
    """A simulated estimate on its Monte-Carlo interval."""
    BAR = auto()
    """An interval without estimate: where the effect of a further trial may lie."""


class Look(Enum):
    """Colour of a row's mark; the values differ in grey print too."""

    STUDY = ARM_COLOURS[0]
    COMMON = "#a8d4ee"
    RANDOM = "#1c1c1c"
    PREDICTION = ARM_COLOURS[1]
    SIMULATED = "#ffffff"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of text beside the axis.

    ``left`` says on which side; ``align`` is "left", "center" or "right"; cells wider than ``most`` inches are
    broken into two lines.
    """

    heading: str
    left: bool = True
    align: str = "center"
    most: float = 1.15


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A row of a forest plot.

    Attributes
    ----------
    cells
        A text a column; empty texts after the first let the first run on over their columns.
    ratio
        Estimate and limits as ratios, None for a row of text alone. A bar uses the limits only.
    area
        Area of a square, as a share of the largest.
    indent
        Whether the first cell stands a little to the right, under a heading.
    whisker
        Limits of a thinner interval behind the estimate's own, such as a prediction interval.
    """

    cells: tuple[str, ...]
    ratio: tuple[float, float, float] | None = None
    mark: Mark = Mark.SQUARE
    look: Look = Look.STUDY
    area: float = 1.0
    bold: bool = False
    indent: bool = False
    whisker: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class ForestText:
    """What is said about a forest plot as a whole.

    ``favours`` names the sides left and right of 1; ``notes`` are sentences under the plot.
    """

    title: str
    measure: str
    favours: tuple[str, str]
    notes: tuple[str, ...] = ()


BLANK = ForestRow(cells=("",))
"""An empty row, half as high as others."""
