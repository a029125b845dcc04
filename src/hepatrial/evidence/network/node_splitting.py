"""Direct against indirect evidence, comparison by comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.evidence.network.evidence import Network, components, network_model
from hepatrial.evidence.network.fit import NetworkFit
from hepatrial.evidence.pooling import Estimate
from hepatrial.evidence.pooling.inference import wald_rule
from hepatrial.evidence.pooling.variance_component import fit_at


@dataclass(frozen=True, slots=True)
class NodeSplit:
    """What trials of a comparison say (direct) and what the rest of the network says (indirect).

    Attributes
    ----------
    arm, control
        The comparison.
    direct_trials
        Names of the trials that randomised to both.
    direct, indirect, network
        Log hazard ratios of ``arm`` to ``control``; ``network`` is the consistent estimate from both.
    difference
        Direct minus indirect, with the two-sided p of consistency.
    """

    arm: str
    control: str
    direct_trials: tuple[str, ...]
    direct: Estimate
    indirect: Estimate
    network: Estimate
    difference: Estimate


def split_nodes(fit: NetworkFit) -> tuple[NodeSplit, ...]:
    """Split every comparison that has direct and independent indirect evidence.

    Parameters
    ----------
    fit
        From `fit_common` or `fit_random`; its tau2 is kept for every split.

    Returns
    -------
    tuple of NodeSplit
        In alphabetical order. A comparison counts as having indirect evidence if its arms stay connected once all
        trials that hold both are set aside; otherwise the loop would run within one trial, which is consistent by
        design. Empty for a network without such loops.

    Notes
    -----
    One parameter is added to the consistency model: in trials that hold both arms the first is shifted by half of
    it and the second by minus half (symmetric, so that the choice of a base does not matter in trials with several
    arms). Without such trials this is the same as pooling direct trials apart from the rest. Intervals are Wald's.
    Keeping tau2 of the whole network is conservative, as inconsistency has gone into that tau2.

    When not to use: as many tests at the 5% level; adjust (`holm`) or read them together with `decompose_q`. A large
    p is no proof of consistency.

    References
    ----------
    Dias et al. 2010, 10.1002/sim.3767; White 2015, 10.1177/1536867X1501500403; van Valkenhoef et al. 2016,
    10.1002/jrsm.1167.
    """
    return tuple(_split(fit, *pair) for pair in fit.network.pairs if _has_both(fit.network, *pair))


def _has_both(network: Network, arm: str, control: str) -> bool:
    direct = network.trials_with(arm, control)
    rest = [trial for trial in network.trials if not {arm, control} <= set(trial.arms)]
    return bool(direct) and any({arm, control} <= part for part in components(rest))


def _split(fit: NetworkFit, arm: str, control: str) -> NodeSplit:
    network = fit.network
    design = np.column_stack([network.design(), _shift(network, arm, control)])
    split = fit_at(network_model(network, design), fit.heterogeneity.tau2)
    rule = wald_rule(fit.rule.confidence)
    indirect = np.append(network.row(arm, control), 0.0)
    difference = np.zeros_like(indirect)
    difference[-1] = 1.0

    def estimate(row: np.ndarray) -> Estimate:
        return rule.estimate(float(row @ split.beta), float(row @ split.cov @ row))

    return NodeSplit(
        arm=arm,
        control=control,
        direct_trials=tuple(trial.study for trial in network.trials_with(arm, control)),
        direct=estimate(indirect + difference),
        indirect=estimate(indirect),
        network=fit.effect(arm, control),
        difference=estimate(difference),
    )


def _shift(network: Network, arm: str, control: str) -> np.ndarray:
    half = {arm: 0.5, control: -0.5}
    column = []
    for trial in network.trials:
        active = half if {arm, control} <= set(trial.arms) else {}
        base = active.get(trial.arms[0], 0.0)
        column += [active.get(other, 0.0) - base for other in trial.arms[1:]]
    return np.array(column)
