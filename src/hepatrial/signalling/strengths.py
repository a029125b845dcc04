"""Strengths of the network's edges, and how they follow when the untreated state is another one.

A *share* is the part of a node's drive that comes through an edge in the untreated cell; what the shares of a node
leave of 1 is constitutive. A *feedback* phi damps its target as (1 + phi) / (1 + phi y); with y at 0 the target rises
by 1 + phi at most. A *saturation* K limits a node to 1 + 1/K of its untreated activity, however strong its drive.
"""

from __future__ import annotations

from typing import NamedTuple

from hepatrial.signalling.nodes import Values


class Strengths(NamedTuple):
    """One number, or an array over patients, an edge. Shares lie between 0 and 1, the others are not negative."""

    ras_egfr: Values  # share of RAS' drive
    ras_met: Values
    ras_fgfr4: Values
    ras_igf1r: Values
    pi3k_egfr: Values  # share of PI3K's drive
    pi3k_met: Values
    pi3k_fgfr4: Values
    pi3k_igf1r: Values  # through IRS1
    pi3k_ras: Values
    mtorc1_akt: Values  # share of mTORC1's drive
    mtorc1_erk: Values
    erk_to_ras: Values  # feedback
    erk_to_receptors: Values  # feedback on what couples receptors to PI3K
    s6k_to_irs1: Values  # feedback
    mek_saturation: Values
    erk_saturation: Values
    akt_saturation: Values
    s6k_saturation: Values


EDGES = Strengths._fields
SHARES = (
    "ras_egfr", "ras_met", "ras_fgfr4", "ras_igf1r", "pi3k_egfr", "pi3k_met", "pi3k_fgfr4", "pi3k_igf1r", "pi3k_ras",
    "mtorc1_akt", "mtorc1_erk",
)  # fmt: skip
FEEDBACKS = ("erk_to_ras", "erk_to_receptors", "s6k_to_irs1")
SATURATIONS = ("mek_saturation", "erk_saturation", "akt_saturation", "s6k_saturation")
