"""The reporting checklists of the page of markers, filled in as far as a run can."""

from __future__ import annotations

from importlib import resources

from hepatrial.biomarkers.prognostic.external import ExternalValidation
from hepatrial.biomarkers.prognostic.study import PrognosticStudy
from hepatrial.files.located_yaml import parse_shipped
from hepatrial.report.checklist_answers import checklist_answers
from hepatrial.report.evidence_page import EvidenceSection, PageTable

CHECKLISTS = ("remark", "tripod")
TO_WRITE = "for you to write"


def checklists_section(
    study: PrognosticStudy, validated: ExternalValidation | None = None
) -> EvidenceSection:
    """REMARK and TRIPOD, a row an item."""
    answers = checklist_answers(study, validated)
    lists = [checklist(name) for name in CHECKLISTS]
    return EvidenceSection(
        heading="Checklists for the report",
        explanation=(
            "What this run did about each item of REMARK (prognostic markers) and of TRIPOD (prediction models). A run "
            "knows nothing of patients, specimens and assays beyond the table it was given: these items are for you.",
        ),
        tables=tuple(
            PageTable(
                found["name"],
                ("item", "section", "asks for", "this run"),
                tuple(
                    (
                        item["item"],
                        item["section"],
                        item["asks"],
                        answers.get(item.get("answer", ""), TO_WRITE),
                    )
                    for item in found["items"]
                ),
                text_columns=4,
            )
            for found in lists
        ),
        citations=tuple(found["source"] for found in lists),
    )


def checklist(name: str) -> dict:
    """A checklist as it ships: name, source, items."""
    file = f"{name}.yaml"
    return parse_shipped(
        resources.files("hepatrial.report").joinpath("checklists", file).read_text("utf-8"), file
    )
