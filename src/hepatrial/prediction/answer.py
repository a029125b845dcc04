"""The answer to 'phase 2 is in: will the phase 3 trial succeed?'"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from hepatrial.agents import Agent, agent_names, load_agent, recorded_agent
from hepatrial.disease.parameters import prior_parameters
from hepatrial.errors import RunFailed, UsageError
from hepatrial.posterior import OF_AGENT, Posterior, hierarchy, shipped_posterior
from hepatrial.prediction import variance as source
from hepatrial.prediction.explained import effective_number, explained_variance
from hepatrial.prediction.influence import Influence, influences
from hepatrial.prediction.joint_draws import ENOUGH, Asked, JointDraws, joint_draws
from hepatrial.prediction.outlook import TrialOutlook, outlook, success_rule
from hepatrial.prediction.phase2_evidence import phase2_evidence
from hepatrial.prediction.phase2_file import Phase2
from hepatrial.prediction.predictive_check import CheckedResult, checked_results
from hepatrial.prediction.run_draws import sensible_workers
from hepatrial.prediction.success import SuccessRule
from hepatrial.prediction.variance import VariancePart, parts_of
from hepatrial.prediction.weighted import Spread, spread_of
from hepatrial.protocol.design import Protocol
from hepatrial.protocol.own_agents import SUFFIXES
from hepatrial.simulation.blocks import Work

PATIENTS = 1024
AGENT = "the agent: potency, toxicity, fatality"
REST = "population, hierarchies and other agents (posterior)"
FEWEST_EFFECTIVE = 5.0
"""Draws that count, below which there is no answer."""
QUANTITIES = {
    "potency": "effective_potency",
    "toxicity": "effective_toxicity",
    "fatality": "fatal_given_event",
}

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Learned:
    """One quantity of the agent before and after its phase 2 results, in the unit of the model."""

    quantity: str
    before: Spread
    after: Spread


@dataclass(frozen=True, slots=True)
class Prediction:
    """A phase 3 trial of an agent after its phase 2 results.

    Attributes
    ----------
    arm, endpoint
        Of the answer: the first arm with the agent, the first endpoint of the plan.
    fitted_before
        Whether the calibration saw results of this agent: then its own values were not used, only the hierarchy.
    before, after
        The trial without the phase 2 results, and with them.
    draws, effective_draws, rounds
        Joint draws, how many of them count, and in how many rounds they were drawn.
    """

    agent: Agent
    protocol: Protocol
    phase2: Phase2 | None
    arm: str
    endpoint: str
    fitted_before: bool
    posterior_hash: str
    before: TrialOutlook
    after: TrialOutlook
    learned: tuple[Learned, ...]
    checked: tuple[CheckedResult, ...]
    influences: tuple[Influence, ...]
    draws: int
    effective_draws: float
    rounds: int
    patients: int
    seed: int

    @property
    def own_files(self) -> tuple[str, ...]:
        """Paths of agents' files as the phase 3 protocol names them."""
        return tuple(own.path for own in self.protocol.own_agents)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know of this answer."""
        share = self.effective_draws / self.draws
        few = (
            f"only {self.effective_draws:.0f} of {self.draws} draws count: give more --draws, and see which result "
            "lies outside its predictive interval",
        )
        outside = [result.name for result in self.checked if result.outside]
        return (
            *(few if share < ENOUGH else ()),
            *((f"outside the 95 % predictive interval: {', '.join(outside)}",) if outside else ()),
        )


def predict(
    agent: str,
    protocol: Protocol,
    phase2: Phase2 | None = None,
    *,
    draws: int = 300,
    patients: int = PATIENTS,
    margin: float = 1.0,
    seed: int = 1,
    workers: int | None = None,
    posterior: Posterior | None = None,
    progress: Progress | None = None,
) -> Prediction:
    """Predict the phase 3 trial of an agent.

    Parameters
    ----------
    agent
        A name of the catalogue, or the path of an agent's file.
    phase2
        Its phase 1b and 2 results; nothing but bench pharmacology and the hierarchy if left out.
    draws
        Joint draws in a round.
    margin
        Hazard ratio that the upper confidence limit must stay below: 1 for superiority.
    posterior
        The shipped one if left out.

    Raises
    ------
    UsageError
        The protocol or the phase 2 results are of other agents, or the agent is the anchor of its profile.
    RunFailed
        Hardly any draw is compatible with the phase 2 results.
    """
    found = posterior or shipped_posterior()
    chosen = _chosen(agent)
    agents = _agents(chosen, protocol, phase2)
    arm = _arm(chosen, protocol)
    _require_a_place(chosen)
    evidence = () if phase2 is None else phase2_evidence(phase2, seed)
    asked = Asked(chosen, agents, protocol, evidence, found, draws, patients, seed)
    joint = joint_draws(asked, workers=workers or sensible_workers(draws), progress=progress)
    weights, rule = joint.weights(), success_rule(protocol, margin)
    effective = effective_number(weights)
    if effective < FEWEST_EFFECTIVE:
        raise _incompatible(joint, seed, effective)
    endpoint = protocol.analysis.endpoints[0]
    return Prediction(
        agent=chosen,
        protocol=protocol,
        phase2=phase2,
        arm=arm,
        endpoint=endpoint,
        fitted_before=chosen.name in found.agents,
        posterior_hash=found.hash,
        before=_outlook(asked, joint, joint.prior_weights(), rule),
        after=_outlook(asked, joint, weights, rule),
        learned=_learned(chosen, joint, weights),
        checked=checked_results(joint, seed),
        influences=influences(
            joint, (arm, endpoint), rule, bench=hierarchy().profile_of(chosen).anchor is not None
        ),
        draws=len(joint.own),
        effective_draws=effective,
        rounds=len(joint.proposals),
        patients=patients,
        seed=seed,
    )


def _chosen(agent: str) -> Agent:
    """The agent as recorded, without what a calibration found of it."""
    found = load_agent(agent)
    if found.name not in agent_names():
        return found
    if agent.endswith(SUFFIXES):
        raise UsageError(
            f"the catalogue has another agent of this name\n  found:   {found.name} in {agent}\n"
            "  allowed: a name of its own for each agent\n"
            f"  fix:     give AGENT as {found.name}, or write another `name` in the file, for example {found.name}-2"
        )
    return recorded_agent(found.name)


def _agents(chosen: Agent, protocol: Protocol, phase2: Phase2 | None) -> tuple[Agent, ...]:
    """All agents of all trials; one name is one agent."""
    trials = [protocol, *(trial.protocol for trial in (phase2.trials if phase2 else ()))]
    found = {chosen.name: chosen}
    for trial in trials:
        for each in Work(trial, prior_parameters(), 0).recorded_agents:
            known = found.setdefault(each.name, each)
            if known.name in agent_names():
                continue
            if replace(known, file="") != replace(each, file=""):
                raise UsageError(
                    f"two different agents are called {each.name}\n  found:   {known.file} and {each.file}\n"
                    "  allowed: one file of the agent for both trials\n"
                    "  fix:     name the same file in the protocol, in the phase 2 results and as AGENT"
                )
    if phase2 is not None and not any(_gives(trial.protocol, chosen) for trial in phase2.trials):
        raise UsageError(
            f"no phase 2 trial gives {chosen.name}\n  found:   {', '.join(sorted(found.keys() - {chosen.name}))}\n"
            f"  allowed: an arm with {chosen.name} in {phase2.file}\n  fix:     check AGENT, or the agents of the arms"
        )
    return tuple(found.values())


def _gives(protocol: Protocol, agent: Agent) -> tuple[str, ...]:
    """Arms with the agent."""
    return tuple(
        arm.name for arm in protocol.arms if any(regimen.agent == agent.name for regimen in arm.regimens)
    )


def _arm(chosen: Agent, protocol: Protocol) -> str:
    """The arm in question."""
    arms = [name for name in _gives(protocol, chosen) if name != protocol.control]
    if not arms:
        given = dict.fromkeys(regimen.agent for arm in protocol.arms for regimen in arm.regimens)
        raise UsageError(
            f"{protocol.name} does not test {chosen.name}\n  found:   {', '.join(given) or 'no agent at all'}\n"
            f"  allowed: a protocol with {chosen.name} in an arm beside its control\n"
            "  fix:     check AGENT, or --protocol"
        )
    return arms[0]


def _require_a_place(chosen: Agent) -> None:
    """Refuse the agent that all others of its profile are relative to; raises `UsageError`."""
    if hierarchy().profile_of(chosen).anchor == chosen.name:
        raise UsageError(
            f"{chosen.name} is the anchor of its profile: all others are drawn relative to it\n"
            f"  found:   {chosen.name}\n  allowed: an agent whose effect is to be predicted\n"
            "  fix:     hepatrial run PROTOCOL --draws 100 gives a trial of it under the calibration as it is"
        )


def _incompatible(joint: JointDraws, seed: int, effective: float) -> RunFailed:
    far = [each.name for each in checked_results(joint, seed) if each.outside_before]
    return RunFailed(
        f"hardly any draw is compatible with the phase 2 results\n  found:   {effective:.1f} of {len(joint.own)} "
        f"draws count; far from what was expected: {', '.join(far) or 'all results together'}\n"
        f"  allowed: {FEWEST_EFFECTIVE:g} or more\n"
        "  fix:     check these numbers, the baseline table and the dose, or give more --draws"
    )


def _outlook(asked: Asked, joint: JointDraws, weights: np.ndarray, rule: SuccessRule) -> TrialOutlook:
    return outlook(
        asked.protocol, joint.trial, weights, rule,
        {name: _parts(asked, joint, weights, rule, name) for name in joint.trial.log_hr},
    )  # fmt: skip


def _parts(
    asked: Asked, joint: JointDraws, weights: np.ndarray, rule: SuccessRule, name: tuple[str, str]
) -> tuple[VariancePart, ...]:
    """Of the spread over draws what a regression on the agent's values explains; then the population's own values."""
    of_agent = _logs(joint, f"agent.{asked.agent.name}.")
    of_population = _plain(joint, f"trial.{asked.protocol.baseline.name}.")
    log_hr = joint.trial.log_hr[name]
    agent, rest = explained_variance(log_hr, of_agent, weights)
    both, rest_of_both = explained_variance(log_hr, np.hstack([of_agent, of_population]), weights)
    shift = 0.0
    if asked.protocol.baseline.name not in asked.posterior.baselines:
        shift, rest = max(both - agent, 0.0), min(rest_of_both, rest)
    return parts_of(
        {
            AGENT: agent,
            REST: rest,
            source.SHIFT: shift,
            source.BETWEEN: rule.between_trial_sd**2,
            source.PATIENTS: joint.patients_sd[name] ** 2,
            source.SAMPLING: float(weights @ joint.trial.sampling_sd[name] ** 2),
        }
    )


def _logs(joint: JointDraws, start: str) -> np.ndarray:
    return np.array([[math.log(v) for n, v in draw.items() if n.startswith(start)] for draw in joint.values])


def _plain(joint: JointDraws, start: str) -> np.ndarray:
    rows = [[v for n, v in draw.items() if n.startswith(start)] for draw in joint.values]
    return np.array(rows).reshape(len(rows), -1)


def _learned(chosen: Agent, joint: JointDraws, weights: np.ndarray) -> tuple[Learned, ...]:
    prior = joint.prior_weights()
    found = []
    for quantity in OF_AGENT:
        name = f"agent.{chosen.name}.{QUANTITIES[quantity]}"
        if name in joint.values[0]:
            drawn = np.array([draw[name] for draw in joint.values])
            found.append(Learned(quantity, spread_of(drawn, prior), spread_of(drawn, weights)))
    return tuple(found)
