"""What a reader must know of treatments: which no fitted trial had, and which numbers no source gave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from hepatrial.agents import Agent, gap_warning, no_action_warning
from hepatrial.disease.parameters import fitted_trials
from hepatrial.protocol.design import Protocol
from hepatrial.protocol.loading import load


def treatment_warnings(protocol: Protocol, agents: Sequence[Agent]) -> tuple[str, ...]:
    """Warnings about all that a protocol's arms give, a sentence each.

    Parameters
    ----------
    agents
        Those of the protocol, as their files give them.
    """
    return (*unfitted_warnings(protocol, agents), *_of_records(agents))


def agent_warnings(agents: Sequence[Agent]) -> tuple[str, ...]:
    """The same about agents that stand in no protocol."""
    return (*unfitted_agents(agents), *_of_records(agents))


def _of_records(agents: Sequence[Agent]) -> Iterator[str]:
    """What the agents' files leave open, or leave no effect."""
    for warning in (no_action_warning, gap_warning):
        yield from filter(None, map(warning, agents))


def unfitted_warnings(protocol: Protocol, agents: Sequence[Agent]) -> Iterator[str]:
    """Treatments of a protocol that no fitted trial had."""
    yield from unfitted_agents(agents)
    if any(arm.ablation is not None for arm in protocol.arms):
        yield (
            "ablation: no trial of it was fitted. What it does is a prior taken from published recurrences: read it as "
            "a question, not as a prediction"
        )


def unfitted_agents(agents: Sequence[Agent]) -> Iterator[str]:
    """Agents that no fitted phase 3 trial gave."""
    known = _agents_of_fitted_trials()
    for agent in agents:
        if agent.name in known:
            continue
        if agent.effective_potency.grade == "fitted":
            yield (
                f"{agent.name}: no phase 3 trial of it was fitted. Its effect comes from phase 1b and 2 results and "
                "from agents of its kind: single numbers hide how wide that leaves it"
            )
        else:
            yield (
                f"{agent.name}: no trial of it was fitted. Its effect follows from potency printed on the bench, which "
                "has misled for agents of this kind, in either direction: read it as a question, not as a prediction"
            )


@cache
def _agents_of_fitted_trials() -> frozenset[str]:
    trials = (load(name) for name in fitted_trials())
    return frozenset(regimen.agent for trial in trials for arm in trial.arms for regimen in arm.regimens)
