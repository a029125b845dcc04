"""The page on credibility, after ASME V&V 40 and ICH M15."""

from __future__ import annotations

from typing import Any

from hepatrial.report.calibration_page import calibration_sections
from hepatrial.report.credibility_answer import Credibility
from hepatrial.report.credibility_numbers import (
    assumed_section,
    failures_section,
    sensitivity_section,
    validation_section,
)
from hepatrial.report.credibility_record import credibility_record
from hepatrial.report.credibility_sections import (
    applicability_section,
    evidence_section,
    question_section,
    verification_section,
)
from hepatrial.report.definitions import NOTICE
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.simulation_based_section import simulation_based_section

PAGE = "credibility.html"


def credibility_output(answer: Credibility, command: str) -> EvidenceOutput:
    """Everything that the folder holds."""
    record = credibility_record(answer)
    posterior = str(answer.calibration.record["hash"])
    return EvidenceOutput(
        title="How far the model can be trusted",
        lead="Question, use and risk; what was verified, fitted, held out and predicted; what the answer "
        "hangs on, and where "
        "the model fails. Numbers are read from the files of calibration, validation and sensitivity; what "
        "is judged is "
        "marked so.",
        sections=(
            question_section(answer),
            evidence_section(answer),
            verification_section(answer),
            simulation_based_section(answer.simulation_based),
            validation_section(answer),
            failures_section(answer),
            sensitivity_section(answer),
            assumed_section(answer),
            applicability_section(answer),
            *calibration_sections(answer.calibration),
        ),
        command=command,
        result=record,
        tables={
            "assumed": [_flat(row, tuple(answer.sensitivity["protocols"])) for row in record["assumed"]],
            "misfits": record["calibration"]["misfits"],
            "simulation-based": [_by_level(row) for row in record["simulation_based"]["unknowns"]],
            "verification": [
                {name: value for name, value in row.items() if name != "shown_by"}
                for row in record["verification"]
            ],
        },
        notice=NOTICE,
        page=PAGE,
        marks={"posterior": posterior, "preregistration": answer.rules.hash},
    )


def _flat(row: dict[str, Any], protocols: tuple[str, ...]) -> dict[str, Any]:
    """Indices in columns of their own, so that every row has the same."""
    totals = row["total_index_os_log_hr"]
    rest = {name: value for name, value in row.items() if name != "total_index_os_log_hr"}
    return rest | {f"total_index_{name}": totals.get(name) for name in protocols}


def _by_level(row: dict[str, Any]) -> dict[str, Any]:
    """Coverage in columns of its own."""
    rest = {name: value for name, value in row.items() if name != "coverage"}
    return rest | {f"covered_{each['level_percent']}": each["covered"] for each in row["coverage"]}
