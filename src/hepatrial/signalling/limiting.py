"""Which node limits: how far ERK's and S6K's output hang on what is left of each node, under a treatment."""

from __future__ import annotations

from dataclasses import dataclass

from hepatrial.signalling.network import activities
from hepatrial.signalling.nodes import DRUGGABLE, NO_GAIN, Left, ReceptorGain
from hepatrial.signalling.strengths import Strengths

STEP = 1e-4
"""Relative step of the difference; errors are of its square."""


@dataclass(frozen=True, slots=True)
class NodeControl:
    """What one node holds over the outputs.

    Attributes
    ----------
    on_erk, on_s6k
        d ln(output) / d ln(share left of the node): 1 where the output falls in proportion, 0 where it hangs on others.
        None where the node or the output is gone altogether.
    erk_if_blocked, s6k_if_blocked
        Output relative to untreated if the node is blocked on top of the treatment.
    """

    node: str
    on_erk: float | None
    on_s6k: float | None
    erk_if_blocked: float
    s6k_if_blocked: float


def node_controls(
    left: Left, strengths: Strengths, receptor_gain: ReceptorGain = NO_GAIN
) -> tuple[NodeControl, ...]:
    """Every druggable node under a treatment (numbers, not arrays), in the order of the cascades."""

    def outputs(changed: Left) -> tuple[float, float]:
        reached = activities(changed, receptor_gain, strengths)
        return float(reached.erk), float(reached.s6k)

    found = []
    for node in DRUGGABLE:
        spared = getattr(left, node)
        less = outputs(left._replace(**{node: spared * (1.0 - STEP)}))
        more = outputs(left._replace(**{node: spared * (1.0 + STEP)}))
        slopes = [
            (up - down) / (up + down) / STEP if spared > 0.0 and up + down > 0.0 else None
            for down, up in zip(less, more, strict=True)
        ]
        blocked = outputs(left._replace(**{node: 0.0}))
        found.append(NodeControl(node, *slopes, *blocked))
    return tuple(found)
