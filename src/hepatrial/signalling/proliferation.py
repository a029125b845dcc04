"""What the outputs of the network mean for proliferation."""

from __future__ import annotations

from hepatrial.signalling.nodes import Activities, Values


def blocked_proliferation(reached: Activities, erk_dependence: Values, s6k_dependence: Values) -> Values:
    """Share of proliferation that is blocked: c_erk (1 - ERK) + c_s6k (1 - S6K).

    Parameters
    ----------
    erk_dependence, s6k_dependence
        Share of proliferation that depends on each output in this patient; together at most 1, the rest depends on
        neither.

    Returns
    -------
    Values
        Exactly 0 in the untreated cell and at most the sum of the two; below 0 where an output rose above untreated.
    """
    return erk_dependence * (1.0 - reached.erk) + s6k_dependence * (1.0 - reached.s6k)
