"""What a session and an ablation do to a tumour, by the equations alone."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from hepatrial.disease import ablation, tace
from hepatrial.disease import locoregional_derivation as derivation
from hepatrial.disease.constants import constants
from hepatrial.disease.individuals import Individuals
from hepatrial.disease.model import SurgeEffect, after_day, daily_steps, drive, initial_state
from hepatrial.disease.over_day import AtNodes
from hepatrial.disease.parameters import default_parameters, prior_parameters
from hepatrial.disease.tumour import Tumour

VOLUME = st.floats(0.0, 1e4)
SHARE = st.floats(0.0, 1.0)


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


@given(VOLUME, VOLUME, VOLUME, SHARE)
def test_a_session_moves_volume_and_loses_none(sensitive, resistant, necrotic, left):
    with jax.enable_x64(True):
        before = Tumour(*(np.array([v]) for v in (sensitive, resistant, necrotic)))
        after = tace.embolised(before, np.array([left]))
    assert float(after.volume[0]) == pytest.approx(float(before.volume[0]), rel=1e-12)
    assert float(after.viable[0]) == pytest.approx(left * float(before.viable[0]), rel=1e-12)
    assert float(after.necrotic[0]) >= necrotic


@given(VOLUME, VOLUME, SHARE)
def test_sensitive_and_resistant_cells_die_alike(sensitive, resistant, left):
    with jax.enable_x64(True):
        after = tace.embolised(
            Tumour(*(np.array([v]) for v in (sensitive, resistant, 0.0))), np.array([left])
        )
    assert float(after.sensitive[0]) * resistant == pytest.approx(
        float(after.resistant[0]) * sensitive, rel=1e-12
    )


def test_what_is_resected_is_out_of_the_body_and_what_is_ablated_is_not():
    tumour = Tumour(*(np.array([v]) for v in (8.0, 2.0, 5.0)))
    left = np.array([0.1])
    assert float(ablation.resected(tumour, left).volume[0]) == pytest.approx(1.0)
    assert float(tace.embolised(tumour, left).volume[0]) == pytest.approx(15.0)


def killed(diameter, lesions, logit=0.0):
    size = tace.log_diameter(np.array([diameter * lesions]), np.array([float(lesions)]))
    one = tace.complete_share(0.2, 1.5, size)
    expected = one**lesions + (1 - one**lesions) * tace.killed_where_not_all(
        one, np.array([float(lesions)]), tace.partial_share(logit - 1.5 * size)
    )
    return float(one[0] ** lesions), float(expected[0])


def test_larger_and_more_lesions_respond_completely_less_often():
    by_size = [killed(diameter, 1)[0] for diameter in (10, 20, 40, 80, 160)]
    by_number = [killed(30, lesions)[0] for lesions in (1, 2, 3, 5)]
    assert by_size == sorted(by_size, reverse=True)
    assert by_number == sorted(by_number, reverse=True)
    assert killed(60, 1)[1] < killed(30, 1)[1]


def test_the_mean_kill_over_lesions_does_not_depend_on_how_many_there_are():
    # Each lesion is cleared with probability c and else loses the share k: 1 - (1 - c)(1 - k) whatever their number.
    one = killed(30, 1)[1]
    for lesions in (2, 3, 5):
        assert killed(30, lesions)[1] == pytest.approx(one, rel=1e-12)


def test_residue_is_left_of_a_complete_response_and_never_more_than_there_was():
    left = tace.left_viable(
        np.array([True, True, False]), np.array([0.03, 5.0, 5.0]), np.array([3.0, 1.0, 2.0]), 0.25
    )
    assert left.tolist() == [pytest.approx(0.01), 1.0, 0.75]


def state_after(days, vegfr2, surge, gain=1.0):
    """State of three patients after ``days`` with an occupancy of VEGFR2 and a surge at the start."""
    c = constants(default_parameters())
    one = np.ones(3)
    person = Individuals(**dict.fromkeys(Individuals._fields, 0.0 * one))._replace(
        growth_per_day=np.array([0.002, 0.005, 0.02]), vascular_ratio=0.2 * one, erk_dependence=0.4 * one,
        sensitive_ml=50.0 * one, resistant_ml=2.0 * one, sld_mm=60.0 * one, albi=-2.6 * one,
    )  # fmt: skip
    steps = daily_steps(person, c)
    state = initial_state(person, embolised=True)._replace(surge=surge * one)
    moment = drive({"VEGFR2": vegfr2 * one}, 0.0 * one, c)
    for _ in range(days):
        state, supply = after_day(
            state, AtNodes(moment, moment, moment, moment), person, steps, c, SurgeEffect(gain, 0.02)
        )
        assert np.isfinite(np.asarray(supply)).all()
    return state


def flat(state, leave_out=("surge",)):
    kept = {name: value for name, value in state._asdict().items() if name not in leave_out}
    return dict(enumerate(map(np.asarray, jax.tree.leaves(kept))))


def test_a_surge_with_complete_block_of_the_receptor_changes_nothing():
    quiet, surged = (flat(state_after(60, 1.0, surge)) for surge in (0.0, 5.0))
    assert all(np.array_equal(quiet[name], surged[name]) for name in quiet)


def test_a_surge_without_gain_changes_nothing():
    quiet, surged = (flat(state_after(60, 0.3, surge, gain=0.0)) for surge in (0.0, 5.0))
    assert all(np.array_equal(quiet[name], surged[name]) for name in quiet)


def test_a_surge_feeds_growth_and_a_blocked_receptor_blunts_it():
    gained = []
    for vegfr2 in (0.0, 0.5, 0.9):
        quiet, surged = state_after(30, vegfr2, 0.0), state_after(30, vegfr2, 0.7)
        gained.append(np.asarray(surged.tumour.viable) / np.asarray(quiet.tumour.viable))
    assert (gained[0] > gained[1]).all()
    assert (gained[1] > gained[2]).all()
    assert (gained[2] > 1.0).all()


def test_supply_above_the_untreated_one_does_not_bring_the_dead_back():
    c = constants(default_parameters())
    state = state_after(30, 0.0, 3.0)
    assert (np.asarray(state.vessel_supply) > 1.0).all()
    assert np.asarray(state.tumour.necrotic).tolist() == [0.0, 0.0, 0.0]
    assert c.necrosis_clearance > 0


def test_extreme_surges_stay_finite_and_markers_positive():
    state = state_after(400, 0.0, 1e3, gain=50.0)
    for name, value in flat(state, leave_out=()).items():
        assert np.isfinite(value).all(), name
    assert (np.asarray(state.vegf) > 0).all()


def test_the_numbers_that_ship_are_those_of_the_derivation():
    p = prior_parameters()
    at_30, slope = derivation.complete_response()
    assert p["tace.complete_share_30_mm"] == pytest.approx(expit(at_30), abs=5e-4)
    assert p["tace.size_log_slope"] == pytest.approx(slope, abs=5e-3)
    assert p["tace.partial_kill"] == pytest.approx(derivation.partial_kill(), abs=5e-4)
    assert p["tace.cured_share"] == pytest.approx(derivation.CURED, abs=5e-4)
    assert p["tace.injury_albi"] == pytest.approx(derivation.injury_albi(), abs=5e-3)
    days, asia = derivation.growth()
    assert p["tace.doubling_time_days"] == pytest.approx(days, abs=0.6)
    assert p["tace.asia_growth_log_ratio"] == pytest.approx(asia, abs=5e-4)
    assert p["tace.cancer_log_hazard_ratio"] == pytest.approx(derivation.cancer_log_hazard_ratio(), abs=5e-3)
    assert p["tace.procedure_death_share"] == pytest.approx(derivation.death_by_a_session(), abs=5e-5)
    assert p["tace.extrahepatic_share"] == pytest.approx(derivation.extrahepatic_share(), abs=5e-4)
    assert p["tace.new_lesion_rate_per_month"] == pytest.approx(derivation.new_lesions_after_tace(), abs=5e-4)
    at_30, slope = derivation.complete_ablation()
    assert p["ablation.complete_share_30_mm"] == pytest.approx(expit(at_30), abs=5e-4)
    assert p["ablation.size_log_slope"] == pytest.approx(slope, abs=5e-3)
    assert p["ablation.new_lesion_rate_per_month"] == pytest.approx(
        derivation.new_lesions_after_ablation(), abs=5e-4
    )


def test_the_derived_kills_give_back_the_published_responses():
    rng = np.random.default_rng(1)
    deviation = derivation.LOGIT_SD * rng.standard_normal(200_000)
    at_30, slope = derivation.complete_response()
    complete = [
        expit(at_30 - slope * np.log(diameter / 30) + deviation).mean() for diameter in derivation.COMPLETE_MM
    ]
    assert complete == pytest.approx(list(derivation.COMPLETE), abs=0.1)  # three groups, two numbers
    assert np.mean(complete) == pytest.approx(derivation.COMPLETE.mean(), abs=0.01)
    rest = rng.random(200_000) >= expit(at_30 + deviation)
    middle = np.log(derivation.partial_kill() / (1 - derivation.partial_kill()))
    responds = (1.0 - expit(middle + deviation[rest])) ** (1 / 3) <= derivation.PARTIAL_DIAMETER
    assert responds.mean() == pytest.approx(39 / 53, abs=0.005)


def test_the_script_prints_every_derived_number(capsys):
    derivation.main()
    printed = capsys.readouterr().out
    derived = [
        name for name, q in prior_parameters().quantities.items()
        if name.startswith(("tace.", "ablation.")) and q.grade == "derived" and "surge" not in name
    ]  # fmt: skip
    assert [name for name in derived if name not in printed] == []
