"""Adverse events in the course of a patient: their hazards, what follows them, and deaths from them.

An agent's first event of each kind has the hazard a exp(-t / onset) (C / C_ref)^q while it is given. Of its events of
all kinds, first or not, a share is fatal:

    toxic death  h_T = sum over agents of (share) x (sum over kinds of the hazard)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as xp

from hepatrial.simulation.events import NEVER, Array

if TYPE_CHECKING:
    from hepatrial.simulation.day import AgentCourse, Carry, Given


class ToxicRisk(NamedTuple):
    """Cumulative hazard over a day, all agents together; shapes (n,)."""

    of_events: Array  # of all kinds
    of_death: Array


def toxic_risk(
    carry: Carry, concentration: list[Array], doses: list[Array], wave: Array, given: Given
) -> ToxicRisk:
    """Hazard of adverse events of all kinds and agents over the day, and of death from them."""
    risk = fatal = xp.zeros_like(carry.nadir_mm)
    for row, course in enumerate(carry.agents):
        relative = _relative_exposure(course, concentration[row], row, given)
        in_proportion = [place for place, simple in enumerate(given.proportional[row]) if simple]
        own = relative * sum((wave[row][place] for place in in_proportion), start=0.0)
        for place in range(len(given.proportional[row])):
            if place not in in_proportion:
                own += relative ** given.agents.toxicity_exponent[row, place] * wave[row][place]
        own = xp.where(doses[row] > 0.0, own, 0.0)
        risk += own
        fatal += given.agents.fatal_share[row] * own
    return ToxicRisk(risk, fatal)


def adverse_events(
    course: AgentCourse, row: int, concentration: Array, on: Array, day: Array, wave: Array, given: Given
) -> AgentCourse:
    """Adverse events of this day and what follows: interruption, then the same dose, a lower one, or withdrawal."""
    plan, agents, luck = given.plan, given.agents, given.luck
    relative = _relative_exposure(course, concentration, row, given)
    withdraws_below = agents.withdrawal_share[row]
    reduces_below = withdraws_below + agents.reduction_share[row]
    totals, days = [], []
    steps = xp.zeros_like(course.level)
    interrupted = gone = xp.zeros(course.level.shape, bool)
    for place, proportional in enumerate(given.proportional[row]):
        strain = relative if proportional else relative ** agents.toxicity_exponent[row, place]
        before, threshold = course.toxicity[place], luck.adverse_event[row, place]
        total = before + xp.where(on, strain * wave[place], 0.0)
        new = (before < threshold) & (total >= threshold)
        totals.append(total)
        days.append(xp.where(new, day + 1.0, course.event_day[place]))
        acts = new & (plan.interrupts[row, place] > 0)
        action = luck.action[row, place]
        interrupted |= acts
        gone |= acts & (action < withdraws_below)
        steps += acts & (action >= withdraws_below) & (action < reduces_below)
    level = course.level + steps
    beyond = level > plan.last_level[row]
    gone |= beyond & (plan.ends_after_last[row] > 0)
    off_until = xp.where(interrupted, day + 1.0 + plan.interruption_days[row], course.off_until)
    return course._replace(
        concentration=concentration,
        level=xp.minimum(level, plan.last_level[row]),
        off_until=xp.where(gone, NEVER, off_until),
        toxicity=tuple(totals),
        event_day=tuple(days),
    )


def _relative_exposure(course: AgentCourse, concentration: Array, row: int, given: Given) -> Array:
    """Mean concentration of the day over the one at which toxicity is stated."""
    return 0.5 * (course.concentration + concentration) / given.agents.reference_mg_l[row]
