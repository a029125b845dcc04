"""The networks of the registry: each runs or says why not, and reads as its trials say."""

from __future__ import annotations

import time
from typing import get_args

import numpy as np
import pytest

from hepatrial.errors import HepatrialError, InvalidInput, RunFailed, UsageError
from hepatrial.evidence.collection import ENVIRONMENT
from hepatrial.evidence.network import empirical_prior, network_of, weakly_informative
from hepatrial.evidence.pooling import StudyEffect, pool_common
from hepatrial.evidence.questions.models import Model
from hepatrial.evidence.questions.network_analysis import analysed_network
from hepatrial.evidence.questions.networks import network_answer
from hepatrial.evidence.questions.prior_choice import prior_of, usual_prior
from hepatrial.evidence.trials import Endpoint, Line

RUNNING = [
    ("1L", "OS"), ("1L", "PFS"), ("1L", "TTP"), ("2L", "OS"), ("2L", "PFS"), ("2L", "TTP"),
    ("TACE", "OS"), ("TACE", "PFS"), ("TACE", "TTP"), ("SIRT", "OS"), ("adjuvant", "OS"),
    ("3L", "OS"), ("3L", "PFS"), ("adjuvant", "RFS"),
    ("adjuvant", "TTR"), ("ablation", "TTR"), ("TACE", "TTUP"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def no_records_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(scope="module")
def first_line():
    return network_answer("1L", bayesian=True)


@pytest.mark.parametrize(("line", "endpoint"), RUNNING)
def test_a_network_of_the_registry_runs(line, endpoint):
    found = network_answer(line, endpoint)
    analysis = found.analysis
    arms = {arm for one in found.trials.counted for arm in (one.effect.arm, one.effect.control)}
    assert set(analysis.network.treatments) == arms == set(found.arms)
    assert sum(analysis.p_scores.values()) == pytest.approx(len(arms) / 2)
    assert all(one.citation for one in found.trials.counted)
    if analysis.random is None:
        assert "random effects" in analysis.not_done
    if not analysis.splits:
        assert "node splits" in analysis.not_done
    if analysis.q.between.df == 0:
        assert "inconsistency" in analysis.not_done


OTHERS = [
    (line, endpoint)
    for line in get_args(Line)
    for endpoint in get_args(Endpoint)
    if (line, endpoint) not in RUNNING
]


@pytest.mark.parametrize(("line", "endpoint"), OTHERS)
def test_any_other_network_says_why_not(line, endpoint):
    with pytest.raises(HepatrialError) as told:
        network_answer(line, endpoint)
    assert isinstance(told.value, (RunFailed, InvalidInput))
    assert "fix:" in str(told.value)


def test_a_star_reads_off_its_trials(first_line):
    """Without closed loops a direct comparison is the pool of its trials and nothing else."""
    fit = first_line.analysis.common
    pooled = pool_common(
        [e for e in first_line.trials.effects if {e.arm, e.control} == {"sorafenib", "placebo"}]
    )
    assert fit.effect("sorafenib", "placebo").ratio == pytest.approx(pooled.hr, rel=1e-9)
    through = fit.effect("lenvatinib", "sorafenib").value + pooled.effect.value
    assert fit.effect("lenvatinib", "placebo").value == pytest.approx(through, abs=1e-12)


def test_three_arms_of_himalaya_are_tied_by_their_shared_arm(first_line):
    (one,) = first_line.shared
    assert (one.shared.study, one.shared.treatment, one.shared.how.value) == (
        "HIMALAYA",
        "sorafenib",
        "intervals",
    )
    errors = {e.arm: e.std_error for e in first_line.trials.effects if e.study == "HIMALAYA"}
    between = first_line.analysis.common.effect("durvalumab", "durvalumab + tremelimumab").std_error
    assert between**2 == pytest.approx(sum(error**2 for error in errors.values()) - 2 * one.shared.variance)
    assert one.error == pytest.approx(between)
    assert one.errors[0] < one.error < one.errors[1]
    assert one.pair == ("durvalumab", "durvalumab + tremelimumab")
    assert one.shared.least == pytest.approx(1 / 389)
    assert one.largest_change < 1e-9  # a star of hazard ratios is not moved by what ties them


def test_placebo_is_the_reference_or_else_what_most_trials_have(first_line):
    assert first_line.analysis.reference == "placebo"
    assert network_answer("1L", "PFS").analysis.reference == "sorafenib"
    assert network_answer("TACE").analysis.reference == "TACE"
    assert network_answer("1L", reference="lenvatinib").analysis.reference == "lenvatinib"


def test_few_degrees_of_freedom_leave_common_effects_in_the_lead(first_line):
    assert first_line.analysis.model is Model.COMMON
    assert first_line.analysis.random is not None
    assert any("rests on 1 degree of freedom" in caution for caution in first_line.cautions)
    asked = network_answer("1L", model="random")
    assert asked.analysis.lead is asked.analysis.random
    with pytest.raises(InvalidInput, match="heterogeneity cannot be seen"):
        network_answer("1L", "PFS", model="random")


def test_the_same_transitivity_warning_and_the_narrow_trials_stand_in_every_network():
    found = network_answer("2L")
    assert "No arithmetic checks that" in found.cautions[0]
    assert "REACH-2 (AFP >= 400 ng/mL)" in found.cautions[1]


def test_limits_of_few_decimals_are_told_with_what_rounding_could_do(first_line):
    # SIRveNIB prints 1.1 (0.9 to 1.4).
    (told,) = (text for text in network_answer("SIRT").cautions if "few decimals" in text)
    assert told.endswith("SIRveNIB by up to 21 %.")
    assert not any("few decimals" in text for text in first_line.cautions)


def test_arms_that_were_taken_as_one_treatment_are_told_with_their_doses(first_line):
    doses = {arm.study: arm.dose for arm in first_line.arms["lenvatinib"]}
    assert set(doses) == {"REFLECT", "LEAP-002"}
    assert "12 mg" in doses["REFLECT"]
    assert [arm.arm for arm in first_line.arms["durvalumab + tremelimumab"]] == ["STRIDE"]
    sorafenib = [arm.study for arm in first_line.arms["sorafenib"]]
    assert sorafenib.count("HIMALAYA") == 1


def test_patients_are_added_up_only_where_every_arm_is_confirmed(first_line):
    assert first_line.patients is None  # LIGHT
    assert network_answer("2L", "PFS").patients["placebo"] == 836


def test_with_a_prior_the_result_stands_beside_a_second_one(first_line):
    answer = first_line.bayesian
    assert (answer.prior, answer.second_prior) == ("mortality-drug-v-placebo", "weakly-informative")
    assert answer.prior_chosen
    assert answer.fit.prior == empirical_prior("mortality", "drug-v-placebo")
    assert answer.second.prior == weakly_informative()
    one, other = (fit.effect("lenvatinib", "placebo") for fit in (answer.fit, answer.second))
    assert other.sd > one.sd
    assert list(answer.sucra.values()) == sorted(answer.sucra.values(), reverse=True)
    assert answer.ranks.probability.sum(axis=1) == pytest.approx(np.ones(15))
    again = network_answer("1L", bayesian=True).bayesian
    assert (again.ranks.probability == answer.ranks.probability).all()
    other_seed = network_answer("1L", bayesian=True, seed=2).bayesian
    assert (other_seed.ranks.probability != answer.ranks.probability).any()
    assert other_seed.sucra == answer.sucra


@pytest.mark.parametrize(
    ("endpoint", "pairs", "name"),
    [
        ("OS", [("sorafenib", "placebo")], "mortality-drug-v-placebo"),
        (
            "OS",
            [("sorafenib", "best supportive care"), ("lenvatinib", "sorafenib")],
            "mortality-drug-v-placebo",
        ),
        ("OS", [("lenvatinib", "sorafenib")], "mortality-drug-v-drug"),
        # What both arms are given does not tell them apart.
        ("OS", [("brivanib + TACE", "TACE")], "mortality-drug-v-placebo"),
        ("OS", [("lenvatinib + pembrolizumab", "lenvatinib")], "mortality-drug-v-placebo"),
        ("OS", [("SIRT", "sorafenib")], "mortality-procedure-v-drug"),
        ("OS", [("SIRT + sorafenib", "sorafenib")], "mortality-procedure-v-placebo"),
        ("OS", [("DEB-TACE", "cTACE")], "mortality-procedure-v-procedure"),
        ("PFS", [("sorafenib", "placebo")], "composite-drug-v-placebo"),
        ("TTP", [("lenvatinib", "sorafenib")], "composite-drug-v-drug"),
    ],
)
def test_the_usual_prior_is_that_of_the_outcome_and_the_widest_kind_of_comparison(endpoint, pairs, name):
    network = network_of(
        [StudyEffect(f"T{place}", *pair, -0.2, 0.1, "x") for place, pair in enumerate(pairs)]
    )
    assert usual_prior(endpoint, network) == name


def test_networks_take_the_prior_of_their_comparisons():
    for line, endpoint, name in [
        ("2L", "PFS", "composite-drug-v-placebo"),
        ("TACE", "OS", "mortality-drug-v-placebo"),
        ("SIRT", "OS", "mortality-procedure-v-drug"),
    ]:
        found = network_answer(line, endpoint, bayesian=True).bayesian
        assert (found.prior, found.second_prior) == (name, "weakly-informative")
    weak = network_answer("SIRT", prior="weakly-informative").bayesian
    assert weak.second_prior == "mortality-procedure-v-drug"


def test_a_prior_may_be_chosen():
    named = network_answer("2L", prior="half-normal:0.2").bayesian
    assert not named.prior_chosen
    assert named.fit.prior.scale == 0.2


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("half-normal", "half-normal:SCALE"),
        ("half-normal:wide", "half-normal:SCALE"),
        ("log-normal:1", "log-normal:MEAN,SD"),
        ("weakly-informativ", "did you mean weakly-informative"),
        ("weakly-informative:2", "weakly-informative"),
        ("uniform:-1", "a finite number above 0"),
        ("", "choose one of these"),
    ],
)
def test_a_prior_that_is_none_is_refused_with_the_choices(name, told):
    with pytest.raises(UsageError, match=told):
        prior_of(name)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"line": "1l"}, "did you mean 1L"),
        ({"endpoint": "PSF"}, "did you mean PFS"),
        ({"reference": "plazebo"}, "did you mean placebo"),
        ({"model": "randm"}, "did you mean random"),
        ({"reference": "plazebo", "connected": True}, "no trial of the network has the reference"),
    ],
)
def test_unknown_words_are_refused(given, told):
    with pytest.raises(UsageError, match=told):
        network_answer(**{"line": "1L", **given})


def thirty_trials() -> list[StudyEffect]:
    """Thirty trials of twelve treatments with loops, eight of them with three arms that give all pairs."""
    random = np.random.default_rng(5)
    level = random.normal(0.0, 0.3, 12)
    effects = []
    for trial in range(30):
        arms = [0, *random.choice(np.arange(1, 12), 2 if trial < 8 else 1, replace=False)]
        if trial % 3 == 0 and len(arms) == 2:
            arms = list(random.choice(np.arange(1, 12), 2, replace=False))
        mean = {arm: level[arm] + random.normal(0.0, 0.08) for arm in arms}
        for place, arm in enumerate(arms):
            for control in arms[:place]:
                error = 0.17 if len(arms) == 2 else 0.2
                value = float(mean[arm] - mean[control])
                effects.append(StudyEffect(f"T{trial}", f"t{arm:02}", f"t{control:02}", value, error, "x"))
    return effects


def test_thirty_trials_take_well_under_a_second():
    effects = thirty_trials()
    warm = analysed_network(effects)
    assert len(warm.network.trials) == 30
    assert sum(len(trial.arms) > 2 for trial in warm.network.trials) == 8
    assert warm.model is Model.RANDOM
    assert len(warm.splits) > 5
    assert warm.lead.effect("t01", "t00").prediction is not None
    started = time.process_time()
    analysed_network(effects)
    assert time.process_time() - started < 0.5
