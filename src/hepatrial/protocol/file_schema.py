"""The protocol file: its keys, what they mean and what they may hold; editors' JSON Schema is made from this.

Rules that look at more than one key stand in `hepatrial.protocol.rules`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hepatrial.protocol.design import Criteria, EndpointName
from hepatrial.protocol.file_fields import (
    DoseLevelText,
    DoseText,
    FormatVersion,
    Schedule,
    months_between,
    time_between,
    weight_between,
)
from hepatrial.protocol.locoregional_schema import AblationSection, TaceSection
from hepatrial.protocol.population_schema import PopulationSection, Section, Share
from hepatrial.protocol.sequence_schema import MOST_STAGES, RaiseSection, StageSection

Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\w+(]([\w .+()%-]*[\w+()%-])?$")]
"""Names become names of folders, columns and files: no slash, no line break, no dot or space at an end."""

LARGEST_BLOCK = 1000

Positive = Annotated[float, Field(gt=0)]

TreatUntilText = Literal[
    "progression", "radiologic and symptomatic progression", "untreatable progression", "death"
]


class RandomisationSection(Section):
    """Permuted blocks within strata."""

    ratio: dict[str, Annotated[int, Field(ge=1, le=20)]] = Field(
        description="Patients of each arm in a block, by arm name.", examples=[{"sorafenib": 2, "placebo": 1}]
    )
    block_size: int = Field(
        ge=2,
        le=LARGEST_BLOCK,
        description="Patients in a block: a multiple of the ratio's sum.",
        examples=[6],
    )
    strata: list[str] = Field(
        default=[],
        max_length=6,
        description="Covariates to stratify by.",
        examples=[["region", "ecog"]],
    )


class LighterSection(Section):
    """Doses of patients below a body weight."""

    below: weight_between("20 kg", "300 kg", "60 kg") = Field(
        description="Patients who weigh less get these doses."
    )
    doses: list[DoseLevelText] = Field(
        min_length=1,
        max_length=7,
        description="The planned dose, then the levels to step down to.",
        examples=[["8 mg once daily", "4 mg once daily"]],
    )


class CycleSection(Section):
    """Days on the agent, then a planned pause, in turn."""

    give: time_between("1 day", "1 year", "3 weeks") = Field(description="How long it is given.")
    pause: time_between("1 day", "1 year", "1 week") = Field(description="How long the pause lasts.")


class AgentSection(Section):
    """One agent in an arm, and how its dose is modified."""

    agent: str = Field(
        description="Name of an agent of the catalogue (`hepatrial agents`), or the path of an agent's file from the "
        "protocol's folder.",
        examples=["sorafenib", "./mine.yaml"],
    )
    dose: DoseText = Field(description="One dose, in mg or in mg per kg of body weight.")
    schedule: Schedule = Field(description="How often the dose is given.")
    reduce_to: list[DoseLevelText] = Field(
        default=[],
        max_length=6,
        description="Dose levels to step down to after adverse events, highest first.",
        examples=[["400 mg once daily", "400 mg every other day"]],
    )
    lighter: LighterSection | None = Field(
        default=None, description="Other doses for patients below a body weight."
    )
    cycle: CycleSection | None = Field(
        default=None, description="Planned pauses, counted from the agent's start; without it there are none."
    )
    raise_to: RaiseSection | None = Field(
        default=None, description="A higher dose for patients who tolerate the planned one."
    )
    start: time_between("0 days", "5 years", "0 days") = Field(
        default="0 days", validate_default=True, description="When the agent starts, since randomisation."
    )
    interrupt_at_grade: int = Field(
        default=3, ge=1, le=4, description="Adverse events of this grade or above interrupt the dose."
    )
    interrupt_for: time_between("1 day", "1 year", "2 weeks") = Field(
        default="2 weeks",
        validate_default=True,
        description="Length of an interruption. Then the agent's shares decide: withdrawal, the next level of "
        "`reduce_to`, or the same dose.",
    )
    stop_after_last_level: bool = Field(
        default=True, description="Whether an event that asks for less than the lowest level ends the agent."
    )


class NextLineSection(Section):
    """Therapy after the trial treatment."""

    share: Share = Field(description="Share of patients who get it, 0 to 1.", examples=[0.3])
    hazard_ratio: float = Field(
        ge=0.1, le=10, description="Its effect on the hazard of cancer death.", examples=[0.8]
    )
    source: str = Field(
        min_length=1, description="Where the two numbers come from.", examples=["own registry"]
    )


class ArmSection(Section):
    """One arm; no agents for placebo."""

    name: Name = Field(description="The arm's name, used in every table and figure.", examples=["sorafenib"])
    agents: list[AgentSection] = Field(
        max_length=6,
        description="The agents of the arm; [] for placebo.",
        examples=[[], [{"agent": "sorafenib", "dose": "400 mg", "schedule": "twice daily"}]],
    )
    treat_until: TreatUntilText = Field(
        description="The agents are given until this; embolisation goes on until it is not possible any more."
    )
    sequence: list[StageSection] = Field(
        default=[],
        max_length=MOST_STAGES,
        description="Stages of treatment, one after another; without it all agents are given together.",
        examples=[
            [
                {"give": ["sorafenib"], "until": "progression"},
                {"give": [], "for": "4 weeks"},
                {"give": ["sorafenib"]},
            ]
        ],
    )
    next_line: NextLineSection | None = Field(
        default=None, description="Therapy after the trial treatment, if any."
    )
    tace: TaceSection | None = Field(default=None, description="Chemoembolisation in this arm, if any.")
    ablation: AblationSection | None = Field(
        default=None, description="Ablation or resection in this arm, if any."
    )


class AccrualSection(Section):
    """How patients come in and are lost."""

    duration: time_between("1 day", "10 years", "13 months") = Field(
        description="From the first patient to the last."
    )
    shape: float = Field(
        default=1.0,
        ge=0.2,
        le=5,
        description="1 is uniform; above 1 accelerates: share enrolled = (t / duration) ** shape.",
    )
    drop_out_per_month: Annotated[float, Field(ge=0, le=0.5)] = Field(
        default=0.0, description="Hazard of leaving follow-up, a month."
    )


class VisitsSection(Section):
    """When patients are seen and scanned."""

    clinic: time_between("1 day", "1 year", "3 weeks") = Field(
        description="Interval of clinic visits, where blood is taken."
    )
    scan: time_between("1 day", "1 year", "6 weeks") = Field(
        description="Interval of imaging: a multiple of `clinic`."
    )
    scan_source: str = Field(
        default="", description="Where the scan interval comes from, or that it is assumed."
    )


class ResponseSection(Section):
    """How tumours are read."""

    progression: Criteria = Field(description="Criteria that define progression.")
    reported: list[Criteria] = Field(
        min_length=1,
        description="Criteria whose response rates are reported.",
        examples=[["RECIST 1.1", "mRECIST"]],
    )
    confirmation: time_between("0 days", "1 year", "4 weeks") = Field(
        default="4 weeks",
        validate_default=True,
        description="A response must be seen again this long after to be confirmed.",
    )
    stable_disease: time_between("0 days", "1 year", "6 weeks") = Field(
        default="6 weeks",
        validate_default=True,
        description="Shortest time from randomisation at which stable disease counts.",
    )


class DataCutSection(Section):
    """When the data are cut: at a number of events of an endpoint, or at a time since enrolment opened."""

    endpoint: EndpointName | None = Field(default=None, description="Endpoint whose events are counted.")
    events: int | None = Field(
        default=None, ge=1, le=100_000, description="Events at which the data are cut."
    )
    after: time_between("1 day", "20 years", "24 months") | None = Field(
        default=None, description="Time since enrolment opened at which the data are cut, instead of events."
    )


class AnalysisSection(Section):
    """What is estimated beside medians and hazard ratios."""

    stratified: bool | None = Field(
        default=None,
        description="Whether tests and hazard ratios are stratified as randomisation was; where the key is left out, "
        "they are if it has strata.",
    )
    one_sided_alpha: float = Field(default=0.025, gt=0, lt=0.5, description="One-sided level of the tests.")
    survival_at: list[months_between("1 day", "10 years", "6 months")] = Field(
        default=[],
        max_length=20,
        description="Times at which survival is reported.",
        examples=[["6 months", "12 months"]],
    )
    rmst: months_between("1 day", "10 years", "12 months") | None = Field(
        default=None, description="Horizon of the restricted mean survival time."
    )


class ProtocolFile(Section):
    """A randomised trial for hepatrial."""

    hepatrial: FormatVersion = Field(description="Version of this file format.")
    name: Name = Field(description="Short name of the trial; names the run folder.", examples=["SHARP"])
    title: str = Field(default="", max_length=300, description="What the trial asks, in one line.")
    registration: str | None = Field(
        default=None, max_length=60, description="Registry number.", examples=["NCT00105443"]
    )
    published: str | None = Field(
        default=None,
        description="Evidence record shown beside the result; left out for a trial of your own.",
        examples=["sharp"],
    )
    population: PopulationSection = Field(description="Baseline table and eligibility.")
    size: int = Field(ge=1, le=100_000, description="Patients randomised.", examples=[602])
    randomisation: RandomisationSection = Field(description="Ratio, blocks and strata.")
    arms: list[ArmSection] = Field(
        min_length=1,
        max_length=10,
        description="The arms, with their agents.",
        examples=[[{"name": "placebo", "agents": [], "treat_until": "progression"}]],
    )
    control: str = Field(description="Name of the control arm.", examples=["placebo"])
    accrual: AccrualSection = Field(description="How patients come in.")
    visits: VisitsSection = Field(description="Clinic visits and imaging.")
    response: ResponseSection = Field(description="Response criteria.")
    endpoints: list[EndpointName] = Field(
        min_length=1,
        description="Endpoints analysed in replicate trials, in the order of the report.",
        examples=[["OS", "TTP", "PFS"]],
    )
    data_cut: DataCutSection = Field(description="When the data are cut.")
    analysis: AnalysisSection = Field(default=AnalysisSection(), description="The analysis plan.")
    horizon: time_between("1 month", "10 years", "3 years") = Field(
        description="How long each patient is simulated."
    )
