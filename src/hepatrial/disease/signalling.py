"""Proliferation signal of the tumour cell.

Signalling settles within hours, so it is quasi-steady against weeks of growth. With one node (RAF) as the only
driver hit by sorafenib, the share of proliferation that is blocked is

    p = c (1 - z F) theta_RAF

where c is the patient's dependence on RAF-MEK-ERK signalling and F the rewiring through feedbacks (`resistance`)
that takes away a share z of the effect. The network of receptors, both cascades and their cross-talk takes this
function's place without changing what it returns.
"""

from __future__ import annotations

from hepatrial.disease.arrays import Array


def blocked_proliferation(
    dependence: Array, raf_occupancy: Array, rewiring: Array, rewiring_loss: float
) -> Array:
    """Share of proliferation that is blocked, between 0 and 1; exactly 0 without occupancy."""
    return dependence * (1.0 - rewiring_loss * rewiring) * raf_occupancy
