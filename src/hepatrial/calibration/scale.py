"""Parameters on the scale of their prior: 0 is the prior's centre, 1 a prior standard deviation."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from hepatrial.quantities import Quantity

FORWARD = {"lognormal": np.log, "logitnormal": logit, "normal": lambda value: value}
BACKWARD = {"lognormal": np.exp, "logitnormal": expit, "normal": lambda value: value}


def value_at(prior: Quantity, z: float) -> float:
    """The value that lies ``z`` prior standard deviations from the centre."""
    centre = FORWARD[prior.distribution](prior.value)
    return float(BACKWARD[prior.distribution](centre + z * prior.spread))
