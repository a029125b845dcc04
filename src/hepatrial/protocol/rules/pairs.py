"""The rule about agents that are given together."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.protocol import catalogue
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.file_schema import AgentSection, ArmSection
from hepatrial.protocol.rules.rule import Rule


class PairIsTolerated(Rule):
    """Two agents at doses at which no trial is known to have gone on with them are told."""

    name = "pair-is-tolerated"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for index, arm in draft.arms:
            if len(arm.agents) > 1:
                yield from self._of_arm(draft, index, arm)

    def _of_arm(self, draft: Draft, index: int, arm: ArmSection) -> Iterator[Issue]:
        from hepatrial.combinations import pair_warning, taken_together

        agents = [regimen.agent for regimen in arm.agents]
        daily = {regimen.agent: _highest_mg_per_day(regimen) for regimen in arm.agents}
        for pair in taken_together(list(daily), [stage.give for stage in arm.sequence]):
            warning = pair_warning(
                [_name(draft, agent) for agent in pair], tuple(daily[agent] for agent in pair)
            )
            if warning is not None:
                yield self.issue(
                    draft,
                    ("arms", index, "agents", agents.index(pair[1]), "agent"),
                    warning,
                    found=" with ".join(f"{_name(draft, agent)} {daily[agent]:g} mg" for agent in pair)
                    + " a day",
                    allowed="such a pair, as a question; doses that trials went on with bring no warning",
                    fix=f"read `hepatrial combine {' '.join(pair)}`, or lower the doses",
                    warning=True,
                )


def _name(draft: Draft, agent: str) -> str:
    own = draft.own.agents.get(agent)
    return agent if own is None else own.name


def _highest_mg_per_day(regimen: AgentSection) -> float:
    """The daily dose that is planned, at the reference weight; the raised one, if it is to be raised."""
    given = regimen if regimen.raise_to is None else regimen.raise_to
    daily = given.dose.mg / given.schedule
    return daily * catalogue.reference_weight_kg() if given.dose.per_kg else daily
