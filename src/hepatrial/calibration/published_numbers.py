"""Confirmed numbers of a record, as the rows of a data file name them; a row without its number is an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.evidence.collection import shipped
from hepatrial.evidence.trials import WHOLE_TRIAL, PublishedTrial


@dataclass(frozen=True, slots=True)
class Number:
    """A confirmed number with what was printed beside it; ``interval`` and ``level_percent`` None where nothing was."""

    value: float
    source: str
    n: int | None = None
    interval: tuple[float, float] | None = None
    level_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a data file: which number of which record, and where the row stands.

    ``trial`` is the record itself where it is not among those that ship.
    """

    record: str
    content: Mapping[str, Any]
    where: Location
    trial: PublishedTrial | None = None

    @property
    def quantity(self) -> str:
        return str(self.content["quantity"])

    @property
    def arm(self) -> str:
        """The arm as the record calls it."""
        return str(self.content.get("record_arm", self.content["arm"]))

    @property
    def published(self) -> PublishedTrial:
        if self.trial is not None:
            return self.trial
        if self.record not in shipped():
            raise self.problem(
                "there is no such record",
                self.record,
                "a key of `hepatrial evidence list`",
                "correct the key",
            )
        return shipped()[self.record]

    def problem(self, what: str, found: str, allowed: str, fix: str) -> InvalidInput:
        """What is wrong with this row, with the record and the field."""
        named = f"{self.record}, {self.arm}, {self.quantity}: {what}"
        return InvalidInput((Issue(named, self.where, found, allowed, fix, "confirmed-number"),))


def confirmed_number(row: Row, subgroup: str = "") -> Number:
    """The number of one arm, or of one subgroup of it.

    Raises
    ------
    InvalidInput
        The record has no confirmed number of that name for that arm.
    """
    record, quantity = row.published, row.quantity
    arms = {str(arm["arm"]): arm for arm in record.arms}
    if row.arm not in arms:
        raise row.problem("the record has no such arm", row.arm, ", ".join(arms), "correct the arm")
    arm = arms[row.arm]
    if subgroup or arm.get(quantity) is None:
        return _finding(row, subgroup, arm)
    interval = arm.get(quantity.replace("_months", "_ci"))
    whole = interval is not None and quantity.endswith("_months") and None not in interval
    return Number(
        float(arm[quantity]),
        record.read_in.get(quantity, record.source),
        _size(row, arm),
        tuple(interval) if whole else None,
        95.0 if whole else None,
    )


def confirmed_landmark(row: Row, endpoint: str, months: float) -> Number:
    """The share, in per cent, free of an endpoint's event at a time.

    Raises
    ------
    InvalidInput
        The record has no such share.
    """
    record = row.published
    for found in record.landmarks:
        same = (found.of, found.endpoint, found.subgroup) == (row.arm, endpoint, "")
        if same and abs(found.months - months) < 1e-9:
            size = _size(row, record.arm(row.arm))
            return Number(found.percent, found.source, size, found.ci, 95.0 if found.ci else None)
    known = [f"{each.of} {each.endpoint} {each.months:g}" for each in record.landmarks]
    raise row.problem(
        "no such share is confirmed",
        f"{endpoint} at {months:g} months",
        "; ".join(known) or "no share in this record",
        "take the row out, or confirm the number in the record",
    )


def confirmed_ratio(row: Row, endpoint: str) -> Number:
    """The hazard ratio of the row's arm and control.

    Raises
    ------
    InvalidInput
        The record has no confirmed ratio of them for that endpoint.
    """
    record, control = row.published, str(row.content.get("record_control", row.content["control"]))
    for found in record.comparisons:
        if (found["arm"], found["control"], found["endpoint"]) == (row.arm, control, endpoint):
            sizes = [record.arm(name).get("n") for name in (row.arm, control)]
            interval = found.get("ci")
            return Number(
                float(found["hr"]),
                record.read_in.get("hr", record.source),
                None if None in sizes else sum(sizes),
                None if interval is None else tuple(interval),
                None if interval is None else float(found.get("level") or 95.0),
            )
    both = f"{row.arm} v {control}"
    for other in record.findings:
        if (other.of, other.subgroup) == (both, "") and row.quantity in other.values:
            sizes = [record.arm(name).get("n") for name in (row.arm, control)]
            return Number(other.values[row.quantity], other.source, None if None in sizes else sum(sizes))
    known = [f"{each['arm']} v {each['control']} {each['endpoint']}" for each in record.comparisons]
    raise row.problem(
        "no such hazard ratio is confirmed",
        f"{both}, {endpoint}",
        "; ".join(known) or "no ratio in this record",
        "take the row out, or confirm the number in the record",
    )


def confirmed_subgroup_ratio(row: Row, endpoint: str) -> Number:
    """The hazard ratio of the row's arm and control in the row's subgroup.

    Raises
    ------
    InvalidInput
        The record has no confirmed ratio of them in that subgroup.
    """
    group, record = str(row.content["subgroup"]), row.published
    wanted = (row.arm, str(row.content["control"]), endpoint, group)
    for found in record.subgroups:
        if (found.arm, found.control, found.endpoint, found.group) == wanted:
            size = int(found.n) if found.n.isdigit() else None
            return Number(found.hr, found.source, size, found.ci, found.level)
    known = [f"{each.endpoint} in {each.group}" for each in record.subgroups]
    raise row.problem(
        "no hazard ratio of this subgroup is confirmed",
        f"{endpoint} in {group}",
        "; ".join(known) or "no subgroup in this record",
        "take the row out, or confirm the number in the record",
    )


def _finding(row: Row, subgroup: str, arm: Mapping[str, Any]) -> Number:
    record, quantity = row.published, row.quantity
    for found in record.findings:
        if (found.of, found.subgroup) == (row.arm, subgroup) and quantity in found.values:
            size = row.content.get("n", found.values.get("n")) if subgroup else _size(row, arm)
            stem = quantity.removesuffix("_months")
            low, high = found.values.get(f"{stem}_low"), found.values.get(f"{stem}_high")
            return Number(
                found.values[quantity],
                found.source,
                None if size is None else int(size),
                None if low is None or high is None else (low, high),
                None if low is None or high is None else 95.0,
            )
    unconfirmed = record.unconfirmed_value(row.arm, quantity, subgroup)
    known = [name for name, value in arm.items() if isinstance(value, (int, float))]
    known += [n for each in record.findings if each.of in (row.arm, WHOLE_TRIAL) for n in each.values]
    raise row.problem(
        "no such number is confirmed",
        "nothing" if unconfirmed is None else f"{unconfirmed:g}, which no source confirmed",
        ", ".join(dict.fromkeys(known)),
        "take the row out, or confirm the number in the record",
    )


def _size(row: Row, arm: Mapping[str, Any]) -> int | None:
    """Patients behind the number: what the row says (those that could be evaluated), or the arm's."""
    size = row.content.get("n", arm.get("n"))
    return None if size is None else int(size)
