"""Markers of the patient's tumour: what AFP says of its growth and of its dependence on vessels."""

import numpy as np
import pytest

from hepatrial.disease.individuals import individuals
from hepatrial.disease.parameters import default_parameters, prior_parameters
from hepatrial.patients.baseline import baseline_names, load_baseline, shares_beside
from hepatrial.patients.met_status import met_high_share
from hepatrial.patients.population import virtual_patients
from hepatrial.protocol.bundled_protocols import protocol_text
from hepatrial.protocol.loading import load_text
from hepatrial.simulation.streams import Streams

AFP_REFERENCE = "markers.reference_afp_ng_ml"


def drawn(values=None, protocol="reach", n=4000):
    streams = Streams(3)
    patients = virtual_patients(load_text(protocol_text(protocol), protocol), np.arange(n), streams)
    flat = default_parameters().with_values(
        {"angiogenesis.afp_log_slope": 0.0, "growth.afp_log_slope": 0.0, **(values or {})}
    )
    return patients, individuals(patients, flat, streams)


@pytest.mark.parametrize(
    ("name", "quantity"),
    [("angiogenesis.afp_log_slope", "vascular_ratio"), ("growth.afp_log_slope", "growth_per_day")],
)
def test_a_slope_on_afp_shifts_the_log_by_the_slope_and_leaves_the_rest(name, quantity):
    patients, before = drawn()
    _, after = drawn({name: 0.3})
    centred = np.log(patients.afp_ng_ml / default_parameters()[AFP_REFERENCE])
    shift = np.log(getattr(after, quantity) / getattr(before, quantity))
    assert shift == pytest.approx(0.3 * centred, abs=1e-12)
    moved = {f for f in before._fields if not np.array_equal(getattr(before, f), getattr(after, f))}
    assert moved == {quantity} | ({"new_lesion_per_day"} if name.startswith("growth") else set())


def test_the_reference_of_afp_is_the_geometric_mean_of_the_bundled_medians():
    medians = [load_baseline(name).continuous["afp_ng_ml"]["median"] for name in baseline_names()]
    assert default_parameters()[AFP_REFERENCE] == pytest.approx(np.exp(np.mean(np.log(medians))), rel=0.01)


def test_nothing_is_assumed_of_the_direction_of_the_slopes_on_afp():
    for name in ("angiogenesis.afp_log_slope", "growth.afp_log_slope"):
        prior = prior_parameters().quantities[name]
        assert (prior.value, prior.distribution, prior.grade) == (0.0, "normal", "assumed")


def test_met_status_is_a_draw_of_its_own_at_the_assumed_share():
    patients, _ = drawn(protocol="sharp")
    assert patients.met_high.mean() == pytest.approx(met_high_share(), abs=0.03)
    assert abs(np.corrcoef(patients.met_high, np.log(patients.afp_ng_ml))[0, 1]) < 0.05


def test_metiv_hcc_enrols_met_high_tumours_and_keeps_its_published_shares_beside():
    metiv = load_text(protocol_text("metiv-hcc"), "metiv-hcc")
    assert virtual_patients(metiv, np.arange(500), Streams(3)).met_high.all()
    assert "ecog 0" in shares_beside(metiv)


def test_met_status_shifts_prognosis_by_half_its_effect_either_way_and_nothing_else():
    patients, before = drawn()
    _, after = drawn({"hazards.met_high_log_hazard_ratio": 0.8})
    assert after.prognosis - before.prognosis == pytest.approx(np.where(patients.met_high, 0.4, -0.4))
    moved = {f for f in before._fields if not np.array_equal(getattr(before, f), getattr(after, f))}
    assert moved == {"prognosis"}
