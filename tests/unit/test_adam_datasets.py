"""ADaM datasets: variables, controlled terms, and that they say what `TrialData` says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from hepatrial.exchange.adam import adam_datasets
from hepatrial.exchange.adam.variables import LABELS

DAY_0 = date(1960, 1, 1)


@pytest.fixture(scope="module")
def trial(sharp_trial):
    return sharp_trial.trial


@pytest.fixture(scope="module")
def adam(trial):
    return {dataset.name: dataset for dataset in adam_datasets(trial)}


@pytest.fixture(scope="module")
def subjects(trial):
    """Subjects with their USUBJID."""
    usubjid = pl.lit("SHARP-") + pl.col("subject").cast(pl.String).str.zfill(6)
    return trial.subjects.with_columns(USUBJID=usubjid)


REQUIRED = {
    "ADSL": "STUDYID USUBJID SUBJID SITEID AGE AGEU SEX RACE ARM ACTARM TRT01P TRT01A TRTSDT TRTEDT RANDDT ITTFL",
    "ADTTE": "STUDYID USUBJID TRTP PARAM PARAMCD AVAL STARTDT ADT ADY CNSR EVNTDESC CNSDTDSC",
    "ADTR": "STUDYID USUBJID TRTP PARAM PARAMCD AVAL BASE CHG PCHG ABLFL ANL01FL AVISIT AVISITN VISITNUM ADT ADY",
    "ADRS": "STUDYID USUBJID TRTP PARAM PARAMCD AVAL AVALC ANL01FL AVISIT AVISITN VISITNUM ADT ADY",
    "ADLB": "STUDYID USUBJID TRTP PARAM PARAMCD AVAL BASE CHG PCHG ABLFL ANL01FL AVISIT AVISITN VISITNUM ADT ADY",
}


@pytest.mark.parametrize("name", REQUIRED)
def test_a_dataset_has_the_variables_that_its_structure_requires(adam, name):
    assert set(REQUIRED[name].split()) <= set(adam[name].table.columns)


def test_names_and_labels_fit_a_transport_file():
    for name, label in LABELS.items():
        assert name.isascii()
        assert name.isupper()
        assert name.isalnum()
        assert len(name) <= 8
        assert 0 < len(label) <= 40, label
        assert label.isascii()


@pytest.mark.parametrize("name", REQUIRED)
def test_rows_are_unique_by_their_keys_and_sorted_by_them(adam, name):
    dataset = adam[name]
    keys = dataset.table.select(dataset.keys)
    assert keys.n_unique() == keys.height
    assert keys.equals(keys.sort(dataset.keys))


@pytest.mark.parametrize("name", REQUIRED)
def test_a_parameter_code_has_one_parameter_and_texts_are_never_null(adam, name):
    table = adam[name].table
    assert table.select(pl.col(pl.String).null_count()).sum_horizontal().sum() == 0
    if "PARAMCD" in table.columns:
        pairs = table.select("PARAMCD", "PARAM").unique()
        assert pairs.height == pairs["PARAMCD"].n_unique() == pairs["PARAM"].n_unique()
        assert pairs["PARAMCD"].str.len_bytes().max() <= 8
        assert pairs["PARAM"].str.len_bytes().max() <= 200


def test_controlled_terms(adam):
    def levels(name, variable):
        return set(adam[name].table[variable])

    assert levels("ADSL", "SEX") <= {"M", "F"}
    assert levels("ADSL", "AGEU") == {"YEARS"}
    assert levels("ADSL", "EOTSTT") <= {"COMPLETED", "DISCONTINUED", "ONGOING"}
    assert levels("ADSL", "EOSSTT") <= {"COMPLETED", "DISCONTINUED", "ONGOING"}
    terms = {"", "PROGRESSIVE DISEASE", "ADVERSE EVENT", "DEATH", "LOST TO FOLLOW-UP"}
    assert levels("ADSL", "DCTREAS") <= terms
    assert levels("ADSL", "DCSREAS") <= terms
    assert levels("ADRS", "AVALC") <= {"CR", "PR", "SD", "PD", "NE"}
    for name, dataset in adam.items():
        for flag in (column for column in dataset.table.columns if column.endswith("FL")):
            assert levels(name, flag) <= {"Y", "N", ""}, flag


def test_adsl_is_the_table_of_subjects(adam, subjects):
    both = adam["ADSL"].table.join(subjects, on="USUBJID")
    assert both.height == subjects.height == adam["ADSL"].table.height
    for variable, column in (
        ("TRT01P", "arm"), ("WEIGHTBL", "weight_kg"), ("AFPBL", "afp_ng_ml"), ("ALBBL", "albumin_g_l"),
        ("BILIBL", "bilirubin_umol_l"), ("INRBL", "inr"), ("ALBIBL", "albi"), ("CPSCORBL", "child_pugh_score"),
        ("STRATAR", "stratum"), ("REGION1", "region"), ("NTLBL", "n_target_lesions"), ("LINE", "line"),
    ):  # fmt: skip
        assert both[variable].to_list() == both[column].to_list(), variable
    assert both["AGE"].to_list() == both["age_years"].floor().to_list()
    assert (both["SEX"] == "M").to_list() == both["male"].to_list()
    for flag, column in (
        ("MVIFL", "mvi"),
        ("EHSFL", "ehs"),
        ("METHIFL", "met_high"),
        ("PRLOCFL", "prior_local_therapy"),
    ):
        assert (both[flag] == "Y").to_list() == both[column].to_list()


def test_dates_are_days_of_the_trial_counted_from_1960(adam, subjects):
    both = adam["ADSL"].table.join(subjects, on="USUBJID")
    for row in both.iter_rows(named=True):
        randomised = DAY_0 + timedelta(days=row["randomised_day"])
        assert row["RANDDT"] == row["TRTSDT"] == randomised
        assert row["LSTALVDT"] == randomised + timedelta(days=row["os_days"])
        assert row["DTHDT"] == (row["LSTALVDT"] if row["os_event"] else None)
        assert (row["DTHFL"] == "Y") == (row["os_event"] > 0)
        # Dose on the days from day 0 up to, not including, the day on which treatment ends.
        assert row["TRTDURD"] == max(row["treatment_days"], 1) == (row["TRTEDT"] - row["TRTSDT"]).days + 1
        assert (row["EOTSTT"] == "ONGOING") == (row["treatment_end"] == "ongoing") == (row["DCTREAS"] == "")
    assert "1960-01-01" in both["REFDTDSC"][0]


def test_a_subject_randomised_on_the_day_of_the_cut_has_had_one_day_of_treatment(trial):
    day = trial.subjects["randomised_day"][40]
    table = next(d for d in adam_datasets(trial.cut(day=day)) if d.name == "ADSL").table
    last = table.filter(pl.col("RANDDT") == DAY_0 + timedelta(days=day))
    assert last.height > 0
    assert (last["TRTEDT"] == last["TRTSDT"]).all()
    assert set(last["TRTDURD"]) == {1}
    assert set(last["EOTSTT"]) == {"ONGOING"}


@pytest.mark.parametrize("endpoint", ["OS", "TTP", "PFS"])
def test_times_to_events_are_those_of_the_trial_and_censoring_is_zero_for_an_event(adam, subjects, endpoint):
    key = endpoint.lower()
    own = adam["ADTTE"].table.filter(pl.col("PARAMCD") == endpoint)
    both = own.join(subjects, on="USUBJID")
    assert both.height == subjects.height
    assert both["AVAL"].to_list() == both[f"{key}_days"].to_list()
    expected = {0: 1, 1: 0, 2: 2 if endpoint == "TTP" else 0, 3: 0}
    assert both["CNSR"].to_list() == [expected[code] for code in both[f"{key}_event"]]
    assert both["EVNTDESC"].to_list() == both[f"{key}_reason"].str.to_uppercase().to_list()
    assert ((both["CNSR"] == 0) == (both["CNSDTDSC"] == "")).all()


def test_aval_is_the_difference_of_dates_and_the_study_day_is_one_more(adam):
    table = adam["ADTTE"].table
    assert ((table["ADT"] - table["STARTDT"]).dt.total_days() == table["AVAL"]).all()
    assert (table["ADY"] == table["AVAL"] + 1).all()
    assert set(table.filter(pl.col("PARAMCD") != "OS", pl.col("CNSR") == 1)["CNSDTDSC"]) <= {
        "DATE OF LAST SCAN",
        "DATE OF RANDOMIZATION",
    }


def test_tumour_results_are_the_measured_sums(adam, trial, subjects):
    scans = trial.tumour.join(subjects.select("subject", "USUBJID"), on="subject")
    for code, column in (("SUMDIAM", "sld_mm"), ("SUMVIAB", "viable_sld_mm"), ("NEWLES", "new_lesion")):
        own = adam["ADTR"].table.filter(pl.col("PARAMCD") == code)
        both = own.join(scans, left_on=["USUBJID", "AVISITN"], right_on=["USUBJID", "day"])
        assert both.height == own.height == scans.height
        assert both["AVAL"].to_list() == both[column].cast(pl.Float64).to_list()
    sums = adam["ADTR"].table.filter(pl.col("PARAMCD") == "SUMDIAM")
    baseline = adam["ADSL"].table.join(sums.filter(pl.col("ABLFL") == "Y"), on="USUBJID")
    assert baseline["SLDBL"].to_list() == baseline["AVAL"].to_list()


@pytest.mark.parametrize("name", ["ADTR", "ADLB"])
def test_change_is_from_the_baseline_record(adam, name):
    table = adam[name].table.filter(pl.col("BASE").is_not_null())
    first = table.filter(pl.col("ABLFL") == "Y")
    assert first.select("USUBJID", "PARAMCD").n_unique() == first.height
    assert (first["AVAL"] == first["BASE"]).all()
    assert (first["AVISIT"] == "BASELINE").all()
    assert (first["ADY"] == 1).all()
    assert (table["CHG"] - (table["AVAL"] - table["BASE"])).abs().max() == 0.0
    relative = table.filter(pl.col("PCHG").is_not_null())
    assert relative.height > 0
    assert (relative["PCHG"] - 100 * relative["CHG"] / relative["BASE"]).abs().max() < 1e-9
    # A percent of a score that is below 0, as ALBI is, means nothing.
    assert table.filter(pl.col("BASE") <= 0)["PCHG"].null_count() == table.filter(pl.col("BASE") <= 0).height


def test_visits_have_one_name_and_one_number_a_day_in_all_datasets(adam):
    visits = pl.concat(
        [
            adam[name].table.select("AVISIT", "AVISITN", "VISITNUM").filter(pl.col("AVISITN").is_not_null())
            for name in ("ADTR", "ADRS", "ADLB")
        ]
    ).unique()
    assert (
        visits.height
        == visits["AVISITN"].n_unique()
        == visits["VISITNUM"].n_unique()
        == visits["AVISIT"].n_unique()
    )
    assert visits.sort("AVISITN")["VISITNUM"].to_list() == list(range(1, visits.height + 1))
    assert {"BASELINE", "WEEK 3", "WEEK 6"} <= set(visits["AVISIT"])


def test_responses_are_those_of_the_trial(adam, trial, subjects):
    codes = {"RECIST 1.0": "R10", "RECIST 1.1": "R11", "mRECIST": "MRC"}
    who = subjects.select("subject", "USUBJID")
    for prefix, table, column in (("OVR", trial.responses, "response"), ("BOR", trial.best, "best")):
        own = adam["ADRS"].table.filter(pl.col("PARAMCD").str.starts_with(prefix)).rename({"PARAMCD": "code"})
        rows = table.join(who, on="subject").with_columns(
            code=pl.lit(prefix) + pl.col("criteria").replace_strict(codes)
        )
        keys = ["USUBJID", "code"] + (["AVISITN"] if prefix == "OVR" else [])
        other = ["USUBJID", "code"] + (["day"] if prefix == "OVR" else [])
        both = own.join(rows, left_on=keys, right_on=other)
        assert both.height == own.height == table.height
        assert both["AVALC"].to_list() == both[column].to_list()
    numbers = adam["ADRS"].table.select("AVALC", "AVAL").unique()
    assert numbers.height == numbers["AVALC"].n_unique()


def test_laboratory_values_and_flags_are_those_of_the_trial(adam, trial, subjects):
    rows = trial.labs.join(subjects.select("subject", "USUBJID"), on="subject").sort(
        "USUBJID", "parameter", "day"
    )
    codes = {"ALBUMIN": "ALB", "BILIRUBIN": "BILI", "CHILDPUGH": "CPSCORE"}
    rows = rows.with_columns(PARAMCD=pl.col("parameter").replace(codes))
    both = adam["ADLB"].table.join(
        rows, left_on=["USUBJID", "PARAMCD", "AVISITN"], right_on=["USUBJID", "PARAMCD", "day"]
    )
    assert both.height == trial.labs.height
    assert both["AVAL"].to_list() == both["value"].to_list()
    assert (both["BLQFL"] == "Y").to_list() == both["below_limit"].to_list()
    assert both["below_limit"].any()


def test_scans_after_progression_are_not_flagged_for_analysis(adam, trial, subjects):
    sums = adam["ADTR"].table.filter(pl.col("PARAMCD") == "SUMDIAM").join(subjects, on="USUBJID")
    beyond = sums.filter((pl.col("ttp_event") == 1) & (pl.col("AVISITN") > pl.col("ttp_days")))
    assert beyond.height > 0
    assert set(beyond["ANL01FL"]) == {""}
    assert set(sums.join(beyond, on=["USUBJID", "AVISITN"], how="anti")["ANL01FL"]) == {"Y"}


def test_a_trial_without_scans_and_values_has_subjects_and_times(trial):
    empty = dict.fromkeys(("tumour", "responses", "best", "labs"), pl.DataFrame())
    bare = replace(trial, **empty)
    assert [dataset.name for dataset in adam_datasets(bare)] == ["ADSL", "ADTTE"]


def test_study_days_before_randomisation_have_no_day_zero(trial):
    early = trial.labs.with_columns(day=pl.when(pl.col("day") == 0).then(-3.0).otherwise(pl.col("day")))
    table = next(d for d in adam_datasets(replace(trial, labs=early)) if d.name == "ADLB").table
    first = table.filter(pl.col("ABLFL") == "Y")
    assert set(first["ADY"]) == {-3}
    assert set(first["AVISIT"]) == {"BASELINE"}
