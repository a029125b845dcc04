"""More exposure never lowers the occupancy of a target, and occupancy keeps its limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hepatrial.agents import individual_kinetics, load_agent, reference_concentration_mg_l
from hepatrial.disease.model import TARGETS
from hepatrial.disease.resistance import ResistanceSwitches
from hepatrial.simulation.inputs import agent_tables
from hepatrial.treatment.exposure import advance_exposure, exposure_coefficients, occupancies

SORAFENIB = load_agent("sorafenib")
TABLES = agent_tables([SORAFENIB], ResistanceSwitches())


def coefficients(normals=(0.0, 0.0), child_pugh=0, weight_kg=80.0):
    kinetics = individual_kinetics(
        SORAFENIB, np.array([child_pugh]), np.array([weight_kg]), np.array([normals])
    )
    return exposure_coefficients(
        kinetics.elimination_per_day[:, None],
        kinetics.volume_l[:, None],
        kinetics.free_nm_per_mg_l[:, None],
        TABLES.drift_final,
        TABLES.drift_days,
    )


def occupied(concentration_mg_l):
    found = occupancies(np.array([[concentration_mg_l]]), coefficients(), TABLES)
    return np.array([float(target[0]) for target in found])


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
    expected = [free_nm / (free_nm + kd_nm[target]) for target in TARGETS]
    np.testing.assert_allclose(occupied(reference_concentration_mg_l(SORAFENIB)), expected, rtol=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.floats(10.0, 1600.0), st.floats(1.0, 3.0), draws, draws, st.integers(0, 2), st.floats(40.0, 130.0))
def test_a_higher_dose_never_lowers_concentration(dose, factor, z_clearance, z_volume, child_pugh, weight_kg):
    exposure = coefficients((z_clearance, z_volume), child_pugh, weight_kg)

    def after(mg_per_day):
        level = np.zeros((1, 1))
        for day in range(10):
            _, level = advance_exposure(
                level, np.array([[mg_per_day]]), np.array(float(day)), exposure, TABLES
            )
        return float(level[0, 0])

    assert 0.0 < after(dose) <= after(dose * factor) * (1 + 1e-6)


def test_concentration_settles_at_dose_over_clearance_times_the_drift():
    """After a month of 800 mg a day: the reference times f + (1 - f) exp(-t/tau), which lags by 1/k."""
    exposure, level = coefficients(), np.zeros((1, 1))
    for day in range(30):
        _, level = advance_exposure(level, np.array([[800.0]]), np.array(float(day)), exposure, TABLES)
    pk = SORAFENIB.pharmacokinetics
    k = 24 * pk.clearance_l_per_h.value / pk.volume_l.value
    f, tau = pk.drift_final_fraction.value, pk.drift_time_days.value
    lagging = f + (1 - f) * np.exp(-30 / tau) * k / (k - 1 / tau)
    assert float(level[0, 0]) == pytest.approx(reference_concentration_mg_l(SORAFENIB) * lagging, rel=1e-4)
