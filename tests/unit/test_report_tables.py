"""The rows of the report's tables: agreement, design, fit, columns, formats."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report_cases import run

from hepatrial.calibration.targets import calibration_targets
from hepatrial.protocol.loading import load
from hepatrial.report.agreement import agreement_rows
from hepatrial.report.design_rows import design_rows
from hepatrial.report.fit_record import fit_record
from hepatrial.report.formatting import estimate, interval, number, p_value
from hepatrial.report.one_trial import ComparisonOfTrial, one_trial
from hepatrial.report.table_columns import described_tables

ARM = {
    "arm": "drug",
    "n": 100,
    **{f"{e}_median_{what}": None for e in ("os", "ttp", "pfs") for what in ("months", "ci")},
    "orr_percent": None,
    "dcr_percent": None,
    "orr_mrecist_percent": None,
    "survival_at_months": {"6": None},
}


def rows_of(simulated: dict, published: dict, record: str | None = None):
    summary = {
        "arms": [ARM | simulated],
        "comparisons": [],
        "published": {"arms": [ARM | published], "comparisons": []},
    }
    return {row.measure: row for row in agreement_rows(summary, record=record, scan_interval_days=42.0)}


@pytest.mark.parametrize(
    ("value", "verdict", "outside"),
    [(9.5, "inside the published interval", False), (9.3, "below the published interval", True),
     (13.4, "above the published interval", True)],
)  # fmt: skip
def test_a_median_is_judged_by_the_published_interval(value, verdict, outside):
    found = rows_of(
        {"os_median_months": value, "os_median_ci": [value, value]},
        {"os_median_months": 10.7, "os_median_ci": [9.4, 13.3]},
    )["OS median, months"]
    assert (found.verdict, found.outside) == (verdict, outside)


def test_without_an_interval_the_difference_is_told_and_nothing_is_judged():
    found = rows_of({"os_median_months": 4.6}, {"os_median_months": 4.0})["OS median, months"]
    assert (found.verdict, found.outside) == ("+15 %", False)


def test_a_time_read_at_scans_may_differ_by_one_scan():
    found = rows_of({"ttp_median_months": 4.14}, {"ttp_median_months": 2.8})["TTP median, months"]
    assert found.verdict == "+1.3 months, within one scan"


def test_a_published_share_gets_the_exact_interval_of_its_patients():
    found = rows_of({"orr_percent": 0.1}, {"orr_percent": 2.0, "n": 299})["response rate, %"]
    # 6 of 299: Clopper-Pearson 0.74 to 4.32 per cent.
    assert found.published == "2.0 (0.7 to 4.3) exact"
    assert found.outside
    assert (
        rows_of({"orr_percent": 1.0}, {"orr_percent": 2.0, "n": None})["response rate, %"].verdict
        == "-1.0 points"
    )


def test_what_was_not_published_has_no_verdict():
    assert all(row.agreement == "–" for row in rows_of({"os_median_months": 9.0}, {}).values())


def test_exactly_the_targets_of_the_calibration_are_called_fitted(sharp_trial):
    from hepatrial.report.summary import summary_of

    found = agreement_rows(summary_of(sharp_trial), record="sharp", scan_interval_days=42.0)
    fitted = {(row.measure, row.who) for row in found if row.fitted}
    expected = set()
    for target in calibration_targets():
        if target.trial == "sharp" and target.kind in ("survival", "scan_median"):
            expected.add(
                (f"{'OS' if target.kind == 'survival' else 'TTP'} median, months", target.row["arm"])
            )
        if target.trial == "sharp" and target.kind == "log_hazard_ratio":
            expected.add((f"{target.row['endpoint']} hazard ratio", "sorafenib v placebo"))
    assert fitted == expected
    assert len(fitted) == 6
    none = agreement_rows(summary_of(sharp_trial), record="another trial", scan_interval_days=42.0)
    assert not any(row.fitted for row in none)


@pytest.mark.parametrize("name", ["sharp", "asia-pacific"])
def test_the_design_says_what_the_protocol_says(name):
    protocol = load(name)
    rows = dict(design_rows(protocol))
    assert "400 mg twice daily" in rows["Arm: sorafenib"]
    assert "then 400 mg once daily, then 400 mg every other day" in rows["Arm: sorafenib"]
    assert rows["Arm: placebo"].startswith("no active agent")
    assert rows["Arm: placebo"].endswith("Control.")
    assert str(protocol.size) in rows["Randomisation"]
    assert protocol.response.progression in rows["Response"]
    assert "ECOG at most 2" in rows["Population"]
    cut = protocol.data_cut
    assert (f"{cut.events} events of OS" if cut.events else f"{cut.day:g} days") in rows["Data cut"]


def test_the_fit_record_lists_every_target_and_every_fitted_parameter():
    from hepatrial.disease.parameters import default_parameters

    used = default_parameters()
    record = fit_record(used)
    assert record.current
    assert len(record.targets) == len(calibration_targets())
    assert {p.name for p in record.parameters} == {
        n for n, q in used.quantities.items() if q.grade == "fitted"
    }
    assert not fit_record(used.with_values({record.parameters[0].name: 1.0})).current


def test_every_column_of_every_table_is_described():
    result = run("six patients")
    tables = result.trial.tables() | {
        "virtual_patients": result.population.subjects,
        "virtual_patients_best": result.population.best,
    }
    for table in described_tables(tables):
        assert table.meaning, table.name
        for column in table.columns:
            assert column.meaning, f"describe {table.name}.{column.name} in report/data/tables.yaml"


@pytest.mark.parametrize(
    ("p", "says"), [(0.01, "changes with time"), (0.5, "No sign"), (None, "too few events")]
)
def test_the_check_of_proportional_hazards_says_what_follows(p, says):
    assert says in ComparisonOfTrial("a", "c", "OS", None, None, p).proportionality


def test_one_trial_adds_up():
    from hepatrial.report.analyses import run_analyses

    result = run("four arms")
    trial = one_trial(result, run_analyses(result).trial)
    assert sum(arm.result.n for arm in trial.arms) == len(result.trial)
    assert sum(arm.died for arm in trial.arms) == (result.trial.subjects["os_event"] > 0).sum()
    for arm in trial.arms:
        assert sum(arm.treatment.ends.values()) == arm.result.n
    assert len(trial.comparisons) == 3 * 3
    alone = replace(result.protocol, arms=result.protocol.arms[-1:])
    assert alone.comparisons == ()


def test_numbers_are_written_as_a_reader_expects():
    assert number(None) == number(float("nan")) == "–"
    assert number(1234.56) == "1,234.6"
    assert interval([1.0, None]) == "(1.0 to –)"
    assert interval([None, None]) == ""
    assert estimate(8.04, [7.0, None], 1, "not reached") == "8.0 (7.0 to not reached)"
    assert [p_value(p) for p in (0.00003, 0.0004, 0.023, 0.5)] == ["<0.0001", "0.0004", "0.023", "0.50"]
