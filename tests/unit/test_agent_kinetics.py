"""Kinetics of agents against results that can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.agents import individual_kinetics, load_agent, reference_concentration_mg_l
from hepatrial.agents.pharmacokinetics import free_nm_per_mg_l, hepatic_ratios
from hepatrial.errors import UsageError
from hepatrial.quantities import Quantity


@pytest.fixture(scope="module")
def sorafenib():
    return load_agent("sorafenib")


def test_the_typical_patient_has_the_catalogues_values(sorafenib):
    typical = individual_kinetics(sorafenib, np.array([0]), np.array([80.0]), np.zeros((1, 2)))
    pk = sorafenib.pharmacokinetics
    assert typical.clearance_l_per_h[0] == pk.clearance_l_per_h.value
    assert typical.volume_l[0] == pk.volume_l.value
    assert typical.elimination_per_day[0] == pytest.approx(
        24 * pk.clearance_l_per_h.value / pk.volume_l.value
    )


def test_hepatic_impairment_scales_exposure_and_a_gap_takes_the_class_before(sorafenib):
    np.testing.assert_array_equal(hepatic_ratios(sorafenib), [1.0, 1.19, 1.19])
    assert "hepatic_ratio C" in sorafenib.gaps
    kinetics = individual_kinetics(sorafenib, np.array([0, 1, 2]), np.full(3, 80.0), np.zeros((3, 2)))
    exposure = 1.0 / kinetics.clearance_l_per_h
    np.testing.assert_allclose(exposure / exposure[0], [1.0, 1.19, 1.19])


def test_volume_follows_weight_and_clearance_does_not(sorafenib):
    kinetics = individual_kinetics(sorafenib, np.array([0, 0]), np.array([80.0, 60.0]), np.zeros((2, 2)))
    assert kinetics.volume_l[1] / kinetics.volume_l[0] == pytest.approx(0.75)
    assert kinetics.clearance_l_per_h[0] == kinetics.clearance_l_per_h[1]


def test_variability_and_correlation_between_patients_are_those_of_the_file(sorafenib):
    n = 200_000
    normals = np.random.default_rng(1).standard_normal((n, 2))
    kinetics = individual_kinetics(sorafenib, np.zeros(n, int), np.full(n, 80.0), normals)
    clearance, volume = kinetics.clearance_l_per_h, kinetics.volume_l
    # Standard errors: below 0.001 for the CV of clearance and the correlation, 0.004 for that of volume.
    assert np.std(clearance) / np.mean(clearance) == pytest.approx(0.18, abs=0.003)
    assert np.std(volume) / np.mean(volume) == pytest.approx(0.687, abs=0.015)
    assert np.corrcoef(np.log(clearance), np.log(volume))[0, 1] == pytest.approx(0.778, abs=0.004)


def test_reference_concentration_is_dose_over_clearance(sorafenib):
    clearance = sorafenib.pharmacokinetics.clearance_l_per_h.value
    assert reference_concentration_mg_l(sorafenib) == pytest.approx(800 / 24 / clearance)


def test_free_concentration_in_nm(sorafenib):
    # 1 mg/L of 464.8 g/mol is 2151.5 nM, of which 0.5% is free.
    assert free_nm_per_mg_l(sorafenib) == pytest.approx(10.757, rel=1e-4)


def test_an_agent_without_clearance_names_the_gap(sorafenib):
    without = replace(sorafenib, pharmacokinetics=replace(sorafenib.pharmacokinetics, clearance_l_per_h=None))
    assert "clearance_l_per_h" in without.gaps
    with pytest.raises(UsageError, match="sorafenib has no clearance_l_per_h"):
        reference_concentration_mg_l(without)


def test_without_variability_every_patient_is_typical(sorafenib):
    fixed = replace(sorafenib.pharmacokinetics, clearance_cv=None, volume_cv=None)
    kinetics = individual_kinetics(
        replace(sorafenib, pharmacokinetics=fixed),
        np.array([0, 0]),
        np.full(2, 80.0),
        np.array([[2.0, -1], [0, 3]]),
    )
    assert kinetics.clearance_l_per_h[0] == kinetics.clearance_l_per_h[1]
    assert kinetics.volume_l[0] == kinetics.volume_l[1]


def test_every_known_number_is_listed_once(sorafenib):
    named = list(sorafenib.quantities())
    assert len({name for name, _ in named}) == len(named)
    assert all(isinstance(quantity, Quantity) for _, quantity in named)
    assert ("clearance_l_per_h", sorafenib.pharmacokinetics.clearance_l_per_h) in named
