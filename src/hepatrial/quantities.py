"""A number with its unit, uncertainty, source and grade: how parameters and drug properties are held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grade = Literal["measured", "derived", "fitted", "assumed"]
DistributionName = Literal["fixed", "normal", "lognormal", "logitnormal", "halfnormal", "uniform"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A scalar with everything a reader needs to trust or doubt it.

    Attributes
    ----------
    value
        The central value, in ``unit``.
    unit
        The unit as text; "1" if it has none.
    distribution, spread
        Uncertainty of the value itself (not variability between patients): for ``lognormal`` the sd of the log, for
        ``logitnormal`` the sd of the logit, for ``normal`` the sd.
    source
        Keys of the bibliography (`hepatrial.evidence.references`), or a sentence for an assumption.
    grade
        measured (read in a source), derived (arithmetic on measured numbers), fitted (by the calibration that ships),
        assumed.
    """

    value: float
    unit: str
    grade: Grade
    source: str
    distribution: DistributionName = "fixed"
    spread: float = 0.0
    note: str = ""
