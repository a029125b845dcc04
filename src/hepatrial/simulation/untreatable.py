"""Why a tumour cannot be embolised any more: the codes that the engine records, and their texts."""

from __future__ import annotations

SPREAD, LIVER, REFRACTORY, GROWTH, EXHAUSTED = 1, 2, 3, 4, 5

UNTREATABLE_REASONS = {
    SPREAD: "extrahepatic spread",
    LIVER: "liver function",
    REFRACTORY: "no response to sessions",
    GROWTH: "intrahepatic growth",
    EXHAUSTED: "no session left",
}
"""By code; where several hold at one visit, the first of them is given."""
