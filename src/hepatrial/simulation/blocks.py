"""Simulate patients block by block, so that memory stays small and the compiled program is reused.

A block has a fixed size; the last one is filled up with repetitions of its last patient, which are thrown away. As all
arithmetic is elementwise over patients and all random numbers belong to a patient, results don't depend on the blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from hepatrial.agents import Agent, completed, load_agent, with_values
from hepatrial.disease.parameters import Parameters
from hepatrial.disease.resistance import ALL_CAUSES, ResistanceSwitches
from hepatrial.patients.patients import Patients
from hepatrial.patients.population import virtual_patients
from hepatrial.protocol.design import Protocol
from hepatrial.protocol.own_agents import parsed
from hepatrial.response.best import BestResponse, best_response, responses_by_scan
from hepatrial.simulation.balanced_streams import BalancedStreams
from hepatrial.simulation.course import NEVER, Events, Visit, follow
from hepatrial.simulation.failures import Failure, failures_of
from hepatrial.simulation.inputs import Inputs, assemble
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.simulation.streams import Streams

BLOCK = 1024
Precision = Literal["float32", "float64"]


@dataclass(frozen=True, slots=True)
class Work:
    """What a simulation needs beside the numbers of its patients; small, and sent to workers."""

    protocol: Protocol
    parameters: Parameters
    seed: int
    precision: Precision = "float64"
    switches: ResistanceSwitches = ALL_CAUSES
    block: int = BLOCK
    own_agents: tuple[Agent, ...] = ()
    balanced_over: int | None = None
    """Number of patients over which draws are balanced, for expectations; None for independent patients."""

    @property
    def recorded_agents(self) -> tuple[Agent, ...]:
        """Agents of all arms as recorded, with gaps, in the order in which the protocol first names them."""
        named = (parsed(own) for own in self.protocol.own_agents)
        own = {agent.name: agent for agent in (*named, *self.own_agents)}
        names = dict.fromkeys(regimen.agent for arm in self.protocol.arms for regimen in arm.regimens)
        return tuple(own.get(name) or load_agent(name) for name in names)

    @property
    def agents(self) -> tuple[Agent, ...]:
        """The agents that are simulated: gaps filled from their class, with what the parameters say of them."""
        return tuple(
            with_values(completed(agent), self.parameters.of_agent(agent.name))
            for agent in self.recorded_agents
        )

    @property
    def streams(self) -> Streams:
        if self.balanced_over is not None:
            return BalancedStreams(self.seed, self.balanced_over)
        return Streams(self.seed)


@dataclass(frozen=True, slots=True)
class Simulated:
    """Patients and what becomes of them under each arm; arms in the protocol's order."""

    patients: Patients
    outcomes: tuple[Outcomes, ...]
    best: tuple[dict[str, BestResponse], ...]
    failure: np.ndarray  # int8, code of `Failure`, 0 for none; shape (n,)


@dataclass(frozen=True, slots=True)
class Followed:
    """Patients with all events and the record of all visits (or days), by arm."""

    patients: Patients
    inputs: Inputs
    events: tuple[Events, ...]
    visits: tuple[Visit, ...]  # leading axis visits (or days)


def simulate_block(work: Work, numbers: np.ndarray) -> Simulated:
    """Outcomes of the patients of one block under every arm."""
    followed = follow_patients(work, numbers)
    failed = failures_of(followed)
    return Simulated(
        patients=followed.patients,
        outcomes=tuple(outcomes_of(events) for events in followed.events),
        best=tuple(
            best_by_criteria(work.protocol, followed.inputs, events, visits)
            for events, visits in zip(followed.events, followed.visits, strict=True)
        ),
        failure=failed,
    )


def follow_patients(
    work: Work, numbers: np.ndarray, *, daily: bool = False, patients: Patients | None = None
) -> Followed:
    """Follow patients (at most a block of them) under every arm, with all records.

    ``patients`` are those of `filled_block`, where they were drawn before.
    """
    import jax

    run = prepared(work, numbers, daily=daily, patients=patients)
    results = [jax.tree.map(np.asarray, run(arm)) for arm in range(len(work.protocol.arms))]
    n = len(numbers)
    return Followed(
        patients=run.patients.select(np.arange(n)),
        inputs=run.inputs,
        events=tuple(jax.tree.map(lambda a: a[:n], events) for events, _ in results),
        visits=tuple(Visit(*(record[..., :n] for record in visits)) for _, visits in results),
    )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A block of patients laid out for the engine; calling it with the number of an arm follows them."""

    patients: Patients  # filled up to the block
    inputs: Inputs
    precision: Precision
    shared: tuple[Any, ...]
    tables: tuple[Any, ...]
    treatments: tuple[tuple[Any, ...], ...]
    locoregional: Any
    daily: bool

    def __call__(self, arm: int) -> tuple[Events, Visit]:
        import jax

        with jax.enable_x64(self.precision == "float64"):
            return follow(
                *self.shared,
                *self.treatments[arm],
                *self.tables,
                self.locoregional,
                days_between_visits=self.inputs.days_between_visits,
                proportional=self.inputs.proportional,
                bound_targets=self.inputs.bound_targets,
                daily=self.daily,
            )


def filled_block(work: Work, numbers: np.ndarray) -> Patients:
    """The patients of these numbers, the last one repeated until the block is full; parameters do not matter."""
    padded = np.concatenate([numbers, np.full(max(0, work.block - len(numbers)), numbers[-1])])
    return virtual_patients(work.protocol, padded, work.streams)


def prepared(
    work: Work, numbers: np.ndarray, *, daily: bool = False, patients: Patients | None = None
) -> Prepared:
    """Lay out everything that the engine needs of a block of patients, who are drawn if they are not given."""
    patients = filled_block(work, numbers) if patients is None else patients
    inputs = assemble(work.protocol, work.agents, patients, work.parameters, work.streams, work.switches)
    return Prepared(
        patients,
        inputs,
        work.precision,
        _cast((inputs.person, inputs.steps, inputs.exposure, inputs.luck), work.precision),
        _cast((inputs.agents, inputs.constants, inputs.schedule), work.precision),
        tuple(_cast(pair, work.precision) for pair in zip(inputs.plans, inputs.factors, strict=True)),
        _cast(inputs.locoregional, work.precision),
        daily,
    )


def outcomes_of(events: Events) -> Outcomes:
    """The outcomes that endpoints are made of, as float64."""
    names = (
        "cancer_death",
        "liver_death",
        "toxic_death",
        "progression",
        "progression_by_new_lesion",
        "stop",
        "stop_for_adverse_event",
        "symptoms",
        "decompensation",
    )
    of_some = {
        "untreatable": events.sessions,
        "untreatable_reason": events.sessions,
        "final_progression": events.stage_start,
        "final_by_new_lesion": events.stage_start,
    }
    return Outcomes(
        *(np.asarray(getattr(events, name), dtype=np.float64) for name in names),
        **{
            name: np.asarray(getattr(events, name), dtype=np.float64)
            for name, columns in of_some.items()
            if np.shape(columns)[-1]
        },
    )


def scan_days(protocol: Protocol, inputs: Inputs) -> tuple[np.ndarray, np.ndarray]:
    """Index of the visits with a scan, and their days; both of shape (scans,)."""
    visits = np.flatnonzero(np.asarray(inputs.schedule.scan) > 0)
    return visits, (visits + 1.0) * inputs.days_between_visits


def measured_sums(inputs: Inputs, visits: Visit, at: np.ndarray, criteria: str) -> np.ndarray:
    """Measured sums of diameters, baseline first, shape (scans + 1, n)."""
    records = visits.measured_viable_sld_mm if criteria == "mRECIST" else visits.measured_sld_mm
    n = records.shape[1]
    error = np.exp(inputs.schedule.reading_sd * inputs.luck.reading[0, :n])
    return np.vstack([(inputs.person.sld_mm[:n] * error)[None], records[at]])


def best_by_criteria(
    protocol: Protocol, inputs: Inputs, events: Events, visits: Visit
) -> dict[str, BestResponse]:
    """Best response by each criteria that the protocol reports, over the whole follow-up."""
    at, days = scan_days(protocol, inputs)
    alive = events.death.astype(np.float64)
    found = {}
    for criteria in protocol.response.reported:
        sums = measured_sums(inputs, visits, at, criteria)
        codes = responses_by_scan(sums, events.new_lesion, days, alive, criteria)
        found[criteria] = best_response(
            codes, sums, days, protocol.response.confirmation_days, protocol.response.stable_disease_days
        )
    return found


def join(parts: Sequence[Simulated]) -> Simulated:
    """Blocks put together in order."""
    arms = range(len(parts[0].outcomes))
    return Simulated(
        patients=Patients(
            **{k: np.concatenate([getattr(p.patients, k) for p in parts]) for k in Patients.__slots__}
        ),
        outcomes=tuple(Outcomes.joined([p.outcomes[a] for p in parts]) for a in arms),
        best=tuple(
            {
                criteria: BestResponse(
                    *(np.concatenate(c) for c in zip(*(p.best[a][criteria] for p in parts), strict=True))
                )
                for criteria in parts[0].best[a]
            }
            for a in arms
        ),
        failure=np.concatenate([p.failure for p in parts]),
    )


def _cast(tree: Any, precision: Precision) -> Any:
    import jax

    def one(leaf: Any) -> np.ndarray:
        array = np.asarray(leaf)
        return array.astype(precision) if array.dtype.kind == "f" else array

    return jax.tree.map(one, tree)


__all__ = [
    "BLOCK",
    "NEVER",
    "Failure",
    "Followed",
    "Precision",
    "Simulated",
    "Work",
    "follow_patients",
    "join",
    "simulate_block",
]
