"""Sobol indices are right where they are known, and the shipped ones are of the model as it is."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

from hepatrial.calibration.sensitivity import ANSWERS, PROTOCOLS, answers_of, shipped_sensitivity
from hepatrial.calibration.sensitivity_inputs import sensitivity_inputs, values_at
from hepatrial.calibration.sobol import NormalInput, sobol_indices
from hepatrial.disease.parameters import prior_parameters
from hepatrial.errors import RunFailed
from hepatrial.posterior import shipped_posterior
from hepatrial.protocol.loading import load

NEEDS_SALIB = "SALib is an optional extra"
A, B = 7.0, 0.1
THREE = [NormalInput(name, 0.0, 1.0) for name in ("x1", "x2", "x3")]


def ishigami(points):
    """Ishigami and Homma 1990 (10.1109/ISUMA.1990.151285) of angles that are uniform between -pi and pi."""
    x = np.pi * (2.0 * norm.cdf(points) - 1.0)
    return (np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0]))[:, None]


def test_indices_of_the_function_of_ishigami_are_its_closed_form():
    pytest.importorskip("SALib", reason=NEEDS_SALIB)
    (found,) = sobol_indices(ishigami, THREE, 1024, seed=1)
    by_x1 = 0.5 * (1.0 + B * np.pi**4 / 5.0) ** 2
    by_x2 = A**2 / 8.0
    together = B**2 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    whole = by_x1 + by_x2 + together
    assert found.sd**2 == pytest.approx(whole, rel=0.05)
    assert found.first == pytest.approx(np.array([by_x1, by_x2, 0.0]) / whole, abs=0.06)
    assert found.total == pytest.approx(np.array([by_x1 + together, by_x2, together]) / whole, abs=0.06)


def test_an_input_without_effect_has_no_share_and_a_sum_divides_by_variances():
    pytest.importorskip("SALib", reason=NEEDS_SALIB)
    inputs = [NormalInput("a", 5.0, 2.0), NormalInput("b", -1.0, 1.0), NormalInput("c", 0.0, 3.0)]
    (found,) = sobol_indices(lambda points: points[:, :1] + points[:, 1:2], inputs, 512, seed=2)
    assert found.mean == pytest.approx(4.0, abs=0.05)
    assert found.total == pytest.approx([0.8, 0.2, 0.0], abs=0.04)


def test_without_salib_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.analyze", None)
    with pytest.raises(RunFailed, match=r"pip install 'hepatrial\[calibration\]'"):
        sobol_indices(ishigami, THREE, 2, seed=1)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_inputs_are_the_fitted_numbers_the_agents_the_population_and_what_was_not_fitted(name):
    protocol, posterior = load(name), shipped_posterior()
    inputs = {each.name: each for each in sensitivity_inputs(protocol, posterior)}
    agents = {each.split(".")[1] for each in inputs if each.startswith("agent.")}
    assert agents == {regimen.agent for arm in protocol.arms for regimen in arm.regimens}
    assert f"trial.{protocol.baseline.name}.growth_log_ratio" in inputs
    assert not any(each.startswith(("tace.", "ablation.")) for each in inputs)
    fitted = inputs["hazards.cancer_rate_per_month"]
    drawn = posterior.values[:, posterior.names.index(fitted.name)]
    assert fitted.mean == pytest.approx(np.log(drawn).mean())
    prior = prior_parameters().quantities["liver.tumour_albi_per_month"]
    unfitted = inputs["liver.tumour_albi_per_month"]
    assert (np.exp(unfitted.mean), unfitted.sd) == pytest.approx((prior.value, prior.spread))
    assert not unfitted.fitted


def test_a_point_at_the_means_has_the_values_that_the_scales_say():
    inputs = sensitivity_inputs(load("sharp"), shipped_posterior())
    values = values_at(inputs, np.array([each.mean for each in inputs]))
    share = next(each for each in inputs if each.name == "agent.sorafenib.fatal_given_event")
    assert 0.0 < values[share.name] < 1.0
    assert values["agent.sorafenib.effective_potency"] > 0.0
    assert prior_parameters().with_drawn(values)["growth.largest_volume_ml"] == pytest.approx(10_000.0)


def test_answers_are_both_ratios_and_the_median_between_visits():
    reading = SimpleNamespace(
        protocol=load("sharp"),
        visit_days=np.array([0.0, 100.0, 200.0]),
        cumulative_hazard={"placebo": np.array([[0.0, 0.0], [0.4, 0.4], [1.0, 1.0]])},
        log_hazard_ratio={"OS": -0.3, "TTP": -0.5}.get,
    )
    os, ttp, median = answers_of(reading)
    before, after = np.exp(-0.4), np.exp(-1.0)
    day = 100.0 + 100.0 * (before - 0.5) / (before - after)
    assert (os, ttp, median) == (-0.3, -0.5, pytest.approx(day / 30.4375))


def test_the_shipped_indices_are_complete():
    found = shipped_sensitivity()
    assert tuple(found["protocols"]) == PROTOCOLS
    assert found["command"].startswith("python -m hepatrial.calibration.sensitivity")
    known = set(prior_parameters().quantities)
    for protocol in found["protocols"].values():
        assert tuple(protocol["answers"]) == ANSWERS
        for answer in protocol["answers"].values():
            names = [row["name"] for row in answer["inputs"]]
            assert len(names) == len(set(names))
            assert all(name in known or name.startswith(("agent.", "trial.")) for name in names)
            assert protocol["evaluations"] == found["base"] * (len(names) + 2)
            assert answer["sd"] > 0.0
