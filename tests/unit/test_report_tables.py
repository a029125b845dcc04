"""The rows of the report's tables: agreement, design, fit, columns, formats."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report_cases import run

from hepatrial.protocol.loading import load
from hepatrial.report.design_rows import design_rows
from hepatrial.report.fit_record import fit_record
from hepatrial.report.formatting import estimate, interval, number, p_value, signed
from hepatrial.report.one_trial import ComparisonOfTrial, one_trial
from hepatrial.report.table_columns import described_tables


@pytest.mark.parametrize("name", ["sharp", "asia-pacific"])
def test_the_design_says_what_the_protocol_says(name):
    protocol = load(name)
    rows = dict(design_rows(protocol))
    assert "400 mg twice daily" in rows["Arm: sorafenib"]
    assert "dose levels below: 400 mg once daily, 400 mg every other day" in rows["Arm: sorafenib"]
    assert rows["Arm: placebo"].startswith("no active agent")
    assert rows["Arm: placebo"].endswith("Control.")
    assert str(protocol.size) in rows["Randomisation"]
    assert protocol.response.progression in rows["Response"]
    assert "ECOG at most 2" in rows["Population"]
    cut = protocol.data_cut
    assert (f"{cut.events} events of OS" if cut.events else f"{cut.day:g} days") in rows["Data cut"]


def test_the_fit_record_lists_every_target_and_every_fitted_parameter():
    from hepatrial.disease.parameters import default_parameters, fit_content, fitted_trials

    used = default_parameters()
    record = fit_record(used)
    assert record.current
    assert len(record.targets) == len(fit_content()["targets"])
    assert {p.name for p in record.parameters} == set(fit_content()["parameters"])
    assert record.trials == fitted_trials()
    assert record.worst == max(abs(row["misfit_in_sd"]) for row in fit_content()["targets"])
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
    assert [signed(value) for value in (-0.04, 0.04, -0.06, 1.0)] == ["0.0", "0.0", "-0.1", "+1.0"]
    assert estimate(8.04, [7.0, None], 1, "not reached") == "8.0 (7.0 to not reached)"
    assert [p_value(p) for p in (0.00003, 0.0004, 0.023, 0.5)] == ["<0.0001", "0.0004", "0.023", "0.50"]
