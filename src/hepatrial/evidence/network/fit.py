"""Network meta-analysis: all treatments against each other from all trials, direct and indirect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.evidence.network.evidence import Network, network_model
from hepatrial.evidence.pooling import (
    Estimate,
    Heterogeneity,
    IntervalMethod,
    PredictionMethod,
    Tau2Estimator,
)
from hepatrial.evidence.pooling.heterogeneity import heterogeneity_of
from hepatrial.evidence.pooling.inference import InferenceRule, inference_rule, wald_rule
from hepatrial.evidence.pooling.refusals import chosen, invalid, misuse
from hepatrial.evidence.pooling.tau2 import estimate_tau2
from hepatrial.evidence.pooling.variance_component import fit_at


@dataclass(frozen=True, slots=True)
class NetworkFit:
    """A fitted network.

    Attributes
    ----------
    network
        What was fitted.
    basic, basic_cov
        Shapes (T - 1,), (T - 1, T - 1): log hazard ratios of treatments 1, 2, ... to treatment 0, and their
        model-based covariance (without the rescaling of Knapp and Hartung).
    heterogeneity
        Q of the whole network (heterogeneity and inconsistency), I2, tau2.
    tau2_estimator
        None for a common effect.
    rule
        How estimates are made of values and variances.
    """

    network: Network
    basic: np.ndarray
    basic_cov: np.ndarray
    heterogeneity: Heterogeneity
    tau2_estimator: Tau2Estimator | None
    rule: InferenceRule

    @property
    def sources(self) -> tuple[str, ...]:
        """Citations of all trials behind it."""
        return tuple(dict.fromkeys(source for trial in self.network.trials for source in trial.sources))

    def effect(self, arm: str, control: str) -> Estimate:
        """The log hazard ratio of ``arm`` to ``control``; below 0 favours ``arm``."""
        if arm == control:
            raise misuse(
                "a treatment compared with itself", arm, "two different treatments", "name another one"
            )
        row = self.network.row(arm, control)
        return self.rule.estimate(float(row @ self.basic), self.variance(arm, control))

    def variance(self, arm: str, control: str) -> float:
        """Model-based variance of `effect`."""
        row = self.network.row(arm, control)
        return float(row @ self.basic_cov @ row)

    def against(self, control: str) -> dict[str, Estimate]:
        """Every other treatment against one."""
        return {arm: self.effect(arm, control) for arm in self.network.treatments if arm != control}

    def effects(self) -> dict[tuple[str, str], Estimate]:
        """All pairs, (arm, control) in alphabetical order."""
        return {pair: self.effect(*pair) for pair in self.network.pairs}


def fit_common(network: Network, *, confidence: float = 0.95) -> NetworkFit:
    """Network meta-analysis under common effects.

    Parameters
    ----------
    network
        From `network_of`; T treatments.

    Notes
    -----
    Generalised least squares on the trials' contrasts with the full covariance of trials with several arms, which
    gives the same estimates as the reduction of weights of Ruecker 2012 and needs no pseudo-inverse. Assumes
    transitivity: that patients of any trial could have been in any other, as to what modifies effects.

    When not to use: where trials of one comparison disagree beyond chance (`fit_random`), or lines of therapy,
    Child-Pugh classes or controls differ between comparisons: no arithmetic mends that.

    References
    ----------
    Ruecker 2012, 10.1002/jrsm.1058; Lu et al. 2011, 10.1002/jrsm.34.
    """
    rule = wald_rule(confidence)
    model = network_model(network)
    fit = fit_at(model, 0.0)
    return NetworkFit(network, fit.beta, fit.cov, heterogeneity_of(model, None, confidence), None, rule)


def fit_random(
    network: Network,
    *,
    tau2_estimator: Tau2Estimator | str = Tau2Estimator.REML,
    interval: IntervalMethod | str = IntervalMethod.WALD,
    prediction: PredictionMethod | str = PredictionMethod.T_ONE_LESS,
    confidence: float = 0.95,
) -> NetworkFit:
    """Network meta-analysis under random effects with one tau2 for all comparisons.

    Parameters
    ----------
    network
        From `network_of`, with more independent contrasts than treatments less 1.
    tau2_estimator
        All but Hedges' and REML as metafor stops it, which starts from Hedges': these know no covariance. DerSimonian
        and Laird's is the generalised moment estimator.
    interval
        Wald's is customary for networks, and is too narrow with few trials a comparison; Knapp and Hartung's
        rescales the whole covariance and takes t.
    prediction
        t with df - 1 by default, df = contrasts - treatments + 1.

    Raises
    ------
    InvalidInput
        No residual degree of freedom: every comparison rests on one trial and no loop is closed.

    Notes
    -----
    Contrasts of one trial have heterogeneity tau2 and covariance tau2 / 2. Assumes transitivity, consistency, and one
    tau2, also for comparisons with a single trial.

    When not to use: with 1 to 3 degrees of freedom tau2 is a guess: `bayesian_network` with an informative prior.
    Inconsistency goes into tau2: look at `decompose_q` and `split_nodes` first.

    References
    ----------
    Jackson, White & Thompson 2010, 10.1002/sim.3602; Higgins & Whitehead 1996,
    10.1002/(SICI)1097-0258(19961230)15:24<2733::AID-SIM562>3.0.CO;2-0; Jackson & Riley 2014, 10.1002/sim.5957.
    """
    estimator = chosen(Tau2Estimator, tau2_estimator, "tau2_estimator")
    interval = chosen(IntervalMethod, interval, "interval")
    prediction = chosen(PredictionMethod, prediction, "prediction")
    if estimator in (Tau2Estimator.HEDGES, Tau2Estimator.REML_AS_METAFOR):
        raise misuse(
            "tau2_estimator: not for networks",
            estimator.value,
            "reml, paule-mandel, dersimonian-laird, ml",
            "take dersimonian-laird for moments",
        )
    model = network_model(network)
    if model.df < 1:
        raise invalid(
            "heterogeneity cannot be seen in this network",
            f"{network.contrasts} contrasts of {len(network.trials)} trials for {len(network.treatments)} treatments",
            "more contrasts than treatments less 1",
            "use fit_common, or bayesian_network with an informative prior on tau",
        )
    tau2 = estimate_tau2(model, estimator)
    fit = fit_at(model, tau2)
    rule = inference_rule(
        interval, prediction, confidence=confidence, df=model.df, q_at_tau2=fit.q, tau2=tau2
    )
    return NetworkFit(network, fit.beta, fit.cov, heterogeneity_of(model, tau2, confidence), estimator, rule)
