"""What a reader must know of treatments: what no fitted trial had, no source gave, or no trial went on with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from hepatrial.agents import Agent, gap_warning, no_action_warning
from hepatrial.agents.pharmacokinetics import REFERENCE_WEIGHT_KG
from hepatrial.combinations import pair_warning, taken_together
from hepatrial.disease.parameters import fitted_trials
from hepatrial.protocol.design import Protocol, Regimen
from hepatrial.protocol.loading import load


def treatment_warnings(protocol: Protocol, agents: Sequence[Agent]) -> tuple[str, ...]:
    """Warnings about all that a protocol's arms give, a sentence each.

    Parameters
    ----------
    agents
        Those of the protocol, as their files give them.
    """
    return (*unfitted_warnings(protocol, agents), *_of_records(agents), *pair_warnings(protocol))


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


def pair_warnings(protocol: Protocol) -> tuple[str, ...]:
    """Agents taken together at doses at which the pair is not known to be tolerated, each pair of doses once."""
    found = []
    for arm in protocol.arms:
        daily = {regimen.agent: _highest_mg_per_day(regimen) for regimen in arm.regimens}
        for pair in taken_together(tuple(daily), tuple(stage.give for stage in arm.sequence)):
            found.append(pair_warning(pair, tuple(daily[agent] for agent in pair)))
    return tuple(dict.fromkeys(filter(None, found)))


def _highest_mg_per_day(regimen: Regimen) -> float:
    """The daily dose that is planned, at the reference weight; the raised one, if it is to be raised."""
    level = regimen.levels[0] if regimen.raise_to is None else regimen.raise_to.level
    return level.mg_per_day * (REFERENCE_WEIGHT_KG if level.per_kg else 1.0)


@cache
def _agents_of_fitted_trials() -> frozenset[str]:
    trials = (load(name) for name in fitted_trials())
    return frozenset(regimen.agent for trial in trials for arm in trial.arms for regimen in arm.regimens)
