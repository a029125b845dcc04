"""Columns of which only some are named yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hepatrial.userdata.columns import DataColumns

ROLES = ("time", "event", "arm", "subject", "visit")


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """As `DataColumns`, with everything optional: what is left out is guessed, and shown as a guess."""

    time: str | None = None
    event: str | None = None
    arm: str | None = None
    subject: str | None = None
    visit: str | None = None
    time_unit: str | None = None
    endpoint: str = "OS"
    event_values: Mapping[str, int] | None = None
    control: str | None = None

    @property
    def roles(self) -> dict[str, str]:
        """Column by role, of the roles that are named."""
        named = {role: getattr(self, role) for role in ROLES}
        return {role: column for role, column in named.items() if column is not None}

    def columns(self) -> DataColumns | None:
        """The same as `DataColumns`; None while time or event is not known. Raises its `UsageError`."""
        if self.time is None or self.event is None:
            return None
        return DataColumns(
            self.time,
            self.event,
            arm=self.arm,
            subject=self.subject,
            time_unit=self.time_unit or "days",
            endpoint=self.endpoint,
            event_values=self.event_values,
            visit=self.visit,
            control=self.control,
        )
