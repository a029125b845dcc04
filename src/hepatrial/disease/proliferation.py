"""Proliferation of the tumour cell under treatment.

Signalling settles within hours, so that against weeks of growth it is quasi-steady (`hepatrial.signalling`). With y_E
and y_S the activity of ERK and of S6K relative to the untreated cell, the share of proliferation that is blocked is

    p = c_E (1 - y_E) + c_S (1 - y_S),       c_E + c_S <= 1

where c_E and c_S are the patient's dependence on either output; the rest of proliferation hangs on neither. p is
negative where an agent raises an output, as relief of a feedback can (`hepatrial.signalling.blocked_proliferation`).

Receptors are made in response to lost output, over weeks (`resistance`: F), which raises the signal of each of them
to 1 + r F of what it was.
"""

from __future__ import annotations

from typing import NamedTuple

from hepatrial.disease.arrays import Array
from hepatrial.signalling import Left, ReceptorGain, Strengths, activities


class CellOutput(NamedTuple):
    """Activity of the network's two outputs relative to the untreated cell; exactly 1 without inhibition."""

    erk: Array
    s6k: Array


def cell_output(left: Left, rewiring: Array, receptor_rise: float, strengths: Strengths) -> CellOutput:
    """The outputs with the share of each node that is ``left`` and receptors made anew by ``rewiring``."""
    gain = 1.0 + receptor_rise * rewiring
    found = activities(left, ReceptorGain(gain, gain, gain, gain), strengths)
    return CellOutput(found.erk, found.s6k)
