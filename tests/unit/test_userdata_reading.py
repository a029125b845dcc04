"""A user's table as `TrialData`: what stands where, what is left out, and what is refused."""

from __future__ import annotations

import polars as pl
import pytest

from hepatrial.errors import InvalidInput, UsageError
from hepatrial.units import DAYS_PER_MONTH
from hepatrial.userdata import DataColumns, read_trial_data

COLUMNS = DataColumns("months", "dead", time_unit="months")


@pytest.fixture
def file(tmp_path):
    def write(text: str, name: str = "trial.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refusal(path, columns=COLUMNS) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_trial_data(path, columns)
    return str(caught.value)


def test_times_are_days_inside_and_markers_keep_the_names_of_the_user(file):
    data = read_trial_data(file("months,dead,AFP level,stage\n12,1,400,B\n6,0,20.5,C\n"), COLUMNS)
    assert data.times("OS").time_days.tolist() == [12 * DAYS_PER_MONTH, 6 * DAYS_PER_MONTH]
    assert data.times("OS").event.tolist() == [1, 0]
    assert data.subjects["AFP level"].to_list() == [400.0, 20.5]
    assert data.subjects["stage"].to_list() == ["B", "C"]
    assert data.arms == ("all",)
    assert not data.simulated


def test_a_death_of_no_known_cause_is_not_said_to_be_of_cancer(file):
    data = read_trial_data(file("months,dead\n12,1\n6,0\n"), COLUMNS)
    assert data.times("OS").causes == ("censored", "death")
    assert data.subjects["os_reason"].to_list() == ["death", "censored"]


def test_arms_have_the_named_control_first(file):
    path = file("months,dead,trt\n1,1,x\n2,0,drug\n3,1,placebo\n")
    assert read_trial_data(path, DataColumns("months", "dead", arm="trt", control="x")).arms[0] == "x"
    data = read_trial_data(path, DataColumns("months", "dead", arm="trt"))
    assert data.control == "placebo"
    assert "placebo is taken" in data.notes[0]


def test_a_control_that_is_no_arm_is_refused(file):
    path = file("months,dead,trt\n1,1,drug\n2,0,placebo\n")
    with pytest.raises(UsageError, match="did you mean placebo"):
        read_trial_data(path, DataColumns("months", "dead", arm="trt", control="Placebo "))


def test_events_by_words_need_their_codes(file):
    path = file("months,status\n1,dead\n2,alive\n")
    assert "--event-values dead=1,alive=0" in refusal(path, DataColumns("months", "status"))
    data = read_trial_data(path, DataColumns("months", "status", event_values={"dead": 1, "alive": 0}))
    assert data.times("OS").event.tolist() == [1, 0]


def test_a_column_named_after_censoring_is_never_guessed(file):
    path = file("months,censored\n1,0\n2,1\n")
    assert "--event-values 1=0,0=1" in refusal(path, DataColumns("months", "censored"))
    data = read_trial_data(path, DataColumns("months", "censored", event_values={1: 0, 0: 1}))
    assert data.times("OS").event.tolist() == [1, 0]


def test_death_competes_where_the_user_says_so(file):
    columns = DataColumns("months", "status", endpoint="TTP", event_values={0: 0, 1: 1, 2: 2})
    data = read_trial_data(file("months,status\n1,2\n2,1\n3,0\n"), columns)
    assert data.times("TTP").event.tolist() == [2, 1, 0]
    assert data.endpoints == ("TTP",)


def test_words_of_the_user_name_the_causes(file):
    codes = {"dead": 1, "transplant": 2, "alive": 0}
    columns = DataColumns("months", "status", endpoint="TTP", event_values=codes)
    data = read_trial_data(file("months,status\n1,dead\n2,transplant\n3,alive\n"), columns)
    assert data.times("TTP").causes == ("censored", "dead", "transplant")
    assert data.subjects["ttp_reason"].to_list() == ["dead", "transplant", "censored"]


def test_every_problem_of_times_and_events_is_named_at_once_with_its_line(file):
    text = refusal(file('months,dead\n1,1\n-2,0\n"3,5",7\n'))
    assert "'3,5' in line 4" in text
    assert "'7', first in line 4" in text
    text = refusal(file("months,dead\n1,1\n-2,0\n"))
    assert "below 0" in text
    assert "'-2' in line 3" in text


def test_patients_without_outcome_are_left_out_and_counted(file):
    data = read_trial_data(file("months,dead\n1,1\n,0\n3,\n4,0\n"), COLUMNS)
    assert len(data) == 2
    assert "column months is empty, first in line 3" in data.notes[0]
    assert "column dead is empty, first in line 4" in data.notes[1]


def test_a_missing_column_is_named_with_the_near_miss(file):
    assert "did you mean months?" in refusal(file("months,dead\n1,1\n"), DataColumns("month", "dead"))


def test_a_patient_on_two_rows_needs_visits(file):
    path = file("id,day,months,dead,afp_ng_ml\na,0,5,1,10\na,30,4,1,20\nb,10,7,0,5\n")
    assert "--visit" in refusal(path, DataColumns("months", "dead", subject="id"))
    data = read_trial_data(path, DataColumns("months", "dead", subject="id", visit="day"))
    assert data.subjects["subject"].to_list() == ["a", "b"]
    assert data.subjects["afp_ng_ml"].to_list() == [10, 5]
    assert data.labs.rows() == [
        ("a", 0.0, "afp_ng_ml", 10.0, "ng/mL", False),
        ("a", 30.0, "afp_ng_ml", 20.0, "ng/mL", False),
        ("b", 0.0, "afp_ng_ml", 5.0, "ng/mL", False),
    ]


def test_a_status_that_changes_between_visits_is_refused(file):
    path = file("id,day,months,dead\na,0,5,0\na,30,5,1\n")
    assert "differs between the rows" in refusal(
        path, DataColumns("months", "dead", subject="id", visit="day")
    )


def test_identifiers_keep_their_leading_zeros(file):
    data = read_trial_data(
        file("id,months,dead\n007,5,0\n7,6,1\n"), DataColumns("months", "dead", subject="id")
    )
    assert data.subjects["subject"].to_list() == ["007", "7"]


def test_parquet_reads_as_csv_does(file, tmp_path):
    text = "months,dead,stage,afp\n12,1,B,3.5\n6,0,C,\n"
    pl.read_csv(text.encode()).write_parquet(tmp_path / "trial.parquet")
    by_text = read_trial_data(file(text), COLUMNS)
    assert by_text.subjects.equals(read_trial_data(tmp_path / "trial.parquet", COLUMNS).subjects)


def test_semicolons_and_decimal_commas_are_numbers(file):
    data = read_trial_data(file("months;dead;afp\n1,5;1;12,5\n2;0;3\n"), DataColumns("months", "dead"))
    assert data.times("OS").time_days.tolist() == [1.5, 2.0]
    assert data.subjects["afp"].to_list() == [12.5, 3.0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"time_unit": "month"}, "did you mean 'months'"),
        ({"endpoint": "DFS"}, "endpoint is not one that is known"),
        ({"visit": "day"}, "visits without subjects"),
        ({"arm": "dead"}, "one column is named as event and as arm"),
        ({"event_values": {"dead": 9}}, "has a code that OS does not know"),
    ],
)
def test_columns_that_cannot_be_meant_are_refused(options, message):
    with pytest.raises(UsageError, match=message):
        DataColumns("months", "dead", **options)
