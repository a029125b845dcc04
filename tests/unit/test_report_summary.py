"""``summary.json`` keeps its contract, key by key, for every kind of run."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isfinite

import numpy as np
import pytest
from report_cases import CASES, run
from scipy.stats import norm

from hepatrial.conduct.replicates import ReplicateEffects
from hepatrial.report.definitions import DEFINITIONS
from hepatrial.report.replicate_rows import replicate_row
from hepatrial.report.summary import summary_of

TOP = [
    "protocol",
    "hash",
    "seed",
    "versions",
    "patients",
    "replicates",
    "failures",
    "arms",
    "comparisons",
    "published",
    "response_criteria",
    "liver_reserve",
    "draws",
    "under_draws",
]
MEDIANS = [f"{e}_median_{what}" for e in ("os", "ttp", "pfs") for what in ("months", "ci")]
ARM = ["arm", "n", *MEDIANS, "orr_percent", "dcr_percent", "orr_mrecist_percent", "survival_at_months"]
COMPARISON = ["arm", "control", "endpoint", "hr", "ci", "p_logrank"]
ONE_TRIAL = ["hr_one_trial", "ci_one_trial"]
SPREAD = ["hr_interval_95", "hr_interval_95_se", "power", "power_se", "power_ci"]


def numbers(value):
    """Every number in a summary, however deep."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from numbers(one)
    elif isinstance(value, float):
        yield value


@pytest.fixture(scope="module", params=CASES)
def case(request):
    return run(request.param), summary_of(run(request.param))


def test_every_key_of_the_contract_is_there(case):
    result, summary = case
    assert set(summary) >= set(TOP)
    assert [row["arm"] for row in summary["arms"]] == [arm.name for arm in result.protocol.arms]
    for row in summary["arms"]:
        assert set(row) == set(ARM)
        assert set(row["survival_at_months"]) == {"6", "12"}
        assert all(len(row[key]) == 2 for key in MEDIANS if key.endswith("_ci"))
    for row in summary["comparisons"]:
        assert set(row) >= {*COMPARISON, *ONE_TRIAL}
        assert (set(row) >= set(SPREAD)) == (summary["replicates"] > 0)
    published = summary["published"]
    assert all(set(row) >= set(ARM) for row in published["arms"])
    assert all(set(row) >= set(COMPARISON) for row in published["comparisons"])


def test_there_is_a_row_a_comparison_and_endpoint(case):
    result, summary = case
    found = [(row["arm"], row["control"], row["endpoint"]) for row in summary["comparisons"]]
    assert found == [
        (*pair, endpoint) for pair in result.protocol.comparisons for endpoint in ("OS", "TTP", "PFS")
    ]


def test_no_number_is_undefined_or_infinite_and_json_agrees(case):
    _, summary = case
    assert all(isfinite(value) for value in numbers(summary))
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_intervals_hold_their_estimates(case):
    _, summary = case
    for row in summary["arms"]:
        for endpoint in ("os", "ttp", "pfs"):
            value, (low, high) = row[f"{endpoint}_median_months"], row[f"{endpoint}_median_ci"]
            assert value is None or low is None or low <= value
            assert value is None or high is None or value <= high
    for row in summary["comparisons"]:
        assert row["hr"] is None or row["ci"][0] <= row["hr"] <= row["ci"][1]
        assert (row["hr_one_trial"] is None) == (row["p_logrank"] is None)
        if row["hr_one_trial"] is not None:
            assert row["ci_one_trial"][0] <= row["hr_one_trial"] <= row["ci_one_trial"][1]
        if row.get("power_ci"):
            assert 0.0 <= row["power_ci"][0] <= row["power"] <= row["power_ci"][1] <= 1.0


def test_endpoints_that_the_plan_leaves_out_are_still_in_the_summary():
    result = run("plain")
    plan = replace(result.protocol.analysis, endpoints=("OS",))
    summary = summary_of(replace(result, protocol=replace(result.protocol, analysis=plan)))
    assert set(summary["arms"][0]) == set(ARM)
    assert {row["endpoint"] for row in summary["comparisons"]} == {"OS", "TTP", "PFS"}


def test_a_trial_without_a_published_record_says_so_by_null():
    result = run("plain")
    assert summary_of(replace(result, protocol=replace(result.protocol, published=None)))["published"] is None


def test_a_median_that_is_not_reached_is_null():
    result = run("plain")
    alive = result.population.subjects.with_columns(os_event=result.population.subjects["os_event"] * 0)
    population = replace(result.population, subjects=alive)
    summary = summary_of(replace(result, population=population))
    assert all(
        row["os_median_months"] is None and row["os_median_ci"] == [None, None] for row in summary["arms"]
    )
    assert all(
        row["hr"] is None and row["ci"] is None for row in summary["comparisons"] if row["endpoint"] == "OS"
    )


def test_failures_come_with_their_remedy():
    result = replace(run("plain"), failures={"too_fast": 3})
    assert summary_of(result)["failures"]["too_fast"]["patients"] == 3
    assert "lower" in summary_of(result)["failures"]["too_fast"]["remedy"]


def test_every_key_that_holds_a_result_is_defined():
    for key in (
        "arms",
        "os_median_months",
        "ttp_median_months",
        "pfs_median_months",
        *ARM[8:],
        "hr",
        "p_logrank",
        *ONE_TRIAL,
        *SPREAD,
        *TOP[4:7],
    ):
        assert key in DEFINITIONS, key
    assert set(DEFINITIONS) <= {*TOP, *ARM, *COMPARISON, *ONE_TRIAL, *SPREAD}


def replicates(log_hr, z=None) -> ReplicateEffects:
    log_hr = np.asarray(log_hr)
    return ReplicateEffects(
        log_hr, log_hr, log_hr if z is None else np.asarray(z), np.zeros((len(log_hr), 2))
    )


def test_power_is_the_share_of_trials_in_favour_of_the_arm():
    log_hr = [-0.5, -0.1, np.nan, 0.3]
    found = replicate_row(
        "a",
        "c",
        "OS",
        replicates(log_hr, [-3.0, -1.0, np.nan, 2.5]),
        0.025,
        population_se=0.1,
        published_hr=0.8,
    )
    shift = 0.1 / np.std([-0.5, -0.1, 0.3], ddof=1)
    assert found.power.share == 0.25
    assert found.power.se == pytest.approx(
        np.hypot(np.sqrt(0.25 * 0.75 / 4), norm.pdf(norm.ppf(0.25)) * shift)
    )
    assert (found.trials, found.estimable) == (4, 3)
    assert found.hr[1] == pytest.approx(np.exp(-0.1))
    assert found.at_most_published.share == pytest.approx(1 / 3)


def test_replicates_without_any_estimate_have_no_interval():
    found = replicate_row(
        "a", "c", "OS", replicates([np.nan] * 3), 0.025, population_se=0.1, published_hr=0.8
    )
    assert (found.hr, found.hr_se, found.at_most_published) == (None, None, None)
    assert found.power.share == 0.0
    assert found.power.se is None


def test_the_error_is_not_known_where_the_virtual_patients_give_no_hazard_ratio():
    found = replicate_row("a", "c", "OS", replicates([-0.3, 0.1, 0.2]), 0.025, population_se=None)
    assert found.hr is not None
    assert found.hr_se is None
    assert found.power.se is None


def test_the_p_value_stands_beside_the_hazard_ratio_that_it_belongs_to(sharp_trial):
    summary = summary_of(sharp_trial)
    single = sharp_trial.trial.analyse()
    for row in summary["comparisons"]:
        own = single.effect(row["arm"], row["endpoint"])
        assert (row["p_logrank"], row["hr_one_trial"]) == (own.p_logrank, own.hr)
        assert row["ci_one_trial"] == [own.lower, own.upper]
        # The trial's interval is that of 602 patients, the other the error of 1,024 twins.
        assert np.log(own.upper / own.lower) > 2 * np.log(row["ci"][1] / row["ci"][0])


def test_the_error_of_power_is_larger_than_that_of_the_replicates(sharp_trial):
    row = next(row for row in summary_of(sharp_trial)["comparisons"] if row["endpoint"] == "OS")
    assert row["power_se"] > np.sqrt(
        row["power"] * (1 - row["power"]) / summary_of(sharp_trial)["replicates"]
    )
    assert all(error > 0 for error in row["hr_interval_95_se"])
