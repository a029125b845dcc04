"""A simulated trial read as the published one was: survival, progression at scans, hazard ratios.

Survival is the mean over patients of exp(-cumulative hazard) rather than the share of those who were drawn to live:
the same expectation with less Monte-Carlo error, and smooth in the parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.conduct.accrual import drop_out_days, entry_days
from hepatrial.conduct.cut_day import twin_cut_day
from hepatrial.conduct.endpoints import observe
from hepatrial.conduct.replicates import patient_strata
from hepatrial.patients.patients import Patients
from hepatrial.protocol.design import Protocol
from hepatrial.simulation.blocks import Work, follow_patients, outcomes_of
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.simulation.streams import Streams
from hepatrial.survival.many_trials import many_trials


@dataclass(frozen=True, slots=True)
class TrialReading:
    """Simulated outcomes of one calibration trial."""

    protocol: Protocol
    patients: Patients
    outcomes: dict[str, Outcomes]
    symptoms: dict[str, np.ndarray]
    visit_days: np.ndarray
    cumulative_hazard: dict[str, np.ndarray]  # (visits, n)
    streams: Streams

    def survival(self, arm: str, day: float, *, spread: bool | None = None) -> float:
        """Expected share alive on a day; of patients with or without MVI or EHS where ``spread`` says so."""
        who = slice(None) if spread is None else (self.patients.mvi | self.patients.ehs) == spread
        hazard = self.cumulative_hazard[arm][:, who]
        after = int(np.searchsorted(self.visit_days, day))
        share = (day - self.visit_days[after - 1]) / (self.visit_days[after] - self.visit_days[after - 1])
        at = (1.0 - share) * hazard[after - 1] + share * hazard[after]
        return float(np.exp(-at).mean())

    def free_of_progression_around_scan(self, arm: str, median_day: float) -> tuple[float, float]:
        """Kaplan-Meier curve of TTP just before and just after the scan nearest to ``median_day``."""
        every = self.protocol.visits.scan_interval_days
        scan = round(median_day / every) * every
        found = self.outcomes[arm]
        death = np.minimum(found.cancer_death, found.liver_death)
        return _free(found.progression, death, scan - every), _free(found.progression, death, scan)

    def free_of_symptoms(self, arm: str, day: float) -> float:
        """Kaplan-Meier curve of time to symptomatic progression on a day."""
        found = self.outcomes[arm]
        return _free(self.symptoms[arm], np.minimum(found.cancer_death, found.liver_death), day)

    def log_hazard_ratio(self, endpoint: str) -> float:
        """Cox log hazard ratio of the first arm against control over all twins, cut and stratified as planned."""
        protocol, who = self.protocol, self.patients.patient
        entry = entry_days(self.streams.uniform("entry", who)[:, 0], protocol.accrual)
        lost = drop_out_days(self.streams.exponential("drop-out", who)[:, 0], protocol.accrual)
        limit = np.minimum(lost, np.floor(protocol.horizon_days))
        by_arm = [self.outcomes[arm.name] for arm in protocol.arms]
        end = np.minimum(limit, twin_cut_day(protocol, by_arm, entry, limit) - entry)
        seen = end >= 0.0
        arm, control = protocol.comparisons[0]
        days, events = zip(
            *(
                observe(
                    self.outcomes[name].take(np.flatnonzero(seen)),
                    end[seen],
                    protocol.visits.scan_interval_days,
                ).times(endpoint)
                for name in (control, arm)
            ),
            strict=True,
        )
        group = np.repeat([0, 1], int(seen.sum()))
        strata = (
            np.tile(patient_strata(protocol, self.patients)[seen], 2)
            if protocol.analysis.stratified
            else None
        )
        return float(
            many_trials(np.hstack(days)[None], np.hstack(events)[None], group, stratum=strata).log_hr[0]
        )


def read_trial(work: Work, patients: int) -> TrialReading:
    """Simulate the patients of a trial and collect what its published numbers are compared with."""
    names = [arm.name for arm in work.protocol.arms]
    parts = [
        follow_patients(work, np.arange(at, min(at + work.block, patients)))
        for at in range(0, patients, work.block)
    ]
    visits = len(parts[0].visits[0].cumulative_hazard)
    days = np.arange(visits + 1) * float(parts[0].inputs.days_between_visits)

    def joined(arm: int) -> Outcomes:
        found = [outcomes_of(part.events[arm]) for part in parts]
        return Outcomes.joined(found)

    def hazards(arm: int) -> np.ndarray:
        return np.vstack(
            [np.zeros(patients), np.hstack([part.visits[arm].cumulative_hazard for part in parts])]
        )

    return TrialReading(
        protocol=work.protocol,
        patients=Patients(
            **{
                name: np.concatenate([getattr(p.patients, name) for p in parts])
                for name in Patients.__slots__
            }
        ),
        outcomes={name: joined(arm) for arm, name in enumerate(names)},
        symptoms={
            name: np.concatenate([p.events[arm].symptoms for p in parts]) for arm, name in enumerate(names)
        },
        visit_days=days,
        cumulative_hazard={name: hazards(arm) for arm, name in enumerate(names)},
        streams=work.streams,
    )


def _free(event_day: np.ndarray, death_day: np.ndarray, day: float) -> float:
    """Kaplan-Meier share free of an event on a day, with death as censoring."""
    time = np.minimum(event_day, death_day)
    happened = event_day < death_day
    order = np.argsort(time, kind="stable")
    time, happened = time[order], happened[order]
    at_risk = len(time) - np.searchsorted(time, time)
    factors = np.where(happened & (time <= day), 1.0 - 1.0 / (at_risk - _ties_before(time, happened)), 1.0)
    return float(np.clip(np.prod(factors), 1e-3, 1.0 - 1e-3))


def _ties_before(time: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """How many events at the same time stand before each row: with them, 1 - d/n is a product of single steps."""
    before = np.cumsum(happened) - happened
    return before - before[np.searchsorted(time, time)]
