"""REML as R's metafor stops it: Fisher scoring, ended by the size of a step and not at the top of the likelihood."""

from __future__ import annotations

import numpy as np

from hepatrial.errors import RunFailed
from hepatrial.evidence.pooling.variance_component import (
    RotatedModel,
    log_likelihoods,
    restricted_information,
    score,
)

METAFOR_THRESHOLD = 1e-5
"""Step of tau2 at or below which metafor's ``rma`` stops unless told otherwise (its ``control = list(threshold)``)."""
MOST_STEPS = 100


def scored_tau2(model: RotatedModel, start: float, threshold: float = METAFOR_THRESHOLD) -> float:
    """Tau2 by Fisher scoring of the restricted likelihood.

    Parameters
    ----------
    model
        With one residual degree of freedom or more.
    start
        First value, 0 or more; metafor takes the moment estimate without weights (Hedges).
    threshold
        The search ends with the first step that is no longer than this.

    Returns
    -------
    float
        0 or more; 0 where the likelihood is highest there.

    Raises
    ------
    RunFailed
        No end in 100 steps; metafor refuses likewise.

    Notes
    -----
    A step is the score over the expected information; one that would leave the range is halved until it does not.

    When not to use: for a result of its own. Scoring ends near a maximum, not always the highest, and its last digits
    are those of the threshold, which is the same for effects on any scale: where tau2 is of the order of 1e-5 the
    result is little more than the start. It is for reproducing digits that metafor printed.

    References
    ----------
    Viechtbauer 2005, 10.3102/10769986030003261; Viechtbauer 2010, 10.18637/jss.v036.i03.
    """
    tau2 = start
    for _ in range(MOST_STEPS):
        step = score(model, tau2, restricted=True) / restricted_information(model, tau2)
        while tau2 + step < 0:
            step /= 2
        tau2 += step
        if abs(step) <= threshold:
            return tau2 if _is_above_zero(model, tau2) else 0.0
    raise RunFailed(
        f"Fisher scoring of tau2 did not end in {MOST_STEPS} steps\n  found:   tau2 {tau2:g}, last step {step:g}\n"
        "  fix:     take tau2_estimator reml, which searches all of the likelihood"
    )


def _is_above_zero(model: RotatedModel, tau2: float) -> bool:
    """Whether the likelihood at tau2 is above that at 0."""
    at_zero, at_tau2 = log_likelihoods(model, np.array([0.0, tau2]), restricted=True)
    return bool(at_tau2 > at_zero)
