"""Population constants of the patient model, as the equations use them: per day, weights that sum to 1."""

from __future__ import annotations

from typing import NamedTuple

from hepatrial.disease.decompensation import (
    Decompensation,
    compensated_liver_rate,
    decompensation_constants,
    direct_albi_effect,
)
from hepatrial.disease.parameters import Parameters
from hepatrial.disease.resistance import ALL_CAUSES, ResistanceSwitches
from hepatrial.disease.targets import ESCAPE_TARGETS
from hepatrial.signalling import Strengths, tumour_strengths
from hepatrial.units import DAYS_PER_MONTH


class Constants(NamedTuple):
    """Population constants that the equations use; plain floats."""

    weights: tuple[float, ...]
    vessel_turnover: float
    largest_volume_ml: float
    necrosis_clearance: float
    protection: float
    escape_rate: float
    escape_capacity: float
    escape_weights: tuple[float, ...]
    rewiring_rate: float
    receptor_rise: float
    strengths: Strengths
    tumour_albi_per_day: float
    liver_volume_ml: float
    injury_recovery: float
    afp_turnover: float
    vegf_turnover: float
    vegf_hypoxia_gain: float
    vegf_clearance_block: float
    svegfr2_turnover: float
    svegfr2_shedding_block: float
    cancer_rate: float
    volume_exponent: float
    reference_volume_ml: float
    necrosis_weight: float  # of dead tissue in the hazard of cancer death
    new_lesion_log_hazard_ratio: float
    new_lesion_vessel_exponent: float
    liver_rate: float
    albi_log_hazard_ratio: float
    reference_albi: float
    symptom_ratio: float
    toxic_symptom_ratio: float
    decompensation: Decompensation


def constants(parameters: Parameters, switches: ResistanceSwitches = ALL_CAUSES) -> Constants:
    """Collect the constants; a switched-off cause of resistance enters as zero strength."""
    p = parameters
    failing = decompensation_constants(p)
    names = ("vegfr2", "pdgfrb", "fgfr1", "tie2")
    raw = [p[f"angiogenesis.weight_{name}"] for name in names]
    axis = [p[f"resistance.escape_weight_{name.lower()}"] for name in ESCAPE_TARGETS]
    return Constants(
        weights=tuple(weight / sum(raw) for weight in raw),
        vessel_turnover=p["angiogenesis.vessel_turnover_per_day"],
        largest_volume_ml=p["growth.largest_volume_ml"],
        necrosis_clearance=p["growth.necrosis_clearance_per_day"],
        protection=p["resistance.protection"] * switches.selection,
        escape_rate=p["resistance.escape_rate_per_day"],
        escape_capacity=p["resistance.escape_capacity"] * switches.angiogenic_escape,
        escape_weights=tuple(weight / sum(axis) for weight in axis),
        rewiring_rate=p["signalling.rewiring_rate_per_day"],
        receptor_rise=p["signalling.receptor_rise"] * switches.rewiring,
        strengths=tumour_strengths(),
        tumour_albi_per_day=p["liver.tumour_albi_per_month"] / DAYS_PER_MONTH,
        liver_volume_ml=p["liver.liver_volume_ml"],
        injury_recovery=p["liver.injury_recovery_per_day"],
        afp_turnover=p["markers.afp_turnover_per_day"],
        vegf_turnover=p["markers.vegf_turnover_per_day"],
        vegf_hypoxia_gain=p["markers.vegf_hypoxia_gain"],
        vegf_clearance_block=p["markers.vegf_clearance_block"],
        svegfr2_turnover=p["markers.svegfr2_turnover_per_day"],
        svegfr2_shedding_block=p["markers.svegfr2_shedding_block"],
        cancer_rate=p["hazards.cancer_rate_per_month"] / DAYS_PER_MONTH,
        volume_exponent=p["hazards.volume_exponent"],
        reference_volume_ml=p["hazards.reference_volume_ml"],
        necrosis_weight=p["hazards.necrosis_weight"],
        new_lesion_log_hazard_ratio=p["hazards.new_lesion_log_hazard_ratio"],
        new_lesion_vessel_exponent=p["hazards.new_lesion_vessel_exponent"],
        liver_rate=compensated_liver_rate(p["hazards.liver_rate_per_month"], failing) / DAYS_PER_MONTH,
        albi_log_hazard_ratio=direct_albi_effect(p["hazards.albi_log_hazard_ratio"], failing),
        reference_albi=p["hazards.reference_albi"],
        symptom_ratio=p["hazards.symptom_ratio"],
        toxic_symptom_ratio=p["hazards.toxic_symptom_ratio"],
        decompensation=failing,
    )
