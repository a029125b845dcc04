"""Where an estimate of the network comes from: shares of trials, and the share of direct evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.evidence.network.blocks import TrialBlock
from hepatrial.evidence.network.evidence import Network
from hepatrial.evidence.network.fit import NetworkFit


@dataclass(frozen=True, slots=True)
class Contributions:
    """The evidence behind the network estimate of one comparison.

    Attributes
    ----------
    arm, control
        The comparison.
    percent
        By trial, share of the estimate's information; sums to 100.
    direct_percent
        Variance of the network estimate over that of the direct trials alone, 0 without direct trials; what is
        missing to 100 was won by indirect evidence.
    """

    arm: str
    control: str
    percent: dict[str, float]
    direct_percent: float


def contributions(fit: NetworkFit, arm: str, control: str) -> Contributions:
    """Shares of every trial, and of direct evidence, in the estimate of ``arm`` to ``control``.

    Parameters
    ----------
    fit
        A network fit; weights are taken at its tau2.

    Notes
    -----
    The estimate is linear in the trials' contrasts, sum of a_t' y_t over independent trials, so its variance is the
    sum of a_t' V_t a_t; a trial's share is its part of that sum. In a pairwise pool these are the usual weights. The
    direct share compares with trials that hold both arms; those with further arms enter by their contrast of the two.

    When not to use: as a measure of bias. A trial with a small share of precision may be the only link of a path.

    References
    ----------
    Riley et al. 2018, 10.1177/0962280216688033; Koenig, Krahn & Binder 2013, 10.1002/sim.6001.
    """
    network = fit.network
    row = network.row(arm, control)
    # Of each trial alone: information X' V^-1 X about the basic parameters.
    shares = np.array(
        [row @ fit.basic_cov @ _information(fit, trial) @ fit.basic_cov @ row for trial in network.trials]
    )
    variance = fit.variance(arm, control)
    return Contributions(
        arm=arm,
        control=control,
        percent={
            trial.study: float(100.0 * share / variance)
            for trial, share in zip(network.trials, shares, strict=True)
        },
        direct_percent=_direct_percent(fit, arm, control),
    )


def _information(fit: NetworkFit, trial: TrialBlock) -> np.ndarray:
    design = Network(fit.network.treatments, (trial,)).design()
    total = trial.covariance + fit.heterogeneity.tau2 * trial.heterogeneity
    return design.T @ np.linalg.solve(total, design)


def _direct_percent(fit: NetworkFit, arm: str, control: str) -> float:
    direct = fit.network.trials_with(arm, control)
    if not direct:
        return 0.0
    information = 0.0
    for trial in direct:
        total = trial.covariance + fit.heterogeneity.tau2 * trial.heterogeneity
        unit = _unit(trial.arms, arm) - _unit(trial.arms, control)
        information += 1.0 / float(unit @ total @ unit)
    return 100.0 * fit.variance(arm, control) * information


def _unit(arms: tuple[str, ...], arm: str) -> np.ndarray:
    return np.array([float(other == arm) for other in arms[1:]])
