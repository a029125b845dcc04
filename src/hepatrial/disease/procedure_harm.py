"""What a procedure may do to the patient on its day: death by the procedure, and decompensation that follows it.

Both are jumps of cumulative hazards, so that the thresholds that decide everything else decide these too, under every
arm alike:

    liver death      + P exp(b_L (ALBI - ALBI_ref)),    P = -ln(1 - p)
    decompensation   + Q exp(b_D (ALBI - ALBI_ref)),    Q = -ln(1 - q)

p and q are the shares of patients of the reference ALBI whom one procedure kills or decompensates; b_L and b_D are the
log hazard ratios per unit of ALBI that hold on any other day, ALBI is that before the procedure. Deaths count as liver
deaths: acute liver failure is the most frequent cause after chemoembolisation (Lencioni et al. 2016,
10.1002/hep.28453). Post-embolisation syndrome passes within days and is not modelled.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hepatrial.disease.arrays import Array, xp
from hepatrial.disease.hazards import LARGEST_LOG_RATE
from hepatrial.disease.parameters import Parameters


class Harm(NamedTuple):
    """Jumps of cumulative hazards by one procedure at the reference ALBI; plain floats."""

    death: float
    decompensation: float


def harm_of(procedure: str, parameters: Parameters) -> Harm:
    """Harm by one session (``tace``) or one ablation (``ablation``)."""
    return Harm(
        *(
            _cumulative(parameters[f"{procedure}.{name}"])
            for name in ("procedure_death_share", "decompensation_share")
        )
    )


def jump(at_reference: Array, per_albi_unit: float, albi: Array, reference_albi: float) -> Array:
    """Jump of a cumulative hazard in a patient of this ALBI."""
    grown = xp.minimum(per_albi_unit * (albi - reference_albi), LARGEST_LOG_RATE)
    return at_reference * xp.exp(grown)


def _cumulative(share: float) -> float:
    """Cumulative hazard of a share; one of 1 stands for certainty."""
    with np.errstate(divide="ignore"):
        return float(np.minimum(-np.log1p(-share), 1e3))
