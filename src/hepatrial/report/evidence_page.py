"""``evidence.html``: pooled evidence as one page that needs nothing from elsewhere, in the look of a run's report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

from hepatrial.evidence.network import LeagueTable
from hepatrial.evidence.pooling import Estimate
from hepatrial.figures.evidence import READING, league_cells
from hepatrial.figures.style import png_bytes, svg_text
from hepatrial.report.citations import cited_sources
from hepatrial.report.definitions import EVIDENCE_NOTICE
from hepatrial.report.page_svg import page_svg

__all__ = [
    "EvidenceSection",
    "PageCell",
    "PageFigure",
    "PageTable",
    "evidence_page",
    "figure_captions",
    "league_page_table",
    "write_evidence_page",
]

CAPTIONS = "captions.txt"
EVIDENCE_PAGE = "evidence.html"


@dataclass(frozen=True, slots=True)
class PageFigure:
    """A figure with what to say about it.

    ``name`` is that of its file; ``on_page`` is False where the page has the same as a table, and a file is enough.
    """

    name: str
    title: str
    caption: str
    figure: Figure
    on_page: bool = True


@dataclass(frozen=True, slots=True)
class PageCell:
    """A cell of a table that is to stand out."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table: every row has as many cells as ``head``; the first cell of a row names it.

    ``text_columns`` is the number of leading columns that are set to the left.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | PageCell, ...], ...]
    note: str = ""
    text_columns: int = 1

    def __post_init__(self) -> None:
        uneven = [row for row in self.rows if len(row) != len(self.head)]
        if uneven:
            raise ValueError(
                f"table {self.caption!r}: {len(self.head)} columns, but a row of {len(uneven[0])}"
            )


@dataclass(frozen=True, slots=True)
class EvidenceSection:
    """A part of the page.

    Attributes
    ----------
    heading
        Also stands in the page's list of sections.
    explanation
        Paragraphs above figures and tables.
    figures, tables
        In the order of the page.
    citations
        What the section rests on: keys of the bibliography, DOIs, or texts, as ``sources`` of a pool or a network.
    """

    heading: str
    explanation: tuple[str, ...]
    figures: tuple[PageFigure, ...] = ()
    tables: tuple[PageTable, ...] = ()
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A figure with its number on the page and its SVG, as the templates show it."""

    number: int
    figure: PageFigure
    svg: Markup


def evidence_page(
    title: str,
    lead: str,
    sections: Sequence[EvidenceSection],
    *,
    command: str = "",
    notice: str = EVIDENCE_NOTICE,
    warnings: Sequence[str] = (),
) -> str:
    """The page as HTML.

    Parameters
    ----------
    title, lead
        Heading, and a sentence under it.
    sections
        At least one.
    command
        The command line that makes the page again; left out where empty.
    notice
        What a reader must bear in mind; stands at both ends of the page.
    warnings
        What a reader must know of this answer in particular; each stands under the first notice.

    Notes
    -----
    Nothing is loaded from elsewhere, and there is no script. Names and texts are escaped.
    """
    numbered = _numbered(sections)
    return (
        _environment()
        .get_template("evidence.html")
        .render(
            title=title,
            lead=lead,
            sections=[
                (place, section, numbered[place], cited_sources(section.citations))
                for place, section in enumerate(sections)
            ],
            notice=notice,
            warnings=warnings,
            command=command,
            version=version("hepatrial"),
        )
    )


def write_evidence_page(
    folder: Path,
    title: str,
    lead: str,
    sections: Sequence[EvidenceSection],
    *,
    command: str = "",
    figure_formats: tuple[str, ...] = (),
    notice: str = EVIDENCE_NOTICE,
    warnings: Sequence[str] = (),
    name: str = EVIDENCE_PAGE,
) -> Path:
    """Write a page of that ``name`` to a folder that exists, and its figures with their captions to ``figures/``.

    Parameters
    ----------
    figure_formats
        "svg", "png", or both; none for the page alone.

    Returns
    -------
    Path
        Of the page.
    """
    page = folder / name
    text = evidence_page(title, lead, sections, command=command, notice=notice, warnings=warnings)
    page.write_text(text, encoding="utf-8")
    if figure_formats and any(section.figures for section in sections):
        (folder / "figures").mkdir(exist_ok=True)
        captions = figure_captions(title, sections, notice=notice)
        (folder / "figures" / CAPTIONS).write_text(captions, encoding="utf-8")
    for item in (figure for section in sections for figure in section.figures):
        if "svg" in figure_formats:
            (folder / "figures" / f"{item.name}.svg").write_text(svg_text(item.figure), encoding="utf-8")
        if "png" in figure_formats:
            (folder / "figures" / f"{item.name}.png").write_bytes(png_bytes(item.figure))
    return page


def figure_captions(title: str, sections: Sequence[EvidenceSection], *, notice: str) -> str:
    """What is to be said under every figure once it leaves the page: caption, sources, and what a reader must know."""
    everything = [source for section in sections for source in section.citations]
    found = [title, notice]
    for section in sections:
        cited = cited_sources(section.citations or everything)
        sources = [" ".join(filter(None, (one.text, one.shown))) for one in cited]
        for item in section.figures:
            lines = [f"{item.name}: {item.title}. {item.caption}"]
            lines += [f"  {place}. {source}" for place, source in enumerate(sources, start=1)]
            found.append("\n".join(lines))
    return "\n\n".join(found) + "\n"


def league_page_table(
    table: LeagueTable, direct: Mapping[tuple[str, str], Estimate], *, caption: str
) -> PageTable:
    """A league table for the page; see `hepatrial.figures.evidence.league_cells`."""
    cells = league_cells(table, direct)
    return PageTable(
        caption=caption,
        head=("treatment", *table.treatments),
        rows=tuple(
            (
                table.treatments[row],
                *(
                    PageCell(
                        "" if row == column else f"{cell.estimate}\n{cell.limits}".strip(), cell.excludes_1
                    )
                    for column, cell in enumerate(line)
                ),
            )
            for row, line in enumerate(cells)
        ),
        note=READING,
    )


def _numbered(sections: Sequence[EvidenceSection]) -> list[list[_Numbered]]:
    found: list[list[_Numbered]] = []
    number = 0
    for section in sections:
        own = []
        for item in section.figures:
            if not item.on_page:
                continue
            number += 1
            svg = page_svg(svg_text(item.figure), number, item.title, item.caption)
            own.append(_Numbered(number, item, Markup(svg)))
        found.append(own)
    return found


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("hepatrial.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
