"""The record of a published trial: confirmed numbers with where each was read, and the unconfirmed ones apart.

One file a trial in ``data/trials``. ``use`` says what a trial may be used for: *calibration* (parameters are
fitted to it), *validation* (never fitted, always reported) or *evidence*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

Use = Literal["calibration", "validation", "evidence"]

Design = Literal[
    "randomised", "single-arm", "registry", "cohort", "pooled analysis", "meta-analysis", "fitted curve"
]

Line = Literal["1L", "2L", "3L", "any", "adjuvant", "TACE", "ablation", "SIRT", "not stated"]
"""Line of systemic therapy, or the locoregional treatment that a trial studies."""

Endpoint = Literal["OS", "TTP", "PFS", "RFS", "TTR", "TTUP"]
"""Overall survival; time to progression; progression-free and recurrence-free survival; times to recurrence and
to progression that TACE cannot treat."""

WHOLE_TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Finding:
    """Published numbers that the summary of a run has no key for.

    Attributes
    ----------
    of
        An arm, a comparison ("sorafenib v placebo") or "trial".
    values
        By quantity; the unit stands in its name.
    subgroup
        Empty for all patients.
    source, note
        The page or key where it was read, and what a reader should know of that source.
    """

    of: str
    values: dict[str, float]
    source: str
    subgroup: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Landmark:
    """Share of patients without the event at a time, in per cent."""

    of: str
    endpoint: str
    months: float
    percent: float
    source: str
    ci: tuple[float, float] | None = None
    subgroup: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SubgroupEffect:
    """The hazard ratio of one comparison in one group of patients.

    Attributes
    ----------
    factor, group
        What divides the patients and which of them these are, for example "aetiology" and "HBV".
    hr, ci, level
        Hazard ratio of ``arm`` to ``control``, interval and its level in per cent; None where not printed.
    level_stated
        False where no source says the level and 95 was taken.
    n
        As printed, for example "107/50" by arm or "240" in all.
    """

    arm: str
    control: str
    endpoint: str
    factor: str
    group: str
    hr: float
    source: str
    ci: tuple[float, float] | None = None
    level: float | None = None
    level_stated: bool = True
    n: str = ""
    note: str = ""

    def reversed(self) -> SubgroupEffect:
        """The same of ``control`` to ``arm``; ``n``, whose order by arm is not known, stays."""
        return replace(
            self,
            arm=self.control,
            control=self.arm,
            hr=1 / self.hr,
            ci=None if self.ci is None else (1 / self.ci[1], 1 / self.ci[0]),
        )


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that print different numbers: the one that the record shows and the others."""

    of: str
    quantity: str
    shown: float | None
    others: tuple[float, ...]
    note: str


@dataclass(frozen=True, slots=True)
class LaterTrial:
    """The phase 3 trial of the same agent and line that an early trial came before.

    Attributes
    ----------
    public_by
        Year or year and month by which the early result was public at the latest.
    how
        How that date is known.
    """

    trial: str
    public_by: str
    how: str


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a trial was run; None where no source that was read says so."""

    source: str = ""
    began: str | None = None
    began_source: str = ""
    accrual_months: float | None = None
    follow_up_median_months: float | None = None
    data_cut: str | None = None
    scan_interval_weeks: float | None = None
    criteria: str | None = None
    central_review: str | None = None
    ratio: str | None = None
    stratification: str | None = None
    eligibility: str | None = None
    treatment_until: str | None = None
    endpoint_definitions: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PublishedTrial:
    """One published trial; arms and comparisons are rows with the keys of ``summary.json``.

    Attributes
    ----------
    key
        The name of its file, by which other records and commands call it.
    read_in
        Where numbers of arms and comparisons were read, by their key; those without an entry are of ``source``.
    part_of
        The trial whose patients these are: subgroups, updates and interim reports point to it.
    supersedes
        The earlier report that this one replaces for the endpoints that both give.
    pooled_from
        Records whose patients a pooled analysis holds.
    separate_from
        Records under the same registration with other patients: the trials of a platform.
    subgroup_population
        Of which patients ``subgroups`` are, where not of all that the comparisons are of.
    unconfirmed
        Numbers that no source confirmed: never among the published ones.
    own
        A record of the user's own.
    """

    name: str
    registration: str
    use: Use
    source: str
    read_in: dict[str, str]
    arms: tuple[dict[str, Any], ...]
    comparisons: tuple[dict[str, Any], ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    not_shown: tuple[str, ...]
    key: str = ""
    also: tuple[str, ...] = ()
    year: int | None = None
    phase: str = ""
    design: Design = "randomised"
    lines: tuple[Line, ...] = ()
    population: str = ""
    subgroup_population: str = ""
    conduct: Conduct = Conduct()
    baseline: tuple[Finding, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    subgroups: tuple[SubgroupEffect, ...] = ()
    unconfirmed: tuple[Finding, ...] = ()
    identifiers_not_confirmed: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    part_of: str | None = None
    supersedes: str | None = None
    pooled_from: tuple[str, ...] = ()
    separate_from: tuple[str, ...] = ()
    phase_3: tuple[LaterTrial, ...] = ()
    new_agents: tuple[str, ...] = ()
    own: bool = False
    file: str = ""

    def finding(self, of: str, quantity: str, subgroup: str = "") -> float | None:
        """The published value of a quantity, or None where none was confirmed."""
        return _looked_up(self.findings + self.baseline, of, quantity, subgroup)

    def unconfirmed_value(self, of: str, quantity: str, subgroup: str = "") -> float | None:
        """A value that no source confirmed; never fit to it, never show it as published."""
        return _looked_up(self.unconfirmed, of, quantity, subgroup)

    def arm(self, name: str) -> dict[str, Any]:
        """The row of an arm."""
        return next(row for row in self.arms if row["arm"] == name)

    @property
    def agents(self) -> tuple[str, ...]:
        """All that any arm was given, each once, in order."""
        return tuple(dict.fromkeys(agent for row in self.arms for agent in row.get("agents", (row["arm"],))))

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Endpoints with a confirmed hazard ratio, each once, in order."""
        return tuple(dict.fromkeys(row["endpoint"] for row in self.comparisons))


def _looked_up(rows: Sequence[Finding], of: str, quantity: str, subgroup: str) -> float | None:
    for row in rows:
        if row.of == of and row.subgroup == subgroup and quantity in row.values:
            return row.values[quantity]
    return None
