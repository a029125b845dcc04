"""Columns that can't be markers, or that would break a model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from scipy.stats import rankdata

from hepatrial.errors import Issue
from hepatrial.userdata.checking.examined import DataRule, Examined
from hepatrial.userdata.checking.known_names import names_an_identifier, names_an_outcome
from hepatrial.userdata.outcome import value_text

FEWEST_IN_A_GROUP = 5
"""Patients from which on a group without any event, or with events alone, is not taken for chance."""
MOST_GROUPS = 10
FEWEST_TO_OVERLAP = 10
NEARLY_ALL = 0.98
"""Share of pairs from which on a marker is suspected to be made of the event; no marker of survival comes near it."""
MEASURED = (
    "AFP",
    "bilirubin",
    "albumin",
    "INR",
    "platelets",
    "ALBI",
    "VEGF",
    "sVEGFR-2",
    "tumour size",
    "age",
)
"""Covariates that are measured; a column of theirs with few whole numbers holds codes."""
MOST_CODES = 4


class ColumnsVary(DataRule):
    """A column holds more than one value."""

    name = "constant"

    def check(self, table: Examined) -> Iterator[Issue]:
        for column in table.others:
            one = table.summaries[column]
            if one.distinct == 1 and table.raw.frame.height > 1:
                yield self.issue(
                    table, f"column {column} holds one value: it tells nobody apart", column,
                    found=value_text(table.values(column).drop_nulls()[0]), allowed="two values or more",
                    fix="leave it out of the markers",
                )  # fmt: skip


class CodesAreNotMeasurements(DataRule):
    """A column named after a measured covariate holds measurements, not codes of groups."""

    name = "codes"

    def check(self, table: Examined) -> Iterator[Issue]:
        for column in table.others:
            one = table.summaries[column]
            coded = one.kind in ("yes/no", "whole number") and 1 < one.distinct <= MOST_CODES
            if coded and one.covariate in MEASURED and table.raw.frame.height > 5 * MOST_CODES:
                yield self.issue(
                    table, f"column {column} holds codes, not measured {one.covariate}", column,
                    found=", ".join(f"{value} in {count} rows" for value, count in one.levels),
                    allowed=f"measured values, to take it for {one.covariate}",
                    fix="know what the codes mean, and read its hazard ratio as one between groups",
                )  # fmt: skip


class ColumnsHoldSomething(DataRule):
    """A column is not empty."""

    name = "empty-column"

    def check(self, table: Examined) -> Iterator[Issue]:
        for column in table.others:
            one = table.summaries[column]
            if one.distinct == 0:
                yield self.issue(
                    table, f"column {column} is empty", column, found="no value in any row",
                    allowed="values", fix="leave it out, or export it again",
                )  # fmt: skip


class GroupsHaveEvents(DataRule):
    """Each level of a marker with few levels has patients with the event and patients without."""

    name = "separation"

    def check(self, table: Examined) -> Iterator[Issue]:
        if table.event is None:
            return
        died = pl.Series(table.event > 0)
        known = pl.Series(table.event >= 0)
        rates = died.filter(known)
        if not rates.any() or rates.all():
            return
        for column in table.others:
            if not 2 <= table.summaries[column].distinct <= MOST_GROUPS or names_an_outcome(column):
                continue
            level = table.values(column).gather(table.rows)
            groups = (
                pl.DataFrame({"level": level, "died": died})
                .filter(known & level.is_not_null())
                .group_by("level", maintain_order=True)
                .agg(n=pl.len(), died=pl.col("died").sum())
            )
            for value, n, events in groups.iter_rows():
                if n >= FEWEST_IN_A_GROUP and events in (0, n):
                    yield self.issue(
                        table, f"column {column} separates patients with the event from those without", column,
                        found=f"{value_text(value)}: {events} events among {n} patients",
                        allowed="patients with and without the event at every value",
                        fix="join this value with a neighbour, or use a penalised model: its hazard ratio has no bound",
                    )  # fmt: skip
                    break


class MarkersOverlap(DataRule):
    """Patients with the event and without have values of a marker in common."""

    name = "separation"

    def check(self, table: Examined) -> Iterator[Issue]:
        if table.event is None or min((table.event > 0).sum(), (table.event == 0).sum()) < FEWEST_TO_OVERLAP:
            return
        for column in table.others:
            values = table.values(column)
            if table.summaries[column].distinct <= MOST_GROUPS or not values.dtype.is_numeric():
                continue
            if names_an_outcome(column) or names_an_identifier(column):
                continue
            marker = values.cast(pl.Float64).fill_null(np.nan).to_numpy()[table.rows]
            known = np.isfinite(marker) & (table.event >= 0)
            share = concordant_share(marker[known], table.event[known] > 0)
            if share is not None and max(share, 1 - share) >= NEARLY_ALL:
                yield self.issue(
                    table, f"column {column} nearly tells who has the event", column,
                    found=f"{'higher' if share > 0.5 else 'lower'} with the event in "
                    f"{100 * max(share, 1 - share):.1f}% of pairs of patients",
                    allowed=f"less than {100 * NEARLY_ALL:.0f}% of pairs",
                    fix="check that it was measured before the event and is not made of it",
                )  # fmt: skip


def concordant_share(marker: np.ndarray, died: np.ndarray) -> float | None:
    """Share of pairs, one patient with the event and one without, in which the first has more; ties count half.

    None with fewer than `FEWEST_TO_OVERLAP` of either.
    """
    with_event = int(died.sum())
    without = len(died) - with_event
    if min(with_event, without) < FEWEST_TO_OVERLAP:
        return None
    ranks = rankdata(marker)
    return float((ranks[died].sum() - with_event * (with_event + 1) / 2) / (with_event * without))


class OutcomesAreNoMarkers(DataRule):
    """Columns that seem to hold outcomes are told, lest they be taken for markers."""

    name = "outcome-columns"

    def check(self, table: Examined) -> Iterator[Issue]:
        named = [column for column in table.others if names_an_outcome(column)]
        if named and table.columns is not None:
            yield self.issue(
                table, "columns that seem to be outcomes", named[0],
                found=", ".join(named[:10]), allowed="markers that were known on day 0",
                fix="take none of them for a marker or a covariate",
            )  # fmt: skip
