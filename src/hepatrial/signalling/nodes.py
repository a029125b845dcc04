"""The nodes of the tumour cell's signalling network, and what is done to them.

Everything is relative to an untreated cell: left 1 is a node that no agent touches, gain 1 a receptor at its
untreated level. Fields hold numbers or arrays that broadcast against each other, numpy or jax.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Values = Any
"""A number, or an array over patients or conditions, of numpy or jax."""

RECEPTORS = ("egfr", "met", "fgfr4", "igf1r")


class Left(NamedTuple):
    """Share of each node's activity that is not inhibited, between 0 and 1."""

    egfr: Values = 1.0
    met: Values = 1.0
    fgfr4: Values = 1.0
    igf1r: Values = 1.0
    raf: Values = 1.0
    mek: Values = 1.0
    erk: Values = 1.0
    pi3k: Values = 1.0
    akt: Values = 1.0
    mtor: Values = 1.0
    s6k: Values = 1.0


class ReceptorGain(NamedTuple):
    """Level of each receptor's signal relative to untreated: above 1 where more receptor or ligand is made."""

    egfr: Values = 1.0
    met: Values = 1.0
    fgfr4: Values = 1.0
    igf1r: Values = 1.0


class Inputs(NamedTuple):
    """Drive from outside the network, on top of what receptors give, in units of the untreated node's own drive."""

    ras: Values = 0.0
    pi3k: Values = 0.0
    mtorc1: Values = 0.0


class Activities(NamedTuple):
    """Activity of each node relative to untreated; exactly 1 where nothing is inhibited, gained or added."""

    egfr: Values
    met: Values
    fgfr4: Values
    igf1r: Values
    ras: Values
    raf: Values
    mek: Values
    erk: Values
    pi3k: Values
    akt: Values
    mtorc1: Values
    s6k: Values


UNTOUCHED = Left()
NO_GAIN = ReceptorGain()
NO_INPUT = Inputs()
NODES = Activities._fields
DRUGGABLE = Left._fields
"""Nodes that an agent may inhibit, receptors first, each cascade from its top down."""
