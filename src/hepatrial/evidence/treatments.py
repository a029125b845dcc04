"""What patients were given: names of agents and procedures as the registry writes them, and a treatment's name."""

from __future__ import annotations

from collections.abc import Sequence

PROCEDURES = ("TACE", "cTACE", "DEB-TACE", "SIRT", "ablation")
"""Locoregional: TACE where the kind was left open, conventional (lipiodol), with beads; radioembolisation; ablation."""

CONTROLS = ("placebo", "best supportive care")

AGENTS = (
    "apatinib", "atezolizumab", "axitinib", "bevacizumab", "brivanib", "cabozantinib", "capmatinib", "cediranib",
    "cetuximab", "cixutumumab", "donafenib", "dovitinib", "doxorubicin", "durvalumab", "erlotinib", "everolimus",
    "fisogatinib", "foretinib", "gefitinib", "ipilimumab", "lapatinib", "lenvatinib", "linifanib", "mapatumumab",
    "MK-2206", "nintedanib", "nivolumab", "orantinib", "pazopanib", "pembrolizumab", "ramucirumab", "refametinib",
    "regorafenib", "selumetinib", "sintilimab", "sorafenib", "sunitinib", "temsirolimus", "tepotinib",
    "tigatuzumab", "tivantinib", "trametinib", "tremelimumab", "vandetanib", "vatalanib",
)  # fmt: skip

KNOWN = (*AGENTS, *CONTROLS, *PROCEDURES)
"""A record may add a new name under ``new_agents``."""


def treatment_of(agents: Sequence[str]) -> str:
    """The name under which trials of the same treatment are pooled: its parts in alphabetical order.

    A placebo that is given beside something active is not part of the treatment: "sorafenib + placebo" is
    sorafenib. Doses are left out; they stand in the arm.
    """
    active = sorted(set(agents) - set(CONTROLS), key=str.lower)
    return " + ".join(active) if active else " + ".join(sorted(set(agents)))
