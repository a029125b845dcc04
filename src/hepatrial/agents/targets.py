"""Names of the targets that the catalogue knows the patient model to act through.

A target is called by the name that its field uses: MEK is the kinase MAP2K1, AKT is AKT1, VEGFA is the ligand that an
antibody catches before it reaches VEGFR2. An agent's potency on any other target is recorded and has no effect.
"""

from __future__ import annotations

ANGIOGENIC_TARGETS = ("VEGFR2", "PDGFRB", "FGFR1", "TIE2")
LIGANDS = ("VEGFA",)
TUMOUR_CELL_TARGETS = ("EGFR", "MET", "FGFR4", "IGF1R", "RAF1", "MEK", "MTOR", "AKT")
ACTING_TARGETS = (*ANGIOGENIC_TARGETS, *LIGANDS, *TUMOUR_CELL_TARGETS)
