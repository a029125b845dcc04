"""The share of each number in the uncertainty of occupancy, against sampling."""

import numpy as np
import pytest

from hepatrial.agents import (
    agent_names,
    completed,
    dissociation_constant,
    occupancy_uncertainty,
    recorded_agent,
)
from hepatrial.agents.occupancy_uncertainty import log_sd
from hepatrial.quantities import Quantity

SAMPLES = 100_000


def drawn(quantity, rng):
    z = rng.standard_normal(SAMPLES)
    if quantity.distribution == "lognormal":
        return quantity.value * np.exp(quantity.spread * z)
    if quantity.distribution == "logitnormal":
        logit = np.log(quantity.value / (1.0 - quantity.value)) + quantity.spread * z
        return 1.0 / (1.0 + np.exp(-logit))
    return np.full(SAMPLES, quantity.value)


@pytest.mark.parametrize("name", ["sorafenib", "regorafenib", "brivanib"])
def test_the_interval_of_occupancy_is_that_of_sampled_records(name):
    rng = np.random.default_rng(7)
    agent = completed(recorded_agent(name))
    pk = agent.pharmacokinetics
    per_day = agent.usual_dose_mg / agent.usual_interval_days
    free = (
        per_day
        / 24.0
        / drawn(pk.clearance_l_per_h, rng)
        * drawn(pk.fraction_unbound, rng)
        * (drawn(pk.active_moiety_ratio, rng) if pk.active_moiety_ratio else 1.0)
        * drawn(agent.effective_potency, rng)
        * 1e6
        / agent.molecular_weight_g_mol.value
    )
    x = free / drawn(dissociation_constant(agent, "VEGFR2"), rng)
    found = next(each for each in occupancy_uncertainty(agent) if each.target == "VEGFR2")
    low, middle, high = np.quantile(x / (1.0 + x), [0.025, 0.5, 0.975])
    # The standard error of such quantiles is below 0.006; the logit of a free share is taken to first order.
    assert found.occupancy == pytest.approx(middle, abs=0.01)
    assert found.low == pytest.approx(low, abs=0.01)
    assert found.high == pytest.approx(high, abs=0.01)


@pytest.mark.parametrize("name", agent_names())
def test_shares_sum_to_one_and_those_of_assumed_numbers_are_told(name):
    for found in occupancy_uncertainty(recorded_agent(name)):
        assert sum(each.share for each in found.contributions) == pytest.approx(1.0)
        assumed = sum(each.share for each in found.contributions if each.grade == "assumed")
        assert found.assumed_share == pytest.approx(assumed)
        assert 0.0 < found.low < found.occupancy < found.high < 1.0
        assert [each.share for each in found.contributions] == sorted(
            (each.share for each in found.contributions), reverse=True
        )


def test_a_gap_that_the_class_fills_carries_most_of_the_uncertainty():
    gap = occupancy_uncertainty(recorded_agent("brivanib"), ["VEGFR2"])[0]
    known = occupancy_uncertainty(recorded_agent("sorafenib"), ["VEGFR2"])[0]
    assert gap.assumed_share > 0.9 > known.assumed_share
    assert {each.quantity for each in gap.contributions[:2]} == {"clearance_l_per_h", "fraction_unbound"}


def test_the_sd_of_a_log_is_exact_for_lognormal_numbers_and_first_order_for_others():
    assert log_sd(Quantity(2.0, "1", "assumed", "x", "lognormal", 0.3)) == 0.3
    assert log_sd(Quantity(0.2, "1", "assumed", "x", "logitnormal", 0.5)) == pytest.approx(0.4)
    assert log_sd(Quantity(2.0, "1", "assumed", "x", "normal", 0.5)) == 0.25
    assert log_sd(Quantity(2.0, "1", "assumed", "x")) == 0.0
