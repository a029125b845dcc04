"""The file of an agent's phase 1b and 2 results: its keys, what they mean and what they may hold.

It says what the calibration's own file of early arms says (`calibration/data/early_arms.yaml`), with the numbers in it.
Rules that look at more than one key stand in `hepatrial.prediction.phase2_rules`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from hepatrial.protocol.design import Criteria
from hepatrial.protocol.file_fields import FormatVersion, time_between
from hepatrial.protocol.file_schema import AgentSection, Name
from hepatrial.protocol.json_schema import with_names
from hepatrial.protocol.population_schema import BaselineChoice, Limit, Section

Quantity = Literal[
    "os_median_months",
    "ttp_median_months",
    "pfs_median_months",
    "os_percent",
    "ttp_percent",
    "pfs_percent",
    "os_hr",
    "ttp_hr",
    "pfs_hr",
    "orr_percent",
    "responders_patients",
    "dcr_percent",
    "stopped_for_related_adverse_events_percent",
    "stopped_for_adverse_events_percent",
    "toxic_deaths",
]
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)


class ResultSection(Section):
    """One result of one arm, or of one arm against another."""

    arm: str = Field(description="The arm that it is of.", examples=["fictinib"])
    control: str | None = Field(
        default=None, description="Of a hazard ratio: the arm that it is against.", examples=["placebo"]
    )
    quantity: Quantity = Field(
        description="What it is: medians in months, shares in per cent, hazard ratios, numbers of patients."
    )
    value: float = Field(ge=0, le=1000, description="The number as reported.", examples=[9.8])
    months: float | None = Field(
        default=None, gt=0, le=120, description="Of a share at a time: that time.", examples=[6]
    )
    interval: Annotated[list[float], Field(min_length=2, max_length=2)] | None = Field(
        default=None,
        description="Its confidence interval, where one was reported: of a median of OS, a share at a time or a "
        "hazard ratio. Other numbers take their error from the number of patients.",
        examples=[[7.4, 11.7]],
    )
    level: float = Field(default=95, ge=50, lt=100, description="Level of the interval in per cent.")
    n: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="Patients behind the number, where they are not all of the arm.",
    )


class Phase2ArmSection(Section):
    """One arm; no agents for placebo."""

    name: Name = Field(description="The arm's name.", examples=["fictinib"])
    n: int = Field(ge=1, le=10_000, description="Patients of the arm.", examples=[45])
    agents: list[AgentSection] = Field(
        max_length=6,
        description="The agents of the arm, written as in a protocol; [] for placebo.",
        examples=[[{"agent": "sorafenib", "dose": "400 mg", "schedule": "twice daily"}]],
    )


class Phase2TrialSection(Section):
    """One trial of phase 1b or 2."""

    name: Name = Field(description="Its name: the rows of the answer begin with it.", examples=["FIC-201"])
    source: str = Field(min_length=1, max_length=500, description="Where the numbers stand.")
    baseline: BaselineChoice = Field(
        description="The bundled baseline table that comes nearest to its patients, or a table of your own.",
        examples=["sharp"],
    )
    eligibility: dict[str, Limit] = Field(
        default={"child_pugh_score": {"max": 7}, "ecog": {"max": 2}},
        description="Limits by covariate, as in a protocol.",
        examples=[{"child_pugh_score": {"max": 6}}],
    )
    criteria: Criteria = Field(
        default="RECIST 1.1", description="Criteria of progression, response and control."
    )
    scan: time_between("1 week", "1 year", "8 weeks") = Field(
        default="8 weeks",
        validate_default=True,
        description="Interval of imaging: a multiple of `clinic`.",
    )
    clinic: time_between("1 day", "1 year", "4 weeks") = Field(
        default="4 weeks", validate_default=True, description="Interval of clinic visits."
    )
    accrual: time_between("1 day", "10 years", "18 months") = Field(
        default="18 months", validate_default=True, description="From the first patient to the last."
    )
    cut: time_between("1 month", "20 years", "42 months") = Field(
        default="42 months", validate_default=True, description="Data cut, since enrolment opened."
    )
    horizon: time_between("1 month", "10 years", "4 years") = Field(
        default="4 years", validate_default=True, description="How long each virtual patient is simulated."
    )
    ratio: list[Annotated[int, Field(ge=1, le=20)]] | None = Field(
        default=None,
        max_length=6,
        description="Of a randomised trial: patients of each arm in a block, in the order of the arms.",
        examples=[[2, 1]],
    )
    arms: list[Phase2ArmSection] = Field(
        min_length=1, max_length=6, description="The arms; of several the last one is control."
    )
    results: list[ResultSection] = Field(min_length=1, max_length=60, description="What was reported.")


class Phase2File(Section):
    """Phase 1b and 2 results of an agent, for `hepatrial predict`."""

    hepatrial: FormatVersion = Field(description="Version of this file format.")
    trials: list[Phase2TrialSection] = Field(
        min_length=1, max_length=12, description="The trials, each with other patients."
    )


def phase2_json_schema() -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) that valid files satisfy, with the names of the catalogue."""
    schema = Phase2File.model_json_schema()
    trial = schema["$defs"]["Phase2TrialSection"]["properties"]
    return with_names(schema, trial, "hepatrial phase 2 results")
