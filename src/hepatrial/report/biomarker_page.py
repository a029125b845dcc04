"""``biomarker.html``: markers and outcome as one page."""

from __future__ import annotations

from hepatrial.biomarkers.predictive import PredictiveStudy
from hepatrial.biomarkers.prognostic.external import ExternalValidation
from hepatrial.biomarkers.prognostic.outcome import event_count
from hepatrial.biomarkers.prognostic.study import PrognosticStudy
from hepatrial.report.biomarker_prediction import added_section, model_section, panel_section
from hepatrial.report.biomarker_predictive import predictive_sections
from hepatrial.report.biomarker_record import BIOMARKER_NOTICE, biomarker_record, marker_rows
from hepatrial.report.biomarker_sections import (
    answer_section,
    cause_section,
    curve_section,
    cutpoint_section,
    missing_section,
    screen_section,
)
from hepatrial.report.checklists_section import checklists_section
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import EvidenceSection

PAGE = "biomarker.html"


def biomarker_output(
    name: str,
    study: PrognosticStudy,
    command: str,
    *,
    simulated: bool,
    validated: ExternalValidation | None = None,
    predictive: PredictiveStudy | None = None,
) -> EvidenceOutput:
    """What ``hepatrial biomarker --out`` writes for the data of that name."""
    frame = study.frame
    kind = "Simulated" if simulated else "Your data"
    return EvidenceOutput(
        title=f"Markers of {frame.endpoint}: {name}",
        lead=f"{len(frame)} patients, {event_count(frame)} events, {len(frame.marker_names)} markers.",
        sections=biomarker_sections(study, validated, predictive),
        command=command,
        result=biomarker_record(study, validated, predictive),
        tables={"markers": [_flat(row) for row in marker_rows(study, predictive)]},
        notice=f"{kind}. {BIOMARKER_NOTICE}",
        page=PAGE,
    )


def biomarker_sections(
    study: PrognosticStudy,
    validated: ExternalValidation | None = None,
    predictive: PredictiveStudy | None = None,
) -> tuple[EvidenceSection, ...]:
    """The sections in the order of the page; those on treatment by marker before what is missing."""
    found = (
        answer_section(study),
        screen_section(study),
        curve_section(study),
        cutpoint_section(study),
        cause_section(study),
        *(() if predictive is None else predictive_sections(predictive)),
        missing_section(study),
        added_section(study),
        panel_section(study),
        model_section(study.model, validated),
        checklists_section(study, validated),
    )
    return tuple(section for section in found if section is not None)


def _flat(row: dict) -> dict:
    """A row of the JSON as one of a CSV: limits in two columns."""
    flat = {}
    for key, value in row.items():
        if key in ("ci", "interaction_ci"):
            stem = key.removesuffix("ci")
            flat[f"{stem}lower"], flat[f"{stem}upper"] = value or (None, None)
        else:
            flat[key] = value
    return flat
