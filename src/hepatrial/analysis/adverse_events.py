"""Adverse events by arm: subjects with each event, by its worst grade."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hepatrial.analysis.arms import Proportion, proportion
from hepatrial.trialdata import TrialData

ANY = "any event recorded"


@dataclass(frozen=True, slots=True)
class AdverseEventRow:
    """Subjects with an event in one arm.

    Attributes
    ----------
    subjects
        Subjects with the event at any recorded grade, as a share of all subjects of the arm.
    by_grade
        Subjects by the worst grade that they had of this event.
    withdrawn, reduced
        Subjects in whom the event ended the agent, or lowered its dose.
    """

    event: str
    arm: str
    subjects: Proportion
    by_grade: dict[int, int]
    withdrawn: int
    reduced: int


def adverse_event_table(trial: TrialData) -> tuple[AdverseEventRow, ...]:
    """Rows by event (the most frequent first, after a row for any event) and arm; empty without events."""
    if trial.adverse_events.is_empty():
        return ()
    arms = trial.subjects.select("subject", "arm")
    events = trial.adverse_events.join(arms, on="subject")
    per_subject = events.group_by("event", "subject", "arm").agg(
        grade=pl.col("grade").max(),
        withdrawn=(pl.col("action") == "drug withdrawn").any(),
        reduced=(pl.col("action") == "dose reduced").any(),
    )
    anything = per_subject.group_by("subject", "arm").agg(
        event=pl.lit(ANY),
        grade=pl.col("grade").max(),
        withdrawn=pl.col("withdrawn").any(),
        reduced=pl.col("reduced").any(),
    )
    counted = per_subject["event"].value_counts().sort("count", "event", descending=[True, False])["event"]
    groups = [anything, *(per_subject.filter(pl.col("event") == event) for event in counted)]
    sizes = {arm: int((trial.subjects["arm"] == arm).sum()) for arm in trial.arms}
    return tuple(_row(group, arm, n) for group in groups for arm, n in sizes.items() if n)


def _row(group: pl.DataFrame, arm: str, n: int) -> AdverseEventRow:
    own = group.filter(pl.col("arm") == arm)
    grades = own["grade"].value_counts().sort("grade")
    return AdverseEventRow(
        event=group["event"][0],
        arm=arm,
        subjects=proportion(own.height, n),
        by_grade=dict(zip(grades["grade"].to_list(), grades["count"].to_list(), strict=True)),
        withdrawn=int(own["withdrawn"].sum()),
        reduced=int(own["reduced"].sum()),
    )
