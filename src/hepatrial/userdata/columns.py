"""Which of the user's columns means what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hepatrial.errors import Issue, UsageError, near_miss
from hepatrial.run_arguments import checked_name
from hepatrial.trialdata import ENDPOINTS
from hepatrial.units import DAYS_PER_MONTH, DAYS_PER_WEEK, DAYS_PER_YEAR

DAYS_IN = {"days": 1.0, "weeks": DAYS_PER_WEEK, "months": DAYS_PER_MONTH, "years": DAYS_PER_YEAR}
"""Days in one unit of time that a user's column may hold."""


@dataclass(frozen=True, slots=True)
class DataColumns:
    """The user's names of the columns that every analysis needs.

    Attributes
    ----------
    time, event
        Columns of the time to the event or to censoring, and of what ended it.
    arm
        Column of the treatment arm; without one all subjects stand in the arm "all".
    subject
        Column of the patient; without one every row is a patient.
    time_unit
        Unit of ``time``: one of `DAYS_IN`. The data keep days.
    endpoint
        What the time is a time to, one of `hepatrial.trialdata.ENDPOINTS`.
    event_values
        Event code of each value of ``event``, {"alive": 0, "dead": 1}: 0 is censored, 1 the event, and codes above 1
        are the further causes of ``endpoint``. Without it the column holds the codes themselves, or true and false.
    visit
        Column of the day of the visit, in a table with one row a visit; the first visit is the baseline. Days.
    control
        Name of the control arm; without it the first arm of the table.

    Raises
    ------
    UsageError
        A unit, endpoint or code that is not known, one column in two roles, or visits without subjects.
    """

    time: str
    event: str
    arm: str | None = None
    subject: str | None = None
    time_unit: str = "days"
    endpoint: str = "OS"
    event_values: Mapping[str, int] | None = None
    visit: str | None = None
    control: str | None = None

    def __post_init__(self) -> None:
        checked_name("time_unit", self.time_unit, tuple(DAYS_IN))
        checked_name("endpoint", self.endpoint, tuple(ENDPOINTS))
        self._check_roles()
        self._check_codes()

    @property
    def roles(self) -> dict[str, str]:
        """The user's column by its role, of the roles that have one."""
        named = {role: getattr(self, role) for role in ("time", "event", "arm", "subject", "visit")}
        return {role: column for role, column in named.items() if column is not None}

    @property
    def days_per_unit(self) -> float:
        """Days in one unit of ``time``."""
        return DAYS_IN[self.time_unit]

    def _check_roles(self) -> None:
        by_column: dict[str, str] = {}
        for role, column in self.roles.items():
            if not isinstance(column, str) or not column:
                raise _misuse(f"{role}: not the name of a column", repr(column), "a column's name")
            if column in by_column:
                what = f"one column is named as {by_column[column]} and as {role}"
                raise _misuse(what, column, "a column for each role", "name the right column for each")
            by_column[column] = role
        if self.visit is not None and self.subject is None:
            raise _misuse(
                "visits without subjects",
                f"visit={self.visit!r}, no subject",
                "a table with one row a visit says whose visit it is",
                "name the column of the patient as subject",
            )

    def _check_codes(self) -> None:
        if self.event_values is None:
            return
        highest = len(ENDPOINTS[self.endpoint]) - 1
        causes = ", ".join(f"{code} ({text})" for code, text in enumerate(ENDPOINTS[self.endpoint]))
        for value, code in self.event_values.items():
            if isinstance(code, bool) or not isinstance(code, int) or not 0 <= code <= highest:
                raise _misuse(
                    f"event_values: {value!r} has a code that {self.endpoint} does not know",
                    repr(code),
                    causes,
                    'for example {"alive": 0, "dead": 1}',
                )


def column_advice(missing: str, columns: list[str]) -> str:
    """How to mend a column's name that the file does not have."""
    meant = near_miss(missing, columns)
    return f"did you mean {meant}?" if meant else "name a column of the file"


def _misuse(what: str, found: str, allowed: str, fix: str | None = None) -> UsageError:
    return UsageError(str(Issue(what=what, found=found, allowed=allowed, fix=fix)))
