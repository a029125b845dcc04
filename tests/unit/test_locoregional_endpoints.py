"""Untreatable progression and recurrence as a trial observes, cuts, analyses and exports them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hepatrial.analysis import analyse, sessions_given
from hepatrial.conduct.endpoints import observe, observed_endpoints
from hepatrial.errors import UsageError
from hepatrial.exchange.adam import adam_datasets
from hepatrial.figures.embolisation import draw_embolisation, embolised_arms
from hepatrial.protocol.loading import load
from hepatrial.report.analyses import run_analyses
from hepatrial.report.design_rows import design_rows
from hepatrial.report.one_trial import one_trial
from hepatrial.report.simulated_findings import Source, simulated_finding
from hepatrial.report.summary import summary_of
from hepatrial.simulation.events import NEVER
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.virtual_trial import simulate


def outcomes(**given):
    codes = ("by_new_lesion", "stop_for_adverse_event", "untreatable_reason")
    nothing = {name: np.full(5, 0.0 if name in codes else NEVER) for name in Outcomes.__slots__}
    return Outcomes(**nothing | {name: np.asarray(values, float) for name, values in given.items()})


def test_untreatable_progression_of_patients_worked_out_by_hand():
    #      found | death first | found after the end | found on the day of death | neither
    seen = observe(
        outcomes(
            untreatable=[84, 300, 252, 84, NEVER],
            cancer_death=[200.2, 100.5, NEVER, 83.5, NEVER],
            progression=[56, 56, 112, NEVER, NEVER],
        ),
        np.full(5, 240.0),
        56.0,
    )
    assert seen.ttup_days.tolist() == [84.0, 101.0, 224.0, 84.0, 224.0]
    assert seen.ttup_event.tolist() == [1, 2, 0, 2, 0]
    days, happened = seen.times("TTUP")
    assert happened.tolist() == [True, False, False, False, False]
    days, happened = seen.times("TSPFS")
    assert happened.tolist() == [True, True, False, True, False]
    assert days.tolist() == seen.ttup_days.tolist()


def test_a_new_lesion_in_the_liver_progresses_but_is_no_untreatable_progression():
    seen = observe(outcomes(progression=[56] * 5, by_new_lesion=[1] * 5), np.full(5, 240.0), 56.0)
    assert seen.pfs_event.tolist() == [1] * 5
    assert seen.ttup_event.tolist() == [0] * 5


@pytest.mark.parametrize(
    ("name", "endpoints"),
    [
        ("sharp", ("OS", "TTP", "PFS")),
        ("space", ("OS", "TTP", "PFS", "TTUP", "TSPFS")),
        ("storm", ("OS", "TTP", "PFS", "RFS")),
    ],
)
def test_endpoints_are_those_of_the_procedures(name, endpoints):
    assert observed_endpoints(load(name)) == endpoints


@pytest.fixture(scope="module")
def space():
    return simulate("space", patients=400, replicates=0, seed=3)


@pytest.fixture(scope="module")
def storm():
    return simulate("storm", patients=300, replicates=0, seed=3)


def test_a_trial_without_procedures_has_neither_their_columns_nor_their_table(sharp_trial):
    trial = sharp_trial.trial
    assert trial.endpoints == ("OS", "TTP", "PFS")
    assert "sessions" not in trial.tables()
    with pytest.raises(UsageError, match="TTUP"):
        trial.times("TTUP")


def test_the_cut_of_the_uncut_trial_is_the_trial(space):
    again = space.uncut().cut(day=space.trial.cut_day)
    for name, table in space.trial.tables().items():
        assert table.equals(again.tables()[name]), name


def test_an_earlier_cut_censors_later_untreatable_progression_and_drops_later_sessions(space):
    earlier = space.trial.cut(day=450)
    joined = earlier.sessions.join(earlier.subjects.select("subject", "randomised_day"), on="subject")
    assert (joined["day"] + joined["randomised_day"]).max() <= 450
    events = earlier.subjects.filter(pl.col("ttup_event") > 0)
    assert (events["ttup_days"] + events["randomised_day"]).max() <= 450
    censored = earlier.subjects.filter(pl.col("ttup_event") == 0)["ttup_reason"].unique().to_list()
    assert all(reason.startswith("treatable at last scan: ") for reason in censored)


def test_a_cut_may_count_untreatable_progression(space):
    trial = space.uncut().cut(events=20, endpoint="TTUP")
    assert int((trial.subjects["ttup_event"] == 1).sum()) >= 20


def test_sessions_are_counted_by_subject_and_reasons_by_event(space):
    trial = space.trial
    for arm in trial.arms:
        given = sessions_given(trial, arm)
        own = trial.subjects.filter(pl.col("arm") == arm)
        per_subject = [
            trial.sessions.filter(pl.col("subject") == subject).height for subject in own["subject"].to_list()
        ]
        assert given.counts == tuple(np.bincount(per_subject, minlength=len(given.counts)).tolist())
        assert given.mean == pytest.approx(np.mean(per_subject))
        assert sum(given.untreatable.values()) == int((own["ttup_event"] == 1).sum())
        assert sum(given.share_percent(low, low) for low in range(len(given.counts))) == pytest.approx(100.0)
        assert given.share_percent(1) + given.share_percent(0, 0) == pytest.approx(100.0)


def test_sessions_are_numbered_in_order_and_come_before_death_and_cut(space):
    sessions = space.trial.sessions.join(space.trial.subjects, on="subject")
    assert (sessions["day"] < sessions["os_days"]).all()
    steps = space.trial.sessions.select(
        first=pl.col("session").first().over("subject"),
        number=pl.col("session").diff().over("subject"),
        days=pl.col("day").diff().over("subject"),
    )
    assert (steps["first"] == 1).all()
    assert (steps["number"].drop_nulls() == 1).all()
    assert (steps["days"].drop_nulls() > 0).all()


def test_a_trial_without_embolisation_has_no_sessions_to_count(sharp_trial):
    assert sessions_given(sharp_trial.trial, sharp_trial.trial.arms[0]) is None


def test_patients_who_enter_without_a_tumour_have_no_response_rate(storm):
    for arm in summary_of(storm)["arms"]:
        assert {arm[rate] for rate in ("orr_percent", "dcr_percent", "orr_mrecist_percent")} == {None}


def test_recurrence_free_survival_is_progression_free_survival_by_name(storm):
    subjects = storm.trial.subjects
    assert subjects["rfs_days"].equals(subjects["pfs_days"].rename("rfs_days"))
    assert set(subjects["rfs_reason"]) & {"recurrence: new lesion", "recurrence: growth"}
    effects = analyse(storm.trial, endpoints=("RFS", "PFS")).effects
    assert [effect.hr for effect in effects[:1]] == [effect.hr for effect in effects[1:]]


def test_adam_holds_the_further_endpoints_with_death_competing_in_one(space):
    table = next(one for one in adam_datasets(space.trial) if one.name == "ADTTE").table
    assert set(table["PARAMCD"]) == {"OS", "TTP", "PFS", "TTUP", "TSPFS"}
    untreatable = table.filter(pl.col("PARAMCD") == "TTUP")
    assert set(untreatable["CNSR"]) == {0, 1, 2}
    assert 2 not in set(table.filter(pl.col("PARAMCD") == "TSPFS")["CNSR"])
    assert untreatable["EVNTDESC"].str.starts_with("UNTREATABLE: ").any()


def test_treatment_ends_with_untreatable_progression_where_the_protocol_says_so():
    trial = simulate("tactics", patients=160, replicates=0, seed=3).trial
    ended = trial.subjects.filter(pl.col("treatment_end") == "untreatable progression")
    assert ended.height > 10
    assert ended["treatment_days"].equals(ended["ttup_days"].rename("treatment_days"))


def test_an_agent_stopped_beside_embolisation_counts_as_stopped_though_treatment_goes_on(space):
    active, placebo = (arm.name for arm in space.protocol.arms)
    trial = one_trial(space, run_analyses(space).trial)
    found = simulated_finding(Source(space, trial, active), "stopped_for_adverse_events_percent")
    own = space.trial.subjects.filter(pl.col("arm") == active)["subject"]
    gone = space.trial.adverse_events.filter(pl.col("action") == "drug withdrawn")
    assert found.count == gone["subject"].n_unique() > (own.len() * 0.02)
    assert found.n == own.len()
    assert found.one_trial
    assert simulated_finding(Source(space, trial, placebo), "stopped_for_adverse_events_percent") is None


def test_the_picture_of_embolisation_divides_all_subjects_twice(space):
    arms = embolised_arms(space.trial)
    assert [one.arm for one in arms] == list(space.trial.arms)
    figure = draw_embolisation(space.trial, arms)
    bars = [axes for axes in figure.axes if axes.get_xlabel() == "per cent of patients"]
    assert len(bars) == 2
    for axes in bars:
        rows = {}
        for part in axes.patches:
            rows.setdefault(round(part.get_y(), 3), []).append(part.get_width())
        assert [sum(widths) for widths in rows.values()] == pytest.approx([100.0, 100.0])


def test_a_trial_without_embolisation_has_no_picture_of_it(sharp_trial):
    assert embolised_arms(sharp_trial.trial) == ()


def test_the_page_says_what_else_ends_embolisation(space):
    rows = " ".join(str(row) for row in design_rows(space.protocol))
    assert "once symptoms are worse" in rows
    assert "withdrawn for an adverse event" in rows
