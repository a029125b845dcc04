"""``report.html``: the run as one page that needs nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from hepatrial.prediction.run_draws import RunUnderDraws
from hepatrial.report.analyses import RunAnalyses
from hepatrial.report.drawn_figures import draw_all
from hepatrial.report.figure_list import Shown
from hepatrial.report.formatting import FILTERS
from hepatrial.report.one_trial import one_trial
from hepatrial.report.page_content import page_content
from hepatrial.report.published_evidence import published_evidence
from hepatrial.report.replicate_rows import replicate_rows
from hepatrial.report.twin_rows import twin_rows
from hepatrial.virtual_trial import VirtualTrial


def write_report(
    result: VirtualTrial,
    summary: dict[str, Any],
    analyses: RunAnalyses,
    folder: Path,
    figure_formats: tuple[str, ...] = (),
    drawn: RunUnderDraws | None = None,
) -> None:
    """Write ``report.html``, and the figures as files in the formats asked for."""
    shown = Shown(
        result=result,
        trial=one_trial(result, analyses.trial),
        replicates=replicate_rows(result, analyses.twins, summary["published"]),
        twins=twin_rows(result),
        published=summary["published"],
        evidence=published_evidence(result.protocol, summary),
        reserve=analyses.reserve,
        drawn=drawn,
    )
    figures = draw_all(shown, folder, figure_formats)
    page = _environment().get_template("report.html").render(page_content(shown, summary, figures))
    (folder / "report.html").write_text(page, encoding="utf-8")


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("hepatrial.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    return environment
