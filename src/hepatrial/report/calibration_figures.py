"""From the diagnostics of a calibration to what its figures show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hepatrial.calibration.diagnostics import Group, LearntUnknown, Misfit
from hepatrial.calibration.unknowns import OF_AGENTS
from hepatrial.disease.parameters import OF_POPULATION
from hepatrial.figures.calibration import (
    LearntCell,
    LearntColumn,
    MisfitPoint,
    MisfitRow,
    draw_learnt,
    draw_misfits,
)
from hepatrial.report.evidence_page import PageFigure

COLUMN_NAMES = {
    "effective_potency": "effective potency",
    "effective_toxicity": "toxicity",
    "fatal_given_event": "fatal share of events",
    "prognosis_log_hazard_ratio": "prognosis",
    "growth_log_ratio": "growth",
}
QUANTITIES: dict[Group, tuple[str, ...]] = {
    "agents": OF_AGENTS,
    "trials": tuple(name.removeprefix("trial.") for name in OF_POPULATION),
}
TITLES: dict[Group, str] = {
    "population": "Parameters of the population",
    "hierarchy": "Numbers of the hierarchies",
    "agents": "Agents",
    "trials": "Trials",
}
CAPTIONS: dict[Group, str] = {
    "population": "Each unknown in prior standard deviations. Grey, its prior; the line, the mean of the "
    "draws with one "
    "and 1.96 standard deviations.",
    "hierarchy": "Spread between agents and between trials, weight of bench potency, and mean share of fatal "
    "events. The "
    "posterior in the same way.",
    "agents": "What is an agent's own beside its hierarchy. Where no trial speaks of it, the posterior is "
    "the prior.",
    "trials": "What a trial's baseline table does not show of its patients, in standard deviations between "
    "trials.",
}


def learnt_figures(rows: Sequence[LearntUnknown]) -> Iterator[PageFigure]:
    """A figure a kind of unknown."""
    for group, title in TITLES.items():
        own = [row for row in rows if row.group == group]
        if not own:
            continue
        labels, columns = _many(own, QUANTITIES[group]) if group in QUANTITIES else _single(own)
        yield PageFigure(
            f"prior-posterior-{group}",
            f"Prior and posterior: {title.lower()}",
            CAPTIONS[group],
            draw_learnt(labels, columns, title=title),
        )


def _single(rows: Sequence[LearntUnknown]) -> tuple[list[str], list[LearntColumn]]:
    return [row.name for row in rows], [LearntColumn("", tuple(map(_cell, rows)))]


def _many(rows: Sequence[LearntUnknown], quantities: tuple[str, ...]) -> tuple[list[str], list[LearntColumn]]:
    found = {tuple(row.name.split(".")[1:]): _cell(row) for row in rows}
    labels = list(dict.fromkeys(of for of, _ in found))
    return labels, [
        LearntColumn(COLUMN_NAMES[quantity], tuple(found.get((of, quantity)) for of in labels))
        for quantity in quantities
    ]


def _cell(row: LearntUnknown) -> LearntCell:
    return LearntCell(row.mean, row.sd, row.learnt)


def misfit_figure(rows: Sequence[Misfit]) -> PageFigure:
    """All published numbers, a row a trial."""
    kinds = {row.trial: row.kind for row in rows}
    shown = [
        MisfitRow(
            trial,
            kind == "early",
            tuple(MisfitPoint(row.observation.quantity, row.at_mode) for row in rows if row.trial == trial),
        )
        for trial, kind in kinds.items()
    ]
    return PageFigure(
        "misfits",
        "Every published number of the calibration",
        "Simulated minus published at the most probable point, in standard deviations of the number: its "
        "sampling error "
        "and its discrepancy. To the right more than published, on the scale of the comparison (logits of "
        "shares without an "
        "event, logs of hazard ratios). Numbers missed by more than 2 are named.",
        draw_misfits(shown, title="Simulated minus published"),
    )
