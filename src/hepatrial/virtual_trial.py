"""A virtual trial: the protocol's patients as twins under every arm, one trial in full, and replicate trials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hepatrial.conduct.accrual import drop_out_days, entry_days
from hepatrial.conduct.cutting import event_cut_day
from hepatrial.conduct.endpoints import observe
from hepatrial.conduct.replicates import (
    Draw,
    ReplicateEffects,
    draw_trials,
    observe_trials,
    patient_strata,
    replicate_effects,
)
from hepatrial.conduct.subjects import end_reasons, subject_table
from hepatrial.conduct.trial_tables import best_table, dose_tables, lab_table, response_tables, tumour_table
from hepatrial.disease.parameters import Parameters, default_parameters
from hepatrial.disease.resistance import ResistanceSwitches
from hepatrial.errors import RunFailed
from hepatrial.patients.eligibility import covariate_text
from hepatrial.patients.patients import Patients
from hepatrial.protocol.design import Protocol
from hepatrial.response.best import BestResponse
from hepatrial.simulation.blocks import (
    Followed,
    Precision,
    Simulated,
    Work,
    follow_patients,
    measured_sums,
    scan_days,
)
from hepatrial.simulation.course import NEVER, Visit
from hepatrial.simulation.failures import REMEDIES, Failure
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.simulation.workers import simulate_patients
from hepatrial.trialdata import TrialData

Report = Callable[[str, int, int], None]
EMPTY = pl.DataFrame()


@dataclass(frozen=True, slots=True)
class Course:
    """One virtual patient's course under one arm, day by day; arrays of shape (days,)."""

    day: np.ndarray
    sld_mm: np.ndarray
    viable_sld_mm: np.ndarray
    resistant_share: np.ndarray
    vessel_supply: np.ndarray
    afp_ng_ml: np.ndarray
    vegf_pg_ml: np.ndarray
    svegfr2_pg_ml: np.ndarray
    albi: np.ndarray
    mg_per_day: np.ndarray
    concentration_mg_l: np.ndarray
    cumulative_hazard: np.ndarray
    events: dict[str, float]


@dataclass(frozen=True, slots=True)
class VirtualTrial:
    """The result of `simulate`.

    Attributes
    ----------
    population
        All virtual patients under every arm (twins): a patient has one row an arm, with the same entry, drop-out and
        chance. Cut at the day at which a trial of this protocol would be. Only ``subjects`` and ``best`` are filled.
    trial
        One trial of the protocol's own size, with all tables.
    replicates
        Effects of replicate trials by (arm, endpoint).
    outcomes
        Complete outcomes by arm, before any observation, of the patients in the order of ``population``: what tells the
        true effect of treatment on each patient.
    failures
        Patients that could not be simulated, by code; they are left out under every arm.
    """

    protocol: Protocol
    seed: int
    patients: int
    precision: Precision
    population: TrialData
    trial: TrialData
    replicates: dict[tuple[str, str], ReplicateEffects]
    outcomes: tuple[Outcomes, ...]
    failures: dict[str, int]
    parameters: Parameters
    work: Work

    @property
    def remedies(self) -> dict[str, str]:
        """What to do about each failure that occurred."""
        return {name: REMEDIES[Failure[name.upper()]] for name in self.failures}

    def report(
        self, folder: str | Path, *, figures: tuple[str, ...] = (), force: bool = False
    ) -> dict[str, Any]:
        """Write the run folder (summary, report, tables, ADaM) and return the summary."""
        from hepatrial.report.run import write_run
        from hepatrial.report.run_folder import new_run_folder

        with new_run_folder(Path(folder), force=force) as part:
            return write_run(self, part, figures)

    def twin(self, patient: int) -> dict[str, Course]:
        """The daily course of one virtual patient under every arm."""
        followed = follow_patients(self.work, np.array([patient]), daily=True)
        names = [arm.name for arm in self.protocol.arms]
        return {name: _course(followed, arm, self.parameters, self.work) for arm, name in enumerate(names)}

    def typical_patient(self) -> int:
        """The patient whose survival under the first arm and control is nearest to the arms' medians (log scale)."""
        names = [self.protocol.comparisons[0][0], self.protocol.control] if self.protocol.comparisons else []
        distance: np.ndarray | float = 0.0
        for name in names or [self.protocol.control]:
            rows = self.population.subjects.filter(pl.col("arm") == name)
            days = np.log(np.maximum(rows["os_days"].to_numpy(), 1.0))
            distance = distance + np.abs(days - np.median(days)) + 10.0 * (rows["os_event"].to_numpy() == 0)
        return int(rows["patient"].to_numpy()[int(np.argmin(distance))])


def simulate(
    protocol: Protocol,
    *,
    patients: int = 2000,
    seed: int = 1,
    replicates: int = 1000,
    workers: int | None = None,
    precision: Precision = "float64",
    parameters: Parameters | None = None,
    switches: ResistanceSwitches = ResistanceSwitches(),
    progress: Report | None = None,
) -> VirtualTrial:
    """Simulate a protocol.

    Parameters
    ----------
    patients
        Virtual patients, each simulated under every arm.
    seed
        Seed of all random streams; the same seed gives the same result to the bit, whatever ``workers``.
    replicates
        Replicate trials of the protocol's own size.
    workers
        Processes; chosen by the size of the work if left out.
    precision
        "float64", or "float32" for speed.
    parameters, switches
        Other population parameters than the fitted ones; causes of resistance to switch off.
    progress
        Called with the name of a step, how much of it is done, and its total.

    Raises
    ------
    InvalidInput
        The eligibility leaves no patients.
    RunFailed
        No patient could be simulated.
    """
    used = parameters if parameters is not None else default_parameters()
    work = Work(protocol, used, seed, precision, switches)
    simulated = simulate_patients(work, patients, workers=workers, progress=progress)
    good = np.flatnonzero(simulated.failure == Failure.NONE)
    if good.size == 0:
        raise RunFailed(
            f"no virtual patient could be simulated\n  fix: {REMEDIES[Failure(int(simulated.failure[0]))]}"
        )
    kept = simulated.patients.select(good)
    by_arm = [outcomes.take(good) for outcomes in simulated.outcomes]
    return VirtualTrial(
        protocol=protocol,
        seed=seed,
        patients=patients,
        precision=precision,
        population=_population(work, kept, by_arm, simulated, good),
        trial=_one_trial(work, kept, by_arm),
        replicates=replicate_effects(
            protocol, kept, by_arm, work.streams, replicates, workers=workers or 1, progress=progress
        ),
        outcomes=tuple(by_arm),
        failures={
            Failure(code).name.lower(): int((simulated.failure == code).sum())
            for code in np.unique(simulated.failure).tolist()
            if code != Failure.NONE
        },
        parameters=used,
        work=work,
    )


def _population(
    work: Work, patients: Patients, by_arm: list[Outcomes], simulated: Simulated, good: np.ndarray
) -> TrialData:
    """All twins, cut when the share of events is that of the protocol's trial."""
    protocol, streams = work.protocol, work.streams
    entry = entry_days(streams.uniform("entry", patients.patient)[:, 0], protocol.accrual)
    lost = drop_out_days(streams.exponential("drop-out", patients.patient)[:, 0], protocol.accrual)
    horizon = np.floor(protocol.horizon_days)
    limit = np.minimum(lost, horizon)
    cut = _twin_cut(protocol, by_arm, entry, limit)
    end = np.maximum(np.minimum(limit, cut - entry), 0.0)
    reason = end_reasons(end, lost, horizon)
    stratum = patient_strata(protocol, patients).astype(str)
    tables, best = [], []
    for number, (arm, outcomes) in enumerate(zip(protocol.arms, by_arm, strict=True)):
        seen = observe(outcomes, end, protocol.visits.scan_interval_days)
        name = np.full(len(patients), arm.name)
        tables.append(
            subject_table(patients, patients.patient, name, entry, stratum, outcomes, seen, end, reason)
        )
        best += [
            best_table(
                patients.patient, criteria, BestResponse(*(values[good] for values in found))
            ).with_columns(pl.lit(arm.name).alias("arm"))
            for criteria, found in simulated.best[number].items()
        ]
    return TrialData(
        name=f"{protocol.name}, virtual patients under every arm",
        arms=tuple(arm.name for arm in protocol.arms),
        control=protocol.control,
        simulated=True,
        subjects=pl.concat(tables),
        best=pl.concat(best),
        tumour=EMPTY,
        responses=EMPTY,
        labs=EMPTY,
        exposure=EMPTY,
        adverse_events=EMPTY,
        cut_day=float(cut),
        notes=("each patient stands in the table once an arm: twins, not independent subjects",),
    )


def _twin_cut(protocol: Protocol, by_arm: list[Outcomes], entry: np.ndarray, limit: np.ndarray) -> float:
    """The day on which the expected share of events of the protocol's trial is reached among the twins."""
    plan = protocol.data_cut
    if plan.events is None:
        return float(plan.day)
    ratio = np.asarray(protocol.randomisation.ratio, dtype=np.float64)
    calendar, weight = [], []
    for share, outcomes in zip(ratio / ratio.sum(), by_arm, strict=True):
        days, happened = observe(outcomes, limit, protocol.visits.scan_interval_days).times(
            plan.endpoint or "OS"
        )
        calendar.append(np.where(happened, entry + days, np.inf))
        weight.append(np.full(len(entry), share / len(entry)))
    day = event_cut_day(np.concatenate(calendar), plan.events / protocol.size, np.concatenate(weight))
    return min(day, float(entry.max() + np.floor(protocol.horizon_days)))


def _one_trial(work: Work, patients: Patients, by_arm: list[Outcomes]) -> TrialData:
    """One trial of the protocol's size, of distinct patients where there are enough, with all its tables."""
    protocol = work.protocol
    draw = draw_trials(protocol, patient_strata(protocol, patients), work.streams, 0, 1, distinct=True)
    _, end, cut = observe_trials(protocol, draw, by_arm)
    order = np.lexsort((np.arange(protocol.size), draw.entry_day[0]))
    order = order[end[0][order] >= 0.0]
    entered = Draw(*(getattr(draw, name)[0][order] for name in Draw.__slots__))
    chosen, end_day = patients.select(entered.index), end[0][order]
    subject = np.arange(1, len(order) + 1)
    followed = _follow_all(work, chosen.patient)
    tables = [
        _arm_tables(work, followed, arm, np.flatnonzero(entered.arm == arm), subject, entered, end_day)
        for arm in range(len(protocol.arms))
    ]
    collected = {name: pl.concat([table[name] for table in tables]).sort("subject") for name in tables[0]}
    return TrialData(
        name=protocol.name,
        arms=tuple(arm.name for arm in protocol.arms),
        control=protocol.control,
        simulated=True,
        cut_day=float(cut[0]),
        **collected,
    )


def _follow_all(work: Work, numbers: np.ndarray) -> list[Followed]:
    return [follow_patients(work, numbers[at : at + work.block]) for at in range(0, len(numbers), work.block)]


def _arm_tables(
    work: Work,
    followed: list[Followed],
    arm: int,
    rows: np.ndarray,
    subject: np.ndarray,
    entered: Draw,
    end: np.ndarray,
) -> dict[str, pl.DataFrame]:
    protocol = work.protocol
    inputs = followed[0].inputs
    patients = Patients(
        **{
            name: np.concatenate([getattr(f.patients, name) for f in followed])[rows]
            for name in Patients.__slots__
        }
    )
    events = type(followed[0].events[arm])(
        *(np.concatenate(parts)[rows] for parts in zip(*(f.events[arm] for f in followed), strict=True))
    )
    visits = Visit(
        *(
            np.concatenate(parts, axis=1)[:, rows]
            for parts in zip(*(f.visits[arm] for f in followed), strict=True)
        )
    )
    at, days = scan_days(protocol, inputs)
    sums = {
        criteria: np.hstack(
            [measured_sums(f.inputs, f.visits[arm], at, criteria)[:, : len(f.patients)] for f in followed]
        )[:, rows]
        for criteria in dict.fromkeys((*protocol.response.reported, "RECIST 1.1", "mRECIST"))
    }
    outcomes = Outcomes(
        *(
            np.asarray(values, dtype=np.float64)
            for values in (
                events.cancer_death,
                events.liver_death,
                events.progression,
                events.progression_by_new_lesion,
                events.stop,
                events.stop_for_adverse_event,
            )
        )
    )
    limit, number = end[rows], subject[rows]
    death = np.minimum(outcomes.cancer_death, outcomes.liver_death)
    alive = np.minimum(limit, death)
    # Scans and laboratory visits go on until both progression and the end of trial treatment.
    on_study = np.minimum(alive, np.maximum(outcomes.progression, outcomes.stop))
    seen = observe(outcomes, limit, protocol.visits.scan_interval_days)
    strata = [covariate_text(patients, name) for name in protocol.randomisation.strata]
    stratum = (
        np.asarray([" | ".join(texts) for texts in zip(*strata, strict=True)])
        if strata
        else np.full(len(rows), "all")
    )
    responses, best = response_tables(
        protocol, number, days, {c: sums[c] for c in protocol.response.reported}, events.new_lesion, on_study
    )
    clinic = np.arange(len(visits.afp) + 1) * float(inputs.days_between_visits)
    course = {
        name: np.vstack([np.ones(len(rows)), getattr(visits, name)]) for name in ("afp", "vegf", "svegfr2")
    }
    course["albi_change"] = np.vstack([np.zeros(len(rows)), visits.albi_change])
    exposure, adverse = dose_tables(protocol.arms[arm], work.agents, events, number, np.minimum(alive, limit))
    return {
        "subjects": subject_table(
            patients,
            number,
            np.full(len(rows), protocol.arms[arm].name),
            entered.entry_day[rows],
            stratum,
            outcomes,
            seen,
            limit,
            end_reasons(limit, entered.drop_out_day[rows], np.floor(protocol.horizon_days)),
        ),
        "tumour": tumour_table(
            number, days, sums["RECIST 1.1"], sums["mRECIST"], events.new_lesion, on_study
        ),
        "responses": responses,
        "best": best,
        "labs": lab_table(patients, number, clinic, on_study, course, work.parameters, work.streams),
        "exposure": pl.DataFrame(exposure, schema=EXPOSURE_SCHEMA),
        "adverse_events": pl.DataFrame(adverse, schema=ADVERSE_SCHEMA),
    }


EXPOSURE_SCHEMA = {
    "subject": pl.Int64,
    "start_day": pl.Float64,
    "end_day": pl.Float64,
    "agent": pl.String,
    "dose_mg_per_day": pl.Float64,
    "reason": pl.String,
}
ADVERSE_SCHEMA = {
    "subject": pl.Int64,
    "day": pl.Float64,
    "event": pl.String,
    "grade": pl.Int64,
    "action": pl.String,
}


def _course(followed: Followed, arm: int, parameters: Parameters, work: Work) -> Course:
    visits, events, patients = followed.visits[arm], followed.events[arm], followed.patients
    # Days run inside visits: (visits, days, n) becomes (days, n).
    records = Visit(*(np.asarray(record).reshape(-1, record.shape[-1])[:, 0] for record in visits))

    def level(name: str) -> float:
        draw = work.streams.normal(f"baseline of {name}", patients.patient)[0, 0]
        spread = parameters[f"markers.{name}_baseline_log_sd"]
        return float(parameters[f"markers.{name}_baseline_pg_ml"] * np.exp(spread * draw))

    days = {
        name: float(value[0])
        for name, value in events._asdict().items()
        if np.ndim(value) == 1
        and name not in ("progression_by_new_lesion", "stop_for_adverse_event")
        and value[0] < NEVER
    }
    return Course(
        day=np.arange(1.0, len(records.sld_mm) + 1.0),
        sld_mm=records.sld_mm,
        viable_sld_mm=records.viable_sld_mm,
        resistant_share=records.resistant_share,
        vessel_supply=records.vessel_supply,
        afp_ng_ml=records.afp * patients.afp_ng_ml[0],
        vegf_pg_ml=records.vegf * level("vegf"),
        svegfr2_pg_ml=records.svegfr2 * level("svegfr2"),
        albi=records.albi_change + patients.albi[0],
        mg_per_day=records.mg_per_day,
        concentration_mg_l=records.concentration_mg_l,
        cumulative_hazard=records.cumulative_hazard,
        events=days,
    )
