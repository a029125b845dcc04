"""An arm's stages and raised doses as numbers: what the engine needs of the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hepatrial.agents.agent import Agent
from hepatrial.protocol.design import Arm
from hepatrial.treatment.exposure import AgentTables

NOT_LIMITED = 1e9
"""Days of what has no end of its own; beyond any horizon."""


class SequencePlan(NamedTuple):
    """Stages and escalation of one arm. An arm without them has one stage and runs the same program."""

    gives: np.ndarray  # (stages, agents) 1 where the stage gives the agent
    ahead: np.ndarray  # (stages, agents) 1 where this stage or a later one does
    last: np.ndarray  # scalar, place of the last stage
    longest_days: np.ndarray  # (stages,)
    until_progression: np.ndarray  # (stages,) 1 where progression ends the stage
    first_level: np.ndarray  # (agents,) place of the planned dose in the ladder
    raise_after: np.ndarray | None  # (agents,) days on the agent; None where no arm raises a dose
    kept_share: np.ndarray  # (agents,) exposure at the planned dose over that at the raised one


def most_stages(arms: Sequence[Arm]) -> int:
    """The largest number of stages of any arm."""
    return max(len(arm.stages) for arm in arms)


def sequence_plan(
    arm: Arm, agents: Sequence[Agent], tables: AgentTables, stages: int, *, escalates: bool
) -> SequencePlan:
    """Lay out the arm with room for ``stages``; ``escalates`` where any arm of the protocol raises a dose."""
    gives = np.zeros((stages, len(agents)))
    longest, until = np.full(stages, NOT_LIMITED), np.zeros(stages)
    for place, stage in enumerate(arm.stages):
        gives[place] = [float(agent.name in stage.give) for agent in agents]
        until[place] = float(stage.until_progression)
        if stage.longest_days is not None:
            longest[place] = stage.longest_days
    first, after = np.zeros(len(agents)), np.full(len(agents), NOT_LIMITED)
    kept = np.ones(len(agents))
    regimens = {regimen.agent: regimen for regimen in arm.regimens}
    for row, agent in enumerate(agents):
        regimen = regimens.get(agent.name)
        if regimen is None or regimen.raise_to is None:
            continue
        first[row], after[row] = regimen.planned_place, regimen.raise_to.after_days
        ratio = regimen.levels[0].mg_per_day / regimen.raise_to.level.mg_per_day
        kept[row] = ratio ** tables.dose_exponent[row]
    return SequencePlan(
        gives=gives,
        ahead=np.maximum.accumulate(gives[::-1])[::-1],
        last=np.asarray(float(len(arm.stages) - 1)),
        longest_days=longest,
        until_progression=until,
        first_level=first,
        raise_after=after if escalates else None,
        kept_share=kept,
    )
