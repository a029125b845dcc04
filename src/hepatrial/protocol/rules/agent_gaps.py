"""The rule about agents of which no source gives what the model needs."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.protocol import catalogue
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.own_agents import parsed
from hepatrial.protocol.rules.rule import Rule


class AgentHasItsNumbers(Rule):
    """Numbers of an agent that come from its class are told, each agent once."""

    name = "agent-has-its-numbers"

    def check(self, draft: Draft) -> Iterator[Issue]:
        told: set[str] = set()
        for path, name in draft.agent_names:
            warning = None if name in told else _warning(draft, name)
            told.add(name)
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


def _warning(draft: Draft, name: str) -> str | None:
    from hepatrial.agents import gap_warning, load_agent

    own = draft.own.agents.get(name)
    if own is not None:
        return gap_warning(parsed(own))
    return gap_warning(load_agent(name)) if name in catalogue.known_agents() else None
