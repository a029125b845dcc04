"""The patient model: the mechanisms put together as one system of differential equations.

State and rates are named tuples of arrays over patients. Concentrations enter from analytic pharmacokinetics
through the occupancy of targets; everything here is slow (days and longer).
"""

from __future__ import annotations

from typing import NamedTuple

from hepatrial.disease import angiogenesis, hazards, liver, markers, resistance, signalling, tumour
from hepatrial.disease.arrays import Array, xp
from hepatrial.disease.individuals import Individuals
from hepatrial.disease.parameters import Parameters
from hepatrial.disease.resistance import ResistanceSwitches
from hepatrial.units import DAYS_PER_MONTH

ANGIOGENIC_TARGETS = ("VEGFR2", "PDGFRB", "FGFR1", "TIE2")
ESCAPE_TARGET = "FGFR1"
RAF_TARGET = "RAF1"
TARGETS = (*ANGIOGENIC_TARGETS, RAF_TARGET)


class State(NamedTuple):
    """State of every patient; each array has shape (n,)."""

    log_sensitive: Array  # ln mL
    log_resistant: Array  # ln mL
    necrotic: Array  # mL
    vessel_supply: Array  # relative to untreated
    escape: Array
    rewiring: Array
    chronic_albi: Array  # change of ALBI since baseline, irreversible
    injury_albi: Array  # reversible drug injury, ALBI units
    afp: Array  # relative to baseline
    vegf: Array
    svegfr2: Array


class Drive(NamedTuple):
    """What treatment does to the patient at one moment."""

    occupancy: tuple[Array, ...]  # of TARGETS, in that order
    injury_level: Array  # ALBI units


class Rates(NamedTuple):
    """Hazards at one moment, per day."""

    cancer: Array
    liver: Array
    new_lesion: Array


class Constants(NamedTuple):
    """Population constants that the equations use; plain floats."""

    weights: tuple[float, ...]
    vessel_turnover: float
    largest_volume_ml: float
    necrosis_clearance: float
    protection: float
    escape_rate: float
    escape_capacity: float
    rewiring_rate: float
    rewiring_loss: float
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
    new_lesion_log_hazard_ratio: float
    liver_rate: float
    albi_log_hazard_ratio: float
    reference_albi: float
    symptom_ratio: float


def constants(parameters: Parameters, switches: ResistanceSwitches = ResistanceSwitches()) -> Constants:
    """Collect the constants; a switched-off cause of resistance enters as zero strength."""
    p = parameters
    names = ("vegfr2", "pdgfrb", "fgfr1", "tie2")
    raw = [p[f"angiogenesis.weight_{name}"] for name in names]
    return Constants(
        weights=tuple(weight / sum(raw) for weight in raw),
        vessel_turnover=p["angiogenesis.vessel_turnover_per_day"],
        largest_volume_ml=p["growth.largest_volume_ml"],
        necrosis_clearance=p["growth.necrosis_clearance_per_day"],
        protection=p["resistance.protection"] * switches.selection,
        escape_rate=p["resistance.escape_rate_per_day"],
        escape_capacity=p["resistance.escape_capacity"] * switches.angiogenic_escape,
        rewiring_rate=p["signalling.rewiring_rate_per_day"],
        rewiring_loss=p["signalling.rewiring_loss"] * switches.rewiring,
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
        new_lesion_log_hazard_ratio=p["hazards.new_lesion_log_hazard_ratio"],
        liver_rate=p["hazards.liver_rate_per_month"] / DAYS_PER_MONTH,
        albi_log_hazard_ratio=p["hazards.albi_log_hazard_ratio"],
        reference_albi=p["hazards.reference_albi"],
        symptom_ratio=p["hazards.symptom_ratio"],
    )


def initial_state(person: Individuals) -> State:
    """The untreated patient at randomisation."""
    zero = xp.zeros_like(person.growth_per_day)
    one = xp.ones_like(zero)
    return State(
        log_sensitive=xp.log(person.sensitive_ml),
        log_resistant=xp.log(person.resistant_ml),
        necrotic=zero,
        vessel_supply=one,
        escape=zero,
        rewiring=zero,
        chronic_albi=zero,
        injury_albi=zero,
        afp=one,
        vegf=one,
        svegfr2=one,
    )


def derivative(state: State, drive: Drive, person: Individuals, c: Constants) -> State:
    """Time derivative of the state, per day."""
    *angiogenic, raf = drive.occupancy
    vegfr2, escape_occupancy = angiogenic[0], angiogenic[ANGIOGENIC_TARGETS.index(ESCAPE_TARGET)]
    sensitive, resistant = xp.exp(state.log_sensitive), xp.exp(state.log_resistant)
    viable = sensitive + resistant
    volume = viable + state.necrotic

    direct = angiogenesis.direct_signal(angiogenic, c.weights)
    signal = angiogenesis.restored_signal(direct, state.escape, c.escape_capacity, escape_occupancy)
    blocked = signalling.blocked_proliferation(person.raf_dependence, raf, state.rewiring, c.rewiring_loss)
    death = tumour.supply_loss_death_rate(person.growth_per_day, state.vessel_supply, person.vascular_ratio)
    room = 1.0 - volume / c.largest_volume_ml
    log_sensitive, log_resistant = tumour.viable_log_rates(
        person.growth_per_day, room, blocked, death, c.protection
    )
    baseline_volume = person.sensitive_ml + person.resistant_ml
    return State(
        log_sensitive=log_sensitive,
        log_resistant=log_resistant,
        necrotic=tumour.necrotic_rate(
            sensitive, resistant, state.necrotic, death, c.protection, c.necrosis_clearance
        ),
        vessel_supply=angiogenesis.vessel_supply_rate(
            state.vessel_supply, signal, c.vessel_turnover, person.growth_per_day
        ),
        escape=resistance.escape_rate(state.escape, direct, c.escape_rate),
        rewiring=resistance.rewiring_rate(state.rewiring, raf, c.rewiring_rate),
        chronic_albi=liver.chronic_rate(
            person.cirrhosis_per_day, c.tumour_albi_per_day, volume, c.liver_volume_ml
        ),
        injury_albi=liver.injury_rate(state.injury_albi, drive.injury_level, c.injury_recovery),
        afp=markers.afp_rate(state.afp, viable / baseline_volume, c.afp_turnover),
        vegf=markers.vegf_rate(
            state.vegf,
            state.vessel_supply,
            vegfr2,
            c.vegf_turnover,
            c.vegf_hypoxia_gain,
            c.vegf_clearance_block,
        ),
        svegfr2=markers.svegfr2_rate(state.svegfr2, vegfr2, c.svegfr2_turnover, c.svegfr2_shedding_block),
    )


def hazard_rates(state: State, person: Individuals, new_lesion: Array, c: Constants) -> Rates:
    """Hazards at the present state; ``new_lesion`` is 1 once a new lesion is there, else 0."""
    volume = xp.exp(state.log_sensitive) + xp.exp(state.log_resistant) + state.necrotic
    return Rates(
        cancer=hazards.cancer_death_rate(
            c.cancer_rate,
            c.volume_exponent,
            volume / c.reference_volume_ml,
            person.prognosis,
            c.new_lesion_log_hazard_ratio * new_lesion,
        ),
        liver=hazards.liver_death_rate(
            c.liver_rate,
            c.albi_log_hazard_ratio,
            person.albi + state.chronic_albi + state.injury_albi,
            c.reference_albi,
        ),
        new_lesion=hazards.new_lesion_rate(person.new_lesion_per_day, state.vessel_supply),
    )
