"""Outcomes of an agent under one draw of its unknown numbers, in the same virtual patients under every draw.

The patients, visits and rules of treatment are those of the sorafenib arm of SHARP (Llovet 2008,
10.1056/NEJMoa0708857); the agent is given at its usual dose, with a half and a quarter of it as lower levels, as
sorafenib was there. All else, the parameters of the disease and every chance of a patient, is held fixed, so that what
differs between draws comes from the record alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hepatrial.agents import Agent, usual_free_nm
from hepatrial.agents.pharmacokinetics import hepatic_ratios
from hepatrial.disease.parameters import default_parameters
from hepatrial.patients.patients import Patients
from hepatrial.protocol.design import DoseLevel, Protocol, Regimen
from hepatrial.protocol.loading import load
from hepatrial.simulation.blocks import Work, filled_block, prepared
from hepatrial.simulation.events import Events
from hepatrial.units import DAYS_PER_MONTH

SETTING = "sharp"
PATIENTS = 512
LEVELS = (1.0, 0.5, 0.25)
HALF_YEAR_DAYS = 6.0 * DAYS_PER_MONTH
TTP_DAYS = 12.0 * DAYS_PER_MONTH
OS_DAYS = 24.0 * DAYS_PER_MONTH
"""Horizon; a visit later, so that the last day has one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is decomposed.

    Attributes
    ----------
    short
        Head of a column.
    log
        Whether it is told and decomposed on the log.
    """

    name: str
    short: str
    words: str
    unit: str
    log: bool = False


OUTCOMES = (
    Outcome("exposure", "exposure", "free active concentration on treatment, half a year", "nM", log=True),
    Outcome("exposure_cv", "its CV", "coefficient of variation of it between patients", "", log=True),
    Outcome(
        "exposure_child_pugh_b",
        "exposure, B",
        "free active concentration at the start, Child-Pugh B",
        "nM",
        log=True,
    ),
    Outcome(
        "exposure_child_pugh_c",
        "exposure, C",
        "free active concentration at the start, Child-Pugh C",
        "nM",
        log=True,
    ),
    Outcome("dose_intensity", "dose intensity", "dose given over dose planned on treatment, half a year", ""),
    Outcome("time_on_treatment", "time treated", "mean time on treatment within 6 months", "months"),
    Outcome("ttp", "TTP", "mean time to progression within 12 months", "months"),
    Outcome("os", "OS", "mean survival within 24 months", "months"),
)


def drawn_outcomes(
    agents: Sequence[Agent], seed: int, report: Callable[[int], None] = lambda done: None
) -> np.ndarray:
    """Outcomes of each of the agents, draws of one record, shape (agents, `OUTCOMES`); NaN where nobody is treated."""
    protocol = _protocol(agents[0])
    work = Work(protocol, default_parameters(), seed, "float32", block=PATIENTS, balanced_over=PATIENTS)
    patients = filled_block(work, np.arange(PATIENTS))
    found = np.empty((len(agents), len(OUTCOMES)))
    for row, agent in enumerate(agents):
        found[row] = _outcomes(replace(work, own_agents=(agent,)), agent, patients)
        report(row + 1)
    return found


def _protocol(agent: Agent) -> Protocol:
    """SHARP with the agent in place of sorafenib, up to the horizon that the outcomes need."""
    trial = load(SETTING)
    arm = next(arm for arm in trial.arms if arm.regimens)
    regimen = Regimen(
        agent=agent.name,
        levels=_levels(agent),
        interruption_days=arm.regimens[0].interruption_days,
        interrupt_at_grade=arm.regimens[0].interrupt_at_grade,
    )
    control = trial.arm(trial.control)
    return replace(
        trial,
        arms=(replace(arm, name=agent.name, regimens=(regimen,)), control),
        horizon_days=OS_DAYS + trial.visits.clinic_interval_days,
    )


def _levels(agent: Agent) -> tuple[DoseLevel, ...]:
    per_kg = agent.usual_dose_mg_per_kg
    dose = agent.usual_dose_mg if per_kg is None else per_kg
    return tuple(
        DoseLevel(dose * part, agent.usual_interval_days, per_kg=per_kg is not None) for part in LEVELS
    )


def _outcomes(work: Work, agent: Agent, patients: Patients) -> list[float]:
    """Values in the order of `OUTCOMES`, of those on the log the log."""
    run = prepared(work, np.arange(PATIENTS), patients=patients)
    events, visits = run(0)
    free = float(run.inputs.exposure.free_nm_per_mg_l[0, 0])
    planned = np.asarray(run.inputs.plans[0].mg_per_day)[0, 0]
    ends = np.minimum(np.asarray(events.stop), _death(events))
    days = work.protocol.visits.clinic_interval_days * np.arange(1, len(visits.sld_mm) + 1)
    treated = (days <= HALF_YEAR_DAYS)[:, None] & (days[:, None] <= ends)
    if not treated.any():
        return [np.nan] * len(OUTCOMES)
    concentration = free * np.asarray(visits.concentration_mg_l, dtype=np.float64)
    visited = treated.sum(axis=0)
    of_patient = (concentration * treated).sum(axis=0)[visited > 0] / visited[visited > 0]
    _, of_b, of_c = np.log(usual_free_nm(agent) * hepatic_ratios(agent))
    return [
        float(np.log(concentration[treated].mean())),
        float(np.log(of_patient.std() / of_patient.mean())),
        float(of_b),
        float(of_c),
        float(np.mean((np.asarray(visits.mg_per_day) / planned)[treated])),
        _restricted_mean_months(ends, HALF_YEAR_DAYS),
        _restricted_mean_months(events.progression, TTP_DAYS),
        _restricted_mean_months(_death(events), OS_DAYS),
    ]


def _death(events: Events) -> np.ndarray:
    return np.minimum.reduce(
        [np.asarray(day) for day in (events.cancer_death, events.liver_death, events.toxic_death)]
    )


def _restricted_mean_months(day: np.ndarray, within_days: float) -> float:
    return float(np.minimum(np.asarray(day, dtype=np.float64), within_days).mean() / DAYS_PER_MONTH)
