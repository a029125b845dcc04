"""Target-lesion response by sums of diameters, as pure functions of measurements.

RECIST 1.1 (Eisenhauer et al. 2009, 10.1016/j.ejca.2008.10.026): partial response is a fall of the sum by at
least 30% from baseline; progression a rise by at least 20% and 5 mm from the smallest sum so far (baseline
included), or a new lesion; what had vanished and is seen again has progressed (its table 3, note a). RECIST 1.0
(Therasse et al. 2000, 10.1093/jnci/92.3.205) has no 5 mm rule. mRECIST (Lencioni & Llovet 2010,
10.1055/s-0030-1247132) uses the same thresholds on the diameters of viable (arterially enhancing) tumour.

The functions work on numpy and on jax arrays alike.
"""

from __future__ import annotations

from typing import Any

PARTIAL_RESPONSE_RATIO = 0.70
PROGRESSION_RATIO = 1.20
PROGRESSION_RISE_MM = 5.0
COMPLETE_RESPONSE_MM = 5.0
"""A sum below this is not measurable any more: RECIST 1.1 enters 5 mm for what is too small to measure."""

PROGRESSIVE, STABLE, PARTIAL, COMPLETE = 0, 1, 2, 3
RESPONSES = ("PD", "SD", "PR", "CR")
SMALLEST_RISE_MM = {"RECIST 1.0": 0.0, "RECIST 1.1": PROGRESSION_RISE_MM, "mRECIST": PROGRESSION_RISE_MM}


def grown(sum_mm: Any, nadir_mm: Any, smallest_rise_mm: float) -> Any:
    """Whether the sum has progressed against the smallest sum so far (baseline included)."""
    risen = (sum_mm >= PROGRESSION_RATIO * nadir_mm) & (sum_mm - nadir_mm >= smallest_rise_mm)
    seen_again = vanished(nadir_mm) & ~vanished(sum_mm)
    return risen | seen_again


def shrunk(sum_mm: Any, baseline_mm: Any) -> Any:
    """Whether the sum has fallen to a partial response."""
    return sum_mm <= PARTIAL_RESPONSE_RATIO * baseline_mm


def vanished(sum_mm: Any) -> Any:
    """Whether nothing measurable is left: a complete response."""
    return sum_mm < COMPLETE_RESPONSE_MM
