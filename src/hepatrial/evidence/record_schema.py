"""The form of a record's file: which keys may stand in it, and of which kind their values are."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from hepatrial.evidence.trials import Design, Endpoint, Use

Text = Annotated[str, StringConstraints(strict=True, min_length=1)]
Word = Annotated[Text, BeforeValidator(lambda value: str(value) if type(value) in (int, float) else value)]
"""Text that may be written as a number: ECOG 0, a phase, a year."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True, ge=0)]
Interval = tuple[Number | None, Number | None]
"""[low, high]; a limit that was not reached is null."""

FullInterval = tuple[Number, Number]


class Section(BaseModel):
    """Frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class ArmRow(Section):
    """An arm: what was given, how many patients, and their results."""

    arm: Text
    agents: list[Text] | None = None
    dose: Text | None = None
    n: Whole | None
    os_median_months: Number | None = None
    os_median_ci: Interval | None = None
    ttp_median_months: Number | None = None
    ttp_median_ci: Interval | None = None
    pfs_median_months: Number | None = None
    pfs_median_ci: Interval | None = None
    rfs_median_months: Number | None = None
    rfs_median_ci: Interval | None = None
    ttr_median_months: Number | None = None
    ttr_median_ci: Interval | None = None
    ttup_median_months: Number | None = None
    ttup_median_ci: Interval | None = None
    orr_percent: Number | None = None
    dcr_percent: Number | None = None
    orr_mrecist_percent: Number | None = None
    survival_at_months: dict[str, Number] | None = None


class ComparisonRow(Section):
    """The hazard ratio of two arms for one endpoint, all patients."""

    arm: Text
    control: Text
    endpoint: Endpoint
    hr: Number
    ci: FullInterval | None = None
    level: Number | None = None
    level_stated: bool = True
    p_logrank: Number | None = None
    p_logrank_below: Number | None = None
    note: Text | None = None


class FindingRow(Section):
    """Further numbers of an arm, a comparison or the trial."""

    of: Text
    values: dict[str, Number]
    source: Text
    subgroup: str = ""
    note: str = ""


class UnconfirmedRow(Section):
    """Numbers that no source confirmed, and why."""

    of: Text
    values: dict[str, Number]
    note: Text
    subgroup: str = ""
    source: str = ""


class LandmarkRow(Section):
    """Patients without the event at a time."""

    of: Text
    endpoint: Endpoint
    months: Number
    percent: Number
    ci: FullInterval | None = None
    subgroup: str = ""
    source: Text
    note: str = ""


class SubgroupRow(Section):
    """A hazard ratio in one group of patients."""

    arm: Text
    control: Text
    endpoint: Endpoint
    factor: Text
    group: Word
    hr: Number
    ci: FullInterval | None = None
    level: Number | None = None
    level_stated: bool = True
    n: Word = "-"
    source: Text
    note: str = ""


class ConflictRow(Section):
    """Sources that print different numbers."""

    of: Text
    quantity: Text
    shown: Number | None
    others: list[Number]
    note: Text


class LaterTrialRow(Section):
    """The phase 3 trial of the same agent and line."""

    trial: Text
    public_by: Annotated[Word, StringConstraints(pattern=r"^(19|20)\d\d(-(0[1-9]|1[0-2]))?$")]
    how: Text


class ConductSection(Section):
    """How the trial was run."""

    source: Text
    began: Annotated[Word, StringConstraints(pattern=r"^(19|20)\d\d(-(0[1-9]|1[0-2]))?(-\d\d)?$")] | None = (
        None
    )
    began_source: str = ""
    accrual_months: Number | None = None
    follow_up_median_months: Number | None = None
    data_cut: Text | None = None
    scan_interval_weeks: Number | None = None
    criteria: Text | None = None
    central_review: Text | None = None
    ratio: Annotated[str, StringConstraints(pattern=r"^\d+(:\d+)+$")] | None = None
    stratification: Text | None = None
    eligibility: Text | None = None
    treatment_until: Text | None = None
    endpoint_definitions: Text | None = None
    note: str = ""


class RecordFile(Section):
    """A whole file."""

    name: Text
    also: list[Text] = []
    registration: str
    identifiers_not_confirmed: list[Text] = []
    use: Use
    year: Annotated[int, Field(strict=True, ge=1980, le=2100)] | None = None
    phase: Word | None = None
    design: Design = "randomised"
    line: Text | None = None
    population: Text | None = None
    subgroup_population: Text | None = None
    source: Text
    read_in: dict[str, Text] = {}
    part_of: Text | None = None
    supersedes: Text | None = None
    pooled_from: list[Text] = []
    separate_from: list[Text] = []
    phase_3: list[LaterTrialRow] = []
    new_agents: list[Text] = []
    conduct: ConductSection | None = None
    arms: list[ArmRow] = []
    comparisons: list[ComparisonRow] = []
    baseline: list[FindingRow] = []
    landmarks: list[LandmarkRow] = []
    subgroups: list[SubgroupRow] = []
    findings: list[FindingRow] = []
    unconfirmed: list[UnconfirmedRow] = []
    conflicts: list[ConflictRow] = []
    notes: list[Text] = []
    not_shown: list[Text] = []


SECTIONS: dict[tuple[str, ...], type[Section]] = {
    (): RecordFile,
    ("arms",): ArmRow,
    ("comparisons",): ComparisonRow,
    ("baseline",): FindingRow,
    ("findings",): FindingRow,
    ("unconfirmed",): UnconfirmedRow,
    ("landmarks",): LandmarkRow,
    ("subgroups",): SubgroupRow,
    ("conflicts",): ConflictRow,
    ("phase_3",): LaterTrialRow,
    ("conduct",): ConductSection,
}
"""Which form stands under which key."""
