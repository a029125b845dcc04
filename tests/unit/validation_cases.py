"""A small posterior around the prior, and the validation of two small trials by it."""

from __future__ import annotations

import numpy as np

from hepatrial.disease.parameters import prior_parameters
from hepatrial.posterior import Posterior

DRAWS, PATIENTS = 3, 128
SMALL = {"draws": DRAWS, "patients": PATIENTS, "workers": 1}


def near_the_prior(draws=DRAWS, seed=1):
    """Draws of two population parameters, of sorafenib and of SHARP's population; no calibration made them."""
    rng = np.random.default_rng(seed)
    rate = prior_parameters()["hazards.cancer_rate_per_month"]
    columns = {
        "hazards.cancer_rate_per_month": rate * np.exp(0.1 * rng.standard_normal(draws)),
        "agent.sorafenib.effective_potency": np.exp(0.3 * rng.standard_normal(draws)),
        "trial.sharp.prognosis_log_hazard_ratio": 0.1 * rng.standard_normal(draws),
        "trial.gideon.prognosis_log_hazard_ratio": 0.1 * rng.standard_normal(draws),
    }
    return Posterior(tuple(columns), np.column_stack(list(columns.values())), {})
