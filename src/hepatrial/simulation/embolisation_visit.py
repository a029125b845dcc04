"""What a visit decides on embolisation: another session, or that the tumour cannot be embolised any more."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as xp

from hepatrial.disease.liver import albumin_and_bilirubin
from hepatrial.disease.model import State
from hepatrial.patients.liver_scores import POINTS_OF_DECOMPENSATION, laboratory_points
from hepatrial.protocol.design import DEMANDS
from hepatrial.response.recist import grown, shrunk, vanished
from hepatrial.simulation.events import NEVER, Array
from hepatrial.simulation.locoregional import Locoregional, LocoregionalCourse
from hepatrial.simulation.untreatable import (
    EXHAUSTED,
    GROWTH,
    LIVER,
    REFRACTORY,
    SPREAD,
    SYMPTOMS,
    WITHDRAWAL,
)
from hepatrial.treatment.locoregional import LocoregionalPlan

LARGE_SHARE = 0.5
"""Viable area over baseline above which more than half is viable."""


class Unfit(NamedTuple):
    """What else than the tumour may stand against a session; bool, (n,)."""

    decompensated: Array
    symptoms: Array  # have become worse
    withdrawn: Array  # the last agent, for an adverse event


def at_clinic(
    course: LocoregionalCourse,
    state: State,
    viable_mm: Array,
    unfit: Unfit,
    day: Array,
    scan: Array,
    plan: LocoregionalPlan,
    every: Locoregional,
    smallest_rise_mm: Array,
) -> LocoregionalCourse:
    """What a visit on ``day`` finds and decides.

    ``viable_mm`` (n,) is the measured viable sum if there is a scan.
    """
    scanned = scan > 0
    new_lesion = xp.any((course.intrahepatic <= day) & (course.intrahepatic > course.last), axis=0)
    visible = ~vanished(viable_mm) | new_lesion
    read = scanned & course.awaiting
    failures = xp.where(
        read, xp.where(shrunk(viable_mm, course.before_mm), 0.0, course.failures + 1.0), course.failures
    )
    demanded = _demanded(course, viable_mm, plan, smallest_rise_mm) | new_lesion
    area = (viable_mm / course.baseline_mm) ** 2
    spent = (course.count >= plan.max_sessions) & visible & demanded
    score = _child_pugh(state, every) + POINTS_OF_DECOMPENSATION * unfit.decompensated
    found = [
        (SPREAD, scanned & (course.extrahepatic <= day)),
        (LIVER, score > plan.child_pugh_limit),
        (REFRACTORY, read & (plan.refractory_after > 0) & (failures >= plan.refractory_after)),
        (GROWTH, scanned & (course.count > 0) & (area >= plan.largest_area)),
        (EXHAUSTED, scanned & spent),
        (SYMPTOMS, unfit.symptoms & (plan.until_symptoms > 0)),
        (WITHDRAWAL, unfit.withdrawn & (plan.until_withdrawal > 0)),
    ]
    reason = xp.zeros_like(course.reason)
    for code, here in reversed(found):
        reason = xp.where(here, float(code), reason)
    now = (reason > 0) & (course.untreatable >= NEVER) & (plan.has_tace > 0)
    untreatable = xp.where(now, day, course.untreatable)
    treatable = untreatable >= NEVER

    # A session before which agents are paused already is given.
    settled = (course.due < NEVER) & (day > course.due - plan.pause_before)
    asked = scanned & treatable & (plan.on_demand > 0) & (course.due >= NEVER) & demanded & visible
    due = xp.where(treatable | settled, course.due, NEVER)
    due = xp.where(asked & (course.count < plan.max_sessions), day + plan.wait_days, due)
    return course._replace(
        due=due,
        wanted=xp.where(scanned & ~settled, visible, course.wanted),
        awaiting=course.awaiting & ~scanned,
        failures=failures,
        latest_mm=xp.where(scanned, viable_mm, course.latest_mm),
        smallest_mm=xp.where(scanned, xp.minimum(course.smallest_mm, viable_mm), course.smallest_mm),
        untreatable=untreatable,
        reason=xp.where(now, reason, course.reason),
    )


def _demanded(
    course: LocoregionalCourse, viable_mm: Array, plan: LocoregionalPlan, smallest_rise_mm: Array
) -> Array:
    """Whether the viable tumour that a scan shows asks for another session, by the rule of the plan."""
    rules = {
        "viable tumour remains": ~vanished(viable_mm),
        "more than half is viable": (viable_mm / course.baseline_mm) ** 2 > LARGE_SHARE,
        "viable tumour grows": grown(viable_mm, course.smallest_mm, smallest_rise_mm),
    }
    asked = xp.zeros(viable_mm.shape, bool)
    for place, name in enumerate(DEMANDS):
        asked |= (plan.demand == place) & rules[name]
    return asked


def _child_pugh(state: State, every: Locoregional) -> Array:
    person = every.person
    albumin, bilirubin = albumin_and_bilirubin(
        person.albumin_g_l, person.bilirubin_umol_l, state.albi_change, every.constants.albumin_share
    )
    return laboratory_points(albumin, bilirubin) + person.other_points
