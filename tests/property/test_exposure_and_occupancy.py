"""More exposure never lowers the occupancy of a target, and occupancy keeps its limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hepatrial.agents import (
    ACTING_TARGETS,
    agent_names,
    completed,
    individual_kinetics,
    inverse_constant_per_nm,
    recorded_agent,
    reference_concentration_mg_l,
    usual_free_nm,
)
from hepatrial.disease.over_day import EARLY, LATE
from hepatrial.disease.resistance import ResistanceSwitches
from hepatrial.disease.targets import TARGETS
from hepatrial.simulation.inputs import agent_tables
from hepatrial.treatment.exposure import advance_exposure, exposure_coefficients, exposure_dose, occupancies
from hepatrial.treatment.plan import drift_with_pauses

SORAFENIB = recorded_agent("sorafenib")
TABLES = agent_tables([SORAFENIB], ResistanceSwitches())


def coefficients(normals=(0.0, 0.0), child_pugh=0, weight_kg=80.0):
    kinetics = individual_kinetics(
        SORAFENIB, np.array([child_pugh]), np.array([weight_kg]), np.array([normals])
    )
    return exposure_coefficients(
        kinetics.elimination_per_day[None],
        kinetics.volume_l[None],
        kinetics.free_nm_per_mg_l[None],
        TABLES.drift_final,
        TABLES.drift_days,
    )


def occupied(concentration_mg_l):
    found = occupancies([np.array([concentration_mg_l])], coefficients(), TABLES)
    return np.array([float(target[0]) for target in found.values()])


def after_days(days, mg_per_day, exposure):
    level, dose = np.zeros((1, 1)), exposure_dose(np.array([[mg_per_day]]), TABLES)
    for day in range(days):
        *_, level = advance_exposure(level, dose, np.exp(-day / TABLES.drift_days[0]), exposure)
    return float(level[0, 0])


concentrations = st.floats(0.0, 200.0)
draws = st.floats(-3.0, 3.0)


@settings(max_examples=60, deadline=None)
@given(concentrations, concentrations)
def test_more_exposure_never_lowers_occupancy(one, other):
    low, high = sorted((one, other))
    assert np.all(occupied(high) >= occupied(low))
    assert np.all((occupied(high) >= 0.0) & (occupied(high) < 1.0))


def test_no_exposure_occupies_nothing():
    assert not occupied(0.0).any()


def test_occupancy_at_the_reference_is_free_drug_over_kd():
    free_nm = reference_concentration_mg_l(SORAFENIB) * 0.005 * 1e6 / 464.8
    kd_nm = {"VEGFR2": 59.0, "PDGFRB": 37.0, "FGFR1": 2800.0, "TIE2": 2100.0, "RAF1": 230.0}
    expected = [free_nm / (free_nm + kd_nm[target]) if target in kd_nm else 0.0 for target in TARGETS]
    np.testing.assert_allclose(occupied(reference_concentration_mg_l(SORAFENIB)), expected, rtol=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.floats(10.0, 1600.0), st.floats(1.0, 3.0), draws, draws, st.integers(0, 2), st.floats(40.0, 130.0))
def test_a_higher_dose_never_lowers_concentration(dose, factor, z_clearance, z_volume, child_pugh, weight_kg):
    exposure = coefficients((z_clearance, z_volume), child_pugh, weight_kg)

    assert 0.0 < after_days(10, dose, exposure) <= after_days(10, dose * factor, exposure) * (1 + 1e-6)


def test_concentration_settles_at_dose_over_clearance_times_the_drift():
    """After a month of 800 mg a day: the reference times f + (1 - f) exp(-t/tau), which lags by 1/k."""
    pk = SORAFENIB.pharmacokinetics
    k = 24 * pk.clearance_l_per_h.value / pk.volume_l.value
    f, tau = pk.drift_final_fraction.value, pk.drift_time_days.value
    lagging = f + (1 - f) * np.exp(-30 / tau) * k / (k - 1 / tau)
    assert after_days(30, 800.0, coefficients()) == pytest.approx(
        reference_concentration_mg_l(SORAFENIB) * lagging, rel=1e-4
    )


@settings(max_examples=60, deadline=None)
@given(st.floats(0.02, 8.0), st.floats(5.0, 500.0), st.floats(0.0, 20.0), st.floats(0.0, 1600.0))
def test_a_day_of_concentration_is_the_solution_of_its_equation(k, volume, start, dose):
    """At its nodes, and by the slope between close points of the closed form."""
    final, tau, day = 0.4, 85.0, 30.0
    one = [np.array([[x]]) for x in (k, volume, 1.0)]
    exposure = exposure_coefficients(*one, np.array([final]), np.array([tau]))
    drift = np.exp(-day / tau)
    found = [float(x[0, 0]) for x in advance_exposure(np.array([[start]]), dose, drift, exposure)]
    fine = np.linspace(0.0, 1.0, 20_001)
    steady, drifting = dose * final / k / volume, dose * (1 - final) * drift / (k - 1 / tau) / volume
    exact = steady + drifting * np.exp(-fine / tau) + (start - steady - drifting) * np.exp(-k * fine)
    slope = dose / volume * (final + (1 - final) * drift * np.exp(-fine / tau)) - k * exact
    tolerance = 1e-4 * (1 + np.abs(slope).max())
    np.testing.assert_allclose(np.gradient(exact, fine)[1:-1], slope[1:-1], atol=tolerance)
    np.testing.assert_allclose(found, np.interp([EARLY, LATE, 1.0], fine, exact), rtol=1e-6, atol=1e-9)


ALL = tuple(completed(recorded_agent(name)) for name in agent_names())
ALL_TABLES = agent_tables(ALL, ResistanceSwitches())._replace(
    inverse_kd_per_nm=np.array(
        [[inverse_constant_per_nm(agent, target) for target in ACTING_TARGETS] for agent in ALL]
    )
)
KINETICS = [individual_kinetics(agent, np.array([0]), np.array([80.0]), np.zeros((1, 2))) for agent in ALL]
ALL_EXPOSURE = exposure_coefficients(
    np.stack([k.elimination_per_day for k in KINETICS]),
    np.stack([k.volume_l for k in KINETICS]),
    np.stack([k.free_nm_per_mg_l for k in KINETICS]),
    ALL_TABLES.drift_final,
    ALL_TABLES.drift_days,
)


def occupied_by(levels_mg_l):
    found = occupancies([np.array([level]) for level in levels_mg_l], ALL_EXPOSURE, ALL_TABLES)
    return np.array([float(target[0]) for target in found.values()])


agents_of_the_catalogue = st.integers(0, len(ALL) - 1)


@settings(max_examples=300, deadline=None)
@given(agents_of_the_catalogue, st.floats(0.0, 20.0), st.floats(0.0, 20.0))
def test_more_exposure_to_any_agent_never_lowers_the_occupancy_of_any_target(row, one, other):
    """From nothing to 20 times the exposure of the usual dose."""
    low, high = np.zeros(len(ALL)), np.zeros(len(ALL))
    reference = ALL_TABLES.reference_mg_l[row]
    low[row], high[row] = sorted((one * reference, other * reference))
    less, more = occupied_by(low), occupied_by(high)
    assert np.all(more >= less)
    assert np.all((more >= 0.0) & (more <= 1.0))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0.0, 3.0), min_size=len(ALL), max_size=len(ALL)), agents_of_the_catalogue)
def test_an_agent_more_never_lowers_the_occupancy_by_the_others(relative, row):
    levels = np.array(relative) * ALL_TABLES.reference_mg_l
    without = levels.copy()
    without[row] = 0.0
    # The sums are of the same terms in the same order, so that rounding cannot turn them round.
    assert np.all(occupied_by(levels) >= occupied_by(without))


def test_no_agent_at_dose_zero_reaches_a_concentration_or_occupies_anything():
    dose = exposure_dose(np.zeros((len(ALL), 1)), ALL_TABLES)
    assert not dose.any()
    level = np.zeros((len(ALL), 1))
    for day in range(30):
        drift = np.exp(-day / ALL_TABLES.drift_days)[:, None]
        *_, level = advance_exposure(level, dose, drift, ALL_EXPOSURE)
    assert not level.any()
    assert not occupied_by(level[:, 0]).any()


@pytest.mark.parametrize("row", range(len(ALL)), ids=agent_names())
def test_every_agent_settles_at_its_dose_over_its_clearance(row):
    """Ten half-lives of the usual dose; for an infusion every 2 or 3 weeks this is the average over the interval."""
    agent = ALL[row]
    per_day = agent.usual_dose_mg / agent.usual_interval_days
    k = KINETICS[row].elimination_per_day[0]
    days = int(np.ceil(10 * np.log(2) / k)) + 1
    one = ALL_EXPOSURE.of(row)
    steady = ALL_TABLES._replace(
        reference_mg_per_day=ALL_TABLES.reference_mg_per_day[[row]],
        dose_exponent=ALL_TABLES.dose_exponent[[row]],
    )
    dose = float(exposure_dose(np.array([[per_day]]), steady)[0, 0])
    level = np.zeros(1)
    for day in range(days):
        *_, level = advance_exposure(level, dose, np.exp(-day / ALL_TABLES.drift_days[row]), one)
    f, tau = ALL_TABLES.drift_final[row], ALL_TABLES.drift_days[row]
    left = f + (1 - f) * np.exp(-days / tau) * k / (k - 1 / tau)
    hepatic = 24.0 * KINETICS[row].clearance_l_per_h[0]
    assert level[0] == pytest.approx(dose / hepatic * left, rel=2e-3)
    free = level[0] / left * KINETICS[row].free_nm_per_mg_l[0]
    assert free == pytest.approx(usual_free_nm(agent), rel=2e-3)


def test_drift_comes_back_in_planned_pauses_at_the_pace_at_which_it_fell():
    planned = np.tile([True] * 21 + [False] * 7, 24)
    drift = drift_with_pauses(planned, 0.0, 85.5)
    days = np.arange(22)
    assert np.allclose(drift[:22], np.exp(-days / 85.5), rtol=1e-12)
    back = 1.0 - (1.0 - drift[21]) * np.exp(-np.arange(8) / 85.5)
    assert np.allclose(drift[21:29], back, rtol=1e-12)
    # In the long run it swings about the share of days off.
    assert abs(drift[-28:].mean() - 0.25) < 0.005
    assert np.array_equal(drift_with_pauses(planned, 700.0, 85.5), np.ones(len(planned)))
