"""Parameters of a protocol under draws of the posterior, with what no trial was fitted for drawn from the hierarchies.

Of an agent and a baseline table that the posterior holds, a draw takes the draw's own values. An agent that it does not
hold gets a potency, toxicity and fatality from the hierarchy over agents as that draw has it; a population that it does
not hold gets a prognosis and growth from the hierarchy over trials. One named stream a draw and agent or table: another
agent in the protocol changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import numpy as np
from scipy.special import expit, ndtri

from hepatrial.agents import Agent
from hepatrial.disease.parameters import OF_POPULATION, Parameters, prior_parameters
from hepatrial.posterior.hierarchy import hierarchy
from hepatrial.posterior.shipped import Posterior, shipped_posterior
from hepatrial.protocol.design import Protocol
from hepatrial.simulation.streams import Streams

OF_AGENT = ("potency", "toxicity", "fatality")
"""What an agent gets from the hierarchies, in the order of its own standard normal numbers."""
Part = Literal["agents", "population"]


def drawn_parameters(
    protocol: Protocol,
    agents: Sequence[Agent],
    draws: int,
    *,
    seed: int = 1,
    posterior: Posterior | None = None,
) -> list[Parameters]:
    """Parameters of ``draws`` draws for a protocol.

    Parameters
    ----------
    agents
        Those of the protocol as recorded (`Work.recorded_agents`).
    draws
        How many; beyond the number that ships, draws repeat with new values of what was not fitted.
    posterior
        The shipped one if left out.
    """
    return [
        prior_parameters().with_drawn(
            values_of_draw(number, agents, protocol.baseline.name, seed=seed, posterior=posterior)
        )
        for number in range(draws)
    ]


def values_of_draw(
    number: int,
    agents: Sequence[Agent],
    baseline: str,
    *,
    seed: int = 1,
    posterior: Posterior | None = None,
    own: Mapping[str, np.ndarray] | None = None,
    anew: Collection[Part] = (),
) -> dict[str, float]:
    """All values of one draw, as `Parameters.with_drawn` takes them.

    Parameters
    ----------
    number
        Of the draw, from 0.
    own
        Standard normal numbers of `OF_AGENT`, shape (3,), by agent. Such an agent comes from the hierarchies with
        these, also where it was fitted.
    anew
        What comes from a second set of streams: the values from the hierarchies of all agents, or of the population.
    """
    found = posterior or shipped_posterior()
    streams, given = Streams(seed), own or {}
    again = {part: ", anew" if part in anew else "" for part in ("agents", "population")}
    values = found.draw(number)
    if baseline not in found.baselines:
        name = f"population of {baseline}{again['population']}"
        own_numbers = _normal(streams, name, number, len(OF_POPULATION))
        values |= _new_population(baseline, found.hierarchy_of(number), own_numbers)
    for agent in agents:
        if agent.name in given:
            values |= _agent(agent, number, found, given[agent.name])
        elif agent.name not in found.agents:
            name = f"agent {agent.name}{again['agents']}"
            values |= _agent(agent, number, found, _normal(streams, name, number, len(OF_AGENT)))
    return values


def _new_population(baseline: str, spread: Mapping[str, float], own: np.ndarray) -> dict[str, float]:
    return {
        name.replace("trial.", f"trial.{baseline}.", 1): spread[name.replace("trial.", "trials.", 1)] * value
        for name, value in zip(OF_POPULATION, own, strict=True)
    }


def new_agent(agent: Agent, number: int, found: Posterior, streams: Streams) -> dict[str, float]:
    """Values of an agent that the posterior does not hold, drawn from the hierarchies as one draw has them."""
    return _agent(agent, number, found, _normal(streams, f"agent {agent.name}", number, len(OF_AGENT)))


def usual_agent(agent: Agent, number: int, found: Posterior) -> dict[str, float]:
    """The same in the middle of the hierarchies: what one draw expects of an agent of its kind."""
    return _agent(agent, number, found, np.zeros(len(OF_AGENT)))


def _agent(agent: Agent, number: int, found: Posterior, own: np.ndarray) -> dict[str, float]:
    spread = found.hierarchy_of(number)
    potency, toxicity, fatality = own
    anchor = hierarchy().profile_of(agent).anchor
    at_anchor = found.draw(number).get(f"agent.{anchor}.effective_potency", 1.0)
    log_potency = hierarchy().log_potency(agent, spread["potency.exponent"]) + math.log(at_anchor)
    return {
        f"agent.{agent.name}.effective_potency": math.exp(log_potency + spread["potency.log_sd"] * potency),
        f"agent.{agent.name}.effective_toxicity": math.exp(spread["toxicity.log_sd"] * toxicity),
        f"agent.{agent.name}.fatal_given_event": float(
            expit(spread["fatality.logit_mean"] + spread["fatality.logit_sd"] * fatality)
        ),
    }


def _normal(streams: Streams, name: str, number: int, count: int) -> np.ndarray:
    return ndtri(streams.uniform(name, np.array([number]), count)[0])
