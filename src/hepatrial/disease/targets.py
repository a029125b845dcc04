"""The drug targets that the patient model acts through; an agent's binding to others has no effect in it."""

from __future__ import annotations

ANGIOGENIC_TARGETS = ("VEGFR2", "PDGFRB", "FGFR1", "TIE2")
ESCAPE_TARGET = "FGFR1"
RAF_TARGET = "RAF1"
TARGETS = (*ANGIOGENIC_TARGETS, RAF_TARGET)
