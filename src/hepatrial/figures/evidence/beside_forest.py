"""A simulated trial in a forest with the published trials of the same comparison, endpoint by endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from hepatrial.evidence.pooling import Pooled, StudyEffect
from hepatrial.figures.evidence.forest_layout import draw_rows
from hepatrial.figures.evidence.forest_rows import BLANK, Column, ForestRow, ForestText, Look, Mark
from hepatrial.figures.evidence.study_rows import Columns, ForestFrame, ForestGroup, study_rows
from hepatrial.figures.evidence.wording import heterogeneity_text, level_text, method_text, ratio_text


@dataclass(frozen=True, slots=True)
class SimulatedRatio:
    """A simulated hazard ratio.

    Attributes
    ----------
    ratio
        Estimate with its Monte-Carlo interval.
    one_trial
        Limits of the middle 95 % of replicate trials; None where there are none.
    patients
        Virtual patients behind it, in words.
    """

    ratio: tuple[float, float, float]
    one_trial: tuple[float, float] | None
    patients: str


@dataclass(frozen=True, slots=True)
class BesidePublished:
    """One endpoint: published effects (at least one), their pool where there are two or more, and the simulated one."""

    endpoint: str
    effects: tuple[StudyEffect, ...]
    pooled: Pooled | None
    columns: Columns
    simulated: SimulatedRatio


def draw_beside_published(
    endpoints: Sequence[BesidePublished],
    *,
    title: str,
    favours: tuple[str, str],
    notes: Sequence[str] = (),
    confidence: float = 0.95,
) -> Figure:
    """Forest of published trials and of a simulated one.

    Parameters
    ----------
    endpoints
        Groups of rows, one an endpoint; all with the same columns, one of them "Patients".
    favours
        Who is favoured left and right of 1.
    notes
        Sentences added under the plot.
    confidence
        Level of the intervals of studies.
    """
    heads = tuple(endpoints[0].columns)
    pooled = any(one.pooled is not None for one in endpoints)
    rows: list[ForestRow] = []
    for one in endpoints:
        rows += [BLANK] if rows else []
        rows += _rows(one, confidence, weighed=pooled)
    columns = [
        Column("Endpoint and study", align="left"),
        *(Column(heading) for heading in heads),
        Column(f"Hazard ratio\n({level_text(confidence)})", left=False, most=1.6),
        *([Column("Weight", left=False)] if pooled else []),
    ]
    said = ForestText(
        title=title, measure="Hazard ratio", favours=favours, notes=(*_notes(endpoints), *notes)
    )
    return draw_rows(columns, rows, said)


def _rows(one: BesidePublished, confidence: float, *, weighed: bool) -> list[ForestRow]:
    group = ForestGroup(one.endpoint, one.effects, () if one.pooled is None else (one.pooled,))
    frame = ForestFrame((group,), (), one.columns, confidence, grouped=True)
    cells = {"Patients": one.simulated.patients}
    simulated = ForestRow(
        (
            "This simulation",
            *(cells.get(heading, "") for heading in one.columns),
            ratio_text(one.simulated.ratio),
            *([""] if weighed else []),
        ),
        one.simulated.ratio,
        mark=Mark.CIRCLE,
        look=Look.SIMULATED,
        bold=True,
        indent=True,
        whisker=one.simulated.one_trial,
    )
    return [row for row in study_rows(frame) if row is not BLANK] + [simulated]


def _notes(endpoints: Sequence[BesidePublished]) -> list[str]:
    found = []
    for one in endpoints:
        if one.pooled is not None:
            common = one.pooled.tau2_estimator is None
            told = heterogeneity_text(one.pooled.heterogeneity, of="heterogeneity", common=common)
            found.append(f"{one.endpoint}: {told} {method_text(one.pooled)}")
    found.append(
        "Squares: published trials, area by weight. Circle: this simulation, all virtual patients, with the 95 % "
        "interval of Monte-Carlo error, which is not that of a trial."
    )
    if any(one.simulated.one_trial is not None for one in endpoints):
        found.append(
            "Thin line through the circle: the middle 95 % of replicate trials of the protocol's size."
        )
    return found
