"""The rival that expects of a trial what trials with the same kind of control found on average."""

from __future__ import annotations

from hepatrial.validation.comparison import Compared
from hepatrial.validation.rivals.evidence import RivalEvidence

SORAFENIB = "sorafenib"


def class_mean(asked: Compared, evidence: RivalEvidence) -> float:
    """Mean log hazard ratio of calibration trials with, or without, sorafenib in the control arm as here; else 0."""
    against = SORAFENIB in asked.control_agents
    return evidence.mean(
        [one for one in evidence.others(asked) if (SORAFENIB in one.of.control_agents) == against]
    )
