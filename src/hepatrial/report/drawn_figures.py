"""The figures of a run drawn, and written as files where asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from hepatrial.figures.style import png_bytes, svg_text
from hepatrial.report.figure_list import ReportFigure, Shown, report_figures
from hepatrial.report.page_svg import page_svg


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
