"""Proliferation of the tumour cell under treatment.

Signalling settles within hours, so that against weeks of growth it is quasi-steady (`hepatrial.signalling`). With y_E
and y_S the activity of ERK and of S6K relative to the untreated cell, the share of proliferation that is blocked is

    p = c_E (1 - y_E) + c_S (1 - y_S),       c_E + c_S <= 1

where c_E and c_S are the patient's dependence on either output; the rest of proliferation hangs on neither. p is
negative where an agent raises an output, as relief of a feedback can (`hepatrial.signalling.blocked_proliferation`).

Receptors are made in response to lost output, over weeks (`resistance`: F), which raises the signal of each of them
to 1 + r F of what it was.

MET signals exp(k) of the typical tumour's in a patient's tumour, k half of a log ratio up where MET is high and half
down where it is not. The untreated tumour grows as it does; MET carries another share of what drives it, so that the
network is written around another untreated state (`hepatrial.signalling.at_reference`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hepatrial.disease.arrays import Array
from hepatrial.signalling import Left, ReceptorGain, Strengths, activities, at_reference


class CellOutput(NamedTuple):
    """Activity of the network's two outputs relative to the untreated cell; exactly 1 without inhibition."""

    erk: Array
    s6k: Array


def strengths_by_met(strengths: Strengths, met_log_gain: np.ndarray) -> Strengths:
    """The strengths around each patient's untreated tumour, given those around the typical one.

    Parameters
    ----------
    strengths
        Numbers.
    met_log_gain
        Log of the signal of MET relative to the typical tumour, shape (n,).

    Returns
    -------
    Strengths
        The very same numbers where no patient's MET differs, else arrays of shape (n,).
    """
    if not np.any(met_log_gain):
        return strengths
    found = at_reference(strengths, ReceptorGain(met=np.exp(met_log_gain)))
    return Strengths(*(np.broadcast_to(value, met_log_gain.shape) for value in found))


def cell_output(left: Left, rewiring: Array, receptor_rise: float, strengths: Strengths) -> CellOutput:
    """The outputs with the share of each node that is ``left`` and receptors made anew by ``rewiring``."""
    gain = 1.0 + receptor_rise * rewiring
    found = activities(left, ReceptorGain(gain, gain, gain, gain), strengths)
    return CellOutput(found.erk, found.s6k)
