"""How often intervals of simulated pools and networks hold what they should: the table of docs/meta-analysis.md.

``python tests/analytic/pooling_coverage.py`` prints it (five minutes); ``test_pooling_coverage.py`` runs a part of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hepatrial.evidence.network import (
    bayesian_network,
    decompose_q,
    empirical_prior,
    fit_random,
    network_of,
    split_nodes,
)
from hepatrial.evidence.pooling import StudyEffect, pool_common, pool_random

TRUE = -0.3
ERRORS = (0.08, 0.25)
"""Standard errors of trials of 65 to 600 deaths, as those of the registry."""
STUDIES, TAUS = (3, 5, 10, 30), (0.0, 0.1, 0.3)
LOOPS = ("AB", "AB", "BC", "BC", "AC", "CD", "BD", "ABD", "ACD", "CD")
"""Ten trials of four treatments, two of them with three arms, and every comparison but A to D direct as well."""
METHODS = (
    "common",
    "DL, Wald",
    "REML, Wald",
    "Knapp-Hartung",
    "never narrower",
    "prior",
    "prediction, k - 2",
)


def made(rng: np.random.Generator, k: int, tau: float) -> list[StudyEffect]:
    """Trials of one comparison."""
    errors = rng.uniform(*ERRORS, k)
    values = rng.normal(TRUE, np.hypot(tau, errors))
    return [
        StudyEffect(f"t{i}", "drug", "placebo", float(y), float(s), "made")
        for i, (y, s) in enumerate(zip(values, errors, strict=True))
    ]


def holds(interval: tuple[float, float] | object, true: float) -> bool:
    """Whether an estimate's interval, or a pair of limits, holds a value."""
    low, high = interval if isinstance(interval, tuple) else (interval.lower, interval.upper)
    return low <= true <= high


def pooled(rng: np.random.Generator, k: int, tau: float, *, prior: bool) -> tuple[float, ...]:
    """Whether each of `METHODS` holds the truth in one simulated pool; nan for what was not made."""
    effects = made(rng, k, tau)
    further = rng.normal(TRUE, tau)
    never_narrower = pool_random(effects).effect
    found = [
        pool_common(effects).effect,
        pool_random(effects, tau2_estimator="dersimonian-laird", interval="wald").effect,
        pool_random(effects, interval="wald").effect,
        pool_random(effects, interval="knapp-hartung").effect,
        never_narrower,
    ]
    credible = np.nan
    if prior:
        fit = bayesian_network(network_of(effects), empirical_prior("mortality", "drug-v-placebo"))
        credible = float(holds(fit.effect("drug", "placebo"), TRUE))
    return (
        *(float(holds(one, TRUE)) for one in found),
        credible,
        float(holds(never_narrower.prediction, further)),
    )


def made_network(rng: np.random.Generator, tau: float, pairs: tuple[str, ...] = LOOPS):
    """A network of treatments whose log hazards are 0, 0.1, 0.2, 0.3."""
    effects = []
    for number, arms in enumerate(pairs):
        variance = rng.uniform(0.005, 0.03, len(arms))
        level = [
            rng.normal(0.1 * "ABCD".index(arm), np.sqrt(v + tau**2 / 2))
            for arm, v in zip(arms, variance, strict=True)
        ]
        effects += [
            StudyEffect(
                f"t{number}",
                arms[i],
                arms[j],
                level[i] - level[j],
                float(np.sqrt(variance[i] + variance[j])),
                "made",
            )
            for i in range(len(arms))
            for j in range(i + 1, len(arms))
        ]
    return network_of(effects)


NETWORK = (
    "Wald covers",
    "Knapp-Hartung covers",
    "prediction holds",
    "Q rejects",
    "Q between designs rejects",
    "Q between, random, rejects",
    "F rejects",
    "node split rejects",
)


def networked(rng: np.random.Generator, tau: float) -> tuple[float, ...]:
    """`NETWORK` in one simulated network: the effect of D to A, and tests at 5 %; no inconsistency is built in."""
    network = made_network(rng, tau)
    wald, knapp = fit_random(network), fit_random(network, interval="knapp-hartung")
    q = decompose_q(network)
    split = next(one for one in split_nodes(wald) if (one.arm, one.control) == ("B", "C"))
    further = rng.normal(0.3, tau)
    answers = (
        holds(wald.effect("D", "A"), 0.3),
        holds(knapp.effect("D", "A"), 0.3),
        holds(wald.effect("D", "A").prediction, further),
        q.total.p < 0.05,
        q.between.p < 0.05,
        q.between_random.p < 0.05,
        q.between_over_within.p < 0.05,
        split.difference.p < 0.05,
    )
    return tuple(map(float, answers))


def rates(found: list[tuple[float, ...]]) -> np.ndarray:
    """Mean of each column, in per cent."""
    return 100 * np.nanmean(np.array(found), axis=0)


def lines(simulations: int) -> Iterator[str]:
    """The two tables in Markdown."""
    yield f"| k | tau | {' | '.join(METHODS)} |"
    yield f"|{'---|' * (len(METHODS) + 2)}"
    for k in STUDIES:
        for tau in TAUS:
            rng = np.random.default_rng([k, int(100 * tau)])
            found = [pooled(rng, k, tau, prior=i < simulations // 4) for i in range(simulations)]
            yield f"| {k} | {tau:g} | {' | '.join(f'{rate:.1f}' for rate in rates(found))} |"
    yield f"\n| tau | {' | '.join(NETWORK)} |"
    yield f"|{'---|' * (len(NETWORK) + 1)}"
    for tau in TAUS:
        rng = np.random.default_rng(int(100 * tau))
        found = [networked(rng, tau) for _ in range(simulations)]
        yield f"| {tau:g} | {' | '.join(f'{rate:.1f}' for rate in rates(found))} |"


if __name__ == "__main__":
    for line in lines(4000):
        print(line, flush=True)
