"""From clicked points to a curve: one scale, one order, never rising, without slips of the hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import isotonic_regression

from hepatrial.errors import InvalidInput, Issue, near_miss
from hepatrial.evidence.reconstruction.counted_in import counted_in
from hepatrial.evidence.reconstruction.curve import Curve
from hepatrial.survival.checks import as_numbers, invalid, misuse
from hepatrial.units import TIME_IN_DAYS

# A share of survival by which a point may contradict its neighbours before it is taken for a slip: ten times an
# error of half a point, which is a pixel or two of a printed figure.
SLIP = 0.05
# Neighbours on each side that a point is held against.
NEIGHBOURS = 4
# Survival may stray over its bounds by this much (the width of a line, a crooked scan); it is then set back.
OVERSHOOT = 0.05
# Time may stray below zero by this share of the longest.
UNDERSHOOT = 0.02
# Above this a curve is in per cent: no share is so large, and no curve in per cent starts so low.
HIGHEST_SHARE = 1.5
# A correction of the order of points worth telling.
WORTH_TELLING = 0.01
# Points that a message names.
MOST_TOLD = 5


def clean_curve(
    time: Sequence | np.ndarray,
    survival: Sequence | np.ndarray,
    *,
    time_unit: str = "months",
    per_cent: bool | None = None,
    sampled: bool = False,
    whole_units: bool = False,
) -> Curve:
    """A curve from digitised points in any order.

    Parameters
    ----------
    time, survival
        Shape (m,). Points at the drops (the lower corner is enough; the upper one does no harm), or anywhere on
        the curve with ``sampled=True``. The last point says where the curve ends.
    time_unit
        ``"days"``, ``"weeks"``, ``"months"`` or ``"years"``.
    per_cent
        Whether survival runs from 100 down; None decides by the largest value.
    sampled
        See `Curve`.
    whole_units
        Whether the article counted time in whole units (weeks, months), so that times are to be rounded to them.
        Events of both arms at one time then stay at one time, which a hazard ratio depends on where ties are many.

    Raises
    ------
    InvalidInput
        Fewer than two points, missing values, survival outside its bounds, negative times, a rising curve.
    UsageError
        An unknown unit.

    Notes
    -----
    In this order: scale; points that contradict their neighbours by more than 5 points are left out, the worst
    first; of several points at one time the lowest counts; least-squares monotone regression (Barlow & Brunk
    1972, 10.1080/01621459.1972.10481216), which unlike a running minimum does not drag a noisy curve down; points
    where nothing falls are left out. What was changed is told in ``notes``.
    """
    units = as_numbers(time, "time", "give the times as numbers")
    scale = days_per(time_unit)
    days = (np.round(units) if whole_units else units) * scale
    level = as_numbers(survival, "survival", "give survival as numbers")
    _refuse_bad_points(days, level)
    order = np.lexsort((-level, days))
    days, level = days[order], level[order]
    if per_cent:
        _refuse_shares(days, level)
    level = level / 100 if (level.max() > HIGHEST_SHARE if per_cent is None else per_cent) else level
    _refuse_out_of_bounds(days / scale, level, time_unit)
    days = np.maximum(days, 0.0)
    keep = _without_slips(level)
    notes = [_slips_left_out(days[~keep] / scale, level[~keep], time_unit)] if not keep.all() else []
    end = float(days[keep].max())
    days, level = days[keep], level[keep]
    lowest_at_time = np.append(np.diff(days) > 0, True)
    days, level = days[lowest_at_time], level[lowest_at_time]
    smooth = np.clip(isotonic_regression(level, increasing=False).x, 0.0, 1.0)
    changed = np.abs(smooth - level)
    if changed.max() > WORTH_TELLING:
        notes.append(_rises_levelled(days / scale, level, changed, time_unit))
    falls = np.diff(smooth, prepend=1.0) < 0
    if not falls.any():
        notes.append(_NEVER_FALLS)
    unit = None if sampled else scale if whole_units else counted_in(days[falls])
    return Curve(days[falls], smooth[falls], end, sampled, tuple(notes), unit)


_NEVER_FALLS = Issue(
    "the curve never falls: nobody of this arm has the event",
    found="100% throughout",
    allowed="a curve that falls, unless there was no event",
    fix="check the scale of the survival axis, and that this is the curve of the arm",
    rule="reconstruction-no-event",
    severity="warning",
)


def days_per(unit: str) -> float:
    """Days in a unit of time by its name; `UsageError` for an unknown one."""
    singular = str(unit).lower().removesuffix("s")
    if singular not in TIME_IN_DAYS:
        meant = near_miss(singular, tuple(TIME_IN_DAYS))
        raise misuse(
            "time_unit: unknown unit of time",
            repr(unit),
            ", ".join(f"{name}s" for name in TIME_IN_DAYS),
            f"did you mean {meant}s?" if meant else "choose one of them",
        )
    return TIME_IN_DAYS[singular]


def _refuse_bad_points(days: np.ndarray, level: np.ndarray) -> None:
    if days.ndim != 1 or days.shape != level.shape:
        raise invalid(
            "time and survival differ in length",
            f"shapes {days.shape} and {level.shape}",
            "two arrays of shape (m,)",
            "give one survival value for each time",
        )
    if len(days) < 2:
        raise invalid(
            "too few points for a curve",
            f"{len(days)}",
            "2 or more; one for each drop is best",
            "digitise more of the curve",
        )
    bad = ~(np.isfinite(days) & np.isfinite(level))
    if bad.any():
        raise invalid(
            "the points hold missing or infinite values",
            f"{bad.sum()}, the first in row {np.flatnonzero(bad)[0]}",
            "finite numbers",
            "drop or mend these points",
        )


def _refuse_shares(days: np.ndarray, level: np.ndarray) -> None:
    """Nobody's curve is at 1 % at the start: that is the 1 of a curve in shares."""
    if days[0] <= UNDERSHOOT * days[-1] and level[0] <= HIGHEST_SHARE:
        raise invalid(
            "survival: shares, where per cent were announced",
            f"{level[0]:.3g} at the start",
            "a curve in per cent, which starts near 100",
            "leave per_cent out (on the command line --per-cent)",
        )


def _refuse_out_of_bounds(time: np.ndarray, level: np.ndarray, time_unit: str) -> None:
    issues = []
    if level.min() < -OVERSHOOT or level.max() > 1 + OVERSHOOT:
        issues.append(
            Issue(
                "survival: outside 0 to 1",
                found=f"{level.min():.3g} to {level.max():.3g} (as a share)",
                allowed="0 to 1, or 0 to 100 in per cent",
                fix="check the two points that fixed the survival axis, and whether it is in per cent",
            )
        )
    if time.min() < -UNDERSHOOT * np.abs(time).max():
        issues.append(
            Issue(
                "time: before the start",
                found=f"{time.min():.3g} {time_unit}",
                allowed="0 or more",
                fix="check the two points that fixed the time axis",
            )
        )
    quarter = max(len(level) // 4, 1)
    if np.median(level[-quarter:]) > np.median(level[:quarter]) + SLIP:
        issues.append(
            Issue(
                "survival: the curve rises",
                found=f"{level[0]:.3g} at the start, {level[-1]:.3g} at the end",
                allowed="a curve that falls from 1",
                fix="if it shows the share with the event, give 1 minus it",
            )
        )
    if issues:
        raise InvalidInput(tuple(issues))


def _without_slips(level: np.ndarray) -> np.ndarray:
    """Mask of the points that agree with their neighbours; the worst offender goes first, until none is left."""
    keep = np.ones(len(level), dtype=bool)
    while True:
        index = np.flatnonzero(keep)
        contradictions, size = _contradictions(np.append(1.0, level[index]))
        if not contradictions[1:].any():
            return keep
        keep[index[np.lexsort((size[1:], contradictions[1:]))[-1]]] = False


def _contradictions(level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each point, how many neighbours it rises against by more than a slip, and by how much in all."""
    count, size = np.zeros(len(level)), np.zeros(len(level))
    for shift in range(1, min(NEIGHBOURS + 1, len(level))):
        rise = level[shift:] - level[:-shift]
        wrong = rise > SLIP
        for part in (slice(shift, None), slice(None, -shift)):
            count[part] += wrong
            size[part] += np.where(wrong, rise, 0.0)
    return count, size


def _slips_left_out(time: np.ndarray, level: np.ndarray, time_unit: str) -> Issue:
    where = "; ".join(
        f"{t:.4g} {time_unit}, {s:.3f}" for t, s in zip(time[:MOST_TOLD], level[:MOST_TOLD], strict=True)
    )
    whose = "1 point contradicts its" if len(time) == 1 else f"{len(time)} points contradict their"
    return Issue(
        f"{whose} neighbours and {'was' if len(time) == 1 else 'were'} left out",
        found=where + ("; ..." if len(time) > MOST_TOLD else ""),
        allowed=f"a curve that falls, give or take {SLIP:g}",
        fix="look at these points in the figure and digitise them again",
        rule="reconstruction-slips",
        severity="warning",
    )


def _rises_levelled(time: np.ndarray, level: np.ndarray, changed: np.ndarray, time_unit: str) -> Issue:
    worst = int(np.argmax(changed))
    return Issue(
        "the digitised curve rises in places and was levelled",
        found=f"by up to {changed[worst]:.3f}, at {time[worst]:.4g} {time_unit} (survival {level[worst]:.3f})",
        allowed=f"rises below {WORTH_TELLING:g}",
        fix="digitise these points again if the medians or landmarks matter there",
        rule="reconstruction-rises",
        severity="warning",
    )
