"""How wide a text is in the figures' font, so that columns are laid out before anything is drawn."""

from __future__ import annotations

import re
from functools import cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

FONT = "DejaVu Sans"
HINTING = 1.07
"""Letters are set on whole pixels when drawn, which makes a line up to this much longer than its outlines."""
_PIECES = re.compile(r"[^\s+/]*[+/]+\s*|[^\s+/]+\s*")
LINE = 1.25
"""Distance of lines as a multiple of the font size."""


@cache
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in inches of the longest line of ``text``; ``size`` in points."""
    font = FontProperties(family=FONT, size=size, weight="bold" if bold else "normal")
    widths = [
        text_to_path.get_text_width_height_descent(line, font, ismath=False)[0] for line in text.split("\n")
    ]
    return HINTING * max(widths) / 72.0


def text_height(text: str, size: float) -> float:
    """Height in inches of the lines of ``text``."""
    return (text.count("\n") + 1) * LINE * size / 72.0


def fitted(text: str, width: float, size: float, *, lines: int = 2, bold: bool = False) -> str:
    """A text broken into at most so many lines of at most ``width`` inches, with an ellipsis where it is longer.

    Lines break at spaces and after + and /, as in names of combinations; a word wider than a line is broken anywhere.
    """
    found: list[str] = []
    rest = _PIECES.findall(text.strip())
    while rest and len(found) < lines:
        line, rest = _one_line(rest, width, size, bold)
        found.append(line)
    if rest:
        found[-1] = _shortened(found[-1] + rest[0], width, size, bold)
    return "\n".join(line.strip() for line in found)


def _one_line(pieces: list[str], width: float, size: float, bold: bool) -> tuple[str, list[str]]:
    """As many pieces as the width takes, and what is left."""
    count = 0
    while count < len(pieces):
        if text_width("".join(pieces[: count + 1]).strip(), size, bold=bold) > width:
            break
        count += 1
    if count:
        return "".join(pieces[:count]), pieces[count:]
    letters = len(pieces[0])
    while letters > 1 and text_width(pieces[0][:letters].strip(), size, bold=bold) > width:
        letters -= 1
    return pieces[0][:letters], [part for part in (pieces[0][letters:], *pieces[1:]) if part]


def _shortened(text: str, width: float, size: float, bold: bool) -> str:
    while text and text_width(f"{text}…", size, bold=bold) > width:
        text = text[:-1]
    return f"{text.rstrip(' ,;:-')}…"
