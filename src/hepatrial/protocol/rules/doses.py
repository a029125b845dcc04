"""Rules about agents and their doses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hepatrial.errors import Issue
from hepatrial.files.document import KeyPath
from hepatrial.protocol import catalogue
from hepatrial.protocol.design import DoseLevel
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.file_schema import AgentSection
from hepatrial.protocol.own_agents import is_file, parsed
from hepatrial.protocol.rules.rule import Rule
from hepatrial.protocol.rules.schedule import DAY_TOLERANCE
from hepatrial.protocol.sequence_schema import RaiseSection

ABSURD_DOSE_RATIO = 5.0
"""Daily doses above this multiple of the usual one are taken for slips: prudence, not pharmacology."""

UNUSUAL_DOSE_RATIO = 1.5
"""Daily doses above this multiple of the usual one bring a warning."""

UNUSUAL_DILUTION = 20.0
"""Daily doses below the usual one divided by this bring a warning."""


class AgentIsKnown(Rule):
    """Agents come from the catalogue, or from a file beside the protocol."""

    name = "agent-is-known"

    def check(self, draft: Draft) -> Iterator[Issue]:
        yield from draft.own.issues
        known = catalogue.known_agents()
        for path, name in draft.agent_names:
            if name in known or is_file(name):
                continue
            other = catalogue.name_of_synonym(name)
            if other is None and _is_a_path(name):
                yield self.issue(
                    draft,
                    (*path, "agent"),
                    "this is no name of the catalogue and no agent's file",
                    found=name,
                    allowed="a name of the catalogue (`hepatrial agents`), or a file whose name ends in .yaml or .yml",
                    fix="write for example `agent: ./mine.yaml`",
                )
            elif other is None:
                yield self.unknown(draft, (*path, "agent"), "agent", name, known)
            else:
                yield self.issue(
                    draft,
                    (*path, "agent"),
                    f"{name} is another name of {other}",
                    found=name,
                    allowed=f"the name in the catalogue, {other}",
                    fix=f"write `agent: {other}`",
                )


def _is_a_path(name: str) -> bool:
    return "/" in name or name.lower().endswith((".yaml", ".yml", ".json", ".txt", ".csv"))


class AgentOncePerArm(Rule):
    """An agent stands once in an arm: its levels are steps of one ladder."""

    name = "agent-once-per-arm"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for index, arm in draft.arms:
            names = [regimen.agent for regimen in arm.agents]
            for position, agent in enumerate(names):
                if agent in names[:position]:
                    yield self.issue(
                        draft,
                        ("arms", index, "agents", position, "agent"),
                        f"{agent} stands twice in the arm {arm.name}",
                        found=agent,
                        allowed="each agent once in an arm",
                        fix="delete one, or put its dose under `reduce_to`",
                    )


class DoseLevelsGoDown(Rule):
    """Each level of dose reduction is a lower daily dose than the one before, stated in the same way."""

    name = "dose-levels-go-down"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, regimen in draft.regimens:
            planned = DoseLevel(regimen.dose.mg, regimen.schedule, regimen.dose.per_kg)
            yield from self._down(draft, (*path, "reduce_to"), 0, planned, regimen.reduce_to)
            if regimen.lighter is not None:
                first, *lower = regimen.lighter.doses
                yield from self._down(draft, (*path, "lighter", "doses"), 1, first, lower)

    def _down(
        self, draft: Draft, path: KeyPath, first: int, previous: DoseLevel, lower: Sequence[DoseLevel]
    ) -> Iterator[Issue]:
        for position, level in enumerate(lower, start=first):
            if level.per_kg != previous.per_kg:
                yield self.issue(
                    draft,
                    (*path, position),
                    "dose levels in mg and in mg/kg stand in one ladder",
                    found=f"{daily_text(level)} after {daily_text(previous)}",
                    allowed="all levels in mg, or all in mg/kg",
                    fix="write them in the same unit",
                )
            elif level.mg_per_day >= previous.mg_per_day:
                yield self.issue(
                    draft,
                    (*path, position),
                    "this dose level is not below the one before",
                    found=f"{daily_text(level)} after {daily_text(previous)}",
                    allowed=f"less than {daily_text(previous)}",
                    fix="list the levels from the highest to the lowest",
                )
            previous = level


def daily_text(level: DoseLevel) -> str:
    """The daily dose as messages write it."""
    return f"{level.mg_per_day:g} {'mg/kg' if level.per_kg else 'mg'} a day"


class CycleIsWholeDays(Rule):
    """Days on an agent and days of its planned pause are whole days, as patients are followed day by day."""

    name = "cycle-is-whole-days"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, regimen in draft.regimens:
            if regimen.cycle is None:
                continue
            for key in ("give", "pause"):
                time = getattr(regimen.cycle, key)
                if abs(time - round(time)) > DAY_TOLERANCE:
                    yield self.issue(
                        draft,
                        (*path, "cycle", key),
                        "a cycle does not change on whole days",
                        found=f"{time:g} days",
                        allowed="a whole number of days or weeks",
                        fix=f'write "{max(1, round(time))} days"',
                    )


class DoseIsPlausible(Rule):
    """A daily dose far from the agent's usual one is a slip of the unit or of the schedule."""

    name = "dose-is-plausible"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, regimen in draft.regimens:
            usual = _usual_mg_per_day(draft, regimen.agent)
            if usual is None:
                continue
            yield from self._of_dose(draft, (*path, "dose"), regimen, regimen.agent, usual)
            if regimen.raise_to is not None:
                where = (*path, "raise_to", "dose")
                yield from self._of_dose(draft, where, regimen.raise_to, regimen.agent, usual)

    def _of_dose(
        self, draft: Draft, path: KeyPath, given: AgentSection | RaiseSection, agent: str, usual: float
    ) -> Iterator[Issue]:
        daily = given.dose.mg / given.schedule
        if given.dose.per_kg:
            daily *= catalogue.reference_weight_kg()
        if daily < usual / UNUSUAL_DILUTION:
            yield self.issue(
                draft,
                path,
                f"{agent}: the daily dose is far below the usual one",
                found=f"{daily:g} mg a day",
                allowed=f"usual is {usual:g} mg a day",
                fix="check the unit and the schedule",
                warning=True,
            )
        if daily > UNUSUAL_DOSE_RATIO * usual:
            absurd = daily > ABSURD_DOSE_RATIO * usual
            yield self.issue(
                draft,
                path,
                f"{agent}: the daily dose is {'absurd' if absurd else 'above the usual one'}",
                found=f"{daily:g} mg a day",
                allowed=f"at most {ABSURD_DOSE_RATIO * usual:g} mg a day; usual is {usual:g} mg a day",
                fix="check the unit and the schedule",
                warning=not absurd,
            )


def _usual_mg_per_day(draft: Draft, agent: str) -> float | None:
    own = draft.own.agents.get(agent)
    if own is not None:
        return catalogue.daily_mg(parsed(own))
    return catalogue.usual_mg_per_day(agent) if agent in catalogue.known_agents() else None


class StartIsWithinHorizon(Rule):
    """An agent starts before the simulation of a patient ends."""

    name = "start-is-within-horizon"
    needs = ("horizon",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, regimen in draft.regimens:
            if regimen.start >= draft["horizon"]:
                yield self.issue(
                    draft,
                    (*path, "start"),
                    f"{regimen.agent} would start after the horizon",
                    found=f"{regimen.start:g} days",
                    allowed=f"less than {draft['horizon']:g} days",
                    fix="bring the start forward, or delete the agent",
                )
