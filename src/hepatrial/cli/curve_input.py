"""Curves from the files or the picture that a command line names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hepatrial.errors import UsageError, near_miss
from hepatrial.evidence.reconstruction import Curve, RiskNumbers, clean_curve, read_points, read_risk_numbers
from hepatrial.evidence.reconstruction.naming import said_of

AXES = ("time", "survival")
AXIS_EXAMPLE = "--axis time=0@92,18@705 --axis survival=0@528,1@66 (value@pixel, twice an axis)"
_AXIS = re.compile(r"(time|survival)=([^@,]+)@([^@,]+),([^@,]+)@([^@,]+)")


@dataclass(frozen=True, slots=True)
class CurveOptions:
    """How points become a curve; see `clean_curve`."""

    time_unit: str = "months"
    per_cent: bool | None = None
    sampled: bool = False
    whole_units: bool = False


def curves_from_files(paths: Sequence[Path], names: Sequence[str], options: CurveOptions) -> dict[str, Curve]:
    """Curves by arm, under the names given or those of the files.

    Raises
    ------
    UsageError
        Names that do not fit the number of curves, or one name twice.
    InvalidInput
        Files or points that are unsound.
    """
    points = [one for path in paths for one in read_points(path)]
    arms = _named([one.name for one in points], names)
    curves = {}
    for arm, one in zip(arms, points, strict=True):
        with said_of(arm):
            curves[arm] = clean_curve(
                one.time,
                one.survival,
                time_unit=options.time_unit,
                per_cent=options.per_cent,
                sampled=options.sampled,
                whole_units=options.whole_units,
            )
    return {arm: curves[arm] for arm in names or arms}


def curves_from_picture(
    path: Path,
    axes: Sequence[str],
    colours: Sequence[str] | None,
    names: Sequence[str],
    options: CurveOptions,
) -> dict[str, Curve]:
    """Curves by arm out of a picture, in the order of the colours.

    Raises
    ------
    UsageError
        Axes or colours that cannot be read, names that do not fit.
    InvalidInput
        A picture that cannot be read, or a colour without a curve.
    """
    from hepatrial.evidence.reconstruction.image import plot_axes, read_figure, read_picture

    places = dict(map(_axis, axes))
    if set(places) != set(AXES) or len(axes) != len(AXES):
        raise _no_axes(", ".join(axes) or "none")
    picture = read_picture(path)
    (times, columns), (survivals, rows) = places["time"], places["survival"]
    found = plot_axes(columns, times, rows, survivals, picture.rgb.shape[:2])
    traced = read_figure(picture, found, colours=colours, count=max(len(names), 1) if names else 2)
    if colours is None and len(names) > 1:
        raise _which_is_which(names, [one.colour for one in traced])
    arms = _named([one.colour for one in traced], names)
    return {
        arm: one.curve(options.time_unit, whole_units=options.whole_units)
        for arm, one in zip(arms, traced, strict=True)
    }


def risk_of(
    arms: Sequence[str], path: Path | None, time_unit: str, sizes: Mapping[str, int]
) -> dict[str, RiskNumbers]:
    """Numbers at risk by arm; an arm without is not in it.

    Raises
    ------
    UsageError
        The file names arms that are not among the curves'.
    """
    if path is None:
        return {}
    found = read_risk_numbers(path, time_unit=time_unit, sizes=sizes)
    unknown = [name for name in found if name not in arms]
    if unknown:
        meant = near_miss(unknown[0], tuple(arms))
        fix = (
            f"give one arm one name: {unknown[0]} in the file, {meant} among the curves"
            if meant
            else f"name the curves with --arms {','.join(found)}"
        )
        if all(arm.startswith("#") for arm in arms):
            fix = f"say which is which: --arms {','.join(found)} --colours and their colours in this order"
        raise UsageError(
            f"{path} has numbers at risk of an arm without a curve\n  found:   {', '.join(unknown)}\n"
            f"  allowed: {', '.join(arms)}\n"
            f"  fix:     {fix}"
        )
    return found


def _named(found: Sequence[str], names: Sequence[str]) -> list[str]:
    if sorted(names) == sorted(found) and len(set(found)) == len(found):
        # The names of the data sets themselves, in the order wanted: nobody is called by another's name.
        return list(found)
    arms = list(names) if names else list(found)
    if len(arms) != len(found):
        there = "there is 1 curve" if len(found) == 1 else f"there are {len(found)} curves"
        raise UsageError(
            f"--arms names {len(names)}, and {there}\n  found:   {', '.join(found)}\n"
            "  allowed: a name for each curve, in this order\n  fix:     --arms EXPERIMENTAL,CONTROL"
        )
    if len(set(arms)) < len(arms):
        raise UsageError(
            f"two curves have one name\n  found:   {', '.join(arms)}\n  allowed: names that differ\n"
            "  fix:     --arms EXPERIMENTAL,CONTROL"
        )
    taken = [arm for arm, own in zip(arms, found, strict=True) if arm in found and arm != own]
    if taken:
        raise UsageError(
            f"--arms gives a curve the name of another\n  found:   {', '.join(arms)} for {', '.join(found)}\n"
            "  allowed: the names of the curves in the order wanted, or new ones\n"
            f"  fix:     check {', '.join(taken)}"
        )
    return arms


def _axis(text: str) -> tuple[str, tuple[tuple[float, float], tuple[float, float]]]:
    """``time=0@92,18@705`` as the name, the two values and their pixels."""
    match = _AXIS.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        first, first_pixel, second, second_pixel = (float(part) for part in match.groups()[1:])
    except ValueError:
        raise _no_axes(text) from None
    return match.group(1), ((first, second), (first_pixel, second_pixel))


def _which_is_which(names: Sequence[str], colours: Sequence[str]) -> UsageError:
    """Hues have no order: names given to them by place could be swapped, and the hazard ratio with them."""
    return UsageError(
        f"which arm has which colour is not known\n  found:   arms {', '.join(names)}; colours {', '.join(colours)}\n"
        f"  allowed: --colours in the order of --arms\n"
        f"  fix:     --colours {','.join(colours)} or --colours {','.join(reversed(colours))}: look at the legend"
    )


def _no_axes(found: str) -> UsageError:
    return UsageError(
        f"a picture needs two known points of each axis\n  found:   {found}\n"
        f"  allowed: {AXIS_EXAMPLE}\n  fix:     read the pixels of two ticks an axis off a picture viewer"
    )
