"""``summary.json`` keeps its contract, key by key, for every kind of run."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isfinite

import numpy as np
import pytest
from report_cases import CASES, run

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
]
MEDIANS = [f"{e}_median_{what}" for e in ("os", "ttp", "pfs") for what in ("months", "ci")]
ARM = ["arm", "n", *MEDIANS, "orr_percent", "dcr_percent", "orr_mrecist_percent", "survival_at_months"]
COMPARISON = ["arm", "control", "endpoint", "hr", "ci", "p_logrank"]
SPREAD = ["hr_interval_95", "power"]


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
        assert set(row) >= set(COMPARISON)
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
        *SPREAD,
        *TOP[4:7],
    ):
        assert key in DEFINITIONS, key
    assert set(DEFINITIONS) <= {*TOP, *ARM, *COMPARISON, *SPREAD}


def test_power_is_the_share_of_trials_in_favour_of_the_arm():
    from hepatrial.conduct.replicates import ReplicateEffects

    z = np.array([-3.0, -1.0, np.nan, 2.5])
    log_hr = np.array([-0.5, -0.1, np.nan, 0.3])
    found = replicate_row("a", "c", "OS", ReplicateEffects(log_hr, log_hr, z, np.zeros((4, 2))), 0.025, 0.8)
    assert found.power == 0.25
    assert found.power_se == pytest.approx(np.sqrt(0.25 * 0.75 / 4))
    assert (found.trials, found.estimable) == (4, 3)
    assert found.hr[1] == pytest.approx(np.exp(-0.1))
    assert found.published_percent == pytest.approx(100 / 3)


def test_replicates_without_any_estimate_have_no_interval():
    from hepatrial.conduct.replicates import ReplicateEffects

    nothing = np.full(3, np.nan)
    found = replicate_row(
        "a", "c", "OS", ReplicateEffects(nothing, nothing, nothing, np.zeros((3, 2))), 0.025, 0.8
    )
    assert found.hr is None
    assert found.published_percent is None
    assert found.power == 0.0
