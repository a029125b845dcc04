"""An arm's treatment as arrays: what the engine needs of the protocol and the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hepatrial.agents.agent import Agent
from hepatrial.protocol.design import Arm


class ArmPlan(NamedTuple):
    """Doses and rules of one arm; agents are those of the whole protocol, in one order for all arms.

    An agent that the arm does not give has dose 0, so that all arms run through the same compiled program and two
    arms with the same treatment, or with a drug that does nothing, agree to the last bit.
    """

    mg_per_day: np.ndarray  # (agents, levels): dose at each level; the last level is 0 (withdrawn)
    last_level: np.ndarray  # (agents,) index of the lowest dose that may be given
    interruption_days: np.ndarray  # (agents,)
    needs_symptoms: np.ndarray  # scalar, 1 if treatment goes on until radiologic AND symptomatic progression
    ignores_progression: np.ndarray  # scalar, 1 if treatment goes on until death
    next_line_share: np.ndarray  # scalar
    next_line_log_hazard_ratio: np.ndarray  # scalar


def arm_plan(arm: Arm, agents: Sequence[Agent], levels: int) -> ArmPlan:
    """Lay out ``arm`` over the protocol's ``agents`` with room for ``levels`` dose levels and withdrawal."""
    doses = np.zeros((len(agents), levels + 1))
    last = np.zeros(len(agents), dtype=np.int32)
    interruption = np.full(len(agents), 14.0)
    by_name = {regimen.agent: regimen for regimen in arm.regimens}
    for row, agent in enumerate(agents):
        regimen = by_name.get(agent.name)
        if regimen is None:
            continue
        given = [level.mg_per_day for level in regimen.levels]
        doses[row, : len(given)] = given
        last[row] = len(given) - 1
        interruption[row] = regimen.interruption_days
    follow = arm.next_line
    return ArmPlan(
        mg_per_day=doses,
        last_level=last,
        interruption_days=interruption,
        needs_symptoms=np.asarray(float(arm.treat_until == "radiologic_and_symptomatic_progression")),
        ignores_progression=np.asarray(float(arm.treat_until == "death")),
        next_line_share=np.asarray(follow.share if follow else 0.0),
        next_line_log_hazard_ratio=np.asarray(np.log(follow.hazard_ratio) if follow else 0.0),
    )


def most_levels(arms: Sequence[Arm]) -> int:
    """The longest dose ladder of any arm, at least 1."""
    return max([len(regimen.levels) for arm in arms for regimen in arm.regimens], default=1)
