"""A simulated trial read as the published one was: survival, progression at scans, hazard ratios.

Survival is the mean over patients of exp(-cumulative hazard) rather than the share of those who were drawn to live:
the same expectation with less Monte-Carlo error, and smooth in the parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.calibration.population import patients_of_block
from hepatrial.conduct.accrual import drop_out_days, entry_days
from hepatrial.conduct.cut_day import twin_cut_day
from hepatrial.conduct.endpoints import observe, scans_had
from hepatrial.conduct.replicates import patient_strata
from hepatrial.patients.patients import Patients
from hepatrial.patients.shares import having_all
from hepatrial.protocol.design import Protocol
from hepatrial.response.best import BestResponse
from hepatrial.response.recist import PARTIAL, STABLE
from hepatrial.simulation.blocks import Followed, Work, best_by_criteria, follow_patients, outcomes_of
from hepatrial.simulation.events import ADVERSE_EVENT
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.simulation.streams import Streams
from hepatrial.survival.many_trials import many_trials

LEAST_SHARE = 1e-3
"""No share on the logit scale is less, nor more than 1 less this."""


@dataclass(frozen=True, slots=True)
class TrialReading:
    """Simulated outcomes of one trial.

    Attributes
    ----------
    best
        Best response by arm and criteria, by number of scans had.
    end_days
        Shape (n,): last day of observation of each patient since randomisation; negative for those who would have
        entered after the data cut.
    """

    protocol: Protocol
    patients: Patients
    outcomes: dict[str, Outcomes]
    symptoms: dict[str, np.ndarray]
    best: dict[str, dict[str, BestResponse]]
    visit_days: np.ndarray
    cumulative_hazard: dict[str, np.ndarray]  # (visits, n)
    cumulative_toxic_hazard: dict[
        str, np.ndarray
    ]  # (visits, n), the part of it that is from adverse events of agents
    end_days: np.ndarray
    streams: Streams

    def survival(self, arm: str, day: float, *, spread: bool | None = None) -> float:
        """Expected share alive on a day; of patients with or without MVI or EHS where ``spread`` says so."""
        who = slice(None) if spread is None else (self.patients.mvi | self.patients.ehs) == spread
        hazard = self.cumulative_hazard[arm][:, who]
        after = int(np.searchsorted(self.visit_days, day))
        share = (day - self.visit_days[after - 1]) / (self.visit_days[after] - self.visit_days[after - 1])
        at = (1.0 - share) * hazard[after - 1] + share * hazard[after]
        return float(np.clip(np.exp(-at).mean(), LEAST_SHARE, 1.0 - LEAST_SHARE))

    def free_of_progression_around_scan(self, arm: str, median_day: float) -> tuple[float, float]:
        """Kaplan-Meier curve of TTP just before and just after the scan nearest to ``median_day``."""
        every = self.protocol.visits.scan_interval_days
        scan = round(median_day / every) * every
        return self.event_free("TTP", arm, scan - every), self.event_free("TTP", arm, scan)

    def free_of_symptoms(self, arm: str, day: float) -> float:
        """Kaplan-Meier curve of time to symptomatic progression on a day."""
        return free_of(self.symptoms[arm], self.outcomes[arm].death, day)

    def event_free(self, endpoint: str, arm: str, day: float) -> float:
        """Kaplan-Meier curve of an endpoint that visits show, at the end of a day; over the whole follow-up."""
        return endpoint_free(self.outcomes[arm], endpoint, day)

    def log_hazard_ratio(
        self, endpoint: str, arm: str | None = None, *, among: tuple[str, ...] = ()
    ) -> float:
        """Cox log hazard ratio of an arm (the first) against control over all twins, cut and stratified as planned.

        ``among`` names a subgroup by what its patients have, as `patients.shares.has` reads it.
        """
        protocol, end = self.protocol, self.end_days
        seen = (end >= 0.0) & having_all(self.patients, among)
        control = protocol.control
        treated = protocol.comparisons[0][0] if arm is None else arm
        days, events = zip(
            *(
                observe(
                    self.outcomes[name].take(np.flatnonzero(seen)),
                    end[seen],
                    protocol.visits.scan_interval_days,
                ).times(endpoint)
                for name in (control, treated)
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

    def responding(self, arm: str, criteria: str) -> float:
        """Share of all patients with a complete or partial response as best response by the data cut."""
        return self._best_of_at_least(PARTIAL, arm, criteria)

    def controlled(self, arm: str, criteria: str) -> float:
        """Share of all patients with a response or stable disease as best response by the data cut."""
        return self._best_of_at_least(STABLE, arm, criteria)

    def _best_of_at_least(self, level: int, arm: str, criteria: str) -> float:
        seen = np.flatnonzero(self.end_days >= 0.0)
        scans = scans_had(
            self.outcomes[arm].take(seen), self.end_days[seen], self.protocol.visits.scan_interval_days
        )
        return float(np.mean(self.best[arm][criteria].code[seen, scans] >= level))

    def stopped_for_adverse_event(self, arm: str) -> float:
        """Share of patients whose treatment an agent's adverse event ended by the data cut."""
        found, seen = self.outcomes[arm], self.end_days >= 0.0
        stopped = (found.stop_for_adverse_event == ADVERSE_EVENT) & (found.stop <= self.end_days)
        return float(stopped[seen].mean())

    def died_of_toxicity(self, arm: str) -> float:
        """Expected share of patients whom an agent's adverse event kills by the last visit before the data cut."""
        total, toxic = self.cumulative_hazard[arm], self.cumulative_toxic_hazard[arm]
        alive, hazard = np.exp(-total), np.diff(total, axis=0)
        died = (alive[:-1] - alive[1:]) * np.diff(toxic, axis=0) / np.where(hazard > 0.0, hazard, 1.0)
        seen = self.visit_days[1:, None] <= self.end_days
        return float(np.sum(died * seen, axis=0)[self.end_days >= 0.0].mean())


def read_trial(work: Work, patients: int) -> TrialReading:
    """Simulate the patients of a trial and collect what its published numbers are compared with."""
    names = [arm.name for arm in work.protocol.arms]
    parts = [
        follow_patients(work, numbers, patients=patients_of_block(work, numbers))
        for numbers in (
            np.arange(at, min(at + work.block, patients)) for at in range(0, patients, work.block)
        )
    ]
    visits = len(parts[0].visits[0].cumulative_hazard)
    who = Patients(
        **{name: np.concatenate([getattr(p.patients, name) for p in parts]) for name in Patients.__slots__}
    )
    outcomes = {
        name: Outcomes.joined([outcomes_of(part.events[arm]) for part in parts])
        for arm, name in enumerate(names)
    }

    def hazards(arm: int, name: str) -> np.ndarray:
        return np.vstack([np.zeros(patients), np.hstack([getattr(part.visits[arm], name) for part in parts])])

    return TrialReading(
        protocol=work.protocol,
        patients=who,
        outcomes=outcomes,
        symptoms={
            name: np.concatenate([p.events[arm].symptoms for p in parts]) for arm, name in enumerate(names)
        },
        best={name: _best(work.protocol, parts, arm) for arm, name in enumerate(names)},
        visit_days=np.arange(visits + 1) * float(parts[0].inputs.days_between_visits),
        cumulative_hazard={name: hazards(arm, "cumulative_hazard") for arm, name in enumerate(names)},
        cumulative_toxic_hazard={
            name: hazards(arm, "cumulative_toxic_hazard") for arm, name in enumerate(names)
        },
        end_days=_ends(work, who, list(outcomes.values())),
        streams=work.streams,
    )


def _best(protocol: Protocol, parts: list[Followed], arm: int) -> dict[str, BestResponse]:
    found = [best_by_criteria(protocol, part.inputs, part.events[arm], part.visits[arm]) for part in parts]
    return {
        criteria: BestResponse(*map(np.concatenate, zip(*(part[criteria] for part in found), strict=True)))
        for criteria in found[0]
    }


def _ends(work: Work, patients: Patients, by_arm: list[Outcomes]) -> np.ndarray:
    """Last day of observation of each twin since randomisation, shape (n,)."""
    protocol, streams = work.protocol, work.streams
    entry = entry_days(streams.uniform("entry", patients.patient)[:, 0], protocol.accrual)
    lost = drop_out_days(streams.exponential("drop-out", patients.patient)[:, 0], protocol.accrual)
    limit = np.minimum(lost, np.floor(protocol.horizon_days))
    return np.minimum(limit, twin_cut_day(protocol, by_arm, entry, limit) - entry)


def endpoint_free(outcomes: Outcomes, endpoint: str, day: float) -> float:
    """Kaplan-Meier share without the event of an endpoint that visits show, from outcomes of shape (n,).

    Death is an event of PFS and TSPFS, and ends observation in TTP and TTUP.
    """
    death = outcomes.death
    shown = outcomes.untreatable if endpoint in ("TTUP", "TSPFS") else outcomes.progression
    if endpoint in ("PFS", "TSPFS"):
        return float(np.clip(np.mean(np.minimum(shown, death) > day), LEAST_SHARE, 1.0 - LEAST_SHARE))
    return free_of(shown, death, day)


def free_of(event_day: np.ndarray, death_day: np.ndarray, day: float) -> float:
    """Kaplan-Meier share free of an event on a day, with death as censoring."""
    time = np.minimum(event_day, death_day)
    happened = event_day < death_day
    order = np.argsort(time, kind="stable")
    time, happened = time[order], happened[order]
    at_risk = len(time) - np.searchsorted(time, time)
    factors = np.where(happened & (time <= day), 1.0 - 1.0 / (at_risk - _ties_before(time, happened)), 1.0)
    return float(np.clip(np.prod(factors), LEAST_SHARE, 1.0 - LEAST_SHARE))


def _ties_before(time: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """How many events at the same time stand before each row: with them, 1 - d/n is a product of single steps."""
    before = np.cumsum(happened) - happened
    return before - before[np.searchsorted(time, time)]
