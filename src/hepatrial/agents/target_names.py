"""Names of targets in an agent's file: one name a target, so that none is missed for its spelling.

A target that the model knows under another name would be recorded and have no effect. Other names are gene symbols
(HGNC, www.genenames.org) and what papers write.
"""

from __future__ import annotations

from hepatrial.agents.targets import ACTING_TARGETS
from hepatrial.errors import near_miss

RECORDED = ("FLT1", "FLT4", "PDGFRA", "KIT", "RET", "FLT3", "CSF1R", "AXL", "MEK2", "BRAF", "AKT2", "AKT3")
"""Targets that the catalogue's files name beside those that act."""

OTHER_NAMES = {
    "KDR": "VEGFR2",
    "FLK1": "VEGFR2",
    "VEGFR1": "FLT1",
    "VEGFR3": "FLT4",
    "VEGF": "VEGFA",
    "PDGFRBETA": "PDGFRB",
    "PDGFRALPHA": "PDGFRA",
    "TEK": "TIE2",
    "ERBB1": "EGFR",
    "HER1": "EGFR",
    "CMET": "MET",
    "HGFR": "MET",
    "IGFR1": "IGF1R",
    "RAF": "RAF1",
    "CRAF": "RAF1",
    "MEK1": "MEK",
    "MAP2K1": "MEK",
    "MAP2K2": "MEK2",
    "MTORC1": "MTOR",
    "FRAP1": "MTOR",
    "AKT1": "AKT",
    "PKB": "AKT",
    "CKIT": "KIT",
}
"""By the name in capitals, letters and digits alone."""

SHORTEST_MISSPELT = 5
"""MER is a kinase of its own, no MET with a slip."""

_KNOWN = (*ACTING_TARGETS, *RECORDED)


def meant_target(name: str) -> str | None:
    """The target that is meant by another spelling; None where the name is right, or of a target not known here."""
    if name in _KNOWN:
        return None
    plain = "".join(sign for sign in name.upper() if sign.isalnum())
    if plain in _KNOWN:
        return plain
    if plain in OTHER_NAMES:
        return OTHER_NAMES[plain]
    near = near_miss(plain, _KNOWN) if len(plain) >= SHORTEST_MISSPELT else None
    # Another member of a family (FGFR2, TIE1) is a target of its own.
    return near if near and _digits(near) == _digits(plain) else None


def _digits(name: str) -> str:
    return "".join(sign for sign in name if sign.isdigit())
