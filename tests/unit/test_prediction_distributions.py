"""Predictive distributions of an estimate, weighted draws, and what drawn values explain: against hand calculation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from hepatrial.prediction.explained import explained_variance
from hepatrial.prediction.predictive import Predictive


def test_with_one_draw_the_predictive_distribution_is_normal():
    found = Predictive(np.array([-0.2]), 0.1)
    assert found.median == pytest.approx(-0.2, abs=1e-8)
    assert found.interval(80) == pytest.approx(norm(-0.2, 0.1).interval(0.8), abs=1e-8)
    assert found.log_density(0.05) == pytest.approx(norm(-0.2, 0.1).logpdf(0.05))
    assert found.below(-0.1) == pytest.approx(norm(-0.2, 0.1).cdf(-0.1))


def test_with_two_draws_it_is_their_mixture():
    found = Predictive(np.array([-0.5, 0.5]), 0.2)
    assert found.median == pytest.approx(0.0, abs=1e-8)
    assert found.sd == pytest.approx(math.sqrt(0.25 + 0.04))
    expected = 0.5 * (norm(-0.5, 0.2).pdf(0.1) + norm(0.5, 0.2).pdf(0.1))
    assert found.log_density(0.1) == pytest.approx(math.log(expected))
    low, high = found.interval(95)
    assert found.below(low) == pytest.approx(0.025, abs=1e-8)
    assert found.below(high) == pytest.approx(0.975, abs=1e-8)


def test_what_agents_explain_is_told_apart():
    rng = np.random.default_rng(4)
    agents, rest = rng.standard_normal((3000, 2)), rng.standard_normal(3000)
    log_hr = 0.3 * agents[:, 0] + 0.1 * rest
    own, others = explained_variance(log_hr, agents)
    assert own == pytest.approx(0.3**2, rel=0.1)
    assert others == pytest.approx(0.1**2, rel=0.1)
    assert own + others == pytest.approx(np.var(log_hr, ddof=1))


def test_few_draws_or_agents_that_do_not_vary_explain_nothing():
    log_hr = np.array([0.1, -0.1, 0.3])
    for agents in (np.ones((3, 2)), np.zeros((3, 0)), np.arange(6.0).reshape(3, 2)):
        own, others = explained_variance(log_hr, agents)
        assert (own, others) == (0.0, pytest.approx(np.var(log_hr, ddof=1)))
