"""Coverage of the intervals that the commands take, by number of trials and heterogeneity: part of the docs' tables.

A rate may stray from the nominal by four of its own errors; what a method is known to miss is said.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from pooling_coverage import METHODS, NETWORK, STUDIES, TAUS, networked, pooled, rates

PAGE = (Path(__file__).parents[2] / "docs" / "meta-analysis.md").read_text(encoding="utf-8")
SIMULATIONS = 400


def error(rate: float) -> float:
    return 100 * float(np.sqrt(rate * (1 - rate) / SIMULATIONS))


def in_docs() -> dict[tuple[int, float], dict[str, float]]:
    """The table of pools as it stands on the page."""
    rows = re.findall(r"^\| (3|5|10|30) \| (0|0\.1|0\.3) \| (.+) \|$", PAGE, re.MULTILINE)
    return {
        (int(k), float(tau)): dict(zip(METHODS, map(float, told.split(" | ")), strict=True))
        for k, tau, told in rows
    }


def networks_in_docs() -> dict[float, dict[str, float]]:
    rows = re.findall(r"^\| (0|0\.1|0\.3) \| ((?:[\d.]+ \| ){7}[\d.]+) \|$", PAGE, re.MULTILINE)
    return {float(tau): dict(zip(NETWORK, map(float, told.split(" | ")), strict=True)) for tau, told in rows}


def test_the_page_has_every_cell():
    assert set(in_docs()) == {(k, tau) for k in STUDIES for tau in TAUS}
    assert set(networks_in_docs()) == set(TAUS)


@pytest.mark.parametrize("k", STUDIES)
@pytest.mark.parametrize("tau", TAUS)
def test_the_default_interval_never_covers_less_than_it_says(k, tau):
    told = in_docs()[k, tau]
    assert told["never narrower"] > 95 - 4 * 0.35
    # Wald's with few trials that differ does; that is why it is no default.
    assert min(in_docs()[3, 0.3]["DL, Wald"], in_docs()[3, 0.3]["REML, Wald"]) < 90


@pytest.mark.parametrize(("k", "tau"), [(3, 0.3), (5, 0.1), (10, 0.3)])
def test_the_table_of_pools_comes_out_again(k, tau):
    rng = np.random.default_rng([k, int(1000 * tau)])
    found = rates([pooled(rng, k, tau, prior=True) for _ in range(SIMULATIONS)])
    for method, rate in zip(METHODS, found, strict=True):
        told = in_docs()[k, tau][method]
        assert rate == pytest.approx(told, abs=4 * error(told / 100) * 1.25 + 0.1), method


def test_the_table_of_networks_comes_out_again():
    rng = np.random.default_rng(5)
    found = rates([networked(rng, 0.1) for _ in range(SIMULATIONS)])
    for name, rate in zip(NETWORK, found, strict=True):
        told = networks_in_docs()[0.1][name]
        assert rate == pytest.approx(told, abs=4 * error(told / 100) * 1.25 + 0.1), name
