"""The form of an agent's file: what may stand in it, in which units, within which bounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from hepatrial.agents.target_names import meant_target
from hepatrial.agents.targets import ACTING_TARGETS
from hepatrial.evidence.references import is_citation
from hepatrial.quantities import DistributionName, Grade

Number = Annotated[float, Field(strict=True)]
"""Written as a number: a text, true and false are not taken for one."""


class _Section(BaseModel):
    """Frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class QuantityEntry(_Section):
    """A number with its unit, uncertainty, source and grade; see `hepatrial.quantities.Quantity`."""

    value: Number
    unit: str
    grade: Grade
    source: str = Field(min_length=1)
    distribution: DistributionName = "fixed"
    spread: Number = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    note: str = ""

    @model_validator(mode="after")
    def _spread_fits_distribution(self) -> QuantityEntry:
        if (self.distribution == "fixed") != (self.spread == 0.0):
            raise PydanticCustomError(
                "spread",
                "distribution and spread contradict each other",
                {
                    "found": f"distribution {self.distribution}, spread {self.spread:g}",
                    "allowed": "fixed without a spread, or another distribution with a spread above 0",
                    "fix": "give both, or neither",
                },
            )
        return self

    @model_validator(mode="after")
    def _source_can_be_followed(self) -> QuantityEntry:
        """Only an assumption may give a reason instead of a citation."""
        if self.grade in ("assumed", "fitted"):
            return self
        for part in self.source.split(";"):
            if not is_citation(part.strip()):
                raise PydanticCustomError(
                    "source",
                    "the source cannot be followed",
                    {
                        "found": part.strip() or "nothing",
                        "allowed": "keys of the bibliography or DOIs, with ; between them",
                        "fix": "cite the source, or grade the number assumed and give the reason",
                    },
                )
        return self


def _in(
    unit: str, low: float = 0.0, high: float = math.inf, *, above: bool = True
) -> Callable[[QuantityEntry], QuantityEntry]:
    """A check that a quantity has this unit and lies within bounds; ``above`` excludes the lower one."""

    def check(entry: QuantityEntry) -> QuantityEntry:
        if entry.unit != unit:
            raise PydanticCustomError(
                "unit",
                "the unit is not the one that is used here",
                {"found": entry.unit, "allowed": unit, "fix": f"convert the value to {unit}"},
            )
        too_low = entry.value <= low if above else entry.value < low
        if (
            math.isnan(entry.value)
            or too_low
            or entry.value > high
            or (math.isinf(entry.value) and unit != "nM")
        ):
            least = f"above {low:g}" if above else f"at least {low:g}"
            raise PydanticCustomError(
                "value",
                "the value is out of bounds",
                {
                    "found": f"{entry.value:g}",
                    "allowed": least if math.isinf(high) else f"{least}, at most {high:g}",
                    "fix": "check the value and its unit",
                },
            )
        return entry

    return check


# The bounds hold what is physically possible for a drug, with room: they catch a wrong unit, not a wrong number.
Clearance = Annotated[QuantityEntry, AfterValidator(_in("L/h", 1e-4, 1e5))]
Volume = Annotated[QuantityEntry, AfterValidator(_in("L", 0.1, 1e6))]
Variation = Annotated[QuantityEntry, AfterValidator(_in("1", 0.0, 5.0, above=False))]
Correlation = Annotated[QuantityEntry, AfterValidator(_in("1", -1.0, 1.0, above=False))]
Exponent = Annotated[QuantityEntry, AfterValidator(_in("1", -3.0, 5.0, above=False))]
DailyDose = Annotated[QuantityEntry, AfterValidator(_in("mg/day", 1e-4, 1e5))]
Share = Annotated[QuantityEntry, AfterValidator(_in("1", 0.0, 1.0, above=False))]
PositiveShare = Annotated[QuantityEntry, AfterValidator(_in("1", 1e-6, 1.0))]
Days = Annotated[QuantityEntry, AfterValidator(_in("day", 0.01, 1e4))]
Ratio = Annotated[QuantityEntry, AfterValidator(_in("1", 1e-3, 100.0))]
FittedFactor = Annotated[QuantityEntry, AfterValidator(_in("1", 1e-6, 1e4))]
Potency = Annotated[QuantityEntry, AfterValidator(_in("nM", 1e-6))]
MolecularWeight = Annotated[QuantityEntry, AfterValidator(_in("g/mol", 10.0, 1e7))]
AlbiUnits = Annotated[QuantityEntry, AfterValidator(_in("1", 0.0, 5.0, above=False))]


class HepaticRatios(_Section):
    """Exposure relative to Child-Pugh A by class."""

    A: Ratio | None = None
    B: Ratio | None = None
    C: Ratio | None = None


_DRIFT = ("drift_final_fraction", "drift_time_days")


class PharmacokineticsSection(_Section):
    """Apparent one-compartment kinetics; see `hepatrial.agents.agent.Pharmacokinetics`."""

    clearance_l_per_h: Clearance | None = None
    volume_l: Volume | None = None
    clearance_cv: Variation | None = None
    volume_cv: Variation | None = None
    clearance_volume_correlation: Correlation | None = None
    exposure_dose_exponent: Exponent | None = None
    reference_dose_mg_per_day: DailyDose | None = None
    drift_final_fraction: PositiveShare | None = None
    drift_time_days: Days | None = None
    fraction_unbound: PositiveShare | None = None
    hepatic_ratio: HepaticRatios = HepaticRatios()
    weight_exponent: Exponent | None = None
    volume_weight_exponent: Exponent | None = None
    active_moiety_ratio: Ratio | None = None

    @model_validator(mode="after")
    def _drift_is_whole(self) -> PharmacokineticsSection:
        given = [name for name in _DRIFT if getattr(self, name) is not None]
        if len(given) == 1:
            (missing,) = set(_DRIFT) - set(given)
            raise PydanticCustomError(
                "drift",
                "the fall of exposure is told in part",
                {
                    "found": f"{given[0]} without {missing}",
                    "allowed": "both, or neither where exposure does not fall",
                    "fix": f"add {missing}, or delete {given[0]}",
                },
            )
        return self


def _target_as_it_is_called(name: str) -> str:
    meant = meant_target(name)
    if meant is not None:
        raise PydanticCustomError(
            "target",
            "this target has another name here, and would have no effect under this one",
            {
                "found": name,
                "allowed": ", ".join(ACTING_TARGETS) + ", or another target",
                "fix": f"write {meant}",
            },
        )
    return name


TargetName = Annotated[str, Field(min_length=1), AfterValidator(_target_as_it_is_called)]


class AffinitySection(_Section):
    """Potency on one target; `.inf` where binding was looked for and not found, left out where no source gives it."""

    target: TargetName
    kind: Literal["Kss", "Kd", "Ki", "IC50", "cell IC50"]
    potency: Potency | None = None


class AdverseEventSection(_Section):
    """A dose-limiting adverse event; see `hepatrial.agents.agent.AdverseEvent`."""

    name: str = Field(min_length=1)
    grade: int = Field(ge=1, le=5, strict=True)
    probability: Share | None = None
    onset_days: Days | None = None
    exposure_exponent: Exponent | None = None


class UsualDose(_Section):
    """The dose that the agent is usually given at: mg, or mg for each kg of body weight."""

    mg: Number | None = Field(default=None, gt=0.0, le=1e5, allow_inf_nan=False)
    mg_per_kg: Number | None = Field(default=None, gt=0.0, le=1e3, allow_inf_nan=False)
    interval_days: Number = Field(ge=0.1, le=60.0)

    @model_validator(mode="after")
    def _dose_is_given_once(self) -> UsualDose:
        if (self.mg is None) == (self.mg_per_kg is None):
            raise PydanticCustomError(
                "dose",
                "the usual dose is given in one way",
                {
                    "found": "neither mg nor mg_per_kg" if self.mg is None else "both mg and mg_per_kg",
                    "allowed": "mg, or mg_per_kg",
                    "fix": "give one of the two",
                },
            )
        return self


def _named_once(events: tuple[AdverseEventSection, ...]) -> tuple[AdverseEventSection, ...]:
    names = [event.name for event in events]
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise PydanticCustomError(
            "event-twice",
            "an adverse event stands twice",
            {
                "found": twice,
                "allowed": "each name once",
                "fix": "give the grade that changes the dose, or tell the names apart",
            },
        )
    return events


class AgentFile(_Section):
    """A whole file."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    synonyms: tuple[str, ...] = ()
    drug_class: str = Field(min_length=1)
    modality: Literal["small molecule", "antibody"] = "small molecule"
    molecular_weight_g_mol: MolecularWeight
    usual_dose: UsualDose
    pharmacokinetics: PharmacokineticsSection = PharmacokineticsSection()
    effective_potency: FittedFactor | None = None
    effective_toxicity: Ratio | None = None
    affinities: tuple[AffinitySection, ...] = ()
    adverse_events: Annotated[tuple[AdverseEventSection, ...], AfterValidator(_named_once)] = ()
    liver_injury: AlbiUnits | None = None
    reduction_given_event: Share | None = None
    withdrawal_given_event: Share | None = None
    fatal_given_event: Share | None = None
    notes: tuple[str, ...] = ()
