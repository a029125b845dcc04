"""Population constants in the exported model: id, unit, where the value comes from."""

from __future__ import annotations

from typing import NamedTuple

from hepatrial.disease.constants import Constants
from hepatrial.disease.parameters import Parameters
from hepatrial.disease.targets import ANGIOGENIC_TARGETS, ESCAPE_TARGETS
from hepatrial.exchange.sbml.builder import ModelBuilder


class ExportedConstant(NamedTuple):
    """A field of `Constants` as an SBML parameter."""

    field: str
    unit: str
    source: str  # dotted name of the population parameter
    name: str


CONSTANTS = (
    ExportedConstant("vessel_turnover", "per_day", "angiogenesis.vessel_turnover_per_day", "Vessel turnover"),
    ExportedConstant("largest_volume_ml", "mL", "growth.largest_volume_ml", "Largest tumour volume"),
    ExportedConstant(
        "necrosis_clearance", "per_day", "growth.necrosis_clearance_per_day", "Clearance of necrosis"
    ),
    ExportedConstant("protection", "dimensionless", "resistance.protection", "Protection of resistant cells"),
    ExportedConstant("escape_rate", "per_day", "resistance.escape_rate_per_day", "Rate of angiogenic escape"),
    ExportedConstant("escape_capacity", "dimensionless", "resistance.escape_capacity", "Capacity of escape"),
    ExportedConstant("rewiring_rate", "per_day", "signalling.rewiring_rate_per_day", "Rate of rewiring"),
    ExportedConstant("receptor_rise", "dimensionless", "signalling.receptor_rise", "Rise of receptors"),
    ExportedConstant(
        "tumour_albi_per_day", "per_day", "liver.tumour_albi_per_month", "ALBI from tumour load"
    ),
    ExportedConstant("liver_volume_ml", "mL", "liver.liver_volume_ml", "Liver volume"),
    ExportedConstant(
        "injury_recovery", "per_day", "liver.injury_recovery_per_day", "Recovery from drug injury"
    ),
    ExportedConstant("afp_turnover", "per_day", "markers.afp_turnover_per_day", "Turnover of AFP"),
    ExportedConstant("vegf_turnover", "per_day", "markers.vegf_turnover_per_day", "Turnover of VEGF"),
    ExportedConstant("vegf_hypoxia_gain", "dimensionless", "markers.vegf_hypoxia_gain", "VEGF from hypoxia"),
    ExportedConstant(
        "vegf_clearance_block", "dimensionless", "markers.vegf_clearance_block", "VEGF clearance block"
    ),
    ExportedConstant(
        "svegfr2_turnover", "per_day", "markers.svegfr2_turnover_per_day", "Turnover of sVEGFR-2"
    ),
    ExportedConstant(
        "svegfr2_shedding_block", "dimensionless", "markers.svegfr2_shedding_block", "Shedding block"
    ),
    ExportedConstant(
        "cancer_rate", "per_day", "hazards.cancer_rate_per_month", "Reference hazard, cancer death"
    ),
    ExportedConstant(
        "volume_exponent", "dimensionless", "hazards.volume_exponent", "Cancer hazard by volume"
    ),
    ExportedConstant("reference_volume_ml", "mL", "hazards.reference_volume_ml", "Reference volume"),
    ExportedConstant(
        "new_lesion_log_hazard_ratio",
        "dimensionless",
        "hazards.new_lesion_log_hazard_ratio",
        "Effect of a new lesion",
    ),
    ExportedConstant(
        "new_lesion_vessel_exponent",
        "dimensionless",
        "hazards.new_lesion_vessel_exponent",
        "New lesions by vessel supply",
    ),
    ExportedConstant(
        "liver_rate", "per_day", "hazards.liver_rate_per_month", "Reference hazard, liver death, compensated"
    ),
    ExportedConstant(
        "albi_log_hazard_ratio",
        "dimensionless",
        "hazards.albi_log_hazard_ratio",
        "Liver hazard by ALBI, direct",
    ),
    ExportedConstant("reference_albi", "dimensionless", "hazards.reference_albi", "Reference ALBI"),
    ExportedConstant(
        "symptom_ratio", "dimensionless", "hazards.symptom_ratio", "Symptoms by hazard of death"
    ),
    ExportedConstant(
        "toxic_symptom_ratio", "dimensionless", "hazards.toxic_symptom_ratio", "Symptoms by adverse events"
    ),
)

DECOMPENSATION = (
    ExportedConstant(
        "rate", "per_day", "liver.decompensation_rate_per_month", "Reference hazard, decompensation"
    ),
    ExportedConstant(
        "per_albi_unit",
        "dimensionless",
        "liver.decompensation_albi_log_hazard_ratio",
        "Hazard of decompensation by ALBI",
    ),
    ExportedConstant(
        "liver_death_log_hazard_ratio",
        "dimensionless",
        "hazards.decompensation_log_hazard_ratio",
        "Effect of decompensation on liver death",
    ),
)
DECOMPENSATION_IDS = {
    "rate": "decompensation_rate",
    "per_albi_unit": "decompensation_albi_log_hazard_ratio",
    "liver_death_log_hazard_ratio": "decompensation_log_hazard_ratio",
}
"""Ids of the constants of decompensation, by field."""


def add_population_constants(
    model: ModelBuilder, constants: Constants, parameters: Parameters, *, procedures: bool
) -> None:
    """Add all constants with source and grade; rates per month are given per day.

    ``procedures`` says that an arm of the trial embolises or ablates.
    """
    for entry in CONSTANTS:
        value = float(getattr(constants, entry.field))
        model.parameter(entry.field, value, entry.unit, entry.name, _provenance(parameters, entry.source))
    model.parameter(
        "necrosis_weight",
        float(constants.necrosis_weight),
        "dimensionless",
        "Dead tissue in the cancer hazard",
        _provenance(parameters, "tace.necrosis_weight" if procedures else "hazards.necrosis_weight"),
    )
    for constant in DECOMPENSATION:
        value = float(getattr(constants.decompensation, constant.field))
        note = _provenance(parameters, constant.source)
        model.parameter(DECOMPENSATION_IDS[constant.field], value, constant.unit, constant.name, note)
    for target, weight in zip(ANGIOGENIC_TARGETS, constants.weights, strict=True):
        source = f"angiogenesis.weight_{target.lower()}"
        note = f"{_provenance(parameters, source)}\nScaled so that the weights sum to 1."
        model.parameter(weight_id(target), float(weight), "dimensionless", f"Weight of {target}", note)
    for target, weight in zip(ESCAPE_TARGETS, constants.escape_weights, strict=True):
        source = f"resistance.escape_weight_{target.lower()}"
        note = f"{_provenance(parameters, source)}\nScaled so that the weights sum to 1."
        model.parameter(
            escape_weight_id(target), float(weight), "dimensionless", f"Share of {target} in escape", note
        )


def escape_weight_id(target: str) -> str:
    """Id of the weight of a target in the escape axis."""
    return f"escape_weight_{target}"


def weight_id(target: str) -> str:
    """Id of the angiogenic weight of a target."""
    return f"weight_{target}"


def _provenance(parameters: Parameters, name: str) -> str:
    quantity = parameters.quantities[name]
    lines = [
        f"{name} = {quantity.value:g} {quantity.unit} (population parameter).",
        f"Grade: {quantity.grade}.",
        f"Source: {quantity.source}",
    ]
    return "\n".join([*lines, quantity.note] if quantity.note else lines)
