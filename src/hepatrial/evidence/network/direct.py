"""What the trials of each comparison say by themselves: the direct evidence of a network."""

from __future__ import annotations

import numpy as np

from hepatrial.evidence.network.fit import NetworkFit
from hepatrial.evidence.pooling import Estimate


def direct_estimates(fit: NetworkFit) -> dict[tuple[str, str], Estimate]:
    """Pools of the direct trials of every comparison that has any, at the network's tau2.

    Parameters
    ----------
    fit
        From `fit_common` or `fit_random`.

    Returns
    -------
    dict
        By (arm, control) in the order of ``network.pairs``: the log hazard ratio of ``arm`` to ``control``.

    Notes
    -----
    Inverse-variance pool with each trial's sampling variance plus tau2 of the network, intervals by the network's
    rule, so that they differ from the network estimates by indirect evidence alone. A trial with several arms enters
    by its contrast of the two.

    When not to use: as a test of consistency (`split_nodes` compares it with the indirect evidence).

    References
    ----------
    Krahn, Binder & Koenig 2013, 10.1186/1471-2288-13-35.
    """
    found = {}
    for arm, control in fit.network.pairs:
        trials = fit.network.trials_with(arm, control)
        if not trials:
            continue
        weights = np.array(
            [1.0 / (trial.contrast_variance(arm, control) + fit.heterogeneity.tau2) for trial in trials]
        )
        values = np.array([trial.contrast(arm, control) for trial in trials])
        found[arm, control] = fit.rule.estimate(
            float(weights @ values / weights.sum()), float(1.0 / weights.sum())
        )
    return found
