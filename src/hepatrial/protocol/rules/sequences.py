"""Rules about the stages of an arm and about raised doses."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.files.document import KeyPath
from hepatrial.protocol.design import DoseLevel
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.file_schema import ArmSection
from hepatrial.protocol.rules.doses import daily_text
from hepatrial.protocol.rules.rule import Rule
from hepatrial.protocol.rules.schedule import DAY_TOLERANCE

OF_A_SEQUENCE = ("TTTP", "TPFS")
"""Endpoints that only a trial with a sequence has."""


def _sequences(draft: Draft) -> Iterator[tuple[KeyPath, ArmSection]]:
    """The arms that have a sequence, with the path of it."""
    for index, arm in draft.arms:
        if arm.sequence:
            yield ("arms", index, "sequence"), arm


class StagesNameTheAgents(Rule):
    """A stage gives agents of its arm, each once."""

    name = "stages-name-the-agents"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, arm in _sequences(draft):
            known = [regimen.agent for regimen in arm.agents]
            for number, stage in enumerate(arm.sequence):
                for place, agent in enumerate(stage.give):
                    where = (*path, number, "give", place)
                    if agent not in known:
                        yield self.unknown(draft, where, "agent of the arm", agent, known)
                    elif agent in stage.give[:place]:
                        yield self.issue(
                            draft,
                            where,
                            f"{agent} stands twice in a stage",
                            found=agent,
                            allowed="each agent once in a stage",
                            fix="delete one",
                        )


class AgentsHaveTheirStage(Rule):
    """Where an arm has a sequence, some stage gives each of its agents."""

    name = "agents-have-their-stage"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, arm in _sequences(draft):
            given = {agent for stage in arm.sequence for agent in stage.give}
            for place, regimen in enumerate(arm.agents):
                if regimen.agent not in given:
                    yield self.issue(
                        draft,
                        (*path[:2], "agents", place, "agent"),
                        f"no stage of the sequence gives {regimen.agent}",
                        found=f"stages that give {', '.join(sorted(given)) or 'nothing'}",
                        allowed="every agent in at least one stage",
                        fix=f"add {regimen.agent} to a stage, or delete it from `agents`",
                    )


class StagesEnd(Rule):
    """Every stage but the last says when it ends; the last one gives an agent and ends as `treat_until` says."""

    name = "stages-end"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, arm in _sequences(draft):
            *earlier, last = arm.sequence
            for number, stage in enumerate(earlier):
                here = (*path, number)
                if not stage.give and getattr(stage, "for") is None:
                    yield self.issue(
                        draft,
                        here,
                        "a rest has no length",
                        found="`give: []` without `for`",
                        allowed="1 day to 5 years",
                        fix="add for example `for: 4 weeks`",
                    )
                elif getattr(stage, "for") is None and stage.until is None:
                    yield self.issue(
                        draft,
                        here,
                        "this stage never ends, but another one follows",
                        found="neither `for` nor `until`",
                        allowed="one of the two, or both: whichever comes first",
                        fix="add `until: progression`, or for example `for: 8 weeks`",
                    )
            yield from self._last(draft, (*path, len(earlier)), last, arm)

    def _last(self, draft: Draft, path: KeyPath, last: object, arm: ArmSection) -> Iterator[Issue]:
        if not last.give:
            yield self.issue(
                draft,
                (*path, "give"),
                "the last stage gives no agent",
                found="[]",
                allowed="at least one agent of the arm",
                fix="delete the stage, or name the agent that follows the rest",
            )
        for key in ("for", "until"):
            if getattr(last, key) is not None:
                yield self.issue(
                    draft,
                    (*path, key),
                    f"the last stage has a `{key}` of its own",
                    found=f"`{key}`, and `treat_until: {arm.treat_until}`",
                    allowed="the last stage ends as `treat_until` says",
                    fix=f"delete `{key}`, or add the stage that follows",
                )


class SequencesFallOnWholeDays(Rule):
    """Stages end, and doses are raised, on whole days, as patients are followed day by day."""

    name = "sequences-fall-on-whole-days"

    def check(self, draft: Draft) -> Iterator[Issue]:
        times = [
            ((*path, number, "for"), getattr(stage, "for"))
            for path, arm in _sequences(draft)
            for number, stage in enumerate(arm.sequence)
        ]
        times += [
            ((*path, "raise_to", "after"), regimen.raise_to.after)
            for path, regimen in draft.regimens
            if regimen.raise_to is not None
        ]
        for path, days in times:
            if days is not None and abs(days - round(days)) > DAY_TOLERANCE:
                yield self.issue(
                    draft,
                    path,
                    "this is no whole number of days",
                    found=f"{days:g} days",
                    allowed="whole days or weeks",
                    fix=f'write "{max(1, round(days))} days"',
                )


class SequencesFitTheHorizon(Rule):
    """Every stage may begin, and every dose may be raised, before the simulation of a patient ends."""

    name = "sequences-fit-the-horizon"
    needs = ("horizon",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, arm in _sequences(draft):
            earliest = 0.0
            for number, stage in enumerate(arm.sequence):
                if earliest >= draft["horizon"]:
                    yield self._too_late(draft, (*path, number), "this stage would begin", earliest)
                # A stage that may end with progression may end on any day.
                fixed = stage.until is None and getattr(stage, "for") is not None
                earliest += getattr(stage, "for") if fixed else 0.0
        for path, regimen in draft.regimens:
            raised = regimen.raise_to
            if raised is not None and regimen.start + raised.after >= draft["horizon"]:
                where = (*path, "raise_to", "after")
                yield self._too_late(draft, where, "the dose would be raised", regimen.start + raised.after)

    def _too_late(self, draft: Draft, path: KeyPath, what: str, days: float) -> Issue:
        return self.issue(
            draft,
            path,
            f"{what} after the horizon",
            found=f"day {days:g}",
            allowed=f"before day {draft['horizon']:g}",
            fix="bring it forward, delete it, or lengthen `horizon`",
        )


class SequenceStandsAlone(Rule):
    """An arm with a sequence has neither procedures nor agents with a start of their own."""

    name = "sequence-stands-alone"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, arm in _sequences(draft):
            for key in ("tace", "ablation"):
                if getattr(arm, key) is not None:
                    yield self.issue(
                        draft,
                        (*path[:2], key),
                        f"`{key}` and `sequence` stand in one arm",
                        found=f"both in {arm.name}",
                        allowed="one of the two",
                        fix=f"delete `{key}` or `sequence`",
                    )
            for place, regimen in enumerate(arm.agents):
                if regimen.start > 0:
                    yield self.issue(
                        draft,
                        (*path[:2], "agents", place, "start"),
                        f"{regimen.agent} has a start of its own in an arm with a sequence",
                        found=f"{regimen.start:g} days",
                        allowed="stages say when agents start",
                        fix="delete `start`; begin the sequence with a rest if need be",
                    )


class RaisedDoseIsHigher(Rule):
    """A raised dose is above the planned one, stated in the same way, and the same for all weights."""

    name = "raised-dose-is-higher"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, regimen in draft.regimens:
            raised = regimen.raise_to
            if raised is None:
                continue
            planned = DoseLevel(regimen.dose.mg, regimen.schedule, regimen.dose.per_kg)
            level = DoseLevel(raised.dose.mg, raised.schedule, raised.dose.per_kg)
            if regimen.lighter is not None:
                yield self.issue(
                    draft,
                    (*path, "raise_to"),
                    "`raise_to` and `lighter` stand in one agent",
                    found="both",
                    allowed="one of the two: the raised dose of light patients is not said",
                    fix="delete one, or give light patients an arm or a trial of their own",
                )
            if level.per_kg != planned.per_kg:
                yield self.issue(
                    draft,
                    (*path, "raise_to", "dose"),
                    "the planned and the raised dose are in mg and in mg/kg",
                    found=f"{daily_text(level)} after {daily_text(planned)}",
                    allowed="both in mg, or both in mg/kg",
                    fix="write them in the same unit",
                )
            elif level.mg_per_day <= planned.mg_per_day:
                yield self.issue(
                    draft,
                    (*path, "raise_to", "dose"),
                    "the raised dose is not above the planned one",
                    found=f"{daily_text(level)} after {daily_text(planned)}",
                    allowed=f"more than {daily_text(planned)}",
                    fix="raise the dose or shorten its schedule",
                )


class EndpointsHaveTheirSequence(Rule):
    """Progression beyond a sequence needs a sequence in some arm."""

    name = "endpoints-have-their-sequence"
    needs = ("endpoints",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        if any(len(arm.sequence) > 1 for _, arm in draft.arms):
            return
        for place, endpoint in enumerate(draft["endpoints"]):
            if endpoint in OF_A_SEQUENCE:
                yield self.issue(
                    draft,
                    ("endpoints", place),
                    f"{endpoint} does not exist without a `sequence` of two stages or more",
                    found="no such `sequence` in any arm",
                    allowed="OS, TTP, PFS; TTTP and TPFS where an arm has a sequence",
                    fix=f"delete {endpoint}, or give an arm its `sequence`",
                )
