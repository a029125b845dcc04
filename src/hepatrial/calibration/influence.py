"""Which unknowns a published hazard ratio hangs on: local slopes at the most probable point.

With slopes g of the log hazard ratio by the unknowns, prior N(0, I) and linearised posterior N(m, S):

    by the prior       g_j^2 / g'g               adds up to 1; first-order Sobol index of the linear model
    by the posterior   (S g)_j^2 / (S_jj g'S g)  share of the variance that would go if the unknown were known

Unknowns hang together in the posterior: its shares do not add up to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.calibration.finished import Finished
from hepatrial.calibration.observation import Observation


@dataclass(frozen=True, slots=True)
class Influence:
    """What the uncertainty of one simulated log hazard ratio is made of.

    Attributes
    ----------
    prior_sd, posterior_sd
        Of the log hazard ratio, by the linear model.
    names
        Unknowns that can change it.
    slopes
        Of the log hazard ratio by each, per prior standard deviation.
    prior_share, posterior_share
        Of its variance; see the module's text.
    """

    trial: str
    observation: Observation
    prior_sd: float
    posterior_sd: float
    names: tuple[str, ...]
    slopes: np.ndarray
    prior_share: np.ndarray
    posterior_share: np.ndarray

    def strongest(self, count: int) -> list[tuple[str, float, float]]:
        """Names with both shares, the largest posterior share first."""
        order = np.argsort(-self.posterior_share, kind="stable")[:count]
        return [
            (self.names[at], float(self.prior_share[at]), float(self.posterior_share[at])) for at in order
        ]


def influences(found: Finished) -> tuple[Influence, ...]:
    """Every hazard ratio of a calibration trial."""
    covariance = np.linalg.inv(found.at.precision)
    names = found.problem.unknowns.names
    rows = []
    for trial in found.problem.trials:
        if trial.kind != "calibration":
            continue
        slopes = trial.cholesky @ found.at.jacobian[found.problem.rows[trial.key]]
        rows += [
            _influence(trial.key, each, slope, covariance, names)
            for each, slope in zip(trial.observations, slopes, strict=True)
            if each.scale == "log" and np.any(slope)
        ]
    return tuple(rows)


def _influence(
    trial: str, of: Observation, slope: np.ndarray, covariance: np.ndarray, names: tuple[str, ...]
) -> Influence:
    moved = covariance @ slope
    prior, posterior = float(slope @ slope), float(slope @ moved)
    touching = np.flatnonzero(slope)
    return Influence(
        trial,
        of,
        float(np.sqrt(prior)),
        float(np.sqrt(posterior)),
        tuple(names[at] for at in touching),
        slope[touching],
        slope[touching] ** 2 / prior,
        (moved**2 / (np.diag(covariance) * posterior))[touching],
    )
