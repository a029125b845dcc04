"""The figures of a report: name, caption, and the drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from hepatrial.figures.cumulative_incidence import draw_cumulative_incidence
from hepatrial.figures.kaplan_meier import draw_kaplan_meier
from hepatrial.figures.population import draw_population
from hepatrial.figures.spider import draw_spider
from hepatrial.figures.swimmer import draw_swimmer
from hepatrial.figures.twins import draw_twins
from hepatrial.figures.waterfall import draw_waterfall
from hepatrial.patients.baseline import published_shares
from hepatrial.virtual_trial import VirtualTrial


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A figure with what to say about it."""

    name: str
    title: str
    caption: str
    draw: Callable[[], Figure]


def report_figures(result: VirtualTrial, published: dict[str, Any] | None) -> Iterator[ReportFigure]:
    """The figures of a run, in the report's order; those that the data can't fill are left out."""
    trial, twins, patient = result.trial, result.population, result.typical_patient()
    yield ReportFigure(
        "km-os",
        "Overall survival in one simulated trial",
        f"One trial of the protocol's size ({len(trial)} subjects), cut as the protocol says. Bands are 95 % limits "
        "(log-log); ticks are censored subjects. Diamonds are the published medians.",
        lambda: draw_kaplan_meier(trial, "OS", published=published),
    )
    yield ReportFigure(
        "km-os-twins",
        "Overall survival of all virtual patients",
        f"All {result.patients:,} virtual patients under every arm: the model's expectation. Bands are Monte-Carlo error.",
        lambda: draw_kaplan_meier(twins, "OS", note=", all virtual patients", published=published),
    )
    yield ReportFigure(
        "km-ttp-twins",
        "Time to progression of all virtual patients",
        "Progression is seen at scans, hence the steps. Death without progression is censored.",
        lambda: draw_kaplan_meier(twins, "TTP", note=", all virtual patients", published=published),
    )
    yield ReportFigure(
        "cumulative-incidence",
        "Cancer death and liver death",
        "Cumulative incidence (Aalen-Johansen) of the two competing causes of death, all virtual patients.",
        lambda: draw_cumulative_incidence(twins),
    )
    main = result.protocol.response.progression
    if (trial.best["criteria"] == main).any():
        yield ReportFigure(
            "waterfall",
            "Best change of tumour size",
            "One simulated trial; a bar a subject with at least one scan. Dashed: -30 % and +20 %.",
            lambda: draw_waterfall(trial, main),
        )
    yield ReportFigure(
        "spider",
        "Tumour size over time",
        "One simulated trial; measured sums of diameters as change from baseline.",
        lambda: draw_spider(trial),
    )
    yield ReportFigure(
        "swimmer",
        "Treatment and events by subject",
        "Subjects at evenly spaced ranks of follow-up. Treatment may go on after progression where the protocol says so.",
        lambda: draw_swimmer(trial),
    )
    yield ReportFigure(
        "twins",
        "One virtual patient under every arm",
        f"Patient {patient}, whose survival is nearest to the medians. All chance is the same under every arm; the "
        "difference is the treatment's.",
        lambda: draw_twins(result.twin(patient), patient),
    )
    shares = published_shares(result.protocol.baseline.name)
    if shares:
        yield ReportFigure(
            "population",
            "The virtual population against the published baseline table",
            "Confirmed published shares only. BCLC stage and Child-Pugh class are computed, not drawn.",
            lambda: draw_population(twins.subjects.unique("patient", maintain_order=True), shares),
        )
