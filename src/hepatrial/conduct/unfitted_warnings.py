"""What a reader must know of a run whose treatments no fitted trial had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from hepatrial.agents import Agent
from hepatrial.disease.parameters import fitted_trials
from hepatrial.protocol.design import Protocol
from hepatrial.protocol.loading import load


def unfitted_warnings(protocol: Protocol, agents: Sequence[Agent]) -> Iterator[str]:
    """Warnings, a sentence each.

    Parameters
    ----------
    agents
        Those of the protocol, as their files give them.
    """
    known = _agents_of_fitted_trials()
    for agent in agents:
        if agent.name not in known and agent.effective_potency.grade != "fitted":
            yield (
                f"{agent.name}: no trial of it was fitted. Its effect follows from potency printed on the bench, which "
                "has misled for agents of this kind, in either direction: read it as a question, not as a prediction"
            )
    if protocol.locoregional:
        yield (
            "embolisation and ablation: no trial of them was fitted. What a session does is a prior taken from "
            "published responses: read it as a question, not as a prediction"
        )


@cache
def _agents_of_fitted_trials() -> frozenset[str]:
    trials = (load(name) for name in fitted_trials())
    return frozenset(regimen.agent for trial in trials for arm in trial.arms for regimen in arm.regimens)
