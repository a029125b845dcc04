"""What goes into and comes out of the course of patients: chance, visits, events and records."""

from __future__ import annotations

from typing import NamedTuple

import jax
import numpy as np

Array = jax.Array
NEVER = 1e9
"""Day of an event that did not happen within the horizon."""
ADVERSE_EVENT, LIVER_FAILS = 1.0, 2.0
"""Why treatment stopped other than for progression: an adverse event of an agent, or decompensation."""


class Luck(NamedTuple):
    """Everything that chance decides for a patient, the same under every arm; patients on the last axis."""

    cancer: Array  # (n,) thresholds of cumulative hazards
    liver: Array
    toxic: Array
    new_lesion: Array
    symptoms: Array
    adverse_event: Array  # (agents, events, n)
    action: Array  # (agents, events, n) uniform: withdrawal, reduction or neither
    next_line: Array  # (n,) uniform
    decompensation: Array  # (n,) threshold
    recovery: Array  # (n,) unit-exponential, of a decompensation
    liver_stop: Array  # (n,) uniform: whether a decompensation ends treatment
    reading: Array  # (scans + 1, n) standard normal, baseline first
    later_lesion: Array | None = (
        None  # (stages - 1, n) thresholds of further new lesions, where a trial has stages
    )


class Schedule(NamedTuple):
    """Visits as arrays of the loop; ``scan`` numbers scans from 1, 0 where a visit has none."""

    scan: Array  # (visits,) int32
    smallest_rise_mm: Array  # scalar, of the criteria for progression
    viable_criteria: Array  # scalar, 1 if progression is judged on viable tumour (mRECIST)
    reading_sd: Array  # scalar, sd of the log of a measured sum


class Events(NamedTuple):
    """Days of events since randomisation, `NEVER` where they did not happen."""

    cancer_death: Array
    liver_death: Array
    toxic_death: Array  # from an adverse event of an agent
    new_lesion: Array
    symptoms: Array
    progression: Array  # day of the scan that shows it
    progression_by_new_lesion: Array  # 1 if that scan shows a new lesion
    stop: Array  # trial treatment stopped by decision (not by death)
    stop_for_adverse_event: Array  # 0, or `ADVERSE_EVENT`, or `LIVER_FAILS`
    decompensation: Array
    recovered: Array  # day of recovery from decompensation; not before `NEVER` without one
    agents_end: Array  # day from which no agent is given by decision; that of the stop, but where embolisation goes on
    intrahepatic: Array  # (n, lesions) new lesions in the liver; no columns where no arm embolises or ablates
    extrahepatic: Array  # the first outside it
    untreatable: Array  # day of the visit that finds that the tumour cannot be embolised any more
    untreatable_reason: Array  # code of `simulation.untreatable`, 0 without
    sessions: Array  # (n, sessions) of embolisation
    final_progression: Array  # beyond the sequence; the first progression in a trial without one
    final_by_new_lesion: Array
    stage_start: Array  # (n, stages) day on which each stage began; no columns in a trial without a sequence
    raised: Array  # (n, agents) day from which the raised dose is given; no columns where no dose is raised
    adverse_event: Array  # (n, agents, events)
    reduced: Array  # (n, agents, events) 1 where the dose went down after it
    withdrawn: Array  # (n, agents, events) 1 where the agent was withdrawn

    @property
    def death(self) -> np.ndarray:
        """Day of death of any cause."""
        return np.minimum(np.minimum(self.cancer_death, self.liver_death), self.toxic_death)


class Visit(NamedTuple):
    """What is recorded at a visit; float32, shape (n,)."""

    sld_mm: Array
    viable_sld_mm: Array
    measured_sld_mm: Array
    measured_viable_sld_mm: Array
    resistant_share: Array
    vessel_supply: Array
    albi_change: Array
    afp: Array
    vegf: Array
    svegfr2: Array
    mg_per_day: Array  # of all agents together
    concentration_mg_l: Array  # of all agents together
    cumulative_hazard: Array  # of death of any cause
    cumulative_toxic_hazard: Array  # of death from an adverse event of an agent
