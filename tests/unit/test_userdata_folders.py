"""Folders that say themselves what they hold: what hepatrial wrote reads back, and ADaM of others does."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hepatrial.errors import InvalidInput
from hepatrial.exchange.adam import write_adam
from hepatrial.exchange.adam.adlb import PARAMETERS
from hepatrial.userdata import DataColumns, read_trial_data
from hepatrial.userdata.checking import check_data

LONG = ("parameter", "day", "value", "unit", "below_limit")


@pytest.fixture(scope="module")
def adam(sharp_trial, tmp_path_factory):
    folder = tmp_path_factory.mktemp("adam")
    write_adam(sharp_trial.trial, folder)
    return folder


def test_times_events_and_causes_come_back_from_adam(adam, sharp_trial):
    data = read_trial_data(adam)
    assert data.endpoints == sharp_trial.trial.endpoints
    assert data.simulated
    for endpoint in data.endpoints:
        back, there = data.times(endpoint), sharp_trial.trial.times(endpoint)
        np.testing.assert_array_equal(back.time_days, there.time_days)
        np.testing.assert_array_equal(back.event, there.event)
        assert back.causes == there.causes
    assert data.subjects["arm"].equals(sharp_trial.trial.subjects["arm"])


def test_what_is_known_only_at_the_end_is_no_column_of_the_subjects(adam):
    data = read_trial_data(adam)
    assert {"AGE", "ECOGBL", "AFPBL", "ALBIBL"} <= set(data.subjects.columns)
    assert not {"EOSSTT", "DCTREAS", "DTHCAUS", "DTHFL", "TRTDURD", "ACTARM"} & set(data.subjects.columns)
    assert any("EOSSTT" in note for note in data.notes)


def test_laboratory_values_come_back_from_adam(adam, sharp_trial):
    data, there = read_trial_data(adam), sharp_trial.trial.labs.sort("subject", "parameter", "day")
    assert set(PARAMETERS) == set(data.labs["parameter"].unique())
    assert data.labs.select(LONG).drop("value").equals(there.select(LONG).drop("value"))
    np.testing.assert_allclose(data.labs["value"], there["value"], rtol=1e-12)


def test_the_check_of_a_folder_tells_all_analyses(adam):
    found = check_data(adam)
    assert not found.errors
    assert all(one.possible for one in found.analyses)


def test_adam_of_others_has_its_unit_and_every_kind_of_censoring(tmp_path):
    pl.DataFrame(
        {
            "usubjid": ["a", "b", "c", "d"],
            "TRT01P": ["Placebo", "Drug", "Drug", "Screen Failure"],
            "ECOG": [0, 1, 1, 0],
        }
    ).write_csv(tmp_path / "ADSL.csv")
    pl.DataFrame(
        {
            "USUBJID": ["a", "b", "c"],
            "PARAMCD": ["OS"] * 3,
            "PARAM": ["Overall Survival (months)"] * 3,
            "AVAL": [1.0, 2.0, 3.0],
            "CNSR": [0, 1, 2],
        }
    ).write_csv(tmp_path / "adtte.csv")
    data = read_trial_data(tmp_path)
    assert data.times("OS").time_days.tolist() == [30.4375, 60.875, 91.3125]
    assert data.times("OS").event.tolist() == [1, 0, 0]
    assert data.times("OS").causes == ("censored", "death")
    assert data.subjects["ECOG"].to_list() == [0, 1, 1]
    assert data.control == "Placebo"
    assert "1 subject of ADSL" in data.notes[0]


def test_a_variable_that_lacks_is_named(tmp_path):
    pl.DataFrame({"USUBJID": ["a"], "ARM": ["x"]}).write_csv(tmp_path / "adsl.csv")
    pl.DataFrame({"USUBJID": ["a"], "PARAMCD": ["OS"], "AVAL": [1.0]}).write_csv(tmp_path / "adtte.csv")
    with pytest.raises(InvalidInput, match="ADTTE has no variable CNSR"):
        read_trial_data(tmp_path)


def test_another_folder_is_refused_with_what_is_in_it(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"found:   notes\.txt"):
        read_trial_data(tmp_path)


def test_a_run_folder_reads_as_the_trial_that_it_holds(sharp_trial, tmp_path):
    trial = sharp_trial.trial
    (tmp_path / "tables").mkdir()
    for name, table in trial.tables().items():
        table.write_parquet(tmp_path / "tables" / f"{name}.parquet")
    (tmp_path / "protocol.yaml").write_text(sharp_trial.protocol.text, encoding="utf-8")
    data = read_trial_data(tmp_path)
    assert (data.arms, data.control, data.plan, data.rules) == (
        trial.arms,
        trial.control,
        trial.plan,
        trial.rules,
    )
    assert all(table.equals(trial.tables()[name]) for name, table in data.tables().items())


def test_a_table_of_a_run_reads_as_a_file_too(sharp_trial, tmp_path):
    sharp_trial.trial.subjects.write_parquet(tmp_path / "subjects.parquet")
    codes = {"0": 0, "1": 1, "2": 2, "3": 3}
    columns = DataColumns("os_days", "os_event", arm="arm", subject="subject", event_values=codes)
    data = read_trial_data(tmp_path / "subjects.parquet", columns)
    for name in ("os_reason", "stratum", "randomised_day", "ttp_days", "albi"):
        assert data.subjects[name].equals(sharp_trial.trial.subjects[name])
    assert data.endpoints == sharp_trial.trial.endpoints
