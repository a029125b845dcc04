"""Signalling of the tumour cell: receptors to RAS-RAF-MEK-ERK and PI3K-AKT-mTORC1-S6K, quasi-steady."""

from hepatrial.signalling.escape import Blocker, Escape, escape_of
from hepatrial.signalling.limiting import NodeControl, node_controls
from hepatrial.signalling.network import activities, at_reference
from hepatrial.signalling.nodes import DRUGGABLE, Activities, Inputs, Left, ReceptorGain
from hepatrial.signalling.parameters import (
    posterior_draws,
    signalling_quantities,
    signalling_values,
    tumour_strengths,
    uncertain_values,
)
from hepatrial.signalling.proliferation import blocked_proliferation
from hepatrial.signalling.strengths import Strengths

__all__ = [
    "DRUGGABLE",
    "Activities",
    "Blocker",
    "Escape",
    "Inputs",
    "Left",
    "NodeControl",
    "ReceptorGain",
    "Strengths",
    "activities",
    "at_reference",
    "blocked_proliferation",
    "escape_of",
    "node_controls",
    "posterior_draws",
    "signalling_quantities",
    "signalling_values",
    "tumour_strengths",
    "uncertain_values",
]
