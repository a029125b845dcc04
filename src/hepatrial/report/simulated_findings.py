"""The simulated counterpart of published findings that the summary has no key for: response, treatment, safety."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.analysis.adverse_events import ANY
from hepatrial.analysis.arms import best_of_arm, in_months
from hepatrial.analysis.estimable import estimated
from hepatrial.analysis.treatment_given import DoseIntensity
from hepatrial.conduct.doses import WITHDRAWN
from hepatrial.report.one_trial import OneTrial
from hepatrial.survival import SurvivalTimes, kaplan_meier
from hepatrial.virtual_trial import VirtualTrial

SEVERE = 3
OF_GRADE = "_grade_3_or_more_percent"


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated number of one arm.

    Attributes
    ----------
    value
        As the published one: per cent, or mg.
    count, n
        Subjects, for a share; None for another number.
    one_trial
        Whether it is of the one trial, whose chance it carries, and not of all virtual patients.
    """

    value: float
    count: int | None = None
    n: int | None = None
    one_trial: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where simulated findings of one arm are taken from."""

    result: VirtualTrial
    trial: OneTrial
    arm: str

    @property
    def everybody(self) -> pl.DataFrame:
        """All virtual patients under this arm."""
        return self.result.population.subjects.filter(pl.col("arm") == self.arm)

    @property
    def treated(self) -> bool:
        """Whether the arm has an active agent."""
        return bool(self.result.protocol.arm(self.arm).regimens)

    @property
    def events(self) -> set[str]:
        """Adverse events that the catalogue gives for the arm's agents."""
        given = {regimen.agent for regimen in self.result.protocol.arm(self.arm).regimens}
        agents = (agent for agent in self.result.work.agents if agent.name in given)
        return {event.name for agent in agents for event in agent.adverse_events}


def simulated_finding(source: Source, quantity: str) -> Simulated | None:
    """The simulated counterpart of a published quantity of an arm; None where a run has none."""
    if quantity in COUNTERPARTS:
        return COUNTERPARTS[quantity](source)
    if not source.treated:
        return None
    if quantity == f"related_adverse_events{OF_GRADE}":
        return _severe(source, ANY)
    names = {f"{_slug(event)}{OF_GRADE}": event for event in source.events}
    return _severe(source, names[quantity]) if quantity in names else None


def _share(hits: pl.Series) -> Simulated | None:
    n = len(hits)
    return Simulated(100.0 * float(hits.sum()) / n, int(hits.sum()), n) if n else None


def _best(level: str) -> Callable[[Source], Simulated | None]:
    def share(source: Source) -> Simulated | None:
        response = source.result.protocol.response
        criteria = response.progression if response.progression in response.reported else response.reported[0]
        return _share(best_of_arm(source.result.population, source.arm, criteria)["best"] == level)

    return share


def _stopped(source: Source) -> Simulated | None:
    arm = source.result.protocol.arm(source.arm)
    if arm.tace is not None:
        return _withdrawn(source) if len(arm.regimens) == 1 else None
    return _share(source.everybody["treatment_end"] == "adverse event") if source.treated else None


def _withdrawn(source: Source) -> Simulated:
    """Subjects whose agent was withdrawn: embolisation goes on without it, so that treatment does not end."""
    trial = source.result.trial
    subjects = trial.subjects.filter(pl.col("arm") == source.arm)["subject"]
    gone = trial.adverse_events.filter(pl.col("action") == WITHDRAWN)["subject"]
    count = int(subjects.is_in(gone.implode()).sum())
    return Simulated(100.0 * count / len(subjects), count, len(subjects), one_trial=True)


def _symptomatic_median(source: Source) -> Simulated | None:
    """Kaplan-Meier median over all virtual patients, months; death without symptomatic progression is censored."""
    own = source.everybody
    days = own["symptoms_days"].to_numpy().astype(np.float64)
    found = estimated(
        lambda: kaplan_meier(SurvivalTimes(days, (own["symptoms_event"] == 1).to_numpy())).median()
    )
    months = None if found is None else in_months(found)[0]
    return None if months is None else Simulated(months)


def _treated_beyond_progression(source: Source) -> Simulated | None:
    progressed = source.everybody.filter(pl.col("ttp_event") == 1)
    return _share(progressed["treatment_days"] > progressed["ttp_days"])


def _only_dose(source: Source) -> DoseIntensity | None:
    """Of one agent alone: with several, a share of subjects is not told by the shares of each."""
    doses = next(arm.doses for arm in source.trial.arms if arm.result.arm == source.arm)
    return doses[0] if len(doses) == 1 else None


def _dose_share(percent: str) -> Callable[[Source], Simulated | None]:
    def share(source: Source) -> Simulated | None:
        dose = _only_dose(source)
        if dose is None:
            return None
        value = float(getattr(dose, percent))
        return Simulated(value, round(value * dose.n / 100.0), dose.n, one_trial=True)

    return share


def _mean_dose(source: Source) -> Simulated | None:
    dose = _only_dose(source)
    return None if dose is None else Simulated(dose.mean_mg_per_day, one_trial=True)


def _severe(source: Source, event: str) -> Simulated | None:
    rows = [row for row in source.trial.adverse_events if (row.event, row.arm) == (event, source.arm)]
    n = next(arm.result.n for arm in source.trial.arms if arm.result.arm == source.arm)
    count = sum(subjects for row in rows for grade, subjects in row.by_grade.items() if grade >= SEVERE)
    return Simulated(100.0 * count / n, count, n, one_trial=True) if n else None


def _slug(event: str) -> str:
    return event.replace("-", "_").replace(" ", "_")


def _session_share(low: int, high: int | None) -> Callable[[Source], Simulated | None]:
    def share(source: Source) -> Simulated | None:
        given = next(arm.sessions for arm in source.trial.arms if arm.result.arm == source.arm)
        if given is None or not given.n:
            return None
        percent = given.share_percent(low, high)
        return Simulated(percent, round(percent * given.n / 100.0), given.n, one_trial=True)

    return share


COUNTERPARTS: dict[str, Callable[[Source], Simulated | None]] = {
    "complete_response_percent": _best("CR"),
    "partial_response_percent": _best("PR"),
    "stable_disease_percent": _best("SD"),
    "progressive_disease_percent": _best("PD"),
    "symptomatic_progression_median_months": _symptomatic_median,
    "stopped_for_adverse_events_percent": _stopped,
    "stopped_for_related_adverse_events_percent": _stopped,
    "continued_after_progression_percent": _treated_beyond_progression,
    "dose_reduced_percent": _dose_share("reduced_percent"),
    "interrupted_percent": _dose_share("interrupted_percent"),
    "more_than_80_percent_of_planned_dose_percent": _dose_share("above_80_percent"),
    "mean_daily_dose_mg": _mean_dose,
    "tace_sessions_1_percent": _session_share(1, 1),
    "tace_sessions_2_percent": _session_share(2, 2),
    "tace_sessions_gt2_percent": _session_share(3, None),
}
