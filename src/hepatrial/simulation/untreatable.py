"""Why a tumour cannot be embolised any more: the codes that the engine records, and their texts."""

from __future__ import annotations

SPREAD, LIVER, REFRACTORY, GROWTH, EXHAUSTED, SYMPTOMS, WITHDRAWAL = 1, 2, 3, 4, 5, 6, 7

UNTREATABLE_REASONS = {
    SPREAD: "invasion or extrahepatic spread",
    LIVER: "liver function",
    REFRACTORY: "no response to sessions",
    GROWTH: "intrahepatic growth",
    EXHAUSTED: "no session left",
    SYMPTOMS: "symptoms",
    WITHDRAWAL: "agents withdrawn for an adverse event",
}
"""By code; where several hold at one visit, the first of them is given."""
