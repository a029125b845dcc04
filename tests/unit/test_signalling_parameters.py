"""Strengths as data: sourced, graded, complete, and what the tumour makes of them."""

import numpy as np
import pytest

from hepatrial.evidence.references import bibliography, keys_in
from hepatrial.signalling import posterior_draws, signalling_quantities, signalling_values, tumour_strengths
from hepatrial.signalling.parameters import cell_line_strengths, fitted_record, prior_quantities
from hepatrial.signalling.strengths import SHARES, Strengths


@pytest.mark.parametrize("name", prior_quantities())
def test_every_number_has_a_reason_or_a_source_that_resolves(name):
    quantity = signalling_quantities()[name]
    assert quantity.source.strip()
    for key in keys_in(f"{quantity.source} {quantity.note}"):
        assert key in bibliography(), key


def test_what_the_data_hardly_tell_of_stays_assumed():
    grades = {name: quantity.grade for name, quantity in signalling_quantities().items()}
    unknown = {"pi3k_ras", "s6k_to_irs1", "ras_met", "ras_fgfr4", "pi3k_met", "pi3k_fgfr4", "ligand_level"}
    assert {grades[name] for name in unknown | {"irs1_feedback"}} == {"assumed"}
    assert {grades[name] for name in ("ras_egfr", "erk_to_ras", "erk_to_receptors", "mtorc1_erk")} == {
        "fitted"
    }
    for name, found in fitted_record()["parameters"].items():
        assert found["identified"] == (found["spread"] <= 0.5 * found["prior_spread"]), name
        assert found["low"] < found["value"] < found["high"], name


def test_shares_of_a_node_leave_a_constitutive_part():
    for strengths in (cell_line_strengths(signalling_values()), tumour_strengths()):
        for target in ("ras", "pi3k", "mtorc1"):
            shares = [getattr(strengths, name) for name in SHARES if name.startswith(f"{target}_")]
            assert 0.0 < sum(shares) < 1.0
            assert min(shares) >= 0.0


def test_cells_without_ligand_have_no_drive_of_met_and_fgfr4():
    strengths = cell_line_strengths(signalling_values())
    assert (strengths.ras_met, strengths.ras_fgfr4, strengths.pi3k_met) == (0.0, 0.0, 0.0)


def test_receptors_weigh_more_in_a_tumour_with_its_ligands():
    low, high = (tumour_strengths({"ligand_level": level}) for level in (0.01, 0.9))
    assert high.ras_egfr > low.ras_egfr
    assert high.pi3k_igf1r > low.pi3k_igf1r


def test_values_of_one_patient_each_give_strengths_of_one_patient_each():
    draws = {name: np.array(values) for name, values in posterior_draws().items()}
    strengths = tumour_strengths(draws)
    assert {np.shape(value) for value in strengths if np.ndim(value)} == {(200,)}
    first = tumour_strengths({name: values[0] for name, values in draws.items()})
    for name in Strengths._fields:
        assert np.broadcast_to(getattr(strengths, name), 200)[0] == pytest.approx(getattr(first, name))
