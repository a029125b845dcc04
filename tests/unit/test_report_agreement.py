"""Simulated beside published: which number misses which, by what rule, and that no published number escapes it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report_cases import run

from hepatrial.protocol.loading import load
from hepatrial.report.agreement import agreement_rows
from hepatrial.report.fit_record import FitTarget
from hepatrial.report.published_rates import ArmSize, arm_sizes, published_rate
from hepatrial.report.summary import summary_of
from hepatrial.report.verdicts import judged_trial_rate
from hepatrial.virtual_trial import simulate

ARM = {
    "arm": "sorafenib",
    "n": None,
    **{f"{e}_median_{what}": None for e in ("os", "ttp", "pfs") for what in ("months", "ci")},
    "orr_percent": None,
    "dcr_percent": None,
    "orr_mrecist_percent": None,
    "survival_at_months": {"6": None},
}
SHARP = load("sharp")


def rows_of(simulated: dict, published: dict, protocol=SHARP, findings=(), ratios=((), ())):
    summary = {
        "arms": [ARM | simulated],
        "comparisons": list(ratios[0]),
        "published": {"arms": [ARM | published], "comparisons": list(ratios[1]), "findings": list(findings)},
    }
    return {row.measure: row for row in agreement_rows(summary, protocol)}


@pytest.mark.parametrize(
    ("value", "verdict", "misses"),
    [(9.9, "inside the published interval; -7 %", False), (9.3, "below the published interval; -13 %", True),
     (13.4, "above the published interval; +25 %", True), (12.0, "inside the published interval; +12 %", True),
     (None, "not reached in the simulation", True)],
)  # fmt: skip
def test_an_os_median_misses_outside_the_interval_or_more_than_a_tenth_off(value, verdict, misses):
    found = rows_of(
        {"os_median_months": value, "os_median_ci": [value, value]},
        {"os_median_months": 10.7, "os_median_ci": [9.4, 13.3]},
    )["OS median, months"]
    assert (found.verdict, found.misses) == (verdict, misses)
    assert found.interval == "9.4 to 13.3, published"


@pytest.mark.parametrize(("value", "misses"), [(4.6, False), (4.63, True), (3.77, True)])
def test_an_os_median_without_interval_misses_more_than_a_tenth_off(value, misses):
    assert (
        rows_of({"os_median_months": value}, {"os_median_months": 4.2})["OS median, months"].misses is misses
    )


@pytest.mark.parametrize("endpoint", ["ttp", "pfs"])
@pytest.mark.parametrize(
    ("value", "there", "misses"),
    # One scan is 1.38 months, and published medians are rounded to a tenth.
    [(4.14, 2.8, False), (2.76, 1.4, False), (4.3, 2.8, True), (9.0, 7.6, False), (9.0, 7.4, True)],
)
def test_a_time_read_at_scans_misses_by_more_than_a_fifth_and_more_than_a_scan(
    endpoint, value, there, misses
):
    key = f"{endpoint}_median_months"
    found = rows_of({key: value}, {key: there})[f"{endpoint.upper()} median, months"]
    assert found.misses is misses
    assert ("within one scan" in found.verdict) == (abs(value - there) < 1.43)


def test_an_interval_with_one_open_limit_judges_by_the_other():
    def verdict(value):
        return rows_of({"os_median_months": value}, {"os_median_months": 14.5, "os_median_ci": [14.0, None]})[
            "OS median, months"
        ]

    assert verdict(13.9).verdict.startswith("below the published interval")
    assert verdict(15.0).verdict.startswith("inside the published interval")
    assert verdict(15.0).interval == "14.0 to not reached, published"


def test_a_share_of_a_known_number_of_patients_is_judged_by_the_exact_interval():
    found = rows_of({"orr_percent": 0.1}, {"orr_percent": 2.0, "n": 299})["response rate, %"]
    # 6 of 299: Clopper-Pearson 0.74 to 4.32 per cent.
    assert found.published == "2.0"
    assert found.interval == "0.7 to 4.3, computed from the rounded percentage and n = 299"
    assert found.misses
    assert not rows_of({"orr_percent": 1.0}, {"orr_percent": 2.0, "n": 299})["response rate, %"].misses


def test_a_confirmed_count_takes_the_place_of_the_rounded_percentage():
    findings = [{"of": "sorafenib", "subgroup": None, "values": {"orr_patients": 7}}]
    found = rows_of({"orr_percent": 0.1}, {"orr_percent": 2.0, "n": 299}, findings=findings)
    # 7 of 299: Clopper-Pearson 0.95 to 4.76 per cent.
    assert found["response rate, %"].interval == "0.9 to 4.8, computed from 7 patients and n = 299"


def test_a_share_of_an_arm_of_unconfirmed_size_is_judged_by_the_ratio_of_the_protocol():
    trial = load("asia-pacific")
    randomised = [{"of": "trial", "subgroup": None, "values": {"randomised": 226}}]
    found = rows_of({"orr_percent": 0.2}, {"orr_percent": 3.3}, trial, randomised)["response rate, %"]
    # 5 of 151: Clopper-Pearson 1.1 to 7.6 per cent.
    assert found.interval.startswith("1.1 to 7.6, computed from the rounded percentage and n = 151 by the")
    assert "not confirmed" in found.interval
    assert found.misses
    without = arm_sizes({"arms": [ARM], "findings": []}, trial)["sorafenib"]
    assert without.n == 151
    assert "protocol's size (226)" in without.by


def test_survival_at_a_month_is_judged_as_if_nobody_had_been_censored():
    found = rows_of({"survival_at_months": {"6": 70.0}}, {"survival_at_months": {"6": 50.0}, "n": 100})[
        "alive at 6 months, %"
    ]
    assert found.misses
    assert found.interval == (
        "39.8 to 60.2, computed from the rounded percentage and n = 100, as if nobody had been censored"
    )


@pytest.mark.parametrize(
    ("ci", "verdict", "misses"),
    [([0.55, 0.87], "above the published interval", True), (None, "+30 %, not judged: no interval is known", False)],
)  # fmt: skip
def test_a_hazard_ratio_is_judged_by_its_published_interval_alone(ci, verdict, misses):
    row = {"arm": "sorafenib", "control": "placebo", "endpoint": "OS"}
    ratios = [row | {"hr": 0.897, "ci": [0.88, 0.92]}], [row | {"hr": 0.69, "ci": ci}]
    found = rows_of({}, {}, ratios=ratios)["OS hazard ratio"]
    assert (found.verdict, found.misses) == (verdict, misses)


def test_what_was_not_published_has_no_verdict():
    assert all(row.agreement == "–" for row in rows_of({"os_median_months": 9.0}, {}).values())


def test_without_a_known_size_a_share_is_not_judged():
    assert published_rate(3.0, None, None).interval == ""
    assert published_rate(3.0, None, ArmSize(100)).limits is not None


def test_a_rate_of_one_trial_misses_where_chance_does_not_explain_it():
    # Fisher's exact test of 104 of 301 against 132 of 299: p 0.019; of 120 of 301: p 0.29.
    assert judged_trial_rate(104, 301, 44.0, 132, 299).misses
    assert judged_trial_rate(120, 301, 44.0, 132, 299).text.endswith("within chance (Fisher p 0.32)")


def test_asia_pacific_lists_its_response_rates_as_failures():
    protocol = load("asia-pacific")
    result = simulate(protocol, patients=400, seed=1, replicates=0)
    found = {(row.measure, row.who): row for row in agreement_rows(summary_of(result), protocol)}
    row = found["response rate, %", "sorafenib"]
    assert row.misses
    assert float(row.simulated) < 1.1
    assert "below the given interval" in row.failure
    assert "published 3.3 (1.1 to 7.6" in row.failure


def test_every_published_number_of_a_bundled_trial_is_judged():
    for row in agreement_rows(summary_of(run("plain")), SHARP):
        if row.published != "–":
            assert row.verdict != "–", row.measure
            assert "not judged" not in row.verdict, row.measure


def test_exactly_the_targets_of_the_calibration_are_called_fitted(sharp_trial):
    found = agreement_rows(summary_of(sharp_trial), SHARP)
    fitted = {(row.measure, row.who) for row in found if row.fitted}
    assert fitted == {
        *(
            (f"{endpoint} median, months", arm)
            for endpoint in ("OS", "TTP")
            for arm in ("sorafenib", "placebo")
        ),
        *((f"{endpoint} hazard ratio", "sorafenib v placebo") for endpoint in ("OS", "TTP")),
    }
    none = agreement_rows(summary_of(sharp_trial), replace(SHARP, published="another trial"))
    assert not any(row.fitted for row in none)


@pytest.mark.parametrize(("misfit", "missed"), [(2.01, True), (-2.3, True), (1.99, False)])
def test_a_number_is_missed_by_more_than_two_standard_deviations(misfit, missed):
    assert (
        FitTarget("sharp", "calibration", "os median, placebo", "7.9", "llovet2008", misfit).missed is missed
    )
