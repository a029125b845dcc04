"""Parameters of a protocol under draws of the posterior, with what no trial was fitted for drawn from the hierarchies.

Of an agent and a baseline table that the posterior holds, a draw takes the draw's own values. An agent that it does not
hold gets a potency, toxicity and fatality from the hierarchy over agents as that draw has it; a population that it does
not hold gets a prognosis and growth from the hierarchy over trials. One named stream a draw and agent or table: another
agent in the protocol changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import expit, ndtri

from hepatrial.agents import Agent
from hepatrial.disease.parameters import OF_POPULATION, Parameters, prior_parameters
from hepatrial.posterior.hierarchy import hierarchy
from hepatrial.posterior.shipped import Posterior, shipped_posterior
from hepatrial.protocol.design import Protocol
from hepatrial.simulation.streams import Streams


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
    found = posterior or shipped_posterior()
    streams, baseline = Streams(seed), protocol.baseline.name
    return [
        prior_parameters().with_drawn(
            found.draw(number)
            | ({} if baseline in found.baselines else _new_population(baseline, number, found, streams))
            | {
                name: value
                for agent in agents
                if agent.name not in found.agents
                for name, value in new_agent(agent, number, found, streams).items()
            }
        )
        for number in range(draws)
    ]


def _new_population(baseline: str, number: int, found: Posterior, streams: Streams) -> dict[str, float]:
    spread = found.hierarchy_of(number)
    own = _normal(streams, f"population of {baseline}", number, len(OF_POPULATION))
    return {
        name.replace("trial.", f"trial.{baseline}.", 1): spread[name.replace("trial.", "trials.", 1)] * value
        for name, value in zip(OF_POPULATION, own, strict=True)
    }


def new_agent(agent: Agent, number: int, found: Posterior, streams: Streams) -> dict[str, float]:
    """Values of an agent that the posterior does not hold, drawn from the hierarchies as one draw has them."""
    return _agent(agent, number, found, _normal(streams, f"agent {agent.name}", number, 3))


def usual_agent(agent: Agent, number: int, found: Posterior) -> dict[str, float]:
    """The same in the middle of the hierarchies: what one draw expects of an agent of its kind."""
    return _agent(agent, number, found, np.zeros(3))


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
