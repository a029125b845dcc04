"""The rival that expects nothing."""

from __future__ import annotations

from hepatrial.validation.comparison import Compared
from hepatrial.validation.rivals.evidence import RivalEvidence


def null(asked: Compared, evidence: RivalEvidence) -> float:
    """No effect: the hazard ratio is 1."""
    return 0.0
