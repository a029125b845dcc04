"""The benefit by liver reserve, in simulated patients: what must be true of it, whatever the parameters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.agents import load_agent
from hepatrial.analysis import benefit_by_reserve
from hepatrial.disease.parameters import default_parameters
from hepatrial.errors import UsageError
from hepatrial.patients.population import virtual_patients
from hepatrial.reserve import answer_by_reserve, parameter_draws
from hepatrial.reserve.parameter_draws import drawn_benefit
from hepatrial.reserve.population import population_across_reserve, with_reserve
from hepatrial.simulation.blocks import Work, simulate_block

NO_LIVER_DEATH = {"hazards.liver_rate_per_month": 1e-12, "liver.decompensation_stop_share": 1e-12}


def work(sharp, values=None, **changes):
    return Work(sharp, default_parameters().with_values(values or {}), 5, "float32", block=256, **changes)


@pytest.fixture(scope="module")
def answer(sharp):
    return answer_by_reserve(work(sharp), 1024, window_months=12.0, draws=3)


def test_patients_span_all_reserve_and_nobody_is_lost(sharp):
    twins = population_across_reserve(work(sharp), 1024)
    subjects = twins.subjects
    assert twins.holds_twins
    assert subjects["patient"].n_unique() == 1024
    assert set(subjects["os_reason"].unique()) <= {
        "death: cancer",
        "death: liver",
        "death: toxicity",
        "end of follow-up",
    }
    scores = np.bincount(subjects["child_pugh_score"].to_numpy())
    assert (scores[5:12] > 10).all()


def test_moving_liver_function_leaves_everything_else_of_a_patient(sharp):
    first = work(sharp)
    before, after = (
        virtual_patients(with_reserve(sharp, shift), np.arange(200), first.streams) for shift in (0.0, 3.0)
    )
    for name in ("age_years", "ecog", "mvi", "ehs", "sld_mm", "afp_ng_ml", "weight_kg"):
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name))
    assert np.all(after.albi > before.albi)
    assert np.all(after.child_pugh_score >= before.child_pugh_score)


def test_without_liver_death_reserve_acts_through_exposure_alone(sharp):
    """With exposure the same in every class, a patient fares the same to the bit, whatever the liver function."""
    sorafenib = load_agent("sorafenib")
    ratios = sorafenib.pharmacokinetics.hepatic_ratio
    kinetics = replace(
        sorafenib.pharmacokinetics,
        hepatic_ratio={grade: ratio and replace(ratio, value=1.0) for grade, ratio in ratios.items()},
    )
    same = replace(sorafenib, pharmacokinetics=kinetics)
    numbers = np.arange(256)

    def outcomes(agent, shift):
        shifted = replace(
            work(sharp, NO_LIVER_DEATH, own_agents=(agent,)), protocol=with_reserve(sharp, shift)
        )
        return simulate_block(shifted, numbers).outcomes

    for well, ill in zip(outcomes(same, 0.0), outcomes(same, 3.0), strict=True):
        np.testing.assert_array_equal(well.cancer_death, ill.cancer_death)
        np.testing.assert_array_equal(well.progression, ill.progression)
        assert (ill.liver_death >= ill.cancer_death).all()  # later ones are of courses beyond death
    exposed = [outcomes(sorafenib, shift)[0].cancer_death for shift in (0.0, 3.0)]
    assert (exposed[0] != exposed[1]).mean() > 0.3


def test_the_benefit_goes_to_nothing_as_liver_death_takes_all(sharp):
    gains = []
    for rate in (0.007, 0.7, 70.0):
        twins = population_across_reserve(work(sharp, {"hazards.liver_rate_per_month": rate}), 1024)
        effects = benefit_by_reserve(twins, "sorafenib", "placebo", 12.0)
        gains.append(next(e.gain.change.value for e in effects if (e.scale, e.label) == ("ALBI grade", "3")))
    assert abs(gains[2]) < 0.005
    assert abs(gains[1]) < 0.02
    assert gains[0] > 0.05


def test_the_curve_and_the_groups_tell_the_same_mean(answer):
    """The mean of the fitted curve over patients is their mean gain, as for every least-squares fit with a constant."""
    gains = {
        (e.scale, e.label): (e.gain.change.value, e.n_arm) for e in answer.effects if e.scale == "ALBI grade"
    }
    mean = sum(gain * n for gain, n in gains.values()) / sum(n for _, n in gains.values())
    albi = answer.population.subjects["albi"].to_numpy()
    inside = np.interp(albi, answer.curve.albi, answer.curve.estimate)
    assert inside.mean() == pytest.approx(mean, abs=0.02)


def test_draws_that_are_the_parameters_as_they_stand_change_nothing(sharp, answer, monkeypatch):
    same = lambda protocol, agents, draws, *, seed: [default_parameters()] * draws  # noqa: E731
    monkeypatch.setattr(parameter_draws, "drawn_parameters", same)
    gains = {(e.scale, e.label): e.gain.change.value for e in answer.effects}
    found = drawn_benefit(work(sharp), answer.curve, gains, 2)
    for curve in found.curves:
        np.testing.assert_array_equal(curve, answer.curve.estimate)
    for key, values in found.gains.items():
        assert values.tolist() == [gains[key]] * 2


def test_intervals_over_parameters_hold_their_own_draws(answer):
    assert answer.drawn.draws == 3
    assert answer.drawn.curves.shape == (3, len(answer.curve.albi))
    inside = {named.inside for named in answer.thresholds}
    assert inside == {"virtual patients (bootstrap)", "virtual patients", "parameters (3 draws)"}


def test_the_same_seed_gives_the_same_answer(sharp, answer):
    again = answer_by_reserve(work(sharp), 1024, window_months=12.0)
    np.testing.assert_array_equal(again.curve.estimate, answer.curve.estimate)
    assert again.drawn is None
    assert again.effects == answer.effects


def test_what_cannot_be_answered_is_refused_with_a_remedy(sharp):
    with pytest.raises(UsageError, match="did you mean sorafenib"):
        answer_by_reserve(work(sharp), 64, arm="sorafenbi")
    with pytest.raises(UsageError, match="longer than patients are followed"):
        answer_by_reserve(work(sharp), 64, window_months=60.0)
    alone = replace(sharp, arms=sharp.arms[:1], control="sorafenib")
    with pytest.raises(UsageError, match="has one arm"):
        answer_by_reserve(work(alone), 64)
