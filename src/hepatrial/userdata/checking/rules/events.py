"""Events: too few of them, or nothing but them."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.userdata.checking.examined import DataRule, Examined
from hepatrial.userdata.checking.readiness import FEWEST_EVENTS_A_COVARIATE


class SomebodyHasAnEvent(DataRule):
    """One patient at least has the event."""

    name = "all-censored"
    severity = "error"

    def check(self, table: Examined) -> Iterator[Issue]:
        if table.event is not None and len(table.event) and not (table.event > 0).any():
            name = table.columns.event
            yield self.issue(
                table, f"column {name}: every patient is censored", name,
                found=f"{int((table.event == 0).sum())} times the code 0", allowed="one event or more",
                fix="if the column is 1 for censored, say --event-values 1=0,0=1; else follow the patients for longer",
            )  # fmt: skip


class EventsAreNotFew(DataRule):
    """There are enough events for a model with one covariate."""

    name = "few-events"

    def check(self, table: Examined) -> Iterator[Issue]:
        if table.event is None:
            return
        events = int((table.event > 0).sum())
        if 0 < events < FEWEST_EVENTS_A_COVARIATE:
            yield self.issue(
                table, "there are few events", table.columns.event, found=f"{events}",
                allowed=f"{FEWEST_EVENTS_A_COVARIATE} for each covariate of a model (Peduzzi 1995)",
                fix="describe the patients, and fit no model",
            )  # fmt: skip


class SomebodyIsCensored(DataRule):
    """Not every patient has the event, as where the censored ones were left out."""

    name = "none-censored"

    def check(self, table: Examined) -> Iterator[Issue]:
        if table.event is not None and len(table.event) > 1 and (table.event > 0).all():
            yield self.issue(
                table, f"column {table.columns.event}: every patient has the event", table.columns.event,
                found=f"{len(table.event)} events", allowed="events and censored patients",
                fix="if patients without the event were left out, put them back: without them times are too short",
            )  # fmt: skip
