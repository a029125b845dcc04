"""The two trials that the parameters were fitted to come out."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.calibration.comparisons import LOGIT_PER_LOG_TIME
from hepatrial.calibration.evidence import fit_evidence
from hepatrial.protocol.loading import load
from hepatrial.report.summary import summary_of
from hepatrial.units import DAYS_PER_MONTH
from hepatrial.virtual_trial import simulate

PUBLISHED = {  # OS medians, TTP medians, interval of the OS hazard ratio
    "sharp": ({"sorafenib": 10.7, "placebo": 7.9}, {"sorafenib": 5.5, "placebo": 2.8}, (0.55, 0.87)),
    "asia-pacific": ({"sorafenib": 6.5, "placebo": 4.2}, {"sorafenib": 2.8, "placebo": 1.4}, (0.50, 0.93)),
}
SCAN_MONTHS = 42.0 / DAYS_PER_MONTH


@pytest.fixture(scope="module", params=sorted(PUBLISHED))
def both(request):
    result = simulate(load(request.param), patients=4096, seed=1, replicates=0, precision="float32")
    return request.param, summary_of(result)


def test_overall_survival_medians_are_within_two_standard_errors(both):
    name, summary = both
    errors = {
        each.arm: each.sd / LOGIT_PER_LOG_TIME
        for each in observations(name)
        if each.quantity == "os_median_months"
    }
    for arm in summary["arms"]:
        published = PUBLISHED[name][0][arm["arm"]]
        off = abs(np.log(arm["os_median_months"] / published))
        assert off <= 2.0 * errors[arm["arm"]], (arm["arm"], arm["os_median_months"])


def observations(name):
    return next(each.observations for each in fit_evidence() if each.key == name)


def test_progression_medians_are_within_a_fifth_or_one_scan(both):
    name, summary = both
    for arm in summary["arms"]:
        published = PUBLISHED[name][1][arm["arm"]]
        assert abs(arm["ttp_median_months"] - published) <= max(0.2 * published, SCAN_MONTHS + 0.05), arm[
            "arm"
        ]


def test_overall_survival_hazard_ratio_lies_in_the_published_interval(both):
    name, summary = both
    low, high = PUBLISHED[name][2]
    found = next(row["hr"] for row in summary["comparisons"] if row["endpoint"] == "OS")
    assert low < found < high


def test_response_rate_is_below_five_per_cent(both):
    assert all(arm["orr_percent"] < 5.0 for arm in both[1]["arms"])
