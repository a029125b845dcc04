"""Chemoembolisation and ablation in the course of a block of patients.

A procedure changes the state at the start of its day. What follows from what is seen is decided at visits
(`embolisation_visit`). Sessions and procedures that no patient has on a day
cost nothing: their branch is not run.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as xp

from hepatrial.disease import ablation, tace
from hepatrial.disease.locoregional import LocoregionalConstants
from hepatrial.disease.model import State
from hepatrial.disease.tumour import relative_diameter
from hepatrial.simulation.events import NEVER, Array
from hepatrial.treatment.locoregional import LocoregionalPlan

MOST_LESIONS = 12
"""New lesions in the liver that are followed; at 0.08 a month a patient has about one a year."""


class LocoregionalLuck(NamedTuple):
    """Chance of procedures and of where new lesions come, the same under every arm; patients on the last axis."""

    intrahepatic: Array  # (lesions, n) thresholds of the cumulative hazard of new lesions, in order
    extrahepatic: Array  # (n,)
    kill: Array  # (sessions, n) deviation of the logits of complete and of partial kill
    complete: Array  # (sessions, n) uniform
    cured: Array  # (sessions, n) uniform
    residue_ml: Array  # (sessions, n)
    injury: Array  # (sessions, n) factor of the median session's
    ablation_complete: Array  # (n,) uniform
    ablation_residue: Array  # (n,) uniform
    ablation_residue_ml: Array


class LocoregionalPerson(NamedTuple):
    """What procedures need to know of a patient beside `Individuals`; arrays (n,)."""

    lesions: Array
    resistant_share: Array
    albumin_g_l: Array
    bilirubin_umol_l: Array
    other_points: Array  # Child-Pugh points of INR, ascites and encephalopathy


class Locoregional(NamedTuple):
    """What a trial with procedures needs beside what every trial needs."""

    person: LocoregionalPerson
    luck: LocoregionalLuck
    constants: LocoregionalConstants


class LocoregionalCourse(NamedTuple):
    """Where a patient stands; arrays (n,)."""

    due: Array  # day of the next session
    last: Array  # day of the last one, -`NEVER` before the first
    count: Array
    wanted: Array  # bool: the last scan shows something to treat
    awaiting: Array  # bool: no scan since the last session
    failures: Array  # sessions without response, one after another
    before_mm: Array  # measured viable sum at the last scan before the last session
    latest_mm: Array
    smallest_mm: Array
    baseline_mm: Array
    session_day: tuple[Array, ...]
    intrahepatic: Array  # (lesions, n) days of new lesions in the liver
    extrahepatic: Array  # day of the first new lesion outside it
    agents_end: Array  # day of the visit after which no agent is given
    untreatable: Array  # day of the visit that finds it
    reason: Array  # code of `untreatable`, 0 without


def start(plan: LocoregionalPlan, baseline_mm: Array, sessions: int) -> LocoregionalCourse:
    """Before any procedure; ``baseline_mm`` is the measured sum."""
    zero = xp.zeros_like(baseline_mm)
    never, yes = zero + NEVER, xp.ones(zero.shape, bool)
    return LocoregionalCourse(
        due=zero + plan.planned[0],
        last=-never,
        count=zero,
        wanted=yes,
        awaiting=~yes,
        failures=zero,
        before_mm=baseline_mm,
        latest_mm=baseline_mm,
        smallest_mm=baseline_mm,
        baseline_mm=baseline_mm,
        session_day=tuple(never for _ in range(sessions)),
        intrahepatic=xp.broadcast_to(never, (MOST_LESIONS, *never.shape)),
        extrahepatic=never,
        agents_end=never,
        untreatable=never,
        reason=zero,
    )


def with_procedures(
    state: State,
    course: LocoregionalCourse,
    day: Array,
    plan: LocoregionalPlan,
    every: Locoregional,
    sld_mm: Array,
    baseline_ml: Array,
) -> tuple[State, LocoregionalCourse]:
    """State and course after the procedures of the day's start; ``sld_mm`` and ``baseline_ml`` (n,) are of baseline."""

    def viable_mm(state: State) -> Array:
        return sld_mm * relative_diameter(state.tumour.viable, baseline_ml)

    state = jax.lax.cond(
        day == plan.ablation_day,
        lambda state: _ablated(state, plan, every, viable_mm(state)),
        lambda state: state,
        state,
    )
    if not course.session_day:
        return state, course
    return jax.lax.cond(
        xp.any(course.due == day),
        lambda pair: _with_session(*pair, day, plan, every, viable_mm(pair[0])),
        lambda pair: pair,
        (state, course),
    )


def harm_of_day(
    course: LocoregionalCourse, day: Array, plan: LocoregionalPlan, every: Locoregional
) -> tuple[Array, Array]:
    """Jumps of the cumulative hazards of death and of decompensation at the reference ALBI, by the day's procedures.

    An ablation before which patients were chosen for the trial harms none of them.
    """
    c = every.constants
    session = course.last == day
    ablated = (day == plan.ablation_day) & (plan.ablation_always_complete == 0) & (plan.removes == 0)
    return tuple(
        session * of_session + ablated * of_ablation
        for of_session, of_ablation in zip(c.session_harm, c.ablation_harm, strict=True)
    )


def paused(course: LocoregionalCourse, day: Array, plan: LocoregionalPlan) -> Array:
    """Whether agents are paused for a session on this day, (n,)."""
    before = course.wanted & (day >= course.due - plan.pause_before)
    return before | (day < course.last + plan.pause_after)


def _with_session(
    state: State,
    course: LocoregionalCourse,
    day: Array,
    plan: LocoregionalPlan,
    every: Locoregional,
    viable_mm: Array,
) -> tuple[State, LocoregionalCourse]:
    c, luck, lesions = every.constants, every.luck, every.person.lesions
    here = course.due == day
    now = here & course.wanted & (course.count < plan.max_sessions)

    def of_session(values: Array) -> Array:
        found = values[-1]
        for place in range(values.shape[0] - 2, -1, -1):
            found = xp.where(course.count == place, values[place], found)
        return found

    size = tace.log_diameter(viable_mm, lesions)
    shift = plan.logit_shift + of_session(luck.kill)
    one = tace.complete_share(c.complete_logit + shift, c.size_slope, size)
    partial = tace.partial_share(c.partial_logit + shift - c.size_slope * size)
    left = tace.left_viable(
        of_session(luck.complete) < one**lesions,
        xp.where(of_session(luck.cured) < c.cured_share, 0.0, of_session(luck.residue_ml)),
        state.tumour.viable,
        tace.killed_where_not_all(one, lesions, partial),
    )
    injury = xp.where(now, plan.injury_albi * of_session(luck.injury), 0.0)
    later = state._replace(
        tumour=tace.embolised(state.tumour, xp.where(now, left, 1.0)),
        injury_albi=state.injury_albi + (1.0 - c.permanent_share) * injury,
        chronic_albi=state.chronic_albi + c.permanent_share * injury,
        surge=state.surge + xp.where(now, plan.surge_rise, 0.0),
    )
    planned = xp.min(xp.where(plan.planned > day, plan.planned, NEVER))
    following = xp.where((planned >= NEVER) & (plan.every_days > 0), day + plan.every_days, planned)
    following = xp.where(course.count + now < plan.max_sessions, following, NEVER)
    return later, course._replace(
        due=xp.where(here, following, course.due),
        last=xp.where(now, day, course.last),
        count=course.count + now,
        awaiting=course.awaiting | now,
        before_mm=xp.where(now, course.latest_mm, course.before_mm),
        session_day=tuple(
            xp.where(now & (course.count == place), day, known)
            for place, known in enumerate(course.session_day)
        ),
    )


def _ablated(state: State, plan: LocoregionalPlan, every: Locoregional, viable_mm: Array) -> State:
    c, luck, lesions = every.constants, every.luck, every.person.lesions
    size = tace.log_diameter(viable_mm, lesions)
    complete = tace.complete_share(c.ablation_complete_logit, c.ablation_size_slope, size) ** lesions
    all_complete = (luck.ablation_complete < complete) | (plan.ablation_always_complete > 0)
    recurs = luck.ablation_residue < ablation.residue_share(c.residue_logit, c.residue_slope, size)
    left = tace.left_viable(
        all_complete,
        xp.where(recurs, luck.ablation_residue_ml, 0.0),
        state.tumour.viable,
        1.0 - c.incomplete_left,
    )
    burnt, cut = tace.embolised(state.tumour, left), ablation.resected(state.tumour, left)
    return state._replace(
        tumour=jax.tree.map(lambda one, other: xp.where(plan.removes > 0, other, one), burnt, cut)
    )
