"""What resistance costs: shares of progressions by cause, when each cause sets in, and what blocking it would gain."""

from __future__ import annotations

from hepatrial.attribution.causes import CAUSES, WORDS
from hepatrial.attribution.onset import Onset
from hepatrial.attribution.progressions import ArmAttribution, CauseShare, Estimate, attribute_resistance

__all__ = [
    "CAUSES",
    "WORDS",
    "ArmAttribution",
    "CauseShare",
    "Estimate",
    "Onset",
    "attribute_resistance",
]
