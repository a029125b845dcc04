"""What the folder of a reconstruction holds: patients, the page with its figure, result."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.evidence.questions.reconstructed_trial import ReconstructedTrial
from hepatrial.evidence.reconstruction import Reconstruction
from hepatrial.figures.evidence import draw_guess, draw_reconstruction
from hepatrial.figures.evidence.wording import count_text
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import EvidenceSection, PageCell, PageFigure, PageTable
from hepatrial.report.reconstruction_record import (
    GUESS,
    landmarks_of,
    patients_table,
    range_words,
    reconstruction_record,
)
from hepatrial.units import months

PATIENTS = {"reconstructed": "patients", "guess": "guessed_patients"}
"""Names of the tables without suffix, by kind."""


def reconstruction_output(found: ReconstructedTrial, time_unit: str, command: str) -> EvidenceOutput:
    """Everything that a folder with a reconstruction or a guess holds."""
    return EvidenceOutput(
        title=_title(found),
        lead=_lead(found),
        sections=(_section(found),),
        command=command,
        result=reconstruction_record(found, time_unit),
        tables={},
        frames={PATIENTS[found.kind]: patients_table(found, time_unit)},
        marks={"kind": found.kind, "marked": GUESS if found.kind == "guess" else None},
    )


def _title(found: ReconstructedTrial) -> str:
    names = " and ".join(arm.name for arm in found.arms)
    return f"A guess, not a reconstruction: {names}" if found.kind == "guess" else f"Reconstructed: {names}"


def _lead(found: ReconstructedTrial) -> str:
    if found.kind == "guess":
        return GUESS
    return "Individual times and events behind published curves; they carry no covariates."


def _section(found: ReconstructedTrial) -> EvidenceSection:
    tables = (_arms(found), _landmarks(found), _at_risk(found), _warnings(found))
    return EvidenceSection(
        heading="Guessed patients" if found.kind == "guess" else "Reconstructed patients",
        explanation=tuple(_told(found)),
        figures=(_figure(found),),
        tables=tuple(table for table in tables if table.rows),
        citations=tuple(found.citation.split("; ")) if found.kind == "reconstructed" else (),
    )


def _told(found: ReconstructedTrial) -> Iterator[str]:
    if found.kind == "guess":
        yield GUESS
    if found.agreement is not None:
        yield found.agreement.sentence
    elif found.ratio is not None:
        low, high = found.ratio.interval
        yield f"Hazard ratio {found.ratio.hr:.2f} ({low:.2f} to {high:.2f}); none published was given beside it."
    elif len(found.arms) > 1:
        yield "No hazard ratio: an arm has no event."
    said = range_words(found)
    if said is not None:
        yield said
    yield f"{count_text(len(found.warnings), 'warning')}." if found.warnings else "No warning."


def _figure(found: ReconstructedTrial) -> PageFigure:
    if found.kind == "guess":
        guessed = {
            arm.name: arm.patients for arm in found.arms if not isinstance(arm.patients, Reconstruction)
        }
        return PageFigure(
            "guess",
            "Guessed curves",
            f"{_arms_words(found)}. Lines: guessed patients. Circles: the medians and landmarks that were given. "
            "Bands: curves that meet the same numbers with hazards that halve or double over the follow-up, or with "
            "medians at the ends of their intervals.",
            draw_guess(guessed, title="A guess from summary numbers"),
        )
    arms = {arm.name: arm.patients for arm in found.arms if isinstance(arm.patients, Reconstruction)}
    return PageFigure(
        "reconstruction",
        "Reconstructed patients and published curves",
        f"{_arms_words(found)}. Circles: the published curve as it was read. Lines: Kaplan-Meier curves of the "
        "reconstructed patients.",
        draw_reconstruction(arms, title="Reconstructed patients", ylabel="without the event, per cent"),
    )


def _arms_words(found: ReconstructedTrial) -> str:
    return "; ".join(
        f"{arm.name}: {len(arm.times):,} patients, {int(arm.times.event.sum()):,} events"
        for arm in found.arms
    )


def _arms(found: ReconstructedTrial) -> PageTable:
    rows = []
    for arm in found.arms:
        median = arm.km.median().estimate
        published = arm.published.median_days
        distance = "" if arm.diagnosis is None else f"{100 * arm.diagnosis.largest:.1f} points"
        rows.append(
            (
                arm.name,
                f"{len(arm.times):,}",
                f"{int(arm.times.event.sum()):,}",
                "" if arm.published.events is None else f"{arm.published.events:,}",
                f"{months(median):.1f}" if median < float("inf") else "not reached",
                "" if published is None else f"{months(published):.1f}",
                distance,
            )
        )
    return PageTable(
        "Arms",
        (
            "arm",
            "patients",
            "events",
            "events, published",
            "median, months",
            "median, published",
            "largest distance of the curve",
        ),
        tuple(rows),
    )


def _landmarks(found: ReconstructedTrial) -> PageTable:
    rows = [
        (
            arm.name,
            f"{months(day):.3g}",
            f"{100 * given:.3g}",
            "not followed" if own is None else f"{100 * own:.1f}",
        )
        for arm in found.arms
        for day, given, own in landmarks_of(arm)
    ]
    return PageTable(
        "Landmarks, per cent without the event",
        ("arm", "months", "given", "of the guessed patients"),
        tuple(rows),
    )


def _at_risk(found: ReconstructedTrial) -> PageTable:
    rows = []
    for arm in found.arms:
        if arm.diagnosis is None or len(arm.diagnosis.risk_days) < 2:
            continue
        own = arm.diagnosis
        for day, given, back in zip(
            own.risk_days, own.at_risk_published, own.at_risk_reconstructed, strict=True
        ):
            same = int(given) == int(back)
            rows.append(
                (arm.name, f"{months(float(day)):.3g}", f"{given:,}", PageCell(f"{back:,}", not same))
            )
    return PageTable("Numbers at risk", ("arm", "months", "published", "reconstructed"), tuple(rows))


def _warnings(found: ReconstructedTrial) -> PageTable:
    rows = [
        (name, issue.what, issue.found or "", issue.allowed or "", issue.fix or "")
        for name, issue in found.warnings
    ]
    return PageTable(
        "Warnings", ("arm", "what", "found", "looked for", "what to do"), tuple(rows), text_columns=5
    )
