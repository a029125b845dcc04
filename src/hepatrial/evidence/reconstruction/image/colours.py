"""The colours of the curves: as the user gives them, or found by their hue."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from scipy.ndimage import gaussian_filter1d

from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.evidence.reconstruction.image.axes import PlotAxes
from hepatrial.evidence.reconstruction.image.picture import Picture
from hepatrial.survival.checks import invalid, misuse

_HEX = re.compile(r"#?([0-9a-fA-F]{6})")
# A colour and not a grey: difference of its strongest and weakest part.
COLOURFUL = 0.3
BINS = 72
# Colours that differ by less in every part are one; pixels that differ by less among their parts are grey.
ALIKE = 0.06
GREY = 0.06
# Width of a hue in bins of 5 degrees, and the least distance of two hues.
HUE_WIDTH = 1.5
APART = 6
# A curve crosses at least this share of the plot's columns; a legend or a label does not.
CROSSES = 0.2


def parse_colour(text: str) -> np.ndarray:
    """``"#1f77b4"`` as red, green, blue from 0 to 1; `UsageError` for anything else."""
    match = _HEX.fullmatch(text.strip())
    if match is None:
        raise misuse(
            "colour: not a hex code",
            repr(text),
            "six hex digits, as #1f77b4",
            "take the colour of the curve with a colour picker",
        )
    return np.array([int(match.group(1)[i : i + 2], 16) for i in (0, 2, 4)], dtype=np.float64) / 255


def refuse_colours(codes: Sequence[str], picture: Picture) -> None:
    """Refuse colours that no two curves of this picture can have."""
    parsed = [parse_colour(code) for code in codes]
    for place, (code, colour) in enumerate(zip(codes, parsed, strict=True)):
        if np.abs(colour - picture.background).max() < ALIKE:
            raise misuse(
                "colour: that of the background",
                code,
                "the colour of a curve",
                "take the colour from the middle of the line with a colour picker",
            )
        if any(np.abs(colour - other).max() < ALIKE for other in parsed[:place]):
            raise misuse(
                "colour: two curves of one colour",
                ", ".join(codes),
                "colours that differ",
                "curves of one colour cannot be told apart; digitise them by hand",
            )
    if max(map(np.ptp, parsed)) > COLOURFUL and float(np.ptp(picture.rgb, axis=-1).max()) < GREY:
        raise InvalidInput(
            (
                Issue(
                    "the picture has no colours",
                    Location(picture.file),
                    f"shades of grey alone, and {', '.join(codes)} to find",
                    "the figure in its colours",
                    "save it in colour, or give the curves' shades of grey",
                ),
            )
        )


def find_colours(picture: Picture, axes: PlotAxes, count: int = 2) -> tuple[str, ...]:
    """Hex codes of the hues that cross most of the plot, the widest first.

    Raises
    ------
    InvalidInput
        Fewer hues than curves: black, grey, or two shades of one hue.
    """
    left, right = (round(pixel) for pixel in sorted(axes.time.pixels))
    top, bottom = (round(pixel) for pixel in sorted(axes.survival.pixels))
    rgb = picture.rgb[top : bottom + 1, left + 2 : right + 1].astype(np.float64)
    hue, colourful = _hues(rgb)
    column = np.broadcast_to(np.arange(rgb.shape[1]), colourful.shape)
    crossed = np.zeros((BINS, rgb.shape[1]), dtype=bool)
    crossed[hue[colourful], column[colourful]] = True
    weight = gaussian_filter1d(crossed.mean(axis=1), HUE_WIDTH, mode="wrap")
    found: list[int] = []
    for bin_ in np.argsort(-weight):
        distances = [min((bin_ - other) % BINS, (other - bin_) % BINS) for other in found]
        if len(found) < count and all(distance >= APART for distance in distances):
            near = colourful & (np.minimum((hue - bin_) % BINS, (bin_ - hue) % BINS) <= 2)
            if near.any(axis=0).mean() >= CROSSES:
                found.append(int(bin_))
    if len(found) < count:
        raise invalid(
            "the curves cannot be told apart by hue",
            f"{len(found)} hues that cross the plot",
            f"{count} curves of different hues",
            "give their colours as hex codes (black, grey and shades of one hue have none of their own)",
        )
    return tuple(_strongest(rgb, hue, colourful, bin_) for bin_ in found)


def _hues(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bin of the hue of each pixel, and whether it has one."""
    angle = np.arctan2(
        np.sqrt(3.0) * (rgb[..., 1] - rgb[..., 2]), 2 * rgb[..., 0] - rgb[..., 1] - rgb[..., 2]
    )
    bins = np.floor(angle / (2 * np.pi) * BINS).astype(np.int64) % BINS
    return bins, np.ptp(rgb, axis=-1) > COLOURFUL


def _strongest(rgb: np.ndarray, hue: np.ndarray, colourful: np.ndarray, bin_: int) -> str:
    """The commonest colour among the strong ones of a hue: pixels on edges are paler."""
    near = colourful & (np.minimum((hue - bin_) % BINS, (bin_ - hue) % BINS) <= 2)
    colours = rgb[near]
    strength = np.ptp(colours, axis=-1)
    strong = colours[strength >= 0.9 * np.quantile(strength, 0.95)]
    red, green, blue = (np.median(strong, axis=0) * 255).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"
