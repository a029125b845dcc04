"""`TrialData`: the table in the middle. A virtual trial makes one, a real data set loads as one.

Everything to the right of it (survival, figures, report, exchange formats) reads only this.

Days. A subject's time zero is the day of randomisation, day 0: an event `d` days later has `d` as its time, and
a death on the day of randomisation counts as day 1. ``randomised_day`` and ``cut_day`` count from the day on
which enrolment opened, day 0 of the trial. All days of a virtual trial are whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from hepatrial.protocol.design import AnalysisPlan
from hepatrial.response.rules import AssessmentRules
from hepatrial.run_arguments import checked_name
from hepatrial.survival.times import SurvivalTimes

if TYPE_CHECKING:
    from hepatrial.analysis import Analysis

ENDPOINTS: dict[str, tuple[str, ...]] = {
    "OS": ("censored", "cancer death", "liver death", "toxic death"),
    "TTP": ("censored", "progression", "death without progression"),
    "PFS": ("censored", "progression", "death"),
    "TTUP": ("censored", "untreatable progression", "death without untreatable progression"),
    "TSPFS": ("censored", "untreatable progression", "death"),
    "RFS": ("censored", "recurrence", "death"),
    "TTTP": ("censored", "progression beyond the sequence", "death without progression beyond the sequence"),
    "TPFS": ("censored", "progression beyond the sequence", "death"),
}
"""Causes by event code. OS: all above 0 are deaths. TTP, TTUP, TTTP: 1 is the event, 2 competes. The others: 1 and 2
are events. Data hold OS, TTP and PFS; the others where they exist (`TrialData.endpoints`)."""

COMPETING_DEATH = ("TTP", "TTUP", "TTTP")
"""Endpoints in which death competes with the event."""


@dataclass(frozen=True, slots=True)
class TrialData:
    """One trial's data, one row a subject in ``subjects`` and long tables beside it.

    `docs/outputs.md` has every column with unit and meaning.

    Attributes
    ----------
    name, control
        The trial's name, and the name of its control arm.
    arms
        Arm names in order.
    simulated
        True for a virtual trial.
    subjects
        One row a subject. Columns: ``subject`` (int; text where a user's file has text), ``arm`` (str),
        ``randomised_day``, ``stratum`` (str), baseline covariates as in `Patients`
        (categories as text, plus child_pugh_class, albi_grade), and for each endpoint
        ``os_days, os_event``, ``ttp_days, ttp_event``, ``pfs_days, pfs_event`` with the codes of `ENDPOINTS`, and
        reasons ``os_reason``, ``ttp_reason``, ``pfs_reason`` (str: "death: cancer", "death: liver", "death: toxicity",
        "progression: growth", "progression: new lesion", "data cut", "drop-out", "end of follow-up", "no progression by
        last scan: data cut", ...); ``symptoms_days``, ``symptoms_event`` (symptomatic progression) and
        ``decompensation_days``, ``decompensation_event`` (ascites, encephalopathy or bleeding), coded as TTP (virtual
        trials only); the same three columns of ``ttup``, ``tspfs``, ``rfs``, ``tttp`` and ``tpfs`` where a trial has
        these endpoints ("untreatable: liver function", "recurrence: new lesion", ...); ``treatment_days`` and
        ``treatment_end`` (reason: "progression", "untreatable progression", "adverse event", "decompensation", "death",
        "ongoing", "drop-out").
    tumour
        One row a scan: ``subject, day, sld_mm, viable_sld_mm, new_lesion`` (bool, up to this scan), measured values.
        Day 0 is baseline.
    responses
        One row a scan and criteria: ``subject, day, criteria, response`` ("CR", "PR", "SD", "PD", "NE"), up to the
        first PD.
    best
        One row a subject and criteria: ``subject, criteria, best`` ("CR", "PR", "SD", "PD", "NE"),
        ``best_change_percent`` (lowest change of the sum from baseline; null when not assessed).
    labs
        One row a measurement: ``subject, day, parameter`` ("AFP", "ALBUMIN", "BILIRUBIN", "INR", "ALBI",
        "CHILDPUGH", "VEGF", "SVEGFR2"), ``value, unit``, ``below_limit`` (bool: the value is the limit of
        quantification).
    exposure
        One row an interval of constant dose: ``subject, start_day, end_day, agent, dose_mg_per_day, reason``. The
        first day with the dose is ``start_day``, the last one the day before ``end_day``.
    adverse_events
        ``subject, day, event, grade, action`` ("dose interrupted", "dose reduced", "drug withdrawn", "none").
    sessions
        One row a session of embolisation: ``subject, session`` (1, 2, ...), ``day, kind``; without columns in a trial
        that has none.
    causes
        Text of the event codes of an endpoint, where the data know less than `ENDPOINTS`: ("censored", "death").
    cut_day
        Last day whose data count, since enrolment opened; None when uncut.
    rules
        How tumour assessments are read; None where it is not known, and then a cut has no best response.
    plan
        The analysis plan of the protocol, which `analyse` follows unless told otherwise; None for data without one.
    notes
        What a reader of the data must know, a sentence each.
    """

    name: str
    arms: tuple[str, ...]
    control: str
    simulated: bool
    subjects: pl.DataFrame
    tumour: pl.DataFrame
    responses: pl.DataFrame
    best: pl.DataFrame
    labs: pl.DataFrame
    exposure: pl.DataFrame
    adverse_events: pl.DataFrame
    cut_day: float | None = None
    rules: AssessmentRules | None = None
    plan: AnalysisPlan | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)
    sessions: pl.DataFrame = field(default_factory=pl.DataFrame)
    causes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.subjects.height

    @property
    def holds_twins(self) -> bool:
        """Whether a subject stands under more than one arm, so that subjects are not independent."""
        return bool(self.subjects["subject"].is_duplicated().any())

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Endpoints that the data hold, in the order of `ENDPOINTS`."""
        return tuple(name for name in ENDPOINTS if f"{name.lower()}_days" in self.subjects.columns)

    def times(self, endpoint: str, arm: str | None = None) -> SurvivalTimes:
        """Times and event codes of an endpoint, of one arm or of all subjects in table order."""
        rows = self.subjects if arm is None else self.subjects.filter(pl.col("arm") == arm)
        column = checked_name("endpoint", endpoint, self.endpoints).lower()
        return SurvivalTimes(
            rows[f"{column}_days"].to_numpy().astype(np.float64),
            rows[f"{column}_event"].to_numpy().astype(np.int8),
            self.causes.get(endpoint, ENDPOINTS[endpoint]),
        )

    def cut(self, *, day: float | None = None, events: int | None = None, endpoint: str = "OS") -> TrialData:
        """The same trial cut earlier; see `hepatrial.conduct.cut`."""
        from hepatrial.conduct import cut

        return cut(self, day=day, events=events, endpoint=endpoint)

    def analyse(self, **options: Any) -> Analysis:
        """Estimates of every arm and comparison, by the plan of the data; see `hepatrial.analysis.analyse`."""
        from hepatrial.analysis import analyse

        return analyse(self, **options)

    def tables(self) -> dict[str, pl.DataFrame]:
        """All tables by name, as they are written to a run folder."""
        names = ("subjects", "tumour", "responses", "best", "labs", "exposure", "adverse_events")
        found = {name: getattr(self, name) for name in names}
        return found | ({"sessions": self.sessions} if self.sessions.columns else {})
