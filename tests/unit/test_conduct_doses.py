"""Doses and adverse events as tables: hand-made courses, and agreement with the engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from hepatrial.conduct.doses import AdverseEvent, DoseInterval, dose_intervals, dose_tables, within_stages
from hepatrial.protocol.design import Arm, DoseLevel, Raise, Regimen, Stage
from hepatrial.simulation.blocks import follow_patients
from hepatrial.simulation.course import NEVER

REGIMEN = Regimen(
    "sorafenib", (DoseLevel(400.0, 0.5), DoseLevel(400.0, 1.0), DoseLevel(400.0, 2.0)), interruption_days=14.0
)


def intervals(events, end, regimen=REGIMEN):
    doses = [level.mg_per_day for level in regimen.levels]
    return [tuple(interval) for interval in dose_intervals(regimen, doses, events, end)]


def event(day, action):
    return AdverseEvent(day, "hand-foot skin reaction", 3, action)


def test_without_events_the_planned_dose_goes_on_to_the_end():
    assert intervals([], 100.0) == [(0.0, 100.0, 800.0, "planned dose")]


def test_an_event_interrupts_and_the_dose_comes_back_lower_only_where_it_was_reduced():
    found = intervals([event(20.0, "dose interrupted"), event(50.0, "dose reduced")], 100.0)
    assert found == [
        (0.0, 20.0, 800.0, "planned dose"),
        (20.0, 34.0, 0.0, "interrupted: adverse event"),
        (34.0, 50.0, 800.0, "planned dose"),
        (50.0, 64.0, 0.0, "interrupted: adverse event"),
        (64.0, 100.0, 400.0, "reduced: adverse event"),
    ]


def test_events_of_one_day_interrupt_once_and_each_reduction_is_a_level():
    found = intervals([event(20.0, "dose reduced"), event(20.0, "dose reduced")], 60.0)
    assert found == [
        (0.0, 20.0, 800.0, "planned dose"),
        (20.0, 34.0, 0.0, "interrupted: adverse event"),
        (34.0, 60.0, 200.0, "reduced: adverse event"),
    ]


def test_withdrawal_ends_the_agent_and_an_event_without_action_changes_nothing():
    assert intervals([event(5.0, "none"), event(20.0, "drug withdrawn")], 60.0) == [
        (0.0, 20.0, 800.0, "planned dose")
    ]


def test_a_raised_dose_is_the_top_of_the_ladder():
    raised = replace(REGIMEN, raise_to=Raise(DoseLevel(600.0, 0.5), 56.0))
    doses = [level.mg_per_day for level in raised.ladder]

    def found(events, day):
        return [tuple(one) for one in dose_intervals(raised, doses, events, 150.0, day)]

    assert found([event(100.0, "dose reduced")], 56.0) == [
        (0.0, 56.0, 800.0, "planned dose"),
        (56.0, 100.0, 1200.0, "raised: no adverse event"),
        (100.0, 114.0, 0.0, "interrupted: adverse event"),
        (114.0, 150.0, 800.0, "reduced: adverse event"),
    ]
    assert found([event(20.0, "dose reduced")], NEVER) == [
        (0.0, 20.0, 800.0, "planned dose"),
        (20.0, 34.0, 0.0, "interrupted: adverse event"),
        (34.0, 150.0, 400.0, "reduced: adverse event"),
    ]


def test_doses_are_those_of_the_stages_that_give_the_agent():
    given = [
        DoseInterval(0.0, 50.0, 800.0, "planned dose"),
        DoseInterval(50.0, 64.0, 0.0, "interrupted: adverse event"),
        DoseInterval(64.0, 300.0, 800.0, "planned dose"),
    ]
    both, rest, other, alone = Stage(("a", "b")), Stage((), 28.0), Stage(("b",)), Stage(("a",))

    def found(stages, starts):
        return [tuple(one)[:3] for one in within_stages(given, "a", stages, starts)]

    assert found((both, rest, alone), [0.0, 60.0, 88.0]) == [
        (0.0, 50.0, 800.0),
        (50.0, 60.0, 0.0),
        (88.0, 300.0, 800.0),
    ]
    assert found((both, rest, alone), [0.0, 60.0, NEVER]) == [(0.0, 50.0, 800.0), (50.0, 60.0, 0.0)]
    assert found((other, alone), [0.0, 100.0]) == [(100.0, 300.0, 800.0)]
    # An agent that goes on into the next stage has one interval.
    assert found((both, alone), [0.0, 100.0])[-1] == (64.0, 300.0, 800.0)


def test_the_end_of_observation_cuts_an_interruption_short():
    assert intervals([event(20.0, "dose interrupted")], 25.0)[-1] == (
        20.0,
        25.0,
        0.0,
        "interrupted: adverse event",
    )


def test_an_agent_that_starts_later_has_no_dose_before():
    later = Regimen("sorafenib", REGIMEN.levels, start_day=28.0)
    assert intervals([], 50.0, later) == [(28.0, 50.0, 800.0, "planned dose")]
    assert intervals([], 28.0, later) == []


@pytest.fixture(scope="module")
def treated(sharp_trial):
    return sharp_trial.trial.subjects.filter(pl.col("arm") == "sorafenib")


def test_doses_of_a_subject_follow_each_other_up_to_the_end_of_treatment(sharp_trial, treated):
    exposure = sharp_trial.trial.exposure.sort("subject", "start_day")
    tiles = exposure.with_columns(pl.col("start_day").shift(-1).over("subject").alias("next"))
    inside = tiles.filter(pl.col("next").is_not_null())
    assert inside["next"].to_list() == inside["end_day"].to_list()
    ends = exposure.group_by("subject").agg(pl.col("start_day").min(), pl.col("end_day").max())
    both = treated.filter(pl.col("treatment_days") > 0).join(ends, on="subject", how="left")
    assert (both["start_day"] == 0.0).all()
    assert both["end_day"].to_list() == both["treatment_days"].to_list()


def test_doses_are_those_that_the_engine_gave_at_every_visit(sharp_trial, treated):
    numbers = treated["patient"].to_numpy()
    followed = follow_patients(sharp_trial.work, numbers)
    given = np.asarray(followed.visits[0].mg_per_day)
    days = np.arange(1, len(given) + 1) * float(followed.inputs.days_between_visits)
    compared = 0
    for column, (subject, end) in enumerate(treated.select("subject", "treatment_days").iter_rows()):
        rows = sharp_trial.trial.exposure.filter(pl.col("subject") == subject)
        for visit in np.flatnonzero(days < end).tolist():
            at = rows.filter((pl.col("start_day") <= days[visit]) & (pl.col("end_day") > days[visit]))
            assert at["dose_mg_per_day"].to_list() == [given[visit, column]], (subject, days[visit])
            compared += 1
    assert compared > 1000


@pytest.mark.parametrize(("grade", "action"), [(3, "dose interrupted"), (4, "none")])
def test_only_grades_that_interrupt_are_acted_on(sharp_trial, treated, grade, action):
    agents = sharp_trial.work.agents
    events = follow_patients(sharp_trial.work, treated["patient"].to_numpy()[:1]).events[0]
    day, untouched = np.full_like(events.adverse_event, NEVER), np.zeros_like(events.reduced)
    day[0, 0, 0] = 20.0
    events = events._replace(
        adverse_event=day, reduced=untouched, withdrawn=untouched, stop=np.full_like(events.stop, NEVER)
    )
    arm = Arm("sorafenib", (replace(REGIMEN, interrupt_at_grade=grade),), "death")
    assert agents[0].adverse_events[0].grade == 3
    exposure, adverse = dose_tables(arm, agents, events, np.array([7]), np.array([60.3]), np.array([80.0]))
    assert adverse.rows() == [(7, 20.0, agents[0].adverse_events[0].name, 3, action)]
    assert exposure["dose_mg_per_day"].to_list() == ([800.0, 0.0, 800.0] if grade == 3 else [800.0])
    assert exposure["end_day"].to_list()[-1] == 61.0
