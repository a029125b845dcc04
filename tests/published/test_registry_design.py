"""The design table: the use of each trial and how it was run."""

from __future__ import annotations

from collected_tables import needs_tables, number, table

from hepatrial.evidence import collection

pytestmark = needs_tables


def test_every_trial_of_the_design_table_has_its_use_and_its_conduct():
    for row in table("trial_design.csv"):
        trial = collection()[row["trial"]]
        assert trial.use == row["use"].split()[0], row["trial"]
        for column, field in (
            ("scan_interval_weeks", "scan_interval_weeks"),
            ("accrual_months", "accrual_months"),
            ("followup_months_median", "follow_up_median_months"),
        ):
            assert getattr(trial.conduct, field) == number(row[column]), (row["trial"], column)
        for column, field in (
            ("randomisation_ratio", "ratio"),
            ("data_cut", "data_cut"),
            ("eligibility", "eligibility"),
        ):
            assert (getattr(trial.conduct, field) or "") == row[column].strip(), (row["trial"], column)
    named = {row["trial"] for row in table("trial_design.csv")}
    used = {trial.key for trial in collection() if trial.use != "evidence"}
    assert used == {collection()[name].key for name in named}
