"""The figures of a run drawn, written as files where asked for, and made fit to stand on a page together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from markupsafe import Markup

from hepatrial.figures.style import png_bytes, svg_text
from hepatrial.report.figure_list import ReportFigure, Shown, report_figures


@dataclass(frozen=True, slots=True)
class DrawnFigure:
    """A figure with its number on the page and its SVG."""

    number: int
    figure: ReportFigure
    svg: Markup


def draw_all(shown: Shown, folder: Path, formats: tuple[str, ...] = ()) -> tuple[DrawnFigure, ...]:
    """Draw the figures of a run; ``formats`` ("svg", "png") writes them to ``folder/figures`` too."""
    found = []
    for number, figure in enumerate(report_figures(shown), start=1):
        drawn = figure.draw()
        svg = svg_text(drawn)
        found.append(DrawnFigure(number, figure, Markup(page_svg(svg, number, figure.title, figure.caption))))
        if formats:
            (folder / "figures").mkdir(exist_ok=True)
        if "svg" in formats:
            (folder / "figures" / f"{figure.name}.svg").write_text(svg, encoding="utf-8")
        if "png" in formats:
            (folder / "figures" / f"{figure.name}.png").write_bytes(png_bytes(drawn))
    return tuple(found)


def page_svg(svg: str, number: int, title: str, description: str) -> str:
    """An SVG as it stands on the page: ids of its own, and a title and description for screen readers."""
    prefix = f"f{number}-"
    for before in ('id="', 'href="#', "url(#"):
        svg = svg.replace(before, before + prefix)
    label = f'<title id="{prefix}title">{escape(title)}</title><desc id="{prefix}text">{escape(description)}</desc>'
    opening = re.match(r"<svg[^>]*>", svg)
    assert opening is not None, "matplotlib's SVG starts with <svg"
    start = opening.group(0)
    named = start[:-1] + f' role="img" aria-labelledby="{prefix}title {prefix}text">'
    return named + label + svg[len(start) :]
