"""The second trial: REACH-2, and the same trial without its entry criterion, under draws of the posterior.

REACH-2 was held out: nothing of its result entered the fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import hepatrial
from hepatrial.disease.parameters import prior_parameters
from hepatrial.posterior import values_of_draw
from hepatrial.prediction.drawn_trial import Cell, drawn_trial, work_under_draws
from hepatrial.prediction.outlook import success_rule
from hepatrial.protocol.design import Protocol

EFFECT = ("ramucirumab", "OS")


def enriched() -> Protocol:
    """REACH-2 as bundled: AFP of 400 ng/mL or more."""
    return hepatrial.load("reach-2")


def unenriched() -> Protocol:
    """REACH-2's size, ratio, accrual and follow-up in the patients of REACH, whatever their AFP."""
    second = enriched()
    return hepatrial.load("reach").with_changes(
        name="REACH-2 without enrichment",
        published=None,
        size=second.size,
        randomisation=second.randomisation,
        accrual=second.accrual,
        data_cut=second.data_cut,
        horizon_days=second.horizon_days,
    )


def outlook_of(
    protocol: Protocol, changes: dict[str, float], draws: Sequence[int], twins: int, seed: int
) -> dict[str, Any]:
    """Hazard ratio of death and probability of success; ``changes`` stand in every draw."""
    work = work_under_draws(protocol, seed, twins)
    agents = work.recorded_agents
    cells = [
        Cell(
            prior_parameters().with_drawn(
                values_of_draw(number, agents, protocol.baseline.name, seed=seed) | changes
            ),
            seed,
        )
        for number in draws
    ]
    drawn = drawn_trial(work, cells, twins)
    log_hr, sampling = drawn.log_hr[EFFECT], drawn.sampling_sd[EFFECT]
    rule = success_rule(protocol)
    low, middle, high = np.exp(np.quantile(log_hr, (0.025, 0.5, 0.975)))
    # What one trial would print: the effect of the draw, differences between trials and chance.
    spread = np.sqrt(np.var(log_hr, ddof=1) + np.mean(rule.noise_sd(sampling) ** 2))
    chance = rule.probability(log_hr, sampling)
    return {
        "draws": len(draws),
        "twins": twins,
        "hr": float(middle),
        "low": float(low),
        "high": float(high),
        "trial low": float(middle * np.exp(-1.96 * spread)),
        "trial high": float(middle * np.exp(1.96 * spread)),
        "success": float(chance.mean()),
        "success error": float(chance.std(ddof=1) / np.sqrt(len(draws))),
    }
