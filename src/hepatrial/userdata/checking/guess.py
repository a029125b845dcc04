"""Which column is the time, the event, the arm, the patient, the visit: guesses, shown as such and never acted on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import polars as pl

from hepatrial.userdata.cells import Cells
from hepatrial.userdata.checking.choice import ColumnChoice
from hepatrial.userdata.checking.describe import ColumnSummary
from hepatrial.userdata.checking.known_names import folded
from hepatrial.userdata.limits import MAX_ARMS
from hepatrial.userdata.outcome import CENSORING_COLUMN

TIME_NAMES = (
    r"^os(time|days|months|weeks|years)",
    r"^(os|overallsurvival)$",
    r"^surv(ival)?(time|days|months|weeks|years)?$",
    r"^(time|futime|followup.*|aval|t)$",
    r"^(time.*|.*survival.*|.*time|pfs.*|ttp.*|rfs.*|dfs.*)$",
)
EVENT_NAMES = (
    r"^(os)?(death|dead|died|event)$",
    r"^(osevent|osstatus|vitalstatus|deathflag|status|statusofdeath|fustat)$",
    r"^(cnsr|cens.*)$",
    r"^.*(event|status|death|dead)$",
    r"^(recurrence|relapse|progression)$",
)
ARM_NAMES = (
    r"^(arm|trt|trtp|trt01p|treatment|treatmentarm|rx)$",
    r"^(armcd|group|allocation|randomi[sz]ed?)$",
)
SUBJECT_NAMES = (r"^(usubjid|subjid|subjectid|subject|patientid|patient|pid|caseid)$", r"^(id|case|number)$")
VISIT_NAMES = (r"^(day|visitday|ady|daysfrombaseline|studyday)$", r"^(visit|visitdate|date|week|avisitn)$")
MOST_EVENT_VALUES = 6
UNITS = {"days": r"days?", "weeks": r"weeks?|wks?", "months": r"months?|mos?$", "years": r"years?|yrs?"}


@dataclass(frozen=True, slots=True)
class Guess:
    """One guess: of a role, or of how a column is written; not ``certain`` where nothing at all speaks for it."""

    role: str
    value: str
    why: str
    certain: bool = True


def guesses(
    choice: ColumnChoice, summaries: Iterable[ColumnSummary], cells: dict[str, Cells]
) -> tuple[ColumnChoice, tuple[Guess, ...]]:
    """The choice completed by guesses, and what was guessed."""
    table = _Table(list(summaries), cells)
    found: list[Guess] = []
    for role, names, fits in (
        ("subject", SUBJECT_NAMES, table.may_be_subject),
        ("time", TIME_NAMES, table.may_be_time),
        ("event", EVENT_NAMES, table.may_be_event),
        ("arm", ARM_NAMES, table.may_be_arm),
        ("visit", VISIT_NAMES, table.may_be_visit),
    ):
        if getattr(choice, role) is not None or (role == "visit" and not table.repeats(choice.subject)):
            continue
        column = table.first(names, fits, taken=choice.roles.values())
        if column is not None:
            choice = replace(choice, **{role: column})
            found.append(Guess(role, column, "by its name and what it holds"))
    return _written(choice, found)


def _written(choice: ColumnChoice, found: list[Guess]) -> tuple[ColumnChoice, tuple[Guess, ...]]:
    """Guesses of the unit and of the event's values."""
    if choice.time_unit is None and choice.time is not None:
        words = re.split(r"[^a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", choice.time).lower())
        unit = next((u for u, pattern in UNITS.items() if any(re.fullmatch(pattern, w) for w in words)), None)
        why = f"by the name of {choice.time}" if unit else f"the name of {choice.time} says none"
        choice = replace(choice, time_unit=unit or "days")
        found.append(Guess("time-unit", unit or "days", why, certain=unit is not None))
    if choice.event_values is None and choice.event is not None and CENSORING_COLUMN.search(choice.event):
        choice = replace(choice, event_values={"1": 0, "0": 1})
        found.append(Guess("event-values", "1=0,0=1", f"{choice.event} is named after censoring"))
    return choice, tuple(found)


@dataclass(frozen=True, slots=True)
class _Table:
    summaries: list[ColumnSummary]
    cells: dict[str, Cells]

    def first(
        self, patterns: tuple[str, ...], fits: Callable[[ColumnSummary], bool], taken: Iterable[str]
    ) -> str | None:
        """The first column of the best pattern that fits."""
        free = [one for one in self.summaries if one.name not in set(taken)]
        for pattern in patterns:
            for one in free:
                if re.match(pattern, folded(one.name)) and fits(one):
                    return one.name
        return None

    def may_be_time(self, one: ColumnSummary) -> bool:
        meant_as_numbers = one.kind in ("number", "whole number") or len(self.cells[one.name].odd) > 0
        return meant_as_numbers and one.distinct > 2

    def may_be_event(self, one: ColumnSummary) -> bool:
        return 0 < one.distinct <= MOST_EVENT_VALUES and one.kind in (
            "yes/no",
            "category",
            "whole number",
            "number",
        )

    def may_be_arm(self, one: ColumnSummary) -> bool:
        return one.kind != "date" and 1 < one.distinct <= MAX_ARMS

    def may_be_subject(self, one: ColumnSummary) -> bool:
        return one.missing == 0 and one.kind != "number" and one.distinct > 1

    def may_be_visit(self, one: ColumnSummary) -> bool:
        return one.kind in ("number", "whole number")

    def repeats(self, subject: str | None) -> bool:
        """Whether patients stand on several rows."""
        if subject is None or subject not in self.cells:
            return False
        values: pl.Series = self.cells[subject].values
        return values.n_unique() < len(values)
