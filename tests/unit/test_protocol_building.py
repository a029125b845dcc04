"""From a file to the frozen protocol: canonical units, defaults, the baseline table that results."""

from __future__ import annotations

from pathlib import Path

import pytest

from hepatrial.patients.baseline import load_baseline
from hepatrial.protocol.loading import check_text, load, load_text
from hepatrial.units import DAYS_PER_MONTH

TRIAL = (Path(__file__).parents[1] / "messages" / "trial.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def trial():
    return load_text(TRIAL)


def changed(old, new):
    assert TRIAL.count(old) == 1
    return load_text(TRIAL.replace(old, new))


def test_times_are_days_and_doses_mg(trial):
    regimen = trial.arm("sorafenib").regimens[0]
    assert [level.mg_per_day for level in regimen.levels] == [800.0, 400.0, 200.0]
    assert (regimen.start_day, regimen.interruption_days) == (0.0, 14.0)
    assert (trial.visits.clinic_interval_days, trial.visits.scan_interval_days) == (21.0, 42.0)
    assert trial.accrual.duration_days == pytest.approx(12 * DAYS_PER_MONTH)
    assert trial.horizon_days == pytest.approx(36 * DAYS_PER_MONTH)


def test_the_analysis_keeps_the_months_that_the_file_names(trial):
    assert trial.analysis.survival_at_months == (6.0,)
    assert trial.analysis.rmst_months == 12.0


def test_the_ratio_stands_in_the_order_of_the_arms():
    swapped = changed("ratio: {sorafenib: 2, placebo: 1}", "ratio: {placebo: 1, sorafenib: 2}")
    assert swapped.randomisation.ratio == (2, 1)


def test_an_arm_without_agents_is_placebo_and_every_other_arm_is_compared_with_the_control(trial):
    assert trial.arm("placebo").regimens == ()
    assert trial.comparisons == (("sorafenib", "placebo"),)
    with pytest.raises(KeyError):
        trial.arm("sham")


def test_a_changed_table_keeps_what_it_does_not_change(trial):
    bundled = load_baseline("sharp")
    assert trial.baseline.categories["aetiology"]["HBV"] == 0.7
    assert trial.baseline.categories["region"] == bundled.categories["region"]
    assert trial.baseline.continuous["age_years"] == {"mean": 60.0, "sd": 10.0}
    assert trial.baseline.sources["aetiology"] == "own registry"
    assert trial.baseline.sources["age_years"] == "protocol Trial"
    assert load_baseline("sharp").categories["aetiology"] == bundled.categories["aetiology"]


def test_one_parameter_of_a_distribution_may_be_changed_alone():
    table = changed("{mean: 60, sd: 10}", "{mean: 60}").baseline
    assert table.continuous["age_years"] == {
        "mean": 60.0,
        "sd": load_baseline("sharp").continuous["age_years"]["sd"],
    }


def test_eligibility_keeps_ranges_and_levels_apart(trial):
    assert trial.eligibility.ranges == {"child_pugh_score": (None, 7.0)}
    assert trial.eligibility.levels == {"ecog": ("0", "1")}


def test_levels_that_yaml_reads_as_words_or_numbers_are_texts():
    assert changed("ecog: [0, 1]", "mvi: [false, yes]").eligibility.levels == {"mvi": ("no", "yes")}


def test_the_text_is_kept_as_it_was_read(trial):
    assert trial.text == TRIAL


def test_a_bundled_name_comes_before_a_file_of_that_name(tmp_path, monkeypatch):
    (tmp_path / "sharp").write_text(TRIAL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load("sharp").name == "SHARP"
    assert load("./sharp").name == "Trial"


QUIET = {
    "as many events as patients": ("events: 200", "events: 300"),
    "survival at the horizon": ("survival_at: [6 months]", "survival_at: [36 months]"),
    "a cut at the horizon": ("{endpoint: OS, events: 200}", "{after: 3 years}"),
    "a scan at every visit": ("scan: 6 weeks", "scan: 3 weeks"),
    "shares that miss 1 by rounding": ("HBV: 0.7,", "HBV: 0.704,"),
    "a block that holds the ratio once": ("block_size: 6", "block_size: 3"),
    "half as much again as the usual dose": ("dose: 400 mg", "dose: 600 mg"),
    "stage B without signs of C": ("    ecog: [0, 1]", "    bclc: [B]"),
    "a class with a score inside it": ("    ecog: [0, 1]", "    child_pugh_class: [A, B]"),
    "a start during treatment": ("start: 0 days", "start: 6 weeks"),
    "no strata, no stratification": ("[region, ecog]", "[]"),
}


@pytest.mark.parametrize("case", QUIET)
def test_what_is_just_allowed_is_not_a_problem(case):
    old, new = QUIET[case]
    assert TRIAL.count(old) == 1
    text = TRIAL.replace(old, new)
    if case.startswith("no strata"):
        text = text.replace("stratified: true", "stratified: false")
    assert check_text(text).issues == ()
