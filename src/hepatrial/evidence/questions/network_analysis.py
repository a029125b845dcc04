"""A network of effects and all that is read off it: fits, league table, ranks, agreement of direct and indirect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hepatrial.evidence.network import (
    ArmVariance,
    LeagueTable,
    Network,
    NetworkFit,
    NodeSplit,
    QDecomposition,
    decompose_q,
    direct_estimates,
    fit_common,
    fit_random,
    league_table,
    network_of,
    split_nodes,
)
from hepatrial.evidence.pooling import Estimate, StudyEffect, Tau2Estimator
from hepatrial.evidence.pooling.refusals import chosen
from hepatrial.evidence.questions.models import Model

LEAST_DF_FOR_RANDOM = 4
"""Degrees of freedom from which random effects lead where nobody chose; with 1 to 3 tau2 is a guess."""
PREFERRED = "placebo"


@dataclass(frozen=True, slots=True)
class NetworkAnalysis:
    """A network and all that is read off it.

    Attributes
    ----------
    network, reference
        What was fitted, and the treatment that others are compared with first.
    model, model_chosen
        Which fit leads, and whether nobody asked for it.
    common, random
        Both fits; ``random`` is None where heterogeneity cannot be seen.
    league, direct
        All pairs by the leading fit, and what trials of each pair say by themselves.
    q, splits
        Heterogeneity and inconsistency; direct against indirect evidence.
    not_done
        By name, why a part that a reader could expect is missing.
    """

    network: Network
    reference: str
    model: Model
    model_chosen: bool
    common: NetworkFit
    random: NetworkFit | None
    league: LeagueTable
    direct: Mapping[tuple[str, str], Estimate]
    q: QDecomposition
    splits: tuple[NodeSplit, ...]
    not_done: Mapping[str, str]

    @property
    def lead(self) -> NetworkFit:
        """The fit that leads."""
        return self.random if self.model is Model.RANDOM and self.random is not None else self.common

    @property
    def why_model(self) -> str:
        """Why that fit leads, as the end of a sentence."""
        if not self.model_chosen:
            return "as asked"
        few = self.model is Model.COMMON
        return f"as {'fewer than' if few else 'at least'} {LEAST_DF_FOR_RANDOM} degrees of freedom tell heterogeneity"

    @property
    def p_scores(self) -> dict[str, float]:
        """By treatment, best first."""
        return dict(zip(self.league.treatments, map(float, self.league.p_scores), strict=True))


def analysed_network(
    effects: Sequence[StudyEffect],
    arm_variances: Sequence[ArmVariance] = (),
    *,
    reference: str | None = None,
    model: Model | str | None = None,
    tau2_estimator: Tau2Estimator | str = Tau2Estimator.REML,
    confidence: float = 0.95,
) -> NetworkAnalysis:
    """Fit a network and read off it what a reader asks for.

    Parameters
    ----------
    effects, arm_variances
        See `hepatrial.evidence.network.network_of`.
    reference
        If left out: placebo where it is part of the network, else the treatment of most trials.
    model
        Which fit leads; random effects from 4 degrees of freedom on if left out.

    Raises
    ------
    InvalidInput
        Effects that make no connected network; random effects that were asked for and cannot be fitted.
    UsageError
        An unknown choice, or a reference that is not part of the network.

    Notes
    -----
    When not to use: see `hepatrial.evidence.network.fit_common` and `fit_random`, whose assumptions hold here, above
    all transitivity.

    References
    ----------
    Ruecker 2012, 10.1002/jrsm.1058.
    """
    wanted = None if model is None else chosen(Model, model, "model")
    network = network_of(effects, arm_variances)
    reference = usual_reference(network) if reference is None else reference
    network.position(reference)  # refuses one that is not there
    df = network.contrasts - len(network.treatments) + 1
    common = fit_common(network, confidence=confidence)
    random = None
    if df or wanted is Model.RANDOM:
        random = fit_random(network, tau2_estimator=tau2_estimator, confidence=confidence)
    leading = wanted or (Model.RANDOM if df >= LEAST_DF_FOR_RANDOM else Model.COMMON)
    fit = random if leading is Model.RANDOM and random is not None else common
    splits, q = split_nodes(fit), decompose_q(network)
    return NetworkAnalysis(
        network=network,
        reference=reference,
        model=leading,
        model_chosen=wanted is None,
        common=common,
        random=random,
        league=league_table(fit),
        direct=direct_estimates(fit),
        q=q,
        splits=splits,
        not_done=_not_done(leading, df, splits, q),
    )


def usual_reference(network: Network) -> str:
    """Placebo where it is part of the network, else the treatment of most trials (of several the first by name)."""
    if PREFERRED in network.treatments:
        return PREFERRED
    return min(network.treatments, key=lambda arm: (-sum(arm in trial.arms for trial in network.trials), arm))


def _not_done(leading: Model, df: int, splits: Sequence[NodeSplit], q: QDecomposition) -> dict[str, str]:
    found = {}
    if df == 0:
        found["random effects"] = "every comparison rests on one trial and no loop is closed"
    if df < 2:
        found["prediction intervals"] = (
            f"{'one degree' if df else 'no degrees'} of freedom can't give them: --bayesian"
        )
    elif leading is Model.COMMON:
        found["prediction intervals"] = "they belong to random effects: --model random, or --bayesian"
    if not splits:
        found["node splits"] = "no comparison has both direct and independent indirect evidence"
    if q.between.df == 0:
        found["inconsistency"] = "no loop is closed by different designs, so nothing can disagree"
    return found
