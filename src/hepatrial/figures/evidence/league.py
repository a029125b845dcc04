"""The league table: all treatments against each other, network estimates below the diagonal, direct above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.evidence.network import LeagueTable
from hepatrial.evidence.pooling import Estimate
from hepatrial.figures.evidence.text_width import fitted, text_height, text_width
from hepatrial.figures.evidence.wording import MISSING, limits_text, number_text
from hepatrial.figures.style import GREY, LIGHT, WIDTH, axes_at, draw_title, new_figure, styled, write_at

SIZE = 7.5
CELL_HEIGHT = 0.42
NAME_MOST = 0.95
DIAGONAL, EXCLUDES = "#cfe3f1", "#f7ddc9"
"""Fill of the names, and of estimates whose interval excludes 1 (bold too, for grey print)."""
READING = (
    "Ratios of the treatment that stands higher on the diagonal to the one that stands lower: a hazard ratio below 1 "
    "favours the higher. Below the diagonal: network estimates (direct and indirect evidence). Above it: direct "
    "evidence alone, a dash where no trial compared the two. Bold: the interval excludes 1. Order: P-score, best first."
)


@dataclass(frozen=True, slots=True)
class LeagueCell:
    """One cell: a ratio with its limits, or a treatment's name; ``excludes_1`` says that its interval does."""

    estimate: str
    limits: str = ""
    excludes_1: bool = False


def league_cells(
    table: LeagueTable, direct: Mapping[tuple[str, str], Estimate]
) -> tuple[tuple[LeagueCell, ...], ...]:
    """The cells of a league table, shape (T, T), names on the diagonal.

    Parameters
    ----------
    table
        From `league_table`, in its order.
    direct
        Direct estimates by (arm, control), either way round, as `direct_estimates` gives them.

    Notes
    -----
    See `READING`: a pair's two cells, one above and one below the diagonal, are of the same ratio.
    """
    names = table.treatments
    return tuple(
        tuple(
            LeagueCell(names[row])
            if row == column
            else _direct_cell(direct, names[row], names[column])
            if row < column
            else _cell((table.hr[column, row], table.lower[column, row], table.upper[column, row]))
            for column in range(len(names))
        )
        for row in range(len(names))
    )


def draw_league_table(
    table: LeagueTable, direct: Mapping[tuple[str, str], Estimate], *, title: str
) -> Figure:
    """The league table as a figure; arguments as for `league_cells`."""
    cells = league_cells(table, direct)
    size = len(cells)
    width = max(text_width(">1,000", SIZE, bold=True), _widest(cells)) + 0.12
    across = max(WIDTH, size * width + 0.24)
    width = min((across - 0.24) / size, 1.5)
    note = fitted(READING, across - 0.3, SIZE, lines=5)
    foot = text_height(note, SIZE) + 0.22
    with styled():
        figure = new_figure(foot + size * CELL_HEIGHT + 0.36, across)
        draw_title(figure, fitted(title, across - 0.3, 10, lines=1, bold=True))
        axes = axes_at(figure, 0.12, foot, size * width, size * CELL_HEIGHT)
        axes.set_axis_off()
        axes.set_xlim(0, size * width)
        axes.set_ylim(size * CELL_HEIGHT, 0)
        for row, line in enumerate(cells):
            for column, cell in enumerate(line):
                _draw_cell(axes, cell, row, column, width)
        write_at(figure, 0.12, foot - 0.12, note, fontsize=SIZE, color=GREY, va="top", linespacing=1.1)
    return figure


def _cell(ratio: tuple[float, float, float]) -> LeagueCell:
    estimate, lower, upper = ratio
    return LeagueCell(number_text(estimate), limits_text(lower, upper), not lower <= 1.0 <= upper)


def _direct_cell(direct: Mapping[tuple[str, str], Estimate], arm: str, control: str) -> LeagueCell:
    if (arm, control) in direct:
        return _cell(direct[arm, control].ratio)
    if (control, arm) in direct:
        estimate, lower, upper = direct[control, arm].ratio
        return _cell((1.0 / estimate, 1.0 / upper, 1.0 / lower))
    return LeagueCell(MISSING)


def _widest(cells: tuple[tuple[LeagueCell, ...], ...]) -> float:
    """Room of the widest limits; a name is broken to two lines, so half of it counts."""
    limits = max(text_width(cell.limits, SIZE, bold=cell.excludes_1) for line in cells for cell in line)
    names = max(
        text_width(fitted(line[row].estimate, NAME_MOST, SIZE, bold=True), SIZE, bold=True)
        for row, line in enumerate(cells)
    )
    return max(limits, names)


def _draw_cell(axes: Axes, cell: LeagueCell, row: int, column: int, width: float) -> None:
    left, top = column * width, row * CELL_HEIGHT
    name = row == column
    fill = DIAGONAL if name else EXCLUDES if cell.excludes_1 else "white"
    corners = ([left, left + width, left + width, left], [top, top, top + CELL_HEIGHT, top + CELL_HEIGHT])
    axes.fill(*corners, facecolor=fill, edgecolor=LIGHT, linewidth=0.8)
    text = (
        fitted(cell.estimate, width - 0.06, SIZE, bold=True)
        if name
        else f"{cell.estimate}\n{cell.limits}".strip()
    )
    weight = "bold" if name or cell.excludes_1 else "normal"
    axes.text(
        left + width / 2, top + CELL_HEIGHT / 2, text, fontsize=SIZE, fontweight=weight, ha="center", va="center",
        linespacing=1.15, parse_math=False,
    )  # fmt: skip
