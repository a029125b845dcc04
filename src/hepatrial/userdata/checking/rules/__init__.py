"""What may be wrong with a user's table: one class a rule, grouped by topic."""

from __future__ import annotations

from hepatrial.userdata.checking.examined import DataRule
from hepatrial.userdata.checking.rules import (
    arms,
    dates,
    duplicates,
    events,
    markers,
    numbers,
    times,
    units,
    visits,
)

RULES: tuple[DataRule, ...] = (
    numbers.TextsInNumbers(),
    numbers.InfiniteValues(),
    numbers.PaddedNumbers(),
    numbers.WordsForMissing(),
    numbers.DecimalCommas(),
    dates.DatesInOneFormat(),
    dates.DatesInOrder(),
    dates.DatesAreNoTimes(),
    times.TimesAboveZero(),
    times.TimesInTheirUnit(),
    events.SomebodyHasAnEvent(),
    events.EventsAreNotFew(),
    events.SomebodyIsCensored(),
    arms.ArmsAreTwo(),
    arms.ArmIsNamed(),
    duplicates.RowsDiffer(),
    duplicates.ColumnsDiffer(),
    markers.ColumnsVary(),
    markers.ColumnsHoldSomething(),
    markers.CodesAreNotMeasurements(),
    markers.GroupsHaveEvents(),
    markers.MarkersOverlap(),
    markers.OutcomesAreNoMarkers(),
    units.OneUnitAColumn(),
    units.ValuesFitTheirUnit(),
    units.ScoresInTheirRange(),
    visits.VisitsDiffer(),
    visits.VisitsInOrder(),
    visits.TimesAgree(),
    visits.SomebodyReturns(),
)

__all__ = ["RULES"]
