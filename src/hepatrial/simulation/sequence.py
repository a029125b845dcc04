"""Stages of treatment and raised doses in the course of a block of patients.

A stage ends at the scan that shows progression, when its time is over, or once none of its agents is tolerated, and the
next one begins. The first progression is judged as in any trial. After it, further progression is judged anew in each
stage: against the lowest sum since the last scan before the stage, or by a further new lesion. As new lesions come
with a hazard that has no memory, the wait for that is a fresh unit-exponential threshold.

Each patient has a clock for each agent. The wave of adverse events counts from the agent's own start in the stage, and
for the part of a dose that was raised from the raise. Exposure that has drifted comes back at the pace at which it fell
while the agent is off by plan (`docs/resistance.md` says what is known of that).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as xp

from hepatrial.simulation.events import NEVER, Array
from hepatrial.treatment.sequence import SequencePlan

if TYPE_CHECKING:
    from hepatrial.simulation.day import AgentCourse, Carry, Given
    from hepatrial.treatment.plan import ArmPlan


class AgentClock(NamedTuple):
    """Times of one agent; arrays (n,)."""

    drift: Array  # 1 at the first dose, towards 0 on the agent, back towards 1 off it
    start: Array  # day of the agent's start in this run of stages
    raised: Array  # day from which the raised dose is given, `NEVER` before


class SequenceCourse(NamedTuple):
    """Where a patient stands in the sequence; arrays (n,)."""

    stage: Array
    since: Array  # day of the stage's start
    lesion_level: Array  # cumulative hazard at which the next new lesion counts as progression
    latest_mm: Array  # measured sum at the last scan
    final: Array  # day of progression in the last stage, or after the end of treatment
    final_by_new_lesion: Array  # 0 or 1
    starts: tuple[Array, ...]  # day on which each stage began
    clocks: tuple[AgentClock, ...]


class DayOfAgents(NamedTuple):
    """What `treatment.plan.DailyFactors` says of a day, by patient; one entry an agent."""

    drift: list[Array]  # (n,)
    planned: list[Array]  # (n,)
    wave: list[list[Array]]  # (n,) by event


def chosen(values: Array, place: Array) -> Array:
    """The entry of ``values`` at each patient's place, by selection: lists are short, and gathering is slow."""
    found = values[-1]
    for number in range(values.shape[0] - 2, -1, -1):
        found = xp.where(place == number, values[number], found)
    return found


def begin(plan: ArmPlan, baseline_mm: Array, lesion_level: Array) -> SequenceCourse:
    """Before the first day; ``baseline_mm`` is the measured sum."""
    zero = xp.zeros_like(baseline_mm)
    never = zero + NEVER
    sequence = plan.sequence
    return SequenceCourse(
        stage=zero,
        since=zero,
        lesion_level=lesion_level,
        latest_mm=baseline_mm,
        final=never,
        final_by_new_lesion=zero,
        starts=(zero, *(never for _ in range(sequence.gives.shape[0] - 1))),
        clocks=tuple(
            AgentClock(zero + 1.0, zero + plan.start_day[row], never)
            for row in range(sequence.gives.shape[1])
        ),
    )


def given_now(course: SequenceCourse, row: int, plan: SequencePlan) -> Array:
    """Whether the patient's stage gives the agent, (n,) bool."""
    return chosen(plan.gives[:, row], course.stage) > 0


def given_later(course: SequenceCourse, row: int, plan: SequencePlan) -> Array:
    """Whether the patient's stage or a later one gives the agent, (n,) bool."""
    return chosen(plan.ahead[:, row], course.stage) > 0


def with_stages_of_day(carry: Carry, day: Array, given: Given) -> Carry:
    """Stages whose time is over, or of which no agent is tolerated, give way to the next at the start of ``day``."""
    plan = given.plan.sequence
    for _ in range(plan.gives.shape[0] - 1):
        course = carry.sequence
        has_agents = tolerated = xp.zeros(course.stage.shape, bool)
        for row, agent in enumerate(carry.agents):
            here = given_now(course, row, plan)
            has_agents |= here
            tolerated |= here & (agent.off_until < NEVER)
        over = day - course.since >= chosen(plan.longest_days, course.stage)
        moves = (over | (has_agents & ~tolerated)) & _goes_on(carry, day, plan)
        carry = _next_stage(carry, moves, day, given)
    return carry


def after_scan(
    carry: Carry,
    progressed: Array,
    by_new_lesion: Array,
    judged_mm: Array,
    scan: Array,
    day: Array,
    given: Given,
) -> Carry:
    """What a visit on ``day`` makes of progression that its scan shows; ``judged_mm`` (n,) is the measured sum."""
    plan, course = given.plan.sequence, carry.sequence
    treated = carry.dates.stop > day
    final = progressed & (course.final >= NEVER) & ((course.stage >= plan.last) | ~treated)
    course = course._replace(
        latest_mm=xp.where(scan > 0, judged_mm, course.latest_mm),
        final=xp.where(final, day, course.final),
        final_by_new_lesion=xp.where(
            final, by_new_lesion.astype(judged_mm.dtype), course.final_by_new_lesion
        ),
    )
    moves = progressed & (chosen(plan.until_progression, course.stage) > 0) & _goes_on(carry, day, plan)
    return _next_stage(carry._replace(sequence=course), moves, day, given)


def _goes_on(carry: Carry, day: Array, plan: SequencePlan) -> Array:
    """Whether a patient is on treatment and in a stage that another one follows."""
    return (carry.sequence.stage < plan.last) & (carry.dates.stop > day)


def _next_stage(carry: Carry, moves: Array, day: Array, given: Given) -> Carry:
    plan, luck, before = given.plan.sequence, given.luck, carry.sequence
    if plan.gives.shape[0] == 1:
        return carry
    after = before._replace(
        stage=xp.where(moves, before.stage + 1.0, before.stage), since=xp.where(moves, day, before.since)
    )
    anew = moves & (carry.dates.progression <= day)
    further = carry.cumulative.new_lesion + chosen(luck.later_lesion, after.stage - 1.0)
    clocks = []
    for row, clock in enumerate(before.clocks):
        starts = moves & given_now(after, row, plan) & ~given_now(before, row, plan)
        clocks.append(clock._replace(start=xp.where(starts, day, clock.start)))
    after = after._replace(
        lesion_level=xp.where(anew & (carry.dates.new_lesion <= day), further, before.lesion_level),
        starts=tuple(
            xp.where(moves & (after.stage == place), day, known) for place, known in enumerate(before.starts)
        ),
        clocks=tuple(clocks),
    )
    return carry._replace(sequence=after, nadir_mm=xp.where(anew, before.latest_mm, carry.nadir_mm))


def day_of_agents(carry: Carry, day: Array, given: Given) -> tuple[Carry, DayOfAgents]:
    """Factors of the day by patient; doses that are due are raised, and clocks go on to the day's end."""
    agents, clocks, factors = [], [], DayOfAgents([], [], [])
    for row, agent in enumerate(carry.agents):
        here = given_now(carry.sequence, row, given.plan.sequence)
        agent, clock = _raised(agent, carry.sequence.clocks[row], here, row, day, given.plan)
        since = xp.maximum(day - clock.start, 0.0)
        on_days, off_days = given.plan.on_days[row], given.plan.off_days[row]
        planned = here & (since % (on_days + off_days) < on_days)
        factors.drift.append(clock.drift)
        factors.planned.append(planned.astype(clock.drift.dtype))
        factors.wave.append(_wave(clock, since, row, day, given))
        left = xp.exp(-1.0 / given.agents.drift_days[row])
        off = 1.0 - (1.0 - clock.drift) * left
        drift = xp.where(planned & (day >= clock.start), clock.drift * left, off)
        agents.append(agent)
        clocks.append(clock._replace(drift=drift))
    return carry._replace(
        agents=tuple(agents), sequence=carry.sequence._replace(clocks=tuple(clocks))
    ), factors


def _raised(
    agent: AgentCourse, clock: AgentClock, here: Array, row: int, day: Array, plan: ArmPlan
) -> tuple[AgentCourse, AgentClock]:
    """The raised dose from its day on, in patients without an event that has acted on the dose."""
    if plan.sequence.raise_after is None:
        return agent, clock
    due = here & (day >= clock.start + plan.sequence.raise_after[row]) & (clock.raised >= NEVER)
    due &= agent.off_until < NEVER
    for place, event_day in enumerate(agent.event_day):
        due &= (event_day >= NEVER) | (plan.interrupts[row, place] < 0.5)
    return (
        agent._replace(level=xp.where(due, agent.level - 1.0, agent.level)),
        clock._replace(raised=xp.where(due, day, clock.raised)),
    )


def _wave(clock: AgentClock, since: Array, row: int, day: Array, given: Given) -> list[Array]:
    """Hazard of each adverse event at the reference concentration, per day."""
    plan, agents = given.plan.sequence, given.agents
    wave = []
    for place in range(len(given.proportional[row])):
        onset = agents.toxicity_onset_days[row, place]
        left = xp.exp(-since / onset)
        if plan.raise_after is not None:
            kept = plan.kept_share[row]
            higher = (clock.raised <= day) & (clock.raised >= clock.start)
            anew = xp.exp(-xp.maximum(day - clock.raised, 0.0) / onset)
            left = xp.where(higher, kept * left + (1.0 - kept) * anew, left)
        wave.append(agents.toxicity_rate[row, place] * left)
    return wave
