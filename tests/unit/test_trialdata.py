"""`TrialData`: cuts that cannot be made, what a cut says of itself, and agreement with the replicate trials."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from hepatrial.errors import InvalidInput
from hepatrial.trialdata import TrialData


@pytest.fixture(scope="module")
def trial(sharp_trial):
    return sharp_trial.trial


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "either a day or a number of events"),
        ({"day": 10.0, "events": 3}, "either a day or a number of events"),
        ({"day": float("nan")}, "the day of a cut is a number"),
        ({"day": float("inf")}, "the day of a cut is a number"),
        ({"day": -1.0}, "no patient was randomised before the cut"),
        ({"day": 1e5}, "the data end before this cut"),
        ({"events": 10_000}, "fewer OS events"),
        ({"events": 10_000, "endpoint": "TTP"}, "fewer TTP events"),
        ({"events": 0}, "a number of events is a whole number"),
        ({"events": -3}, "a number of events is a whole number"),
        ({"events": 2.5}, "a number of events is a whole number"),
        ({"events": True}, "a number of events is a whole number"),
        ({"events": 10, "endpoint": "os"}, "write 'OS'"),
        ({"events": 10, "endpoint": "response"}, "unknown endpoint"),
    ],
)
def test_a_cut_that_cannot_be_made_says_why_and_what_to_do(trial, wrong, said):
    with pytest.raises(InvalidInput) as caught:
        trial.cut(**wrong)
    message = str(caught.value)
    assert said in message
    for part in ("found:", "allowed:", "fix:"):
        assert part in message
    assert caught.value.exit_code == 3


def test_a_cut_on_the_day_of_the_cut_changes_nothing(trial):
    same = trial.cut(day=trial.cut_day)
    for name, table in trial.tables().items():
        assert table.equals(same.tables()[name]), name
    assert (same.cut_day, same.notes, same.rules) == (trial.cut_day, trial.notes, trial.rules)


@pytest.mark.parametrize("endpoint", ["OS", "TTP", "PFS"])
def test_a_cut_by_events_has_them_all_and_the_last_one_on_its_day(trial, endpoint):
    early = trial.cut(events=40, endpoint=endpoint)
    key = endpoint.lower()
    code = pl.col(f"{key}_event")
    happened = early.subjects.filter((code == 1) if endpoint == "TTP" else (code > 0))
    on = happened["randomised_day"] + happened[f"{key}_days"]
    assert on.max() == early.cut_day
    assert (on < early.cut_day).sum() < 40 <= happened.height


def test_an_early_cut_makes_responses_that_were_not_yet_confirmed_stable_disease():
    found = by_hand().cut(day=100.0)
    assert found.best["best"].to_list() == ["SD", "NE"]
    assert by_hand().cut(day=140.0).best["best"].to_list() == ["PR", "NE"]


def test_an_early_cut_leaves_treatment_ongoing_and_says_so():
    row = by_hand().cut(day=100.0).subjects.row(0, named=True)
    assert (row["treatment_days"], row["treatment_end"]) == (100.0, "ongoing")
    assert (row["os_days"], row["os_event"], row["os_reason"]) == (100.0, 0, "data cut")
    assert (row["ttp_days"], row["ttp_reason"]) == (84.0, "no progression by last scan: data cut")


def test_a_loss_after_the_cut_is_not_known_at_the_cut():
    # Lost on day 130 after a last scan on day 126: at a cut on day 128 nobody knows of the loss.
    lost = by_hand(os_event=[0, 0], os_days=[130.0, 20.0], os_reason=["drop-out", "drop-out"])
    lost = replace(
        lost,
        subjects=lost.subjects.with_columns(
            ttp_event=pl.Series([0, 0], dtype=pl.Int8),
            ttp_days=pl.Series([126.0, 0.0]),
            ttp_reason=pl.lit("no progression by last scan: drop-out"),
        ),
    )
    row = lost.cut(day=128.0).subjects.row(0, named=True)
    assert (row["ttp_days"], row["ttp_reason"]) == (126.0, "no progression by last scan: data cut")
    assert lost.cut(day=130.0).subjects.row(0, named=True)["ttp_reason"].endswith("drop-out")


def test_data_without_scans_are_cut_for_os_and_say_what_is_missing():
    bare = replace(by_hand(), tumour=pl.DataFrame(), responses=pl.DataFrame(), rules=None)
    found = bare.cut(day=100.0)
    assert found.subjects["ttp_days"][0] == 100.0
    assert found.best.is_empty()
    assert any("no scans in the data" in note for note in found.notes)
    assert any("best response is left out" in note for note in found.notes)
    assert len(found.cut(day=50.0).notes) == len(found.notes)


def by_hand(**columns) -> TrialData:
    """Two subjects: a response on days 84 and 126, death on day 200; and one lost on day 20."""
    subjects = {
        "subject": [1, 2],
        "arm": ["a", "b"],
        "randomised_day": [0.0, 0.0],
        "os_days": [200.0, 20.0],
        "os_event": [1, 0],
        "os_reason": ["death: cancer", "drop-out"],
        "ttp_days": [168.0, 0.0],
        "ttp_event": [1, 0],
        "ttp_reason": ["progression: growth", "no progression by last scan: drop-out"],
        "treatment_days": [168.0, 20.0],
        "treatment_end": ["progression", "drop-out"],
    } | columns
    subjects |= {f"pfs_{part}": subjects[f"ttp_{part}"] for part in ("days", "event", "reason")}
    days = [0.0, 42.0, 84.0, 126.0, 168.0]
    from hepatrial.response.rules import AssessmentRules

    return TrialData(
        name="by hand",
        arms=("a", "b"),
        control="b",
        simulated=False,
        subjects=pl.DataFrame(subjects),
        tumour=pl.DataFrame(
            {
                "subject": [1] * 5 + [2],
                "day": [*days, 0.0],
                "sld_mm": [100.0, 90.0, 60.0, 55.0, 80.0, 50.0],
                "viable_sld_mm": [100.0, 90.0, 60.0, 55.0, 80.0, 50.0],
                "new_lesion": [False] * 6,
            }
        ),
        responses=pl.DataFrame(
            {
                "subject": [1] * 4,
                "day": days[1:],
                "criteria": ["RECIST 1.1"] * 4,
                "response": ["SD", "PR", "PR", "PD"],
            }
        ),
        best=pl.DataFrame(
            {
                "subject": [1, 2],
                "criteria": ["RECIST 1.1"] * 2,
                "best": ["PR", "NE"],
                "best_change_percent": [-45.0, None],
            }
        ),
        labs=pl.DataFrame(),
        exposure=pl.DataFrame(),
        adverse_events=pl.DataFrame(),
        rules=AssessmentRules("RECIST 1.1", 28.0, 42.0, 42.0),
    )


@pytest.mark.parametrize("endpoint", ["OS", "TTP", "PFS"])
def test_the_trial_in_full_is_the_first_of_the_replicate_trials(sharp_trial, endpoint):
    stratified = sharp_trial.protocol.analysis.stratified
    found = sharp_trial.trial.analyse(endpoints=(endpoint,), stratified=stratified).effect(
        "sorafenib", endpoint
    )
    replicate = sharp_trial.replicates["sorafenib", endpoint]
    np.testing.assert_allclose(2 * norm.sf(abs(replicate.z[0])), found.p_logrank, rtol=1e-6)
    np.testing.assert_allclose(replicate.log_hr[0], np.log(found.hr), rtol=1e-9)


def test_the_uncut_trial_cut_as_the_protocol_says_is_the_trial(sharp_trial, trial):
    uncut = sharp_trial.uncut()
    assert uncut.cut_day is None
    assert len(uncut) == sharp_trial.protocol.size
    same = uncut.cut(day=trial.cut_day)
    for name, table in trial.tables().items():
        assert table.equals(same.tables()[name]), name
    later = uncut.cut(day=trial.cut_day + 200)
    assert (later.subjects["os_event"] > 0).sum() > (trial.subjects["os_event"] > 0).sum()


def test_tables_have_one_row_a_key(trial):
    keys = {
        "subjects": ["subject"],
        "tumour": ["subject", "day"],
        "responses": ["subject", "criteria", "day"],
        "best": ["subject", "criteria"],
        "labs": ["subject", "parameter", "day"],
        "exposure": ["subject", "agent", "start_day"],
    }
    for name, columns in keys.items():
        table = trial.tables()[name]
        assert table.select(columns).n_unique() == table.height, name
        assert set(table["subject"]) <= set(trial.subjects["subject"]), name
