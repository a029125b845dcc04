"""Types of a protocol file's fields: quantities with units, schedules, levels; each with its JSON Schema."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from hepatrial.protocol.design import DoseLevel
from hepatrial.protocol.dosing_text import (
    NAMED_SCHEDULES_DAYS,
    SCHEDULES_ALLOWED,
    DoseAmount,
    parse_dose,
    parse_dose_level,
    parse_schedule_days,
)
from hepatrial.units import UnitError, parse_time_days, parse_time_months, parse_weight_kg

FORMAT_VERSION = 1

QUANTITY_ERROR = "quantity"
"""Type of the pydantic errors that carry what, allowed and fix in their context."""

ALLOWED = "allowed"
"""Where a type's JSON Schema says what is allowed, for `json_schema` to join to the key's own description."""


def _raise(what: str, allowed: str, fix: str) -> None:
    raise PydanticCustomError(QUANTITY_ERROR, "{what}", {"what": what, "allowed": allowed, "fix": fix})


def parsed_text(parse: Callable[[object], Any], value: object) -> Any:
    """What ``parse`` reads; its `UnitError` becomes an error of the field."""
    if isinstance(value, (dict, list)) or value is None:
        value = "" if value is None else type(value).__name__
    try:
        return parse(value)
    except UnitError as problem:
        _raise(problem.what, problem.allowed, problem.fix)


def _bounded(parse: Callable[[object], float], low: str, high: str, kind: str) -> Callable[[object], float]:
    lowest, highest = parse(low), parse(high)

    def validate(value: object) -> float:
        number = parsed_text(parse, value)
        if not math.isfinite(number) or not lowest <= number <= highest:
            _raise(f"the {kind} is out of range", f"{low} to {high}", "check the number and its unit")
        return number

    return validate


def _quantity_schema(units: str, example: str, low: str, high: str) -> WithJsonSchema:
    return WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^\s*[+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*({units})\s*$",
            ALLOWED: f"A number with its unit, {low} to {high}.",
            "examples": [example],
        }
    )


_TIME_UNITS = "h|hr|hours?|d|days?|wk|weeks?|mo|months?|y|yr|years?"


def time_between(low: str, high: str, example: str) -> Any:
    """The type of a time with its unit, held in days, within bounds."""
    return Annotated[
        float,
        BeforeValidator(_bounded(parse_time_days, low, high, "time")),
        _quantity_schema(_TIME_UNITS, example, low, high),
    ]


def months_between(low: str, high: str, example: str) -> Any:
    """The type of a time with its unit, held in months as the analysis names it, within bounds."""
    return Annotated[
        float,
        BeforeValidator(_bounded(parse_time_months, low, high, "time")),
        _quantity_schema(_TIME_UNITS, example, low, high),
    ]


def weight_between(low: str, high: str, example: str) -> Any:
    """The type of a body weight with its unit, held in kg, within bounds."""
    return Annotated[
        float,
        BeforeValidator(_bounded(parse_weight_kg, low, high, "weight")),
        _quantity_schema("kg", example, low, high),
    ]


def _dose(value: object) -> DoseAmount:
    dose = parsed_text(parse_dose, value)
    _demand_possible_dose(dose.mg, dose.per_kg)
    return dose


def _dose_level(value: object) -> DoseLevel:
    level = parsed_text(parse_dose_level, value)
    _demand_possible_dose(level.dose_mg, level.per_kg)
    return level


def _demand_possible_dose(mg: float, per_kg: bool) -> None:
    if not 0.001 <= mg <= (100 if per_kg else 10_000):
        allowed = "0.001 mg/kg to 100 mg/kg" if per_kg else "0.001 mg to 10 g"
        _raise("the dose is out of range", allowed, "check the number and its unit")


def _level(value: object) -> object:
    """A level as text: the YAML values 0, true and false stand for "0", "yes" and "no"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, (int, float)) else value


Schedule = Annotated[
    float,
    BeforeValidator(lambda value: parsed_text(parse_schedule_days, value)),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(NAMED_SCHEDULES_DAYS)},
                {"type": "string", "pattern": "^every [1-9][0-9]{0,2} (hour|day|week|month)s?$"},
            ],
            ALLOWED: f"Write {SCHEDULES_ALLOWED}; 1 hour to 1 year.",
            "examples": ["twice daily"],
        }
    ),
]

DoseText = Annotated[
    DoseAmount,
    BeforeValidator(_dose),
    _quantity_schema("(mg|g|ug|mcg|µg|μg)(/kg)?", "400 mg", "0.001 mg", "10 g"),
]

DoseLevelText = Annotated[
    DoseLevel,
    BeforeValidator(_dose_level),
    WithJsonSchema(
        {
            "type": "string",
            ALLOWED: "Each a dose with its unit, 0.001 mg to 10 g, and a schedule.",
            "examples": ["400 mg once daily"],
        }
    ),
]


def _format_version(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int) or value != FORMAT_VERSION:
        _raise(
            "not a version of the file format that is known here",
            str(FORMAT_VERSION),
            f"write {FORMAT_VERSION}, or update hepatrial if the file was written for a newer one",
        )
    return value


FormatVersion = Annotated[int, BeforeValidator(_format_version), WithJsonSchema({"const": FORMAT_VERSION})]

Level = Annotated[
    str,
    BeforeValidator(_level),
    WithJsonSchema({"type": ["string", "integer", "boolean"], "examples": ["C", 0]}),
]
