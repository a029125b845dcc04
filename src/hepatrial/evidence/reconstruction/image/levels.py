"""From a path of pixels to the levels of a step curve, finer than a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hepatrial.evidence.reconstruction.image.ink import Ink
from hepatrial.evidence.reconstruction.image.path import Path

# A level is a new one if it lies this many rows below the last: more than the jitter of a line's centre, less than
# the step of one event among a thousand patients in a picture of 600 rows.
NEW_LEVEL = 0.3
# A column is the line alone if its ink is no taller than the line by more than this; else a drop or a tick crosses it.
TALLER = 1.0
# The line is as thick as its ink is tall in this share of the columns: the others hold drops and ticks as well.
THIN = 0.1
# A stretch without a flat column is more than one stroke if it is wider than this many lines.
SINGLE_STROKE = 3.0
# A tick reaches no farther below the curve than this many lines.
TICK = 6.0


@dataclass(frozen=True, slots=True)
class Levels:
    """A step curve in pixels.

    Attributes
    ----------
    columns, rows
        Shape (k,): where each level begins, and its height; the first is the start.
    hidden
        Shape (k,): columns without the line's ink just before each level, in which the drop may lie anywhere.
    end_column
        Last column of the curve.
    alone
        Share of its columns in which the line stands alone, without drops, ticks or other curves.
    """

    columns: np.ndarray
    rows: np.ndarray
    hidden: np.ndarray
    end_column: float
    alone: float


def levels_of(ink: Ink, path: Path, start_row: float, bottom_row: float) -> Levels:
    """Levels along the path.

    Each column that holds the line alone gives the centre of its ink. A drop stands halfway between the last column of
    one level and the first of the next: that is the middle of a vertical stroke, and of a stretch where another curve
    hides the line. Columns with a tick of censoring have equal levels on both sides and give no drop. Where the curve
    falls in column after column, see `_where_it_falls`.
    """
    line = _line(ink, path)
    height = line.last - line.first + 1
    thickness = float(np.quantile(height[path.seen], THIN)) if path.seen.any() else 1.0
    alone = path.seen & (height <= thickness + TALLER)
    row = np.where(alone, line.centre, _where_it_falls(line, alone, thickness))
    known = np.isfinite(row)
    columns, rows, hidden = [float(path.columns[0])], [start_row], [0]
    last_column, members = int(path.columns[0]), [start_row]
    for column, level in zip(path.columns[known], row[known], strict=True):
        if level - np.mean(members) > NEW_LEVEL:
            rows[-1] = float(np.mean(members))
            columns.append((last_column + column) / 2)
            rows.append(float(level))
            between = (path.columns > last_column) & (path.columns < column)
            hidden.append(int((between & ~path.seen).sum()))
            members = []
        members.append(float(level))
        last_column = int(column)
    rows[-1] = float(np.mean(members))
    after = path.columns > last_column
    if _falls_to_the_axis(line.last[after], rows[-1], bottom_row, thickness):
        columns.append(float(path.columns[after].mean()))
        rows.append(bottom_row)
        hidden.append(0)
    return Levels(
        np.array(columns), np.array(rows), np.array(hidden), float(path.columns[-1]), float(alone.mean())
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """Shape (c,) each: centre, first and last row of the ink that holds the path; nan where it is not seen."""

    centre: np.ndarray
    first: np.ndarray
    last: np.ndarray


def _line(ink: Ink, path: Path) -> _Line:
    centre, first, last = (np.full(len(path.rows), np.nan) for _ in range(3))
    for k in np.flatnonzero(path.seen):
        column = ink.coverage[:, path.columns[k]]
        top = bottom = int(path.rows[k])
        while top > 0 and column[top - 1] > 0:
            top -= 1
        while bottom < len(column) - 1 and column[bottom + 1] > 0:
            bottom += 1
        share = column[top : bottom + 1]
        centre[k] = float(share @ np.arange(top, bottom + 1) / share.sum())
        first[k], last[k] = top, bottom
    return _Line(centre, first, last)


def _where_it_falls(line: _Line, alone: np.ndarray, thickness: float) -> np.ndarray:
    """Rows in stretches without a flat column: many patients, or a steep fall.

    The curve leaves a column at the row where it enters the next: at the lower end of the one's ink and at the upper
    end of the other's, half a line in. Ticks lengthen both alike, so the middle of the two stands. Shorter stretches
    are single strokes or ticks and give nothing.
    """
    leaves = np.append((line.last[:-1] + line.first[1:]) / 2, np.nan)
    rows = np.full(len(alone), np.nan)
    for left, right in pairwise(np.flatnonzero(alone)):
        stretch = slice(left + 1, right)
        if right - left > SINGLE_STROKE * thickness:
            rows[stretch] = np.clip(leaves[stretch], line.centre[left], line.centre[right])
    return rows


def _falls_to_the_axis(lowest_ink: np.ndarray, level: float, bottom_row: float, thickness: float) -> bool:
    """Whether the curve ends with a drop to nobody alive, whose lower end lies under the axis."""
    if not np.isfinite(lowest_ink).any():
        return False
    return bool(np.nanmax(lowest_ink) >= bottom_row - 2 * thickness and level < bottom_row - TICK * thickness)
