"""An arm's treatment as arrays: what the engine needs of the protocol and the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hepatrial.agents.agent import Agent
from hepatrial.protocol.design import Arm
from hepatrial.treatment.exposure import AgentTables, exposure_dose


class ArmPlan(NamedTuple):
    """Doses and rules of one arm; agents are those of the whole protocol, in one order for all arms.

    An agent that the arm does not give has dose 0, so that all arms run through the same compiled program and two
    arms with the same treatment, or with a drug that does nothing, agree to the last bit.
    """

    mg_per_day: np.ndarray  # (agents, levels): dose at each level
    exposure_dose: np.ndarray  # (agents, levels): the same as it enters exposure
    last_level: np.ndarray  # (agents,) index of the lowest dose that may be given
    ends_after_last: (
        np.ndarray
    )  # (agents,) 1 if an event at the lowest level that asks for less ends the agent
    start_day: np.ndarray  # (agents,)
    interruption_days: np.ndarray  # (agents,)
    interrupts: np.ndarray  # (agents, events) 1 if the event's grade interrupts the dose
    gives: np.ndarray  # (agents,) 1 if the arm gives the agent
    needs_symptoms: np.ndarray  # scalar, 1 if treatment goes on until radiologic AND symptomatic progression
    ignores_progression: np.ndarray  # scalar, 1 if treatment goes on until death
    next_line_share: np.ndarray  # scalar
    next_line_hazard_ratio: np.ndarray  # scalar


class DailyFactors(NamedTuple):
    """What depends on the day alone, for every agent of an arm."""

    drift: np.ndarray  # (days, agents) exp(-t/tau) at the start of the day
    wave: (
        np.ndarray
    )  # (days, agents, events) hazard of adverse events at the reference concentration, per day


def arm_plan(arm: Arm, agents: Sequence[Agent], tables: AgentTables, levels: int) -> ArmPlan:
    """Lay out ``arm`` over the protocol's ``agents`` with room for ``levels`` dose levels."""
    count = len(agents)
    doses = np.zeros((count, levels))
    last, starts = np.zeros(count), np.zeros(count)
    ends, gives = np.ones(count), np.zeros(count)
    interruption = np.full(count, 14.0)
    interrupts = np.zeros(tables.toxicity_rate.shape)
    by_name = {regimen.agent: regimen for regimen in arm.regimens}
    for row, agent in enumerate(agents):
        regimen = by_name.get(agent.name)
        if regimen is None:
            continue
        given = [level.mg_per_day for level in regimen.levels]
        doses[row, : len(given)] = given
        last[row] = len(given) - 1
        starts[row], interruption[row] = regimen.start_day, regimen.interruption_days
        ends[row], gives[row] = float(regimen.stop_after_last_level), float(given[0] > 0.0)
        for place, event in enumerate(agent.adverse_events):
            interrupts[row, place] = float(event.grade >= regimen.interrupt_at_grade)
    follow = arm.next_line
    return ArmPlan(
        mg_per_day=doses,
        exposure_dose=exposure_dose(doses, tables),
        last_level=last,
        ends_after_last=ends,
        start_day=starts,
        interruption_days=interruption,
        interrupts=interrupts,
        gives=gives,
        needs_symptoms=np.asarray(float(arm.treat_until == "radiologic_and_symptomatic_progression")),
        ignores_progression=np.asarray(float(arm.treat_until == "death")),
        next_line_share=np.asarray(follow.share if follow else 0.0),
        next_line_hazard_ratio=np.asarray(follow.hazard_ratio if follow else 1.0),
    )


def daily_factors(plan: ArmPlan, tables: AgentTables, days: int) -> DailyFactors:
    """Drift of exposure and hazards of adverse events by day, counted from each agent's start."""
    since = np.maximum(np.arange(days, dtype=np.float64)[:, None] - plan.start_day, 0.0)
    wave = tables.toxicity_rate * np.exp(-since[:, :, None] / tables.toxicity_onset_days)
    return DailyFactors(drift=np.exp(-since / tables.drift_days), wave=wave)


def most_levels(arms: Sequence[Arm]) -> int:
    """The longest dose ladder of any arm, at least 1."""
    return max([len(regimen.levels) for arm in arms for regimen in arm.regimens], default=1)
