"""Which escape remains: the node that a treatment lets rise most through the feedbacks, and what would block it."""

from __future__ import annotations

from dataclasses import dataclass

from hepatrial.signalling.network import activities
from hepatrial.signalling.nodes import DRUGGABLE, NO_GAIN, NODES, Activities, Left, ReceptorGain
from hepatrial.signalling.strengths import FEEDBACKS, Strengths

PARTNER_LEFT = 0.1
"""What a partner is taken to leave of its node: a strong but not complete block."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """A node that a partner could block, and both outputs if it leaves a tenth of what is there."""

    node: str
    erk: float
    s6k: float


@dataclass(frozen=True, slots=True)
class Escape:
    """What rises under a treatment.

    Attributes
    ----------
    node
        That rises most above its untreated activity; None if none does.
    activity
        Its activity relative to untreated.
    risen
        Every node that rose, with its activity, the most risen first.
    erk_given_back, s6k_given_back
        What the release of the feedbacks adds to each output, relative to untreated.
    blockers
        Nodes that the treatment leaves alone and a partner could block, the one that lowers the sum of ERK and S6K most
        first.
    """

    node: str | None
    activity: float
    risen: tuple[tuple[str, float], ...]
    erk_given_back: float
    s6k_given_back: float
    blockers: tuple[Blocker, ...]


def escape_of(left: Left, strengths: Strengths, receptor_gain: ReceptorGain = NO_GAIN) -> Escape:
    """The escape under a treatment (numbers, not arrays)."""
    reached = activities(left, receptor_gain, strengths)
    risen = sorted(_above_untreated(reached), key=lambda one: -one[1])
    without = activities(left, receptor_gain, strengths._replace(**dict.fromkeys(FEEDBACKS, 0.0)))
    alone = [node for node in DRUGGABLE if getattr(left, node) == 1.0]
    blockers = [_with_partner(node, left, strengths, receptor_gain) for node in alone]
    first = risen[0] if risen else (None, 1.0)
    return Escape(
        *first,
        risen=tuple(risen),
        erk_given_back=float(reached.erk - without.erk),
        s6k_given_back=float(reached.s6k - without.s6k),
        blockers=tuple(sorted(blockers, key=lambda one: one.erk + one.s6k)),
    )


def _above_untreated(reached: Activities) -> list[tuple[str, float]]:
    values = zip(NODES, map(float, reached), strict=True)
    return [(node, value) for node, value in values if value > 1.0]


def _with_partner(node: str, left: Left, strengths: Strengths, receptor_gain: ReceptorGain) -> Blocker:
    partnered = left._replace(**{node: getattr(left, node) * PARTNER_LEFT})
    reached = activities(partnered, receptor_gain, strengths)
    return Blocker(node, float(reached.erk), float(reached.s6k))
