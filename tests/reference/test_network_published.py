"""Networks whose results are published: netmeta's analysis of Senn et al. 2013."""

from __future__ import annotations

import pytest
from pooling_in_r import effects_of, senn

from hepatrial.evidence.network import decompose_q, fit_random, network_of

# As netmeta prints them for its data set Senn2013, which holds standard errors rounded to four decimals; the
# decomposition stands in Krahn, Binder & Koenig 2013, 10.1186/1471-2288-13-35.
Q_BY_DESIGN = {
    "metf : plac": (42.16, 2),
    "plac : rosi": (21.27, 5),
    "benf : plac": (4.38, 1),
    "migl : plac": (6.45, 2),
    "metf : rosi": (0.19, 1),
}


@pytest.fixture(scope="module")
def network():
    return network_of(effects_of(senn(), "10.1177/0962280211432220", digits=4))


def test_the_decomposition_of_q_equals_netmeta(network):
    found = decompose_q(network)
    assert (round(found.total.q, 2), found.total.df) == (96.99, 18)
    assert (round(found.within.q, 2), found.within.df) == (74.46, 11)
    assert (round(found.between.q, 2), found.between.df) == (22.53, 7)
    assert round(found.between.p, 4) == 0.0021
    assert {design: (round(part.q, 2), part.df) for design, part in found.by_design.items()} == Q_BY_DESIGN


def test_inconsistency_once_heterogeneity_is_allowed_for_equals_netmeta(network):
    found = decompose_q(network)
    assert round(found.tau2_within, 4) == 0.1442
    assert (round(found.between_random.q, 2), found.between_random.df) == (2.19, 7)
    assert round(found.between_random.p, 4) == 0.9483


def test_heterogeneity_by_moments_equals_netmeta(network):
    found = fit_random(network, tau2_estimator="dersimonian-laird").heterogeneity
    assert round(found.tau2, 4) == 0.1087
    assert round(found.i2_percent, 1) == 81.4
