"""A virtual trial: patients as twins under every arm, one trial in full, and replicate trials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hepatrial.agents import Agent
from hepatrial.conduct.one_trial import one_trial
from hepatrial.conduct.patient_course import Course, courses_of
from hepatrial.conduct.replicates import ReplicateEffects, replicate_effects
from hepatrial.conduct.sampling_warnings import sampling_warnings
from hepatrial.conduct.twins import population_of_twins
from hepatrial.conduct.unfitted_warnings import treatment_warnings
from hepatrial.disease.parameters import Parameters, default_parameters
from hepatrial.disease.resistance import ALL_CAUSES, ResistanceSwitches
from hepatrial.errors import RunFailed, UsageError, near_miss
from hepatrial.patients.population import virtual_patients
from hepatrial.protocol.deriving import settled
from hepatrial.protocol.design import DataCut, Protocol
from hepatrial.protocol.loading import load
from hepatrial.protocol.own_agents import own_agent
from hepatrial.response.best import BestResponse
from hepatrial.run_arguments import (
    FIGURE_FORMATS,
    MAX_PATIENTS,
    MAX_REPLICATES,
    MAX_SEED,
    MAX_WORKERS,
    PRECISIONS,
    checked_name,
    checked_names,
    checked_number,
)
from hepatrial.simulation.blocks import Precision, Work
from hepatrial.simulation.failures import REMEDIES, Failure
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.simulation.workers import simulate_patients
from hepatrial.trialdata import TrialData

__all__ = ["Course", "VirtualTrial", "simulate", "work_of"]

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class VirtualTrial:
    """The result of `simulate`.

    Attributes
    ----------
    population
        All virtual patients under every arm (twins): a patient has one row an arm, with the same entry,
        drop-out and chance. Cut at the day at which a trial of this protocol would be. Only ``subjects`` and
        ``best`` are filled.
    trial
        One trial of the protocol's own size, with all tables.
    replicates
        Effects of replicate trials by (arm, endpoint).
    outcomes
        Complete outcomes by arm, before any observation, of the patients in the order of ``population``: what
        tells the true effect of treatment on each patient.
    failures
        Patients that could not be simulated, by code; they are left out under every arm.
    """

    protocol: Protocol
    seed: int
    patients: int
    precision: Precision
    population: TrialData
    trial: TrialData
    replicates: Replicates
    outcomes: tuple[Outcomes, ...]
    failures: dict[str, int]
    parameters: Parameters
    work: Work

    @property
    def remedies(self) -> dict[str, str]:
        """What to do about each failure that occurred."""
        return {name: REMEDIES[Failure[name.upper()]] for name in self.failures}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know of this run: treatments never fitted, gaps of agents, too few patients or trials."""
        replicates = next((len(effects.log_hr) for effects in self.replicates.values()), 0)
        rough = sampling_warnings(self.protocol.size, len(self.outcomes[0].cancer_death), replicates)
        return (*treatment_warnings(self.protocol, self.work.recorded_agents), *rough)

    def report(
        self, folder: str | Path, *, figures: Sequence[str] = (), force: bool = False
    ) -> dict[str, Any]:
        """Write the run folder (summary, report, tables, ADaM) and return the summary.

        ``figures`` are formats ("png", "svg") of which figure files are written too; ``force`` replaces an
        earlier run in the folder. Raises `UsageError` for another format, or a folder that may not be written.
        """
        from hepatrial.report.run import write_run
        from hepatrial.report.run_folder import PYTHON, new_run_folder

        formats = checked_names("figures", figures, FIGURE_FORMATS)
        with new_run_folder(Path(folder), force=force, advice=PYTHON) as part:
            return write_run(self, part, formats)

    def uncut(self) -> TrialData:
        """``trial`` with complete follow-up, to be cut later than the protocol does.

        Its cut on the protocol's day, ``uncut().cut(day=trial.cut_day)``, is ``trial``.
        """
        first = self.population.subjects.filter(pl.col("arm") == self.protocol.arms[0].name)
        patients = virtual_patients(self.protocol, first["patient"].to_numpy(), self.work.streams)
        protocol = replace(self.protocol, data_cut=DataCut(endpoint=None, events=None, day=None))
        return one_trial(replace(self.work, protocol=protocol), patients, list(self.outcomes))

    def twin(self, patient: int) -> dict[str, Course]:
        """The daily course of one virtual patient, 0 to ``patients`` - 1, under every arm."""
        patient = checked_number("patient", patient, 0, self.patients - 1, 0)
        return courses_of(self.work, patient)

    def typical_patient(self) -> int:
        """The patient whose survival under first arm and control is nearest to the medians (log scale)."""
        names = [self.protocol.comparisons[0][0], self.protocol.control] if self.protocol.comparisons else []
        distance: np.ndarray | float = 0.0
        for name in names or [self.protocol.control]:
            rows = self.population.subjects.filter(pl.col("arm") == name)
            days = np.log(np.maximum(rows["os_days"].to_numpy(), 1.0))
            distance = distance + np.abs(days - np.median(days)) + 10.0 * (rows["os_event"].to_numpy() == 0)
        return int(rows["patient"].to_numpy()[int(np.argmin(distance))])


class Replicates(dict[tuple[str, str], ReplicateEffects]):
    """Effects of replicate trials by (arm, endpoint); another key is a `UsageError` that names those there are."""

    def __missing__(self, key: Any) -> ReplicateEffects:
        known = ", ".join(f'["{arm}", "{endpoint}"]' for arm, endpoint in self)
        words = [str(part) for part in (key if isinstance(key, tuple) else (key,))]
        names = tuple(f"{arm} {endpoint}" for arm, endpoint in self)
        meant = near_miss(" ".join(words), names)
        nearest = next((pair for pair in self if " ".join(pair) == meant), None)
        raise UsageError(
            f"there are no replicate trials of that arm and endpoint\n  found:   {key!r}\n"
            f"  allowed: {known or 'none: the run has no replicate trials'}\n  fix:     "
            + (f'did you mean ["{nearest[0]}", "{nearest[1]}"]?' if nearest else _another_key(bool(self)))
        )


def _another_key(some: bool) -> str:
    return "choose one of these" if some else "simulate with replicates=1000"


def simulate(
    protocol: Protocol | str | Path,
    *,
    patients: int = 2000,
    seed: int = 1,
    replicates: int = 1000,
    workers: int | None = None,
    precision: Precision = "float64",
    agents: Sequence[Agent] = (),
    parameters: Parameters | None = None,
    switches: ResistanceSwitches = ALL_CAUSES,
    progress: Report | None = None,
) -> VirtualTrial:
    """Simulate a protocol.

    Parameters
    ----------
    protocol
        A protocol, or the bundled name or path that `hepatrial.load` reads it from. One that was changed in Python is
        checked as a file is, and ``protocol`` of the result has a text and a hash of its own.
    patients
        Virtual patients, 1 to 5,000,000, each simulated under every arm.
    seed
        Seed of all random streams, 0 to 2**63 - 1; the same seed gives the same result to the bit, whatever
        ``workers``.
    replicates
        Replicate trials of the protocol's own size, 0 to 100,000.
    workers
        Processes, 1 to 256; chosen by the size of the work if left out.
    precision
        "float64", or "float32" for speed.
    agents
        Agents of your own, or of the catalogue changed under another name, that regimens of a protocol changed in
        Python name. The run folder holds a file of each.
    parameters, switches
        Other population parameters than the fitted ones; causes of resistance to switch off.
    progress
        Called with the name of a step, how much of it is done, and its total.

    Raises
    ------
    UsageError
        An argument cannot be this.
    InvalidInput
        A protocol that is read, or was changed in Python, breaks rules; the eligibility leaves no patients.
    RunFailed
        No patient could be simulated.
    """
    patients = checked_number("patients", patients, 1, MAX_PATIENTS, 2000)
    seed = checked_number("seed", seed, 0, MAX_SEED, 1)
    replicates = checked_number("replicates", replicates, 0, MAX_REPLICATES, 1000)
    if workers is not None:
        workers = checked_number("workers", workers, 1, MAX_WORKERS, 2)
    checked_name("precision", precision, PRECISIONS)
    work = work_of(
        protocol, seed=seed, precision=precision, agents=agents, parameters=parameters, switches=switches
    )
    protocol = work.protocol
    simulated = simulate_patients(work, patients, workers=workers, progress=progress)
    good = np.flatnonzero(simulated.failure == Failure.NONE)
    if good.size == 0:
        raise RunFailed(
            f"no virtual patient could be simulated\n  fix: {REMEDIES[Failure(int(simulated.failure[0]))]}"
        )
    kept = simulated.patients.select(good)
    by_arm = [outcomes.take(good) for outcomes in simulated.outcomes]
    best = [
        {criteria: BestResponse(*(part[good] for part in found)) for criteria, found in by_criteria.items()}
        for by_criteria in simulated.best
    ]
    return VirtualTrial(
        protocol=protocol,
        seed=seed,
        patients=patients,
        precision=precision,
        population=population_of_twins(work, kept, by_arm, best),
        trial=one_trial(work, kept, by_arm),
        replicates=Replicates(
            replicate_effects(
                protocol, kept, by_arm, work.streams, replicates, workers=workers or 1, progress=progress
            )
        ),
        outcomes=tuple(by_arm),
        failures={
            Failure(code).name.lower(): int((simulated.failure == code).sum())
            for code in np.unique(simulated.failure).tolist()
            if code != Failure.NONE
        },
        parameters=work.parameters,
        work=work,
    )


def work_of(
    protocol: Protocol | str | Path,
    *,
    seed: int = 1,
    precision: Precision = "float64",
    agents: Sequence[Agent] = (),
    parameters: Parameters | None = None,
    switches: ResistanceSwitches = ALL_CAUSES,
) -> Work:
    """What a simulation needs beside its patients; arguments and errors are those of `simulate`."""
    protocol = protocol if isinstance(protocol, Protocol) else load(protocol)
    own = {each.name: each for each in (*protocol.own_agents, *(own_agent(agent) for agent in agents))}
    protocol = settled(replace(protocol, own_agents=tuple(own.values())))
    used = parameters if parameters is not None else default_parameters()
    return Work(protocol, used, seed, precision, switches)
