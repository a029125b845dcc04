"""How the patient model acts through the targets that agents bind; binding to others has no effect in it."""

from __future__ import annotations

from hepatrial.agents.targets import ACTING_TARGETS, ANGIOGENIC_TARGETS, LIGANDS, TUMOUR_CELL_TARGETS

__all__ = ["ANGIOGENIC_TARGETS", "ESCAPE_TARGETS", "LIGAND", "SIGNALLING_NODES", "TARGETS"]

(LIGAND,) = LIGANDS
"""Caught before it reaches VEGFR2."""
SIGNALLING_NODES = {target: target.lower().removesuffix("1") for target in TUMOUR_CELL_TARGETS}
"""Node of the tumour cell's network (`hepatrial.signalling`) by target: RAF1 is raf, the others have their names."""
ESCAPE_TARGETS = ("FGFR1", "TIE2", "MET")
"""The axis that restores angiogenic signal: FGF, angiopoietin-2, HGF."""
TARGETS = ACTING_TARGETS
