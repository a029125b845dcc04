"""The curves of a figure, from the picture and the axes to coordinates with their doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.evidence.reconstruction.cleaning import clean_curve
from hepatrial.evidence.reconstruction.curve import Curve
from hepatrial.evidence.reconstruction.image.axes import PlotAxes
from hepatrial.evidence.reconstruction.image.colours import find_colours, parse_colour, refuse_colours
from hepatrial.evidence.reconstruction.image.ink import Ink, ink_of
from hepatrial.evidence.reconstruction.image.levels import Levels, levels_of
from hepatrial.evidence.reconstruction.image.path import Path, best_path
from hepatrial.evidence.reconstruction.image.picture import Picture

# The curve may begin this share of the plot's height above or below the point of full survival.
REACH = 0.02
# A longer stretch without any ink, as a share of the plot's width, ends the curve.
LONGEST_GAP = 0.03
# Error of a value that lies anywhere within one unit, in units.
UNIFORM = 1 / np.sqrt(12)
# Below this share of the curve seen, it should be looked at.
WELL_SEEN = 0.8
FEWEST_COLUMNS = 10
# A curve that ends within so many pixels of the beginning of a cut axis has left the plot.
CUT_OFF = 3
# Rows above full survival and below none in which the line may lie.
ROOM = 4
# A row or column inked for more than this share of the plot is its frame.
FRAME = 0.9


@dataclass(frozen=True, slots=True)
class TracedCurve:
    """One curve read from a picture.

    Attributes
    ----------
    colour
        Hex code it was found by.
    time, survival
        Shape (k,): the drops, in the figure's unit of time and as a share, and last the end of the curve.
    doubt
        Shape (k,): standard error of survival: a pixel, and where another curve hides a drop, the height of the drop.
    seen, alone
        Shares of the curve's columns in which its ink is seen, and in which the line stands alone, without a drop, a
        tick or another curve.
    warnings
        What to look at.
    """

    colour: str
    time: np.ndarray
    survival: np.ndarray
    doubt: np.ndarray
    seen: float
    alone: float
    warnings: tuple[Issue, ...]

    def curve(self, time_unit: str = "months", *, whole_units: bool = False) -> Curve:
        """The cleaned curve with these warnings, ready for `reconstruct`; see `clean_curve`."""
        found = clean_curve(
            self.time, self.survival, time_unit=time_unit, per_cent=False, whole_units=whole_units
        )
        return replace(found, notes=(*self.warnings, *found.notes))


def read_figure(
    picture: Picture, axes: PlotAxes, *, colours: Sequence[str] | None = None, count: int = 2
) -> tuple[TracedCurve, ...]:
    """Read the curves out of a Kaplan-Meier figure.

    Parameters
    ----------
    axes
        From `plot_axes`.
    colours
        Hex code of each curve; None finds ``count`` of them by hue (the order is then that of width, so look at
        ``colour``).

    Raises
    ------
    UsageError
        A colour twice, or that of the background.
    InvalidInput
        No curve of a colour starts at full survival; a colour in a grey picture.

    Notes
    -----
    The path of each colour (see `best_path`) is followed column by column; levels are centres of the line, drops the
    middles of vertical strokes. Where another curve lies on top, the drop stands in the middle of the hidden stretch.

    When not to use: for JPEG, for curves of one colour told apart by dashes, for confidence limits drawn as lines in
    the curve's own colour, or where a curve is hidden for long (see ``seen``): digitise these by hand.
    """
    codes = tuple(colours) if colours is not None else find_colours(picture, axes, count)
    refuse_colours(codes, picture)
    return tuple(_traced(picture, axes, code) for code in codes)


def _traced(picture: Picture, axes: PlotAxes, code: str) -> TracedCurve:
    top, bottom = axes.survival.pixel(axes.full), axes.survival.pixel(0.0)
    left, right = sorted(axes.time.pixels)
    ink = _within(ink_of(picture, parse_colour(code)), left, right, top, bottom)
    reach = max(round(REACH * (bottom - top)), 3)
    start, end = max(round(axes.time.pixel(0.0)), 0), picture.rgb.shape[1] - 1
    path = _to_its_end(best_path(ink, top, start, end, reach), ink)
    if path.seen.sum() < FEWEST_COLUMNS:
        raise InvalidInput((_no_curve(picture, code),))
    levels = levels_of(ink, path, top, bottom)
    found = _in_units(levels, path, axes, code, picture.file)
    if _runs_out_at_the_bottom(ink, levels.end_column, axes):
        return replace(found, warnings=(*found.warnings, _cut_off(axes, code, picture.file)))
    return found


def _runs_out_at_the_bottom(ink: Ink, end_column: float, axes: PlotAxes) -> bool:
    """Whether the axis begins above 0 and the curve's ink, where it ends, lies at that beginning."""
    lowest = min(axes.survival.values)
    if lowest <= 0:
        return False
    row, column = round(axes.survival.pixel(lowest)), round(end_column)
    near = ink.coverage[
        max(row - CUT_OFF, 0) : row + CUT_OFF, max(column - CUT_OFF, 0) : column + CUT_OFF + 1
    ]
    return bool((near > 0).any())


def _within(ink: Ink, left: float, right: float, top: float, bottom: float) -> Ink:
    """Ink between full survival and none, with room for half a line, and without the frame of the plot.

    Of a black curve the frame is the same ink; it shows as rows and columns that are inked from end to end.
    """
    rows = np.arange(ink.coverage.shape[0])[:, None]
    inside = (rows >= top - ROOM) & (rows <= bottom + ROOM)
    inked = ink.coverage > 0
    across = inked[:, round(left) : round(right) + 1].mean(axis=1) > FRAME
    down = inked[round(top) : round(bottom) + 1].mean(axis=0) > FRAME
    frame = inked & (across[:, None] | down[None, :])
    return Ink(np.where(inside & ~frame, ink.coverage, 0.0), (ink.hidden | frame) & inside)


def _to_its_end(path: Path, ink: Ink) -> Path:
    """The path up to the first long stretch without any ink: what comes after is a legend or a label."""
    empty = ~path.seen & ~ink.hidden[path.rows, path.columns]
    longest = max(LONGEST_GAP * ink.coverage.shape[1], FEWEST_COLUMNS)
    run = 0
    for k, nothing in enumerate(empty):
        run = run + 1 if nothing else 0
        if run > longest:
            return _cut(path, k - run + 1)
    seen = np.flatnonzero(path.seen)
    return _cut(path, int(seen[-1]) + 1 if len(seen) else 0)


def _cut(path: Path, length: int) -> Path:
    return Path(path.columns[:length], path.rows[:length], path.seen[:length])


def _in_units(levels: Levels, path: Path, axes: PlotAxes, code: str, file: str) -> TracedCurve:
    columns = np.append(levels.columns[1:], levels.end_column)
    rows = np.append(levels.rows[1:], levels.rows[-1])
    survival = np.asarray(axes.survival.value(rows)) / axes.full
    pixel = abs(axes.survival.value(1.0) - axes.survival.value(0.0)) / axes.full
    drop = -np.diff(np.append(1.0, survival))
    hidden = np.append(levels.hidden[1:], 0) > 0
    doubt = UNIFORM * np.hypot(pixel, np.where(hidden, drop, 0.0))
    seen = float(path.seen.mean())
    warnings = (_hardly_seen(seen, code, file),) if seen < WELL_SEEN else ()
    return TracedCurve(
        code,
        np.asarray(axes.time.value(columns)),
        np.clip(survival, 0.0, 1.0),
        doubt,
        seen,
        levels.alone,
        warnings,
    )


def _cut_off(axes: PlotAxes, code: str, file: str) -> Issue:
    lowest = min(axes.survival.values) / axes.full
    return Issue(
        f"the curve {code} leaves the plot where the survival axis begins",
        Location(file),
        found=f"an axis from {lowest:.0%}, and a curve that falls to it",
        allowed="a curve that ends above the lowest point given, or an axis from 0",
        fix="what falls below is lost, and with it events: use numbers at risk, or another figure",
        rule="figure-curve-is-cut-off",
        severity="warning",
    )


def _hardly_seen(seen: float, code: str, file: str) -> Issue:
    return Issue(
        f"the curve {code} is hidden for much of its course",
        Location(file),
        found=f"seen in {seen:.0%} of its columns",
        allowed=f"{WELL_SEEN:.0%} or more",
        fix="lay the traced curve over the figure; digitise hidden stretches by hand",
        rule="figure-curve-is-seen",
        severity="warning",
    )


def _no_curve(picture: Picture, code: str) -> Issue:
    return Issue(
        f"no curve of colour {code} starts at full survival",
        Location(picture.file),
        found="hardly any ink of this colour on a falling path from there",
        allowed="a curve that starts at time 0 and survival 1",
        fix="check the colour with a colour picker, and the two points that fixed each axis",
    )
