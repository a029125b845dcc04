"""A PNG as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.files.text_file import waits_for_a_writer

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 50_000_000
SMALLEST_SIDE = 50


@dataclass(frozen=True, slots=True)
class Picture:
    """Colours of a picture.

    Attributes
    ----------
    rgb
        Shape (rows, columns, 3), float32 from 0 to 1, on white where the file was transparent.
    background
        Shape (3,): the commonest colour.
    """

    file: str
    rgb: np.ndarray
    background: np.ndarray


def read_picture(path: str | Path) -> Picture:
    """Read a PNG (or another format without loss that Pillow knows).

    Raises
    ------
    InvalidInput
        Not a picture, too large, too small, or one with losses (JPEG), whose colours bleed.
    """
    from PIL import Image, UnidentifiedImageError

    path = Path(path)
    if waits_for_a_writer(path):
        raise _refused(path, "this is not a file", "a pipe", "a PNG", "save the figure to a file")
    if path.is_file() and path.stat().st_size == 0:
        raise _refused(path, "the file is empty", "0 bytes", "a PNG", "save the figure again")
    try:
        with Image.open(path) as image:
            if image.format == "JPEG":
                raise _refused(
                    path,
                    "a JPEG blurs the colours of thin lines",
                    "JPEG",
                    "PNG",
                    "save the figure as PNG from the article's page, or take a screenshot as PNG",
                )
            if image.width * image.height > MOST_PIXELS:
                raise _refused(
                    path,
                    "the picture is too large",
                    f"{image.width} x {image.height} pixels",
                    f"at most {MOST_PIXELS:,} pixels",
                    "scale it down, or cut the plot out",
                )
            if min(image.size) < SMALLEST_SIDE:
                raise _refused(
                    path,
                    "the picture is too small",
                    f"{image.width} x {image.height} pixels",
                    f"{SMALLEST_SIDE} pixels or more on each side; 800 across for good work",
                    "take it from the full-size figure",
                )
            coloured = _in_eight_bits(image).convert("RGBA")
            white = Image.new("RGBA", coloured.size, "white")
            rgb = np.asarray(Image.alpha_composite(white, coloured).convert("RGB"), dtype=np.float32) / 255
    except Image.DecompressionBombError as error:
        raise _refused(
            path,
            "the picture is too large",
            "more pixels than a picture can have",
            f"at most {MOST_PIXELS:,} pixels",
            "scale it down, or cut the plot out",
        ) from error
    except (UnidentifiedImageError, SyntaxError, ValueError) as error:
        found = "another format" if isinstance(error, UnidentifiedImageError) else str(error)[:80]
        raise _refused(
            path, "this is not a picture that can be read", found, "a PNG", "save the figure as PNG"
        ) from error
    except OSError as error:
        raise _refused(
            path,
            "the file cannot be read",
            error.strerror or "a broken or cut-off picture",
            "a PNG",
            "check the path, and save the figure again",
        ) from error
    return Picture(str(path), rgb, _commonest(rgb))


def _in_eight_bits(image: Image) -> Image:
    """Grey of 16 or 32 bits scaled to 8, which Pillow would cut off at white."""
    from PIL import Image

    if not image.mode.startswith(("I", "F")):
        return image
    values = np.asarray(image, dtype=np.float64)
    full = max(float(values.max()), 255.0 if values.max() <= 255 else 65535.0)
    return Image.fromarray((values * (255 / full)).round().astype(np.uint8))


def _commonest(rgb: np.ndarray) -> np.ndarray:
    coarse = (rgb * 15).round().astype(np.int64) @ np.array([256, 16, 1])
    values, counts = np.unique(coarse, return_counts=True)
    return np.median(rgb[coarse == values[np.argmax(counts)]], axis=0)


def _refused(path: Path, what: str, found: str, allowed: str, fix: str) -> InvalidInput:
    return InvalidInput((Issue(what, Location(str(path)), found, allowed, fix, rule="file"),))
