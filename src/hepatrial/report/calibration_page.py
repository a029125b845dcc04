"""``calibration.html`` in a calibration's folder: what it found and how far it can be trusted."""

from __future__ import annotations

from pathlib import Path

from hepatrial.calibration.finished import Finished
from hepatrial.report.calibration_sections import (
    convergence_section,
    identifiability_section,
    influence_section,
    learnt_section,
    left_out_section,
    misfits_section,
)
from hepatrial.report.definitions import NOTICE
from hepatrial.report.evidence_page import EvidenceSection, write_evidence_page

PAGE = "calibration.html"


def calibration_sections(found: Finished) -> tuple[EvidenceSection, ...]:
    """All that is told of a calibration."""
    made = (
        convergence_section,
        learnt_section,
        identifiability_section,
        misfits_section,
        *((left_out_section,) if found.left_out["rows"] else ()),
        influence_section,
    )
    return tuple(section(found) for section in made)


def write_calibration_page(found: Finished, folder: Path) -> Path:
    """Write the page and its figures (SVG) into the folder."""
    record = found.record
    return write_evidence_page(
        folder,
        "A calibration",
        f"{len(record['trials'])} trials and {len(record['early_arms'])} early ones, "
        f"{record['observations']} published "
        f"numbers, {len(record['unknowns'])} unknowns; {record['patients']:,} virtual patients a trial, seed "
        f"{record['seed']}.",
        calibration_sections(found),
        command=str(record["command"]),
        figure_formats=("svg",),
        notice=NOTICE,
        name=PAGE,
    )
