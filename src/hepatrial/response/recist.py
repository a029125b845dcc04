"""Target-lesion response by sums of diameters, as pure functions of measurements.

RECIST 1.1 (Eisenhauer et al. 2009, 10.1016/j.ejca.2008.10.026): partial response is a fall of the sum by at least 30%
from baseline; progression a rise by at least 20% and 5 mm from the smallest sum so far, or a new lesion. RECIST 1.0
has no 5 mm rule. mRECIST (Lencioni & Llovet 2010, 10.1055/s-0030-1247132) uses the same thresholds on the diameters
of viable (arterially enhancing) tumour.

The functions work on numpy and on jax arrays alike.
"""

from __future__ import annotations

from typing import Any

PARTIAL_RESPONSE_RATIO = 0.70
PROGRESSION_RATIO = 1.20
PROGRESSION_RISE_MM = 5.0
COMPLETE_RESPONSE_MM = 5.0

PROGRESSIVE, STABLE, PARTIAL, COMPLETE = 0, 1, 2, 3
RESPONSES = ("PD", "SD", "PR", "CR")
SMALLEST_RISE_MM = {"RECIST 1.0": 0.0, "RECIST 1.1": PROGRESSION_RISE_MM, "mRECIST": PROGRESSION_RISE_MM}


def grown(sum_mm: Any, nadir_mm: Any, smallest_rise_mm: float) -> Any:
    """Whether the sum has progressed against the smallest sum so far (baseline included)."""
    return (sum_mm >= PROGRESSION_RATIO * nadir_mm) & (sum_mm - nadir_mm >= smallest_rise_mm)


def shrunk(sum_mm: Any, baseline_mm: Any) -> Any:
    """Whether the sum has fallen to a partial response."""
    return sum_mm <= PARTIAL_RESPONSE_RATIO * baseline_mm


def vanished(sum_mm: Any) -> Any:
    """Whether nothing measurable is left: a complete response."""
    return sum_mm < COMPLETE_RESPONSE_MM
