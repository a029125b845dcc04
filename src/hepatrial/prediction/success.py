"""Whether a trial of the protocol's size succeeds: its one-sided test of one endpoint, at its level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri


@dataclass(frozen=True, slots=True)
class SuccessRule:
    """When a trial succeeds.

    Attributes
    ----------
    one_sided_alpha
        Level of the test, as the protocol's plan says.
    margin
        Hazard ratio that the upper confidence limit must stay below: 1 for superiority, above 1 for non-inferiority.
    between_trial_sd
        Of the true log hazard ratio between trials of one comparison.
    """

    one_sided_alpha: float
    margin: float
    between_trial_sd: float

    def noise_sd(self, sampling_sd: np.ndarray) -> np.ndarray:
        """What lies between the effect of a draw and the estimate of a trial."""
        return np.hypot(sampling_sd, self.between_trial_sd)

    def probability(self, log_hr: np.ndarray, sampling_sd: np.ndarray) -> np.ndarray:
        """Probability of success at each true log hazard ratio, shape as given.

        Notes
        -----
        The estimate is normal around the effect of the draw. One look, one endpoint: no interim analysis, no correction
        for several endpoints. Averaged over draws it is the assurance (O'Hagan et al. 2005, 10.1002/pst.175).
        """
        needed = np.log(self.margin) - ndtri(1.0 - self.one_sided_alpha) * sampling_sd
        return ndtr((needed - log_hr) / self.noise_sd(sampling_sd))
