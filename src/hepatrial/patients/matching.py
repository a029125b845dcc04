"""``python -m hepatrial.patients.matching``: make the computed shares of a population the published ones.

BCLC stage, Child-Pugh class and "invasion or spread" are computed from other covariates, so their shares
follow from marginal distributions and dependence. A table's file says which number is adjusted for which
published share: a correlation of the copula, or the share of the levels beside one of a covariate that was
not published. One number is solved for at a time (Brent's method), in sweeps until none of them moves. The
population is a fixed set of Sobol points, so the same files give the same numbers. Correlations are shared
by all tables: how covariates depend on each other is taken to be the disease's, and marginals the trial's.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
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
from hepatrial.patients.dependence import FILE, assumed_correlations, correlated, mixing_matrix
from hepatrial.patients.drawn import DRAWN
from hepatrial.patients.eligibility import covariate_text, failures
from hepatrial.patients.matched import FILE as MATCHED_FILE
from hepatrial.patients.patients import Patients
from hepatrial.patients.population import patients_of

LOG2_POINTS = 16
SEED = 2008
STILL = 5e-4
"""Sweeps end when no number moved by more: the files hold four digits."""
MOST_SWEEPS = 20
STRONGEST = 0.9
"""Largest size of a correlation that is tried."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The numbers that are solved for: correlations by pair, shares beside the rest by (table, covariate)."""

    correlations: dict[tuple[str, str], float]
    others: dict[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Share:
    """A published share and what the population made of it, in per cent."""

    table: str
    target: str
    published: float
    simulated: float


def match() -> tuple[Adjusted, tuple[Share, ...]]:
    """Solve for every number that the bundled tables leave to the matching.

    Raises
    ------
    RunFailed
        If a published share cannot be reached, or the numbers do not settle.
    """
    work = [(table, rule) for table in baseline_names() for rule in matching_rules(table)]
    now = Adjusted(
        correlations={tuple(pair): 0.0 for _, rule in work for pair in rule.get("correlation", ())},
        others={(table, rule["category"]): 0.1 for table, rule in work if "category" in rule},
    )
    for _ in range(MOST_SWEEPS):
        before = now
        for table, rule in work:
            now = _solve(table, rule, now)
        if _moved(before, now) < STILL:
            return now, tuple(_shares(now, work))
    raise RunFailed(
        f"the matching did not settle in {MOST_SWEEPS} sweeps\n"
        "  fix:     look for two published shares that contradict each other, or that adjust the same number"
    )


def population(table: str, adjusted: Adjusted) -> Patients:
    """The enrolled of the fixed population under a table and the numbers so far."""
    baseline = table_as_given(table)
    categories = dict(baseline.categories)
    for rule in matching_rules(table):
        if "category" in rule:
            categories[rule["category"]] = _levels(rule, adjusted.others[table, rule["category"]])
    pairs = tuple((*pair, value) for pair, value in adjusted.correlations.items())
    lower = mixing_matrix((*assumed_correlations(), *pairs), FILE)
    independent = _independent()
    numbers = np.arange(len(independent))
    scores = correlated(independent, lower)
    everyone = patients_of(replace(baseline, categories=categories), numbers, scores)
    out = np.logical_or.reduce(list(failures(everyone, enrolled(table)).values()))
    return everyone.select(~out)


def _solve(table: str, rule: dict[str, Any], now: Adjusted) -> Adjusted:
    published = published_shares(table)[rule["target"]][0]

    def misfit(value: float) -> float:
        return _percent(population(table, with_value(now, table, rule, value)), rule["target"]) - published

    low, high = (-STRONGEST, STRONGEST) if "correlation" in rule else (0.0, 0.9)
    low, high = _possible(misfit, low, high)
    if misfit(low) * misfit(high) > 0:
        raise RunFailed(
            f"{table}: {rule['target']} cannot be {published:g} %\n"
            f"  found:   {misfit(low) + published:.2f} to {misfit(high) + published:.2f} % can be reached\n"
            "  fix:     correct the published share, or adjust another number for it"
        )
    return with_value(now, table, rule, round(float(brentq(misfit, low, high, xtol=1e-5)), 4))


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


def with_value(now: Adjusted, table: str, rule: dict[str, Any], value: float) -> Adjusted:
    """The numbers, with the one that a rule adjusts set to a value."""
    if "correlation" in rule:
        return replace(
            now, correlations={**now.correlations, **{tuple(pair): value for pair in rule["correlation"]}}
        )
    return replace(now, others={**now.others, (table, rule["category"]): value})


def _levels(rule: dict[str, Any], others: float) -> dict[str, float]:
    """Shares of all levels when those beside the rest together have the share ``others``."""
    parts = {level: round(others * part, 6) for level, part in rule["parts"].items()}
    return {rule["rest"]: round(1.0 - sum(parts.values()), 6), **parts}


def _percent(patients: Patients, target: str) -> float:
    covariate, level = target.rsplit(" ", 1)
    return 100.0 * float(np.mean(covariate_text(patients, covariate) == level))


def _moved(before: Adjusted, now: Adjusted) -> float:
    changes = [abs(now.correlations[pair] - before.correlations[pair]) for pair in now.correlations]
    return max([*changes, *(abs(now.others[key] - before.others[key]) for key in now.others)])


def _shares(now: Adjusted, work: list[tuple[str, dict[str, Any]]]) -> list[Share]:
    found = {table: population(table, now) for table, _ in work}
    return [
        Share(table, target, percent, _percent(found[table], target))
        for table in found
        for target, (percent, _) in published_shares(table).items()
    ]


@cache
def _independent() -> np.ndarray:
    """Independent normal scores of the fixed population, shape (2 ** LOG2_POINTS, covariates)."""
    return ndtri(qmc.Sobol(len(DRAWN), scramble=True, seed=SEED).random_base2(LOG2_POINTS))


def as_text(adjusted: Adjusted, shares: tuple[Share, ...]) -> str:
    """The content of the data file."""
    categories: dict[str, dict[str, dict[str, float]]] = {}
    for table in baseline_names():
        for rule in matching_rules(table):
            if "category" in rule:
                levels = _levels(rule, adjusted.others[table, rule["category"]])
                categories.setdefault(table, {})[rule["category"]] = levels
    content = {
        "grade": "derived",
        "correlations": [[*pair, value] for pair, value in adjusted.correlations.items()],
        "categories": categories,
        "achieved_percent": {
            table: {s.target: [s.published, round(s.simulated, 2)] for s in shares if s.table == table}
            for table in categories
        },
    }
    head = (
        "# Written by `python -m hepatrial.patients.matching` from published shares of baseline tables.\n"
        "# achieved_percent: published and simulated share, over the fixed population of the matching.\n"
    )
    return head + yaml.safe_dump(
        content, sort_keys=False, default_flow_style=None, allow_unicode=True, width=110
    )


def main() -> None:
    """Match, print each share, and write the data file atomically."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(str(resources.files("hepatrial.patients").joinpath("data", MATCHED_FILE)))
    parser.add_argument("--out", type=Path, default=default, help="file to write")
    chosen = parser.parse_args()
    adjusted, shares = match()
    for share in shares:
        row = f"published {share.published:6.2f}  simulated {share.simulated:6.2f}"
        print(f"{share.table:14s} {share.target:26s} {row}")
    part = chosen.out.with_suffix(".part")
    part.write_text(as_text(adjusted, shares), encoding="utf-8")
    os.replace(part, chosen.out)


if __name__ == "__main__":
    main()
