"""One trial of the protocol's own size, with all its tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from hepatrial.conduct.doses import dose_tables
from hepatrial.conduct.endpoints import last_visit, observe, observed_endpoints
from hepatrial.conduct.laboratory import lab_table
from hepatrial.conduct.replicates import Draw, draw_trials, observe_trials, patient_strata
from hepatrial.conduct.scans import assessment_rules, response_tables, tumour_table
from hepatrial.conduct.sessions import NO_SESSIONS, session_table
from hepatrial.conduct.subjects import end_reasons, subject_table
from hepatrial.errors import InvalidInput, Issue
from hepatrial.patients.eligibility import covariate_text
from hepatrial.patients.patients import Patients
from hepatrial.protocol.design import Protocol
from hepatrial.simulation.blocks import (
    Followed,
    Work,
    follow_patients,
    measured_sums,
    outcomes_of,
    scan_days,
)
from hepatrial.simulation.course import Events, Visit
from hepatrial.simulation.decompensation import decompensated_on
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.trialdata import TrialData

SORTED_BY = {
    "subjects": ("subject",),
    "tumour": ("subject", "day"),
    "responses": ("subject", "criteria", "day"),
    "best": ("subject", "criteria"),
    "labs": ("subject", "parameter", "day"),
    "exposure": ("subject", "agent", "start_day"),
    "adverse_events": ("subject", "day", "event", "action"),
    "sessions": ("subject", "session"),
}
"""Keys of each table, so that the order of its rows is one and the same."""

TUMOUR_CRITERIA = ("RECIST 1.1", "mRECIST")  # one of each measure: whole and viable


def one_trial(work: Work, patients: Patients, by_arm: list[Outcomes]) -> TrialData:
    """The first replicate trial, of the protocol's own size, with all its tables.

    Raises
    ------
    InvalidInput
        The data are cut before the first patient is randomised.
    """
    protocol = work.protocol
    draw = draw_trials(protocol, patient_strata(protocol, patients), work.streams, 0, 1)
    _, end, cut = observe_trials(protocol, draw, by_arm)
    order = np.lexsort((np.arange(protocol.size), draw.entry_day[0]))
    order = order[end[0][order] >= 0.0]
    if len(order) == 0:
        raise InvalidInput((_nobody(cut[0], draw.entry_day[0].min()),))
    entered = Draw(*(getattr(draw, name)[0][order] for name in Draw.__slots__))
    end_day = end[0][order]
    subject = np.arange(1, len(order) + 1)
    numbers = patients.select(entered.index).patient
    followed = [
        follow_patients(work, numbers[at : at + work.block]) for at in range(0, len(numbers), work.block)
    ]
    tables = [
        _arm_tables(work, followed, arm, np.flatnonzero(entered.arm == arm), subject, entered, end_day)
        for arm in range(len(protocol.arms))
    ]
    collected = {
        name: pl.concat([table[name] for table in tables]).sort(keys) for name, keys in SORTED_BY.items()
    }
    if all(arm.tace is None for arm in protocol.arms):
        collected["sessions"] = NO_SESSIONS
    return TrialData(
        name=protocol.name,
        arms=tuple(arm.name for arm in protocol.arms),
        control=protocol.control,
        simulated=True,
        cut_day=float(cut[0]) if np.isfinite(cut[0]) else None,
        rules=assessment_rules(protocol),
        plan=protocol.analysis,
        **collected,
    )


def _nobody(cut_day: float, first_entry: float) -> Issue:
    return Issue(
        rule="data cut",
        what="no patient was randomised before the data cut",
        found=f"a cut on day {cut_day:g}",
        allowed=f"day {first_entry:g} or later, in the trial of this seed",
        fix="cut later in `data_cut`, or enrol faster in `accrual`",
    )


def _arm_tables(
    work: Work,
    followed: list[Followed],
    arm: int,
    rows: np.ndarray,
    subject: np.ndarray,
    entered: Draw,
    end: np.ndarray,
) -> dict[str, pl.DataFrame]:
    """All tables of the subjects of one arm; ``rows`` are their places among the trial's patients."""
    protocol = work.protocol
    patients = Patients(
        **{
            name: _over_patients([getattr(f.patients, name) for f in followed], rows)
            for name in Patients.__slots__
        }
    )
    recorded = zip(*(f.events[arm] for f in followed), strict=True)
    events = Events(*(_over_patients(parts, rows) for parts in recorded))
    recorded = zip(*(f.visits[arm] for f in followed), strict=True)
    visits = Visit(*(_over_patients(parts, rows, axis=1) for parts in recorded))
    outcomes = outcomes_of(events)
    limit, number = end[rows], subject[rows]
    alive = np.minimum(limit, outcomes.death)
    on_study = last_visit(outcomes, limit)
    _, days = scan_days(protocol, followed[0].inputs)
    sums = {
        criteria: _sums(protocol, followed, arm, rows, criteria)
        for criteria in dict.fromkeys((*protocol.response.reported, *TUMOUR_CRITERIA))
    }
    reported = {criteria: sums[criteria] for criteria in protocol.response.reported}
    responses, best = response_tables(
        assessment_rules(protocol), number, days, reported, events.new_lesion, on_study
    )
    whole, viable = (sums[criteria] for criteria in TUMOUR_CRITERIA)
    clinic = np.arange(len(visits.afp) + 1) * float(followed[0].inputs.days_between_visits)
    exposure, adverse = dose_tables(
        protocol.arms[arm], work.agents, events, number, alive, patients.weight_kg
    )
    return {
        "subjects": subject_table(
            patients,
            number,
            np.full(len(rows), protocol.arms[arm].name),
            entered.entry_day[rows],
            _stratum(protocol, patients),
            outcomes,
            observe(outcomes, limit, protocol.visits.scan_interval_days),
            limit,
            end_reasons(limit, entered.drop_out_day[rows], np.floor(protocol.horizon_days)),
            observed_endpoints(protocol),
        ),
        "tumour": tumour_table(number, days, whole, viable, events.new_lesion, on_study),
        "responses": responses,
        "best": best,
        "labs": lab_table(
            patients,
            number,
            clinic,
            on_study,
            _course(visits, events, clinic),
            work.parameters,
            work.streams,
        ),
        "exposure": exposure,
        "adverse_events": adverse,
        "sessions": session_table(protocol.arms[arm], events, number, alive),
    }


def _over_patients(parts: Sequence[np.ndarray], rows: np.ndarray, axis: int = 0) -> np.ndarray:
    """Arrays of blocks put together over patients, who lie on ``axis``, and the ``rows`` of them."""
    return np.concatenate(parts, axis=axis).take(rows, axis=axis)


def _sums(
    protocol: Protocol, followed: list[Followed], arm: int, rows: np.ndarray, criteria: str
) -> np.ndarray:
    """Measured sums by one criteria, baseline first, shape (scans + 1, n)."""
    at, _ = scan_days(protocol, followed[0].inputs)
    parts = [measured_sums(f.inputs, f.visits[arm], at, criteria)[:, : len(f.patients)] for f in followed]
    return np.hstack(parts)[:, rows]


def _course(visits: Visit, events: Events, days: np.ndarray) -> dict[str, np.ndarray]:
    """What laboratory values are made of, baseline first, shape (visits + 1, n)."""
    first = np.ones(visits.afp.shape[1])
    course = {name: np.vstack([first, getattr(visits, name)]) for name in ("afp", "vegf", "svegfr2")}
    return course | {
        "albi_change": np.vstack([0.0 * first, visits.albi_change]),
        "decompensated": decompensated_on(days, events.decompensation, events.recovered),
    }


def _stratum(protocol: Protocol, patients: Patients) -> np.ndarray:
    """Levels of the stratification factors as one text, "all" without factors."""
    texts = [covariate_text(patients, name) for name in protocol.randomisation.strata]
    if not texts:
        return np.full(len(patients), "all")
    return np.asarray([" | ".join(levels) for levels in zip(*texts, strict=True)], dtype=np.str_)
