"""The part of a protocol file that says who the patients are, and the base of all sections."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from hepatrial.protocol.file_fields import Level

Share = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    """What all sections have in common: frozen, no unknown keys, no conversion of types, no NaN."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, arbitrary_types_allowed=True
    )


class RangeSection(Section):
    """Lowest and highest value that may enter; both ends may enter."""

    min: float | None = Field(default=None, description="Lowest value that may enter.", examples=[18])
    max: float | None = Field(default=None, description="Highest value that may enter.", examples=[7])


class BaselineSection(Section):
    """A bundled baseline table with changes of your own."""

    based_on: str = Field(
        description="Bundled table that gives all that is not changed here.", examples=["sharp"]
    )
    categories: dict[str, dict[str, Share]] = Field(
        default={},
        description="Share of every level, by covariate; the shares of a covariate sum to 1.",
        examples=[{"aetiology": {"HBV": 0.7, "HCV": 0.1, "alcohol": 0.1, "other": 0.1}}],
    )
    continuous: dict[str, dict[str, float]] = Field(
        default={},
        description="Parameters of the distribution of a covariate, named as in the bundled table.",
        examples=[{"age_years": {"mean": 60}}],
    )
    sources: dict[str, str] = Field(
        default={},
        description="Where the shares come from, by covariate.",
        examples=[{"aetiology": "own registry"}],
    )


def _limit_kind(value: object) -> str:
    return "<range>" if isinstance(value, (dict, RangeSection)) else "<levels>"


def _baseline_kind(value: object) -> str:
    return "<table>" if isinstance(value, (dict, BaselineSection)) else "<name>"


Limit = Annotated[
    Annotated[RangeSection, Tag("<range>")] | Annotated[list[Level], Tag("<levels>")],
    Discriminator(_limit_kind),
]
BaselineChoice = Annotated[
    Annotated[str, Tag("<name>")] | Annotated[BaselineSection, Tag("<table>")], Discriminator(_baseline_kind)
]
UNION_TAGS = frozenset({"<range>", "<levels>", "<name>", "<table>"})


class PopulationSection(Section):
    """Who could enter and who may."""

    baseline: BaselineChoice = Field(
        description="Name of a bundled baseline table, or a table of your own.", examples=["sharp"]
    )
    eligibility: dict[str, Limit] = Field(
        default={},
        description="Limits by covariate: {min: .., max: ..} for numbers, a list of levels for categories.",
        examples=[{"child_pugh_score": {"max": 7}, "bclc": ["C"]}],
    )
