"""Replicate trials of the protocol's own size, drawn from the virtual patients, and their effects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hepatrial.conduct.accrual import drop_out_days, entry_days
from hepatrial.conduct.cut_day import event_cut_day, planned_cut_day
from hepatrial.conduct.endpoints import Observed, observe
from hepatrial.conduct.randomisation import allocate, strata_codes
from hepatrial.patients.eligibility import covariate
from hepatrial.patients.patients import Patients
from hepatrial.protocol.design import Protocol
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.simulation.streams import Streams
from hepatrial.survival.many_trials import many_trials

TRIALS_AT_ONCE = 500
Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Draw:
    """Who is in each trial, when they enter and under which arm; arrays of shape (trials, size)."""

    index: np.ndarray  # place in the table of virtual patients
    arm: np.ndarray  # int8
    entry_day: np.ndarray
    drop_out_day: np.ndarray
    stratum: np.ndarray


@dataclass(frozen=True, slots=True)
class ReplicateEffects:
    """Effect of one arm against control on one endpoint, by replicate trial; arrays (trials,) or (trials, 2).

    ``z`` is the signed log-rank statistic, stratified where the analysis plan says so; negative favours the
    arm. ``median_days`` are those of control and arm, nan where not reached.
    """

    log_hr: np.ndarray
    log_hr_se: np.ndarray
    z: np.ndarray
    median_days: np.ndarray


def patient_strata(protocol: Protocol, patients: Patients) -> np.ndarray:
    """Stratum of each patient as a whole number, shape (n,)."""
    columns = [covariate(patients, name) for name in protocol.randomisation.strata]
    return strata_codes(columns) if columns else np.zeros(len(patients), dtype=np.int64)


def draw_trials(
    protocol: Protocol,
    strata: np.ndarray,
    streams: Streams,
    first: int,
    trials: int,
) -> Draw:
    """Draw ``trials`` trials, numbered from ``first``, from the patients whose strata are given.

    A trial is the same whichever and however many others are drawn. No patient stands twice in a trial, unless
    there are fewer virtual patients than the trial needs: then they are drawn with replacement.
    """
    size, n = protocol.size, len(strata)
    shape = (trials, size)
    index, arm = np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.int8)
    entry, lost = np.empty(shape), np.empty(shape)
    for row in range(trials):
        generator = streams.generator("trial", first + row)
        index[row] = generator.permutation(n)[:size] if n >= size else generator.integers(n, size=size)
        entry[row] = entry_days(generator.random(size), protocol.accrual)
        lost[row] = drop_out_days(generator.standard_exponential(size), protocol.accrual)
        arm[row] = allocate(
            entry[row],
            strata[index[row]],
            protocol.randomisation.ratio,
            protocol.randomisation.block_size,
            generator,
        )
    return Draw(index, arm, entry, lost, strata[index])


def ends_of_observation(protocol: Protocol, draw: Draw, outcomes: Outcomes) -> tuple[np.ndarray, np.ndarray]:
    """Last day of observation of each patient since randomisation, and each trial's day of the data cut.

    A patient who enters after the cut gets a negative end and is not in the data.
    """
    horizon = np.floor(protocol.horizon_days)
    limit = np.minimum(draw.drop_out_day, horizon)
    if protocol.data_cut.events is None:
        cut = np.full(len(draw.index), planned_cut_day(protocol.data_cut))
    else:
        seen = observe(outcomes, limit, protocol.visits.scan_interval_days)
        days, happened = seen.times(protocol.data_cut.endpoint or "OS")
        calendar = np.where(happened, draw.entry_day + days, np.inf)
        latest = draw.entry_day.max(axis=1) + horizon
        cut = np.array(
            [
                min(event_cut_day(row, protocol.data_cut.events), last)
                for row, last in zip(calendar, latest, strict=True)
            ]
        )
    return np.minimum(limit, cut[:, None] - draw.entry_day), cut


def observe_trials(
    protocol: Protocol, draw: Draw, by_arm: list[Outcomes]
) -> tuple[Observed, np.ndarray, np.ndarray]:
    """What is observed in each trial, the ends of observation and the days of the cut."""
    outcomes = Outcomes.choose(draw.arm, by_arm, draw.index)
    end, cut = ends_of_observation(protocol, draw, outcomes)
    return observe(outcomes, np.maximum(end, 0.0), protocol.visits.scan_interval_days), end, cut


def replicate_effects(
    protocol: Protocol,
    patients: Patients,
    by_arm: list[Outcomes],
    streams: Streams,
    replicates: int,
    *,
    workers: int = 1,
    progress: Report | None = None,
) -> dict[tuple[str, str], ReplicateEffects]:
    """Effects by (arm, endpoint) over ``replicates`` trials.

    All are drawn from the same patients, whose own effect misses the model's by chance: that error is common to all
    trials, and their number does not shrink it (`hepatrial.analysis.replicate_share`).
    """
    strata = patient_strata(protocol, patients)
    names = [arm.name for arm in protocol.arms]
    control = names.index(protocol.control)
    parts: dict[tuple[str, str], list[ReplicateEffects]] = {}
    for first in range(0, replicates, TRIALS_AT_ONCE):
        trials = min(TRIALS_AT_ONCE, replicates - first)
        draw = draw_trials(protocol, strata, streams, first, trials)
        seen, end, _ = observe_trials(protocol, draw, by_arm)
        for number, arm in enumerate(names):
            if number == control:
                continue
            included = (end >= 0.0) & ((draw.arm == number) | (draw.arm == control))
            for endpoint in protocol.analysis.endpoints:
                days, happened = seen.times(endpoint)
                found = many_trials(
                    days,
                    happened,
                    (draw.arm == number).astype(np.int8),
                    stratum=draw.stratum if protocol.analysis.stratified else None,
                    included=included,
                    workers=workers,
                )
                parts.setdefault((arm, endpoint), []).append(
                    ReplicateEffects(found.log_hr, found.log_hr_se, found.z, found.median_days)
                )
        if progress is not None:
            progress("replicate trials", first + trials, replicates)
    return {
        key: ReplicateEffects(
            *(np.concatenate([getattr(part, name) for part in found]) for name in ReplicateEffects.__slots__)
        )
        for key, found in parts.items()
    }
