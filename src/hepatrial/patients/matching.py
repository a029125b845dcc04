"""``python -m hepatrial.patients.matching``: make the computed shares of a population the published ones.

BCLC stage, Child-Pugh class and "invasion or spread" are computed from other covariates, so their shares
follow from marginal distributions and dependence. A table's file says which number is adjusted for which
published share; `matching_rules` has the kinds. One number is solved for at a time (Brent's method), in sweeps
until none of them moves. The population is a fixed set of Sobol points, so the same files give the same numbers.
Correlations that SHARP gives are shared by all tables without their own: how covariates depend on each other is
taken to be the disease's, and marginals the trial's.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.optimize import brentq
from scipy.special import ndtri
from scipy.stats import qmc

from hepatrial.errors import InvalidInput, RunFailed
from hepatrial.patients.baseline import (
    baseline_names,
    enrolled,
    matching_rules,
    published_shares,
    table_as_given,
)
from hepatrial.patients.dependence import (
    FILE,
    Pair,
    assumed_correlations,
    correlated,
    in_place,
    mixing_matrix,
)
from hepatrial.patients.drawn import DRAWN
from hepatrial.patients.eligibility import failures
from hepatrial.patients.matched import FILE as MATCHED_FILE
from hepatrial.patients.matching_rules import MatchingRule
from hepatrial.patients.patients import Patients
from hepatrial.patients.population import patients_of
from hepatrial.patients.shares import has
from hepatrial.protocol.design import Baseline

LOG2_POINTS = 16
SEED = 2008
STILL = 5e-4
"""Sweeps end when no number moved by more: the files hold four digits."""
MOST_SWEEPS = 20

Adjusted = dict[tuple[str, str], float]
"""The numbers that are solved for, by table and target."""


@dataclass(frozen=True, slots=True)
class Share:
    """A published share and what the population made of it, in per cent."""

    table: str
    target: str
    published: float
    simulated: float


def match() -> tuple[Adjusted, tuple[Share, ...]]:
    """Solve for every number that the bundled tables leave to the matching.

    Shared correlations come first, as they enter all tables; a table's own numbers enter no other.

    Raises
    ------
    RunFailed
        If a published share cannot be reached, or the numbers do not settle.
    """
    work = [(table, rule) for table in baseline_names() for rule in matching_rules(table)]
    now = {(table, rule.target): rule.start for table, rule in work}
    sharing = {table for table, rule in work if rule.shared}
    now = _settle([row for row in work if row[0] in sharing], now)
    for name in baseline_names():
        if name not in sharing:
            now = _settle([row for row in work if row[0] == name], now)
    return now, tuple(share for table in baseline_names() for share in _shares(table, now))


def _settle(work: list[tuple[str, MatchingRule]], now: Adjusted) -> Adjusted:
    """Solve for the numbers of these rules in turn until none moves."""
    for _ in range(MOST_SWEEPS):
        before = now
        for table, rule in work:
            now = {**now, (table, rule.target): _solved(table, rule, now)}
        if max((abs(now[key] - before[key]) for key in now), default=0.0) < STILL or len(work) == 1:
            return now
    raise RunFailed(
        f"the matching did not settle in {MOST_SWEEPS} sweeps\n"
        "  fix:     look for two published shares that contradict each other, or that adjust the same number"
    )


def adjusted_table(table: str, adjusted: Adjusted) -> Baseline:
    """A table with the numbers so far; shared correlations are not among its own."""
    found = table_as_given(table)
    for rule in matching_rules(table):
        if not rule.shared:
            found = rule.numbers(found, adjusted[table, rule.target])
    return found


def shared_correlations(adjusted: Adjusted) -> tuple[Pair, ...]:
    """The correlations that hold for all tables, as solved so far."""
    return tuple(
        (*pair, adjusted[table, rule.target])
        for table in baseline_names()
        for rule in matching_rules(table)
        if rule.shared
        for pair in rule.pairs
    )


def population(table: str, adjusted: Adjusted) -> Patients:
    """The enrolled of the fixed population under a table and the numbers so far."""
    baseline = adjusted_table(table, adjusted)
    scores = _scores(
        in_place((*assumed_correlations(), *shared_correlations(adjusted)), baseline.correlations)
    )
    numbers = np.arange(scores.shape[1])
    # No published share depends on MET status.
    everyone = patients_of(baseline, numbers, scores, np.zeros(len(numbers), dtype=bool))
    out = np.logical_or.reduce(
        [np.zeros(len(everyone), dtype=bool), *failures(everyone, enrolled(table)).values()]
    )
    return everyone.select(~out)


def _solved(table: str, rule: MatchingRule, now: Adjusted) -> float:
    published = published_shares(table)[rule.target][0]

    def misfit(value: float) -> float:
        patients = population(table, {**now, (table, rule.target): value})
        return 100.0 * float(np.mean(has(patients, rule.target))) - published

    low, high = _possible(misfit, *rule.bounds)
    if misfit(low) * misfit(high) > 0:
        raise RunFailed(
            f"{table}: {rule.target} cannot be {published:g} %\n"
            f"  found:   {misfit(low) + published:.2f} to {misfit(high) + published:.2f} % can be reached\n"
            "  fix:     correct the published share, or adjust another number for it"
        )
    return round(float(brentq(misfit, low, high, xtol=1e-5)), 4)


def _possible(misfit: Callable[[float], float], low: float, high: float) -> tuple[float, float]:
    """The part of a range of correlations where the matrix stays positive definite."""

    def works(value: float) -> bool:
        try:
            misfit(value)
        except InvalidInput:
            return False
        return True

    while not works(low):
        low *= 0.9
    while not works(high):
        high *= 0.9
    return low, high


def _shares(table: str, now: Adjusted) -> list[Share]:
    found = population(table, now)
    return [
        Share(table, target, percent, 100.0 * float(np.mean(has(found, target))))
        for target, (percent, _) in published_shares(table).items()
    ]


@lru_cache(maxsize=4)
def _scores(correlations: tuple[Pair, ...]) -> np.ndarray:
    """Correlated normal scores of the fixed population, shape (covariates, 2 ** LOG2_POINTS)."""
    return correlated(_independent(), mixing_matrix(correlations, FILE))


@lru_cache(maxsize=1)
def _independent() -> np.ndarray:
    """Independent normal scores of the fixed population, shape (2 ** LOG2_POINTS, covariates)."""
    return ndtri(qmc.Sobol(len(DRAWN), scramble=True, seed=SEED).random_base2(LOG2_POINTS))


def as_text(adjusted: Adjusted, shares: tuple[Share, ...]) -> str:
    """The content of the data file."""
    content = {
        "grade": "derived",
        "correlations": [list(pair) for pair in shared_correlations(adjusted)],
        "tables": {table: _derived(table, adjusted) for table in baseline_names() if matching_rules(table)},
        "achieved_percent": {
            table: {s.target: [s.published, round(s.simulated, 2)] for s in shares if s.table == table}
            for table in baseline_names()
        },
    }
    head = (
        "# Written by `python -m hepatrial.patients.matching` from published shares of baseline tables.\n"
        "# achieved_percent: published and simulated share, over the fixed population of the matching.\n"
    )
    return head + yaml.safe_dump(
        content, sort_keys=False, default_flow_style=None, allow_unicode=True, width=110
    )


def _derived(table: str, adjusted: Adjusted) -> dict[str, Any]:
    """What the matching changed in a table."""
    given, found = table_as_given(table), adjusted_table(table, adjusted)
    changed: dict[str, Any] = {}
    if found.correlations:
        changed["correlations"] = [list(pair) for pair in found.correlations]
    for kind in ("categories", "continuous"):
        before, after = getattr(given, kind), getattr(found, kind)
        own = {name: dict(values) for name, values in after.items() if values != before.get(name)}
        if own:
            changed[kind] = own
    return changed


def main() -> None:
    """Match, print each share, and write the data file atomically."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(str(resources.files("hepatrial.patients").joinpath("data", MATCHED_FILE)))
    parser.add_argument("--out", type=Path, default=default, help="file to write")
    chosen = parser.parse_args()
    adjusted, shares = match()
    for share in shares:
        row = f"published {share.published:6.2f}  simulated {share.simulated:6.2f}"
        print(f"{share.table:16s} {share.target:26s} {row}")
    part = chosen.out.with_suffix(".part")
    part.write_text(as_text(adjusted, shares), encoding="utf-8")
    os.replace(part, chosen.out)


if __name__ == "__main__":
    main()
