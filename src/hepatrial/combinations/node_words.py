"""What readers call the nodes of the tumour cell's network and what agents reach of them."""

from __future__ import annotations

WORDS = {
    "egfr": "EGFR",
    "met": "MET",
    "fgfr4": "FGFR4",
    "igf1r": "IGF1R",
    "ras": "RAS",
    "raf": "RAF",
    "mek": "MEK",
    "erk": "ERK",
    "pi3k": "PI3K",
    "akt": "AKT",
    "mtorc1": "mTORC1",
    "s6k": "S6K",
}
"""Nodes by the name of their activity."""

DRUGGED = {**WORDS, "mtor": "mTOR"}
"""The same for nodes that are blocked."""
