"""``report.html``: the run as one page that needs nothing from elsewhere."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from hepatrial.disease.parameters import Parameters
from hepatrial.evidence.references import Reference, keys_in, references
from hepatrial.figures.style import png_bytes, svg_text
from hepatrial.report.figure_list import report_figures
from hepatrial.virtual_trial import VirtualTrial

METHODS = ("eisenhauer2009", "lencioni2010", "johnson2015", "hahnfeldt1999")
MISSING = "–"


def write_report(
    result: VirtualTrial, summary: dict[str, Any], folder: Path, figure_formats: tuple[str, ...] = ()
) -> None:
    """Write ``report.html``, and the figures as files in the formats asked for."""
    shown = []
    for number, figure in enumerate(report_figures(result, summary["published"]), start=1):
        drawn = figure.draw()
        svg = svg_text(drawn)
        # Ids are unique only within one SVG; several share this page.
        shown.append({"figure": figure, "svg": Markup(_own_ids(svg, f"f{number}-"))})
        if figure_formats:
            (folder / "figures").mkdir(exist_ok=True)
        if "svg" in figure_formats:
            (folder / "figures" / f"{figure.name}.svg").write_text(svg, encoding="utf-8")
        if "png" in figure_formats:
            (folder / "figures" / f"{figure.name}.png").write_bytes(png_bytes(drawn))
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"number": _number, "interval": _interval, "p_value": _p_value}
    template = (
        resources.files("hepatrial.report").joinpath("templates", "report.html").read_text(encoding="utf-8")
    )
    page = environment.from_string(template).render(
        summary=summary,
        protocol=result.protocol,
        figures=shown,
        parameters=result.parameters.quantities,
        grades=Counter(quantity.grade for quantity in result.parameters.quantities.values()),
        papers=papers_behind(result),
        published_arms={arm["arm"]: arm for arm in (summary["published"] or {}).get("arms", [])},
        published_hr={
            (row["arm"], row["control"], row["endpoint"]): row
            for row in (summary["published"] or {}).get("comparisons", [])
        },
        cut_months=result.trial.cut_day / 30.4375 if result.trial.cut_day else None,
    )
    (folder / "report.html").write_text(page, encoding="utf-8")


def papers_behind(result: VirtualTrial) -> tuple[Reference, ...]:
    """The papers behind exactly this run: its agents', its parameters', its methods'."""
    texts = [quantity.source for quantity in _quantities(result.parameters)]
    for agent in result.work.agents:
        texts += [quantity.source for _, quantity in agent.quantities()]
    keys = {key for text in texts for key in keys_in(text)} | set(METHODS)
    from hepatrial.evidence.references import bibliography

    return references(sorted(key for key in keys if key in bibliography()))


def _quantities(parameters: Parameters) -> list[Any]:
    return list(parameters.quantities.values())


def _own_ids(svg: str, prefix: str) -> str:
    for before in ('id="', 'href="#', "url(#"):
        svg = svg.replace(before, before + prefix)
    return svg


def _number(value: float | None, digits: int = 1) -> str:
    return MISSING if value is None else f"{value:.{digits}f}"


def _interval(limits: list[float | None] | None, digits: int = 1) -> str:
    if not limits or all(limit is None for limit in limits):
        return ""
    return f"({_number(limits[0], digits)} to {_number(limits[1], digits)})"


def _p_value(value: float | None) -> str:
    if value is None:
        return MISSING
    return "<0.0001" if value < 1e-4 else f"{value:.4f}"
