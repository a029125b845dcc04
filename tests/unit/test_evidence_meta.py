"""A pool of the registry: which trials count, which model leads, what is given and what is not, and why."""

from __future__ import annotations

import math

import pytest

from hepatrial.errors import RunFailed, UsageError
from hepatrial.evidence import independent_comparisons, load_trial, registry
from hepatrial.evidence.collection import ENVIRONMENT
from hepatrial.evidence.pooling import meta_regression, pool_common, pool_random
from hepatrial.evidence.questions.listed_names import names_in_a_row
from hepatrial.evidence.questions.meta import pooled_answer
from hepatrial.evidence.questions.models import Model
from hepatrial.evidence.questions.trial_covariates import COVARIATES


@pytest.fixture(autouse=True)
def no_records_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def reasons(found) -> dict[str, str]:
    return {one.trial: one.reason for one in found.trials.left_out}


def test_every_record_counts_or_says_why_not():
    found = pooled_answer(["sorafenib"], "placebo")
    counted = {one.comparison.trial for one in found.trials.counted}
    assert counted | set(reasons(found)) == set(registry().trials["trial"])
    assert not counted & set(reasons(found))
    assert all(one.citation for one in found.trials.counted)


def test_records_that_a_reader_could_expect_stand_first():
    found = pooled_answer(["sorafenib"], "placebo")
    near = {one.trial: one.reason for one in found.trials.near}
    assert near["sharp-and-asia-pacific"] == "it pools patients of SHARP, Asia-Pacific"
    assert near["storm"] == "its line is adjuvant"
    assert "reflect" not in near


def test_the_line_of_most_trials_is_taken_and_said():
    found = pooled_answer(["sorafenib"], "placebo")
    assert (found.question.line, found.question.line_chosen) == ("1L", True)
    assert any("Line 1L was taken" in caution and "STORM" in caution for caution in found.cautions)
    asked = pooled_answer(["sorafenib"], "placebo", line="1L")
    assert not asked.question.line_chosen
    assert asked.common.hr == found.common.hr


def test_all_lines_are_pooled_only_when_asked_for_and_with_a_warning():
    found = pooled_answer(["sorafenib"], "placebo", line="all")
    assert [one.effect.study for one in found.trials.counted] == ["SHARP", "Asia-Pacific", "STORM"]
    assert any("different lines are pooled (1L, adjuvant)" in caution for caution in found.cautions)


def test_the_other_direction_gives_the_inverse():
    straight = pooled_answer(["sunitinib"], "sorafenib")
    turned = pooled_answer(["sorafenib"], "sunitinib")
    assert turned.common.hr[0] == pytest.approx(1 / straight.common.hr[0], rel=1e-12)
    assert turned.common.hr[1] == pytest.approx(1 / straight.common.hr[2], rel=1e-12)
    assert turned.trials.counted[0].turned
    assert turned.trials.counted[0].ratio == pytest.approx((1 / 1.3, 1 / 1.5, 1 / 1.13))
    assert turned.trials.counted[0].patients == straight.trials.counted[0].patients[::-1]


def test_parts_of_a_treatment_come_in_any_order_and_case():
    found = pooled_answer(["Tremelimumab + DURVALUMAB"], "sorafenib")
    assert found.question.agents == ("durvalumab + tremelimumab",)
    assert found.common.hr[0] == pytest.approx(0.78)


def test_one_trial_is_told_as_it_is():
    found = pooled_answer(["lenvatinib"], "sorafenib")
    assert found.random is None
    assert found.lead is found.common
    assert found.common.hr == pytest.approx((0.92, 0.794, 1.066), abs=5e-4)
    assert {"random effects", "leave-one-out", "cumulative", "small-study test"} <= set(found.not_done)
    assert found.cautions[0].startswith("One trial: nothing is pooled")


def test_with_two_trials_the_common_effect_leads_and_the_limits_of_random_effects_are_told():
    found = pooled_answer(["ramucirumab"], "placebo")
    assert found.model is Model.COMMON
    assert found.random is not None
    assert found.random.hr[2] > 2
    assert found.random.effect.prediction is None
    assert found.not_done["prediction interval"] == "two trials leave it no degree of freedom"
    assert "random effects can't tell" in found.cautions[0]
    asked = pooled_answer(["ramucirumab"], "placebo", model="random")
    assert asked.lead is asked.random
    assert asked.pools[-1] is asked.random


@pytest.fixture(scope="module")
def second_line():
    return pooled_answer(["all"], "placebo", line="2L", by=["year", "age", "hbv"])


def test_from_three_trials_on_random_effects_lead(second_line):
    assert second_line.model is Model.RANDOM
    assert second_line.lead.hr == pool_random(second_line.trials.effects).hr
    assert second_line.common.hr == pool_common(second_line.trials.effects).hr
    assert second_line.lead.effect.prediction is not None
    assert any("8 different treatments are pooled" in caution for caution in second_line.cautions)


def test_all_agents_leave_out_controls_and_trials_that_would_count_twice():
    found = pooled_answer(["all"], "sorafenib", line="1L")
    treatments = {one.effect.arm for one in found.trials.counted}
    assert "placebo" not in treatments
    assert reasons(found)["himalaya"].startswith(
        "several of its comparisons are asked for, and they share patients"
    )
    assert len({one.effect.study for one in found.trials.counted}) == len(found.trials.counted)


def test_leaving_one_out_and_adding_one_by_one_are_pools_of_the_rest(second_line):
    effects = second_line.trials.effects
    rest = [effect for effect in effects if effect.study != "RESORCE"]
    assert second_line.without_each["RESORCE"].hr == pool_random(rest).hr
    years = [step.year for step in second_line.steps]
    assert years == sorted(years)
    assert second_line.steps[-1].pooled.hr == second_line.lead.hr
    first = second_line.steps[0]
    assert first.pooled.studies == (first.study,)
    for step, studies in zip(second_line.steps, range(1, len(effects) + 1), strict=True):
        assert len(step.pooled.studies) == studies
        assert step.pooled.studies[-1] == step.study


def test_the_small_study_test_is_made_from_ten_trials_on(second_line):
    assert second_line.small_studies is None
    assert "fewer than 10" in second_line.not_done["small-study test"]
    first_line = pooled_answer(["all"], "sorafenib", line="1L")
    assert len(first_line.trials.counted) == 10
    assert first_line.small_studies is not None
    assert first_line.small_studies.df == 8


def test_the_regression_on_the_year_is_that_of_the_reports(second_line):
    (found,) = (one for one in second_line.regressions if one.covariate.key == "year")
    assert found.values["REACH"] == 2015
    assert found.values["RESORCE"] == 2017  # the update has no year: that of the trial
    assert not found.unknown
    years = [found.values[effect.study] for effect in second_line.trials.effects]
    plain, never = (
        meta_regression(second_line.trials.effects, {"year": years}, interval=name).coefficients["year"]
        for name in ("knapp-hartung", "knapp-hartung-never-narrower")
    )
    assert found.slope.value == pytest.approx(plain.value, rel=1e-6)
    assert found.slope.p == pytest.approx(never.p, rel=1e-6)
    assert never.p > plain.p  # by chance these trials lie closer to the line than their errors allow


def test_a_property_is_the_mean_of_both_arms_weighted_by_their_patients(second_line):
    (found,) = (one for one in second_line.regressions if one.covariate.key == "age")
    evolve = load_trial("evolve-1")
    ages = [evolve.finding(arm, "age_median_years") for arm in ("everolimus", "placebo")]
    sizes = [evolve.arm(arm)["n"] for arm in ("everolimus", "placebo")]
    assert found.values["EVOLVE-1"] == pytest.approx(
        sum(map(math.prod, zip(ages, sizes, strict=True))) / sum(sizes)
    )
    assert "REACH" in found.unknown
    assert found.sources


def test_a_property_that_too_few_trials_confirm_is_told_not_fitted(second_line):
    assert second_line.not_done["regression on hbv"].startswith(
        "hepatitis B, % of patients is confirmed for both arms of 3 of 9 trials (BRISK-PS, EVOLVE-1, CELESTIAL)"
    )


def test_a_property_that_does_not_vary_is_told_not_fitted():
    found = pooled_answer(["all"], "sorafenib", line="1L", by=[one.key for one in COVARIATES])
    fitted = {one.covariate.key for one in found.regressions}
    told = {key.removeprefix("regression on ") for key in found.not_done if key.startswith("regression on ")}
    assert fitted | told == {one.key for one in COVARIATES}
    assert not fitted & told


def test_trials_whose_level_nobody_states_are_named(second_line):
    (told,) = (
        caution for caution in second_line.cautions if caution.startswith("No source states the level")
    )
    assert "BRISK-PS, RESORCE" in told
    assert "CELESTIAL" not in told


def test_a_treatment_that_no_trial_compares_is_named_and_not_passed_for_pooled():
    found = pooled_answer(["sorafenib", "lenvatinib"], "placebo", line="1L")
    told = "No trial that counts compares lenvatinib with placebo: the answer is of sorafenib alone."
    assert told in found.cautions
    assert not any("No trial that counts" in one for one in pooled_answer(["sorafenib"], "placebo").cautions)


def test_trials_that_took_patients_of_one_kind_are_named():
    told = "Not all trials took the same patients: REACH-2 (AFP >= 400 ng/mL)."
    assert told in pooled_answer(["ramucirumab"], "placebo").cautions
    (alone,) = [
        one for one in pooled_answer(["tivantinib"], "placebo").cautions if one.startswith("Its patients")
    ]
    assert alone == "Its patients were of one kind: METIV-HCC (MET-high tumours)."


def test_names_that_hold_a_comma_are_told_apart():
    assert names_in_a_row(["SHARP", "STORM"]) == "SHARP, STORM"
    assert names_in_a_row(["SHARP", "Hsu 2012, vandetanib"]) == "SHARP; Hsu 2012, vandetanib"


def test_the_other_lines_are_those_of_trials_that_would_count():
    told = "Line 2L was taken, as most trials are of it; other lines: Asia-Pacific, SHARP, STORM."
    assert told in pooled_answer(["all"], "placebo").cautions


def test_all_treatments_and_a_single_one_are_refused():
    with pytest.raises(UsageError, match="all treatments and single ones besides\n  found:   all, sorafenib"):
        pooled_answer(["all", "sorafenib"], "placebo")


def test_only_confirmed_ratios_with_an_interval_enter():
    tables = registry().comparisons
    sound = tables.filter(tables["log_hr_standard_error"].is_not_null())
    known = {
        (row["trial"], row["arm"], row["control"], row["endpoint"]): row["hr"] for row in sound.to_dicts()
    }
    for endpoint in ("OS", "PFS", "TTP"):
        for one in independent_comparisons(endpoint).comparisons:
            assert known[one.trial, one.arm, one.control, endpoint] == one.hr


def test_a_misspelt_agent_gets_the_near_miss():
    with pytest.raises(UsageError, match="did you mean ramucirumab"):
        pooled_answer(["ramucirumb"], "placebo")


def test_a_treatment_is_not_compared_with_itself():
    with pytest.raises(UsageError, match="compared with itself: sorafenib"):
        pooled_answer(["sorafenib"], "sorafenib")


@pytest.mark.parametrize(
    ("word", "value", "meant"),
    [("line", "2l", "2L"), ("endpoint", "os", "OS"), ("model", "randm", "random"), ("by", "yaer", "year")],
)
def test_unknown_words_get_the_near_miss(word, value, meant):
    given = {word: [value] if word == "by" else value}
    with pytest.raises(UsageError, match=f"did you mean {meant}"):
        pooled_answer(["all"], "placebo", **given)


def test_a_question_that_no_trial_answers_says_what_is_there_instead():
    with pytest.raises(RunFailed, match="REACH-2: its TTP hazard ratio is not confirmed") as told:
        pooled_answer(["ramucirumab"], "placebo", "TTP")
    assert told.value.exit_code == 1
    with pytest.raises(RunFailed, match=r"ask for one of these: .*lenvatinib v sorafenib"):
        pooled_answer(["lenvatinib"], "placebo")


def test_random_effects_of_a_single_trial_are_refused():
    with pytest.raises(Exception, match="too few studies"):
        pooled_answer(["lenvatinib"], "sorafenib", model="random")


def test_levels_of_a_factor_are_for_one_treatment():
    with pytest.raises(UsageError, match="one --agent with --apart"):
        pooled_answer(["all"], "placebo", line="2L", apart=["afp-400"])
