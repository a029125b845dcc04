"""The rules about agents of which no source gives what the model needs, or which it knows no effect of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hepatrial.errors import Issue
from hepatrial.protocol import catalogue
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.own_agents import parsed
from hepatrial.protocol.rules.rule import Rule

if TYPE_CHECKING:
    from hepatrial.agents import Agent
    from hepatrial.files.document import KeyPath


class AgentHasItsNumbers(Rule):
    """Numbers of an agent that come from its class are told, each agent once."""

    name = "agent-has-its-numbers"

    def check(self, draft: Draft) -> Iterator[Issue]:
        from hepatrial.agents import gap_warning

        for path, name, agent in _each_once(draft):
            warning = gap_warning(agent)
            if warning is not None:
                yield self.issue(
                    draft,
                    (*path, "agent"),
                    warning,
                    found=name,
                    allowed="such an agent; its effect is as unsure as those numbers",
                    fix=f"read `hepatrial agents {name}`; give numbers of your own in a copy of its file",
                    warning=True,
                )


class AgentActs(Rule):
    """An agent that binds no target of the patient model is told, each once."""

    name = "agent-acts"

    def check(self, draft: Draft) -> Iterator[Issue]:
        from hepatrial.agents import ACTING_TARGETS, no_action_warning

        for path, name, agent in _each_once(draft):
            warning = no_action_warning(agent)
            if warning is not None:
                yield self.issue(
                    draft,
                    (*path, "agent"),
                    warning,
                    found=", ".join(dict.fromkeys(one.target for one in agent.affinities)) or "no target",
                    allowed=f"such an agent, as one that harms alone; targets that act are {', '.join(ACTING_TARGETS)}",
                    fix=f"give a potency on one of them in a file of your own, or read {name} as harm alone",
                    warning=True,
                )


def _each_once(draft: Draft) -> Iterator[tuple[KeyPath, str, Agent]]:
    """The agents that are known, with the place where the protocol first names each."""
    from hepatrial.agents import load_agent

    told: set[str] = set()
    for path, name in draft.agent_names:
        own = draft.own.agents.get(name)
        if name not in told and (own is not None or name in catalogue.known_agents()):
            yield path, name, load_agent(name) if own is None else parsed(own)
        told.add(name)
