"""What must be true of twins, whatever the parameters: the difference between arms is the treatment's alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.agents import load_agent
from hepatrial.conduct.replicates import replicate_effects
from hepatrial.disease.parameters import default_parameters
from hepatrial.simulation.blocks import Work
from hepatrial.simulation.workers import simulate_patients

OUTCOMES = ("cancer_death", "liver_death", "toxic_death", "progression", "by_new_lesion")


def outcomes_by_arm(protocol, patients=600, **changes):
    work = Work(protocol, default_parameters(), 5, **changes)
    return simulate_patients(work, patients, workers=1).outcomes


def with_dose(protocol, factor):
    arm = protocol.arm("sorafenib")
    levels = tuple(replace(level, dose_mg=level.dose_mg * factor) for level in arm.regimens[0].levels)
    treated = replace(arm, regimens=(replace(arm.regimens[0], levels=levels),))
    return replace(protocol, arms=(treated, protocol.arm("placebo")))


def test_a_drug_without_affinity_toxicity_and_injury_equals_placebo_to_the_bit(sharp):
    sorafenib = load_agent("sorafenib")
    inert = replace(sorafenib, affinities=(), adverse_events=(), liver_injury=None)
    treated, placebo = outcomes_by_arm(sharp, own_agents=(inert,))
    for name in OUTCOMES:
        assert np.array_equal(getattr(treated, name), getattr(placebo, name)), name


def test_two_arms_with_the_same_treatment_have_identical_twins(sharp):
    arm = sharp.arm("sorafenib")
    same = replace(sharp, arms=(arm, replace(arm, name="again")), control="again")
    first, second = outcomes_by_arm(same)
    for name in first.__slots__:
        assert np.array_equal(getattr(first, name), getattr(second, name)), name


def test_the_effect_goes_to_nothing_as_the_dose_does(sharp):
    def mean_gain(factor):
        treated, placebo = outcomes_by_arm(with_dose(sharp, factor))
        death = [o.death.clip(max=1095.0) for o in (treated, placebo)]
        return abs(float(np.mean(death[0] - death[1])))

    gains = [mean_gain(factor) for factor in (1.0, 1e-2, 1e-4, 1e-6)]
    assert gains[0] > 10.0
    assert gains[0] > gains[1] > gains[2] > gains[3]
    assert gains[3] < 1e-3 * gains[0]


@pytest.mark.parametrize("block", [37, 64, 100, 256])
def test_results_do_not_depend_on_the_size_of_blocks(sharp, block):
    for first, second in zip(
        outcomes_by_arm(sharp, 300), outcomes_by_arm(sharp, 300, block=block), strict=True
    ):
        for name in first.__slots__:
            assert np.array_equal(getattr(first, name), getattr(second, name)), name


def test_results_do_not_depend_on_the_number_of_workers(sharp):
    work = Work(sharp, default_parameters(), 5, block=256)
    one, two = (simulate_patients(work, 512, workers=count) for count in (1, 2))
    for first, second in zip(one.outcomes, two.outcomes, strict=True):
        for name in first.__slots__:
            assert np.array_equal(getattr(first, name), getattr(second, name)), name


def test_swapping_the_arms_labels_turns_the_sign_of_the_log_hazard_ratio(sharp):
    # With one block order for both, the same patients are allocated to the same treatments: only the labels change.
    work = Work(sharp, default_parameters(), 5)
    simulated = simulate_patients(work, 600, workers=1)
    effect = {}
    for control, arm in (("placebo", "sorafenib"), ("sorafenib", "placebo")):
        protocol = replace(sharp, control=control)
        found = replicate_effects(protocol, simulated.patients, list(simulated.outcomes), work.streams, 20)
        effect[arm] = found[arm, "OS"]
    np.testing.assert_allclose(effect["sorafenib"].log_hr, -effect["placebo"].log_hr, atol=1e-9)
    np.testing.assert_allclose(effect["sorafenib"].z, -effect["placebo"].z, atol=1e-9)


@pytest.mark.long
def test_null_trials_reject_at_their_nominal_level(sharp):
    arm = sharp.arm("placebo")
    null = replace(sharp, arms=(replace(arm, name="other"), arm))
    work = Work(null, default_parameters(), 11)
    simulated = simulate_patients(work, 5000, workers=1)
    found = replicate_effects(null, simulated.patients, list(simulated.outcomes), work.streams, 20_000)
    for endpoint in ("OS", "TTP", "PFS"):
        rate = float((found["other", endpoint].z < -1.959963984540054).mean())
        assert abs(rate - 0.025) < 0.003, f"{endpoint}: {rate}"
