"""Runs that a report has to cope with, simulated once each."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hepatrial.protocol.loading import load
from hepatrial.virtual_trial import VirtualTrial, simulate

LONG = "half the dose (50%) for the arm with the longest name of all"
ODD = "Half the dose & <odd> signs"
CASES = ("plain", "four arms", "placebo alone", "six patients")


@cache
def run(case: str) -> VirtualTrial:
    """A small run of SHARP, or of a protocol made from it."""
    sharp = load("sharp")
    drug, placebo = sharp.arm("sorafenib"), sharp.arm("placebo")
    if case == "progression first":
        plan = replace(sharp.analysis, endpoints=("PFS", "OS"))
        return simulate(replace(sharp, analysis=plan), patients=100, seed=8, replicates=10)
    if case == "plain":
        return simulate(sharp, patients=300, seed=5, replicates=0)
    if case == "four arms":
        arms = (drug, replace(drug, name=LONG), replace(placebo, name="watchful waiting"), placebo)
        ratio = replace(sharp.randomisation, ratio=(1, 1, 1, 1), block_size=4)
        changed = replace(sharp, arms=arms, randomisation=ratio, title=ODD)
        return simulate(changed, patients=300, seed=6, replicates=40)
    if case == "placebo alone":
        ratio = replace(sharp.randomisation, ratio=(1,))
        return simulate(
            replace(sharp, arms=(placebo,), randomisation=ratio), patients=100, seed=7, replicates=10
        )
    by_day = replace(sharp.data_cut, endpoint=None, events=None, day=430.0)
    return simulate(replace(sharp, size=6, data_cut=by_day), patients=12, seed=4, replicates=20)
