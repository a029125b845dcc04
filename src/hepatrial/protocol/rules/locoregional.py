"""Rules about embolisation, ablation and the endpoints that need them."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.file_schema import ArmSection
from hepatrial.protocol.rules.rule import Rule

DAY_TOLERANCE = 1e-6
NEEDS = {"TTUP": "tace", "TSPFS": "tace", "RFS": "ablation"}
"""What every arm must have for an endpoint to exist."""


class ProceduresFallOnWholeDays(Rule):
    """Sessions, their waits and pauses, and ablation are on whole days, as patients are followed day by day."""

    name = "procedures-fall-on-whole-days"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for index, arm in draft.arms:
            for path, days in _times(arm):
                if abs(days - round(days)) > DAY_TOLERANCE:
                    yield self.issue(
                        draft,
                        ("arms", index, *path),
                        "this is no whole number of days",
                        found=f"{days:g} days",
                        allowed="whole days or weeks",
                        fix=f'write "{round(days)} days"',
                    )


def _times(arm: ArmSection) -> Iterator[tuple[tuple[str | int, ...], float]]:
    if arm.tace is not None:
        for place, day in enumerate(arm.tace.planned):
            yield ("tace", "planned", place), day
        for key in ("wait", "pause_before", "pause_after"):
            yield ("tace", key), getattr(arm.tace, key)
        if arm.tace.repeat:
            yield ("tace", "repeat"), arm.tace.repeat
    if arm.ablation is not None:
        yield ("ablation", "at"), arm.ablation.at


class SessionsAreInOrder(Rule):
    """Planned sessions follow each other, within the horizon, and are not more than a patient may have."""

    name = "sessions-are-in-order"
    needs = ("horizon",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        for index, arm in draft.arms:
            if arm.tace is None:
                continue
            path = ("arms", index, "tace", "planned")
            planned = arm.tace.planned
            for place, day in enumerate(planned):
                if place and day <= planned[place - 1]:
                    yield self.issue(
                        draft,
                        (*path, place),
                        "this session is not after the one before",
                        found=f"day {day:g} after day {planned[place - 1]:g}",
                        allowed=f"later than day {planned[place - 1]:g}",
                        fix="list the sessions in order of time, each once",
                    )
                if day >= draft["horizon"]:
                    yield self.issue(
                        draft,
                        (*path, place),
                        "this session lies beyond the horizon",
                        found=f"{day:g} days",
                        allowed=f"less than {draft['horizon']:g} days",
                        fix="bring the session forward, or lengthen `horizon`",
                    )
            if len(planned) > arm.tace.max_sessions:
                yield self.issue(
                    draft,
                    ("arms", index, "tace", "max_sessions"),
                    "more sessions are planned than a patient may have",
                    found=f"{len(planned)} planned, max_sessions {arm.tace.max_sessions}",
                    allowed=f"{len(planned)} or more",
                    fix="raise `max_sessions`, or plan fewer sessions",
                )


class PauseFitsTheWait(Rule):
    """A session on demand leaves the time for the pause before it."""

    name = "pause-fits-the-wait"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for index, arm in draft.arms:
            tace = arm.tace
            if tace is not None and tace.repeat is None and tace.wait < tace.pause_before:
                yield self.issue(
                    draft,
                    ("arms", index, "tace", "wait"),
                    "agents cannot be paused before a session that comes this soon after the scan",
                    found=f"wait {tace.wait:g} days, pause_before {tace.pause_before:g} days",
                    allowed=f"at least {tace.pause_before:g} days",
                    fix=f"write `wait: {tace.pause_before:g} days`, or shorten `pause_before`",
                )


class AblationIsReadOnViableTumour(Rule):
    """After ablation progression is read on viable tumour: ablated tissue stays visible for months."""

    name = "ablation-is-read-on-viable-tumour"
    needs = ("response", "horizon")

    def check(self, draft: Draft) -> Iterator[Issue]:
        for index, arm in draft.arms:
            if arm.ablation is None:
                continue
            if draft["response"].progression != "mRECIST":
                yield self.issue(
                    draft,
                    ("response", "progression"),
                    "recurrence after ablation cannot be seen by criteria that measure dead tissue too",
                    found=draft["response"].progression,
                    allowed="mRECIST, where an arm has `ablation`",
                    fix="write `progression: mRECIST`",
                )
                return
            if arm.ablation.at >= draft["horizon"]:
                yield self.issue(
                    draft,
                    ("arms", index, "ablation", "at"),
                    "the ablation lies beyond the horizon",
                    found=f"{arm.ablation.at:g} days",
                    allowed=f"less than {draft['horizon']:g} days",
                    fix="bring it forward, or lengthen `horizon`",
                )


class EndpointsHaveTheirProcedure(Rule):
    """Untreatable progression needs embolisation in every arm, freedom from recurrence ablation in every arm."""

    name = "endpoints-have-their-procedure"
    needs = ("endpoints",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        for place, endpoint in enumerate(draft["endpoints"]):
            procedure = NEEDS.get(endpoint)
            lacking = [arm.name for _, arm in draft.arms if procedure and getattr(arm, procedure) is None]
            if lacking:
                yield self.issue(
                    draft,
                    ("endpoints", place),
                    f"{endpoint} does not exist without `{procedure}` in every arm",
                    found=f"no `{procedure}` in {', '.join(lacking)}",
                    allowed="OS, TTP, PFS; TTUP and TSPFS with `tace`, RFS with `ablation` in every arm",
                    fix=f"delete {endpoint}, or give every arm its `{procedure}`",
                )


class UntreatableNeedsTace(Rule):
    """Agents can be given until untreatable progression only in an arm that is embolised."""

    name = "untreatable-needs-tace"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for index, arm in draft.arms:
            if arm.treat_until == "untreatable progression" and arm.tace is None:
                yield self.issue(
                    draft,
                    ("arms", index, "treat_until"),
                    "without embolisation there is no untreatable progression",
                    found="untreatable progression, no `tace`",
                    allowed="progression, radiologic and symptomatic progression, death; or an arm with `tace`",
                    fix="write `treat_until: progression`",
                )
