"""An arm's treatment as arrays: what the engine needs of the protocol and the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hepatrial.agents.agent import Agent
from hepatrial.protocol.design import Arm
from hepatrial.treatment.exposure import AgentTables, exposure_dose
from hepatrial.treatment.ladder import daily_doses
from hepatrial.treatment.locoregional import LocoregionalPlan
from hepatrial.treatment.sequence import SequencePlan


class ArmPlan(NamedTuple):
    """Doses and rules of one arm; agents are those of the whole protocol, in one order for all arms.

    An agent that the arm does not give has dose 0, so that all arms run through the same compiled program and two
    arms with the same treatment, or with a drug that does nothing, agree to the last bit.
    """

    # Doses and last levels have a last axis over the n patients where any arm doses by body weight.
    mg_per_day: (
        np.ndarray
    )  # (agents, levels) or (agents, levels, n): dose at each level on a day on the agent
    exposure_dose: np.ndarray  # the same shape: the same as it enters exposure
    last_level: np.ndarray  # (agents,) or (agents, n): index of the lowest dose that may be given
    ends_after_last: (
        np.ndarray
    )  # (agents,) 1 if an event at the lowest level that asks for less ends the agent
    start_day: np.ndarray  # (agents,)
    on_days: np.ndarray  # (agents,) days on the agent before a planned pause
    off_days: np.ndarray  # (agents,) days of the pause, 0 without one
    interruption_days: np.ndarray  # (agents,)
    interrupts: np.ndarray  # (agents, events) 1 if the event's grade interrupts the dose
    gives: np.ndarray  # (agents,) 1 if the arm gives the agent
    needs_symptoms: np.ndarray  # scalar, 1 if treatment goes on until radiologic AND symptomatic progression
    ignores_progression: np.ndarray  # scalar, 1 if treatment goes on until death
    next_line_share: np.ndarray  # scalar
    next_line_hazard_ratio: np.ndarray  # scalar
    locoregional: LocoregionalPlan | None = None  # None where no arm of the protocol embolises or ablates
    sequence: SequencePlan | None = None  # None where no arm of it has stages or raises a dose


class DailyFactors(NamedTuple):
    """What depends on the day alone, for every agent of an arm."""

    drift: np.ndarray  # (days, agents) at the start of the day: exp(-t/tau), back towards 1 in planned pauses
    planned: np.ndarray  # (days, agents) 1 on days on the agent, 0 in its planned pauses
    wave: (
        np.ndarray
    )  # (days, agents, events) hazard of adverse events at the reference concentration, per day


def arm_plan(
    arm: Arm, agents: Sequence[Agent], tables: AgentTables, levels: int, weight_kg: np.ndarray | None = None
) -> ArmPlan:
    """Lay out ``arm`` over the protocol's ``agents`` with room for ``levels`` dose levels.

    ``weight_kg``, shape (n,), is given where any arm of the protocol doses by body weight: the arrays then have the
    same shape for all arms.
    """
    count = len(agents)
    # Without weights one patient stands for all; the axis is taken away again below.
    weights = np.ones(1) if weight_kg is None else weight_kg
    doses = np.zeros((count, levels, len(weights)))
    last, starts = np.zeros((count, len(weights))), np.zeros(count)
    on, off = np.ones(count), np.zeros(count)
    ends, gives = np.ones(count), np.zeros(count)
    interruption = np.full(count, 14.0)
    interrupts = np.zeros(tables.toxicity_rate.shape)
    by_name = {regimen.agent: regimen for regimen in arm.regimens}
    for row, agent in enumerate(agents):
        regimen = by_name.get(agent.name)
        if regimen is None:
            continue
        doses[row], last[row] = daily_doses(regimen, weights, levels)
        if regimen.cycle is not None:
            on[row], off[row] = regimen.cycle.on_days, regimen.cycle.off_days
        starts[row], interruption[row] = regimen.start_day, regimen.interruption_days
        ends[row], gives[row] = float(regimen.stop_after_last_level), float(doses[row, 0].max() > 0.0)
        for place, event in enumerate(agent.adverse_events):
            interrupts[row, place] = float(event.grade >= regimen.interrupt_at_grade)
    follow = arm.next_line
    if weight_kg is None:
        doses, last = doses[..., 0], last[..., 0]
    return ArmPlan(
        mg_per_day=doses,
        exposure_dose=exposure_dose(doses, tables),
        last_level=last,
        ends_after_last=ends,
        start_day=starts,
        on_days=on,
        off_days=off,
        interruption_days=interruption,
        interrupts=interrupts,
        gives=gives,
        needs_symptoms=np.asarray(float(arm.treat_until == "radiologic_and_symptomatic_progression")),
        ignores_progression=np.asarray(float(arm.treat_until == "death")),
        next_line_share=np.asarray(follow.share if follow else 0.0),
        next_line_hazard_ratio=np.asarray(follow.hazard_ratio if follow else 1.0),
    )


def daily_factors(plan: ArmPlan, tables: AgentTables, days: int) -> DailyFactors:
    """Drift of exposure, planned pauses and hazards of adverse events by day, counted from each agent's start."""
    since = np.maximum(np.arange(days, dtype=np.float64)[:, None] - plan.start_day, 0.0)
    planned = since % (plan.on_days + plan.off_days) < plan.on_days
    wave = tables.toxicity_rate * np.exp(-since[:, :, None] / tables.toxicity_onset_days)
    drift = np.exp(-since / tables.drift_days)
    for row in np.flatnonzero(plan.off_days > 0.0):
        drift[:, row] = drift_with_pauses(planned[:, row], plan.start_day[row], tables.drift_days[row])
    return DailyFactors(drift=drift, planned=planned.astype(np.float64), wave=wave)


def drift_with_pauses(planned: np.ndarray, start_day: float, drift_days: float) -> np.ndarray:
    """Drift at the start of each day where it comes back in planned pauses at the pace at which it fell.

    Parameters
    ----------
    planned
        Whether the agent is given on each day, shape (days,).
    start_day, drift_days
        Day of the first dose, and the time constant.
    """
    left, drift = np.exp(-1.0 / drift_days), np.ones(len(planned))
    for day in range(1, len(planned)):
        on = planned[day - 1] and day - 1 >= start_day
        before = drift[day - 1]
        drift[day] = before * left if on else 1.0 - (1.0 - before) * left
    return drift
