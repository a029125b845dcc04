"""The falling path through a picture that runs along most of a curve's ink."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.evidence.reconstruction.image.ink import Ink

# Worth of a column in which the path lies on the curve's ink, under another ink, and on nothing.
ON_INK = 1.0
UNDER_OTHER = -0.1
ON_NOTHING = -0.5
# Cost of a pixel down, by the same three.
DOWN_ON_INK = 0.0
DOWN_UNDER_OTHER = 0.1
DOWN_ON_NOTHING = 0.6


@dataclass(frozen=True, slots=True)
class Path:
    """Row of the curve in each column, and whether its ink is seen there.

    Attributes
    ----------
    columns, rows
        Shape (c,), int64, from the start of the curve to its end; rows never rise up the picture.
    seen
        Shape (c,), bool.
    """

    columns: np.ndarray
    rows: np.ndarray
    seen: np.ndarray


def best_path(ink: Ink, start_row: float, start_column: int, end_column: int, reach: int) -> Path:
    """The connected path that never goes up and gathers most ink.

    Parameters
    ----------
    start_row, reach
        Where survival is 1, and how many rows above or below the curve may begin.
    start_column, end_column
        Where time is 0, and where the plot ends.

    Notes
    -----
    Dynamic programming, a column at a time. A survival curve falls and never rises, so ticks of censoring, legends
    and text are left by themselves: a path that enters them cannot come back. The curve ends where no more ink is to
    be gathered.
    """
    size = ink.coverage.shape[0]
    inked = ink.coverage > 0
    worth = np.where(inked, ON_INK * ink.coverage, np.where(ink.hidden, UNDER_OTHER, ON_NOTHING))
    down = np.where(inked, DOWN_ON_INK, np.where(ink.hidden, DOWN_UNDER_OTHER, DOWN_ON_NOTHING))
    value = np.full(size, -np.inf)
    first, last = max(round(start_row) - reach, 0), min(round(start_row) + reach, size - 1)
    value[first : last + 1] = 0.0
    came_from, totals = [], []
    for column in range(start_column, end_column + 1):
        depth = np.cumsum(down[:, column])
        lifted = value + depth
        reached = np.maximum.accumulate(lifted)
        origin = np.maximum.accumulate(np.where(lifted == reached, np.arange(size), 0))
        value = reached - depth + worth[:, column]
        came_from.append(origin)
        totals.append((value.max(), int(np.argmax(value))))
    return _traced(inked, came_from, totals, start_column)


def _traced(
    inked: np.ndarray, came_from: list[np.ndarray], totals: list[tuple[float, int]], start_column: int
) -> Path:
    end = int(np.argmax([total for total, _ in totals]))
    row = totals[end][1]
    rows = np.zeros(end + 1, dtype=np.int64)
    for k in range(end, -1, -1):
        rows[k] = row
        row = int(came_from[k][row])
    columns = start_column + np.arange(end + 1)
    return Path(columns, rows, inked[rows, columns])
