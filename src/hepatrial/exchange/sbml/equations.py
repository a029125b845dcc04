"""The equations of the patient model as SBML: written a second time, independently of the engine's code.

An SBML solver that integrates these and agrees with the engine checks equations and numerics of both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from hepatrial.agents import Agent
from hepatrial.disease.hazards import LARGEST_LOG_RATE, SMALLEST_VOLUME_ML
from hepatrial.disease.targets import ANGIOGENIC_TARGETS, ESCAPE_TARGETS, TARGETS
from hepatrial.disease.tumour import FASTEST_FED_PER_DAY
from hepatrial.exchange.sbml.agent_clock import ClockCourse, add_clock, wave
from hepatrial.exchange.sbml.builder import ModelBuilder
from hepatrial.exchange.sbml.population import escape_weight_id, weight_id
from hepatrial.exchange.sbml.tumour_cell import add_cell_output

ONE = "1 dimensionless"
NOT_YET_DAYS = 1e6
"""A day that no course reaches."""
UNIPROT = {
    "VEGFR2": "P35968",
    "PDGFRB": "P09619",
    "FGFR1": "P11362",
    "TIE2": "Q02763",
    "VEGFA": "P15692",
    "EGFR": "P00533",
    "MET": "P08581",
    "FGFR4": "P22455",
    "IGF1R": "P08069",
    "RAF1": "P04049",
    "MEK": "Q02750",
    "MTOR": "P42345",
    "AKT": "P31749",
}
HANSSON_2013 = "https://doi.org/10.1038/psp.2013.61"
HAHNFELDT_1999 = "https://identifiers.org/pubmed:10519381"


def agent_id(agent: str) -> str:
    """The agent's name as part of an SBML id."""
    return re.sub(r"\W", "_", agent)


def add_exposure(model: ModelBuilder, agents: Sequence[str], clocks: Sequence[ClockCourse | None]) -> None:
    """Concentration of each agent, and occupancy of each target with all agents competing.

    ``clocks`` are those of the agents; None for one whose drift runs from its start.
    """
    for agent, clock in zip(map(agent_id, agents), clocks, strict=True):
        left = f"exp(-(time - start_day_{agent}) / drift_days_{agent})"
        if clock is not None:
            add_clock(model, agent, clock)
            left = f"drift_left_{agent}"
        model.output(
            f"drift_{agent}",
            "dimensionless",
            f"Drift of exposure to {agent}",
            f"drift_final_{agent} + ({ONE} - drift_final_{agent}) * {left}",
        )
        model.output(
            f"input_{agent}",
            "mg_per_L_per_day",
            f"Rise of concentration of {agent} by dosing",
            f"reference_dose_{agent} * (dose_{agent} / reference_dose_{agent})^dose_exponent_{agent}"
            f" / distribution_volume_{agent}",
        )
        model.state(
            f"concentration_{agent}",
            0.0,
            "mg_per_L",
            f"Average concentration of {agent}",
            f"input_{agent} * drift_{agent} - elimination_{agent} * concentration_{agent}",
        )
    for target in TARGETS:
        terms = [f"concentration_{a} * free_share_{a} * affinity_{a}_{target}" for a in map(agent_id, agents)]
        model.output(
            f"bound_{target}",
            "dimensionless",
            f"Bound over free {target}",
            " + ".join(terms) or "0 dimensionless",
        )
        model.output(
            f"occupancy_{target}",
            "dimensionless",
            f"Occupancy of {target}",
            f"bound_{target} / ({ONE} + bound_{target})",
        )
        model.describe(f"occupancy_{target}", f"https://identifiers.org/uniprot:{UNIPROT[target]}")


def add_tumour(
    model: ModelBuilder, sensitive_ml: float, resistant_ml: float, *, procedures: bool = False
) -> None:
    """Angiogenic signal, vessel supply, signalling, viable and necrotic tumour, escape and rewiring.

    ``procedures`` adds the surge of VEGF by embolisation (`procedures.add_surge`).
    """
    share = "dimensionless"
    model.output(
        "blocked_VEGFR2",
        share,
        "Blocked signalling of VEGFR2, at the receptor or by its ligand",
        f"{ONE} - ({ONE} - occupancy_VEGFR2) * ({ONE} - occupancy_VEGFA)",
    )
    blocked = {t: f"occupancy_{t}" for t in ANGIOGENIC_TARGETS} | {"VEGFR2": "blocked_VEGFR2"}
    weighted = " - ".join(f"{weight_id(t)} * {blocked[t]}" for t in ANGIOGENIC_TARGETS)
    axis = " + ".join(f"{escape_weight_id(t)} * occupancy_{t}" for t in ESCAPE_TARGETS)
    model.output("escape_occupancy", share, "Occupancy of the escape axis", axis)
    model.output("direct_signal", share, "Angiogenic signal left by occupancy", f"{ONE} - {weighted}")
    model.output(
        "angiogenic_signal",
        share,
        "Angiogenic signal with escape",
        f"direct_signal + escape_capacity * escape * ({ONE} - escape_occupancy) * ({ONE} - direct_signal)"
        + (f" + {weight_id('VEGFR2')} * surge_gain * surge * ({ONE} - blocked_VEGFR2)" if procedures else ""),
    )
    add_cell_output(model)
    model.output(
        "blocked_proliferation",
        share,
        "Share of proliferation that is blocked",
        f"erk_dependence * ({ONE} - erk) + s6k_dependence * ({ONE} - s6k)",
    )
    model.output("viable_volume", "mL", "Viable tumour", "sensitive_volume + resistant_volume")
    model.output("volume", "mL", "Tumour", "viable_volume + necrotic_volume")
    model.output(
        "growth",
        "per_day",
        "Growth rate at this volume",
        f"growth_rate * ({ONE} - volume / largest_volume_ml)",
    )
    loss = "-growth_rate * ln(vessel_supply) / vascular_ratio"
    model.output(
        "supply_loss_death",
        "per_day",
        "Death by lost supply",
        f"max(0 per_day, {loss})" if procedures else loss,
    )
    fed = ""
    if procedures:
        model.parameter(
            "fastest_fed", FASTEST_FED_PER_DAY, "per_day", "Cap of growth by supply above the untreated"
        )
        model.output(
            "fed_growth",
            "per_day",
            "Growth by supply above the untreated",
            f"min(fastest_fed, max(0 per_day, -({loss}))) * ({ONE} - volume / largest_volume_ml)",
        )
        fed = " + fed_growth"
    model.output("exposed", share, "Share of drug effect on resistant cells", f"{ONE} - protection")
    model.state(
        "sensitive_volume",
        sensitive_ml,
        "mL",
        "Sensitive viable tumour",
        f"sensitive_volume * (growth * ({ONE} - blocked_proliferation) - supply_loss_death{fed})",
    )
    model.state(
        "resistant_volume",
        resistant_ml,
        "mL",
        "Resistant viable tumour",
        f"resistant_volume * (growth * ({ONE} - exposed * blocked_proliferation)"
        f" - exposed * supply_loss_death{fed})",
    )
    model.state(
        "necrotic_volume",
        0.0,
        "mL",
        "Necrotic tumour",
        "(sensitive_volume + exposed * resistant_volume) * supply_loss_death - necrosis_clearance * necrotic_volume",
    )
    model.state(
        "vessel_supply",
        1.0,
        share,
        "Vessel supply relative to untreated",
        "(vessel_turnover + growth_rate) * (angiogenic_signal - vessel_supply)",
    )
    model.describe("vessel_supply", HAHNFELDT_1999, article=True)
    model.state("escape", 0.0, share, "Escape axis", f"escape_rate * ({ONE} - direct_signal - escape)")
    # The state stays near 1: a solver that varies one near 0 by less than ERK's rounding takes that for stiffness.
    model.state("rewired_level", 1.0, share, "One plus rewiring", f"rewiring_rate * ({ONE} - erk - rewiring)")
    model.output("rewiring", share, "Rewiring", f"rewired_level - {ONE}")
    cube_root = "^(1 dimensionless / 3 dimensionless)"
    model.output("sld", "mm", "Sum of diameters", f"baseline_sld * (volume / baseline_volume){cube_root}")
    model.output(
        "viable_sld",
        "mm",
        "Sum of viable diameters",
        f"baseline_sld * (viable_volume / baseline_volume){cube_root}",
    )


def add_liver(model: ModelBuilder, agents: Sequence[str]) -> None:
    """ALBI: chronic worsening and reversible drug injury."""
    terms = [f"injury_{a} * concentration_{a} / reference_concentration_{a}" for a in map(agent_id, agents)]
    model.output(
        "injury_level", "dimensionless", "Level of drug injury", " + ".join(terms) or "0 dimensionless"
    )
    model.state(
        "chronic_albi_change",
        0.0,
        "dimensionless",
        "Change of ALBI by cirrhosis and tumour",
        "cirrhosis_rate + tumour_albi_per_day * volume / liver_volume_ml",
    )
    model.state(
        "injury_albi_change",
        0.0,
        "dimensionless",
        "Change of ALBI by drug injury",
        "injury_recovery * (injury_level - injury_albi_change)",
    )
    model.output(
        "albi", "dimensionless", "ALBI score", "baseline_albi + chronic_albi_change + injury_albi_change"
    )
    model.describe("albi", "https://doi.org/10.1200/JCO.2014.57.9151", article=True)


def add_markers(model: ModelBuilder, *, procedures: bool = False) -> None:
    """AFP, VEGF and sVEGFR-2 relative to baseline."""
    share = "dimensionless"
    supply = f"min({ONE}, vessel_supply)" if procedures else "vessel_supply"
    model.state(
        "afp",
        1.0,
        share,
        "AFP relative to baseline",
        "afp_turnover * (viable_volume / baseline_volume - afp)",
    )
    model.state(
        "vegf",
        1.0,
        share,
        "VEGF relative to baseline",
        f"vegf_turnover * ({ONE} + vegf_hypoxia_gain * ({ONE} - {supply})"
        f" - ({ONE} - vegf_clearance_block * occupancy_VEGFR2) * vegf)",
    )
    model.state(
        "svegfr2",
        1.0,
        share,
        "sVEGFR-2 relative to baseline",
        f"svegfr2_turnover * ({ONE} - svegfr2_shedding_block * occupancy_VEGFR2 - svegfr2)",
    )
    for marker in ("vegf", "svegfr2"):
        model.describe(marker, HANSSON_2013, article=True)
    model.output("afp_concentration", "ng_per_mL", "AFP", "baseline_afp * afp")


def add_toxicity(model: ModelBuilder, agents: Sequence[Agent], clocks: Sequence[ClockCourse | None]) -> None:
    """Hazard of all adverse events of each agent while it is given; ``clocks`` as in `add_exposure`."""
    for agent, clock in zip(agents, clocks, strict=True):
        key = agent_id(agent.name)
        terms = [
            f"toxicity_rate_{number}_{key} * {wave(key, f'toxicity_onset_{number}_{key}', clock)}"
            f" * (concentration_{key} / reference_concentration_{key})^toxicity_exponent_{number}_{key}"
            for number in range(len(agent.adverse_events))
        ]
        total = " + ".join(terms) or "0 per_day"
        model.output(
            f"toxic_hazard_{key}",
            "per_day",
            f"Hazard of adverse events of {agent.name}",
            f"piecewise({total}, dose_{key} > 0 mg_per_day, 0 per_day)",
        )


def add_hazards(model: ModelBuilder, agents: Sequence[str], *, procedures: bool = False) -> None:
    """Hazards, cumulative hazards, and the first new lesion as an event at the patient's threshold.

    With ``procedures`` new lesions come at the setting's rate, and the one of the event is outside the liver.
    """
    # Only procedures leave no tumour at all.
    kills = "viable_volume + necrosis_weight * necrotic_volume"
    volume = f"max({SMALLEST_VOLUME_ML:g} mL, {kills})" if procedures else f"({kills})"
    model.parameter(
        "largest_hazard", float(np.exp(LARGEST_LOG_RATE)), "per_day", "Cap of hazards: death within minutes"
    )
    model.parameter("decompensated", 0.0, "dimensionless", "1 while decompensated", constant=False)
    model.parameter("new_lesion", 0.0, "dimensionless", "1 once a new lesion is there", constant=False)
    model.parameter(
        "next_line_effect",
        0.0,
        "dimensionless",
        "Log hazard ratio of the next line, from its start",
        constant=False,
    )
    model.output(
        "cancer_hazard",
        "per_day",
        "Hazard of cancer death",
        f"min(largest_hazard, cancer_rate * exp(volume_exponent * ln({volume} / reference_volume_ml) + prognosis"
        " + new_lesion_log_hazard_ratio * new_lesion + next_line_effect))",
    )
    model.output(
        "liver_hazard",
        "per_day",
        "Hazard of liver death",
        "min(largest_hazard, liver_rate * exp(albi_log_hazard_ratio * (albi - reference_albi)))"
        " * exp(decompensation_log_hazard_ratio * max(decompensated_at_baseline, decompensated))",
    )
    model.output(
        "decompensation_hazard",
        "per_day",
        "Hazard of decompensation",
        "min(largest_hazard, decompensation_rate"
        " * exp(decompensation_albi_log_hazard_ratio * (albi - reference_albi)))",
    )
    model.output(
        "new_lesion_hazard",
        "per_day",
        "Intensity of new lesions",
        "new_lesion_rate * lesion_factor * (vessel_dependent_share * vessel_supply^new_lesion_vessel_exponent"
        f" + {ONE} - vessel_dependent_share)"
        if procedures
        else "new_lesion_rate * vessel_supply^new_lesion_vessel_exponent",
    )
    keys = [agent_id(agent) for agent in agents]
    fatal = " + ".join(f"fatal_share_{key} * toxic_hazard_{key}" for key in keys) or "0 per_day"
    model.output("toxic_death_hazard", "per_day", "Hazard of toxic death", fatal)
    toxic = " + ".join(f"toxic_hazard_{key}" for key in keys) or "0 per_day"
    model.output(
        "symptom_hazard",
        "per_day",
        "Intensity of symptoms",
        "symptom_factor * (symptom_ratio * (cancer_hazard + liver_hazard)"
        f" + toxic_symptom_ratio * ({toxic}))",
    )
    for cause in ("cancer", "liver", "toxic_death", "new_lesion", "symptom", "decompensation"):
        model.state(
            f"cumulative_{cause}_hazard",
            0.0,
            "dimensionless",
            f"Cumulative hazard, {cause.replace('_', ' ')}",
            f"{cause}_hazard",
        )
    model.output(
        "survival",
        "dimensionless",
        "Probability to be alive",
        "exp(-(cumulative_cancer_hazard + cumulative_liver_hazard + cumulative_toxic_death_hazard))",
    )
    model.event(
        "first_new_lesion",
        "First new lesion",
        "cumulative_new_lesion_hazard >= new_lesion_threshold",
        {"new_lesion": ONE},
    )
    model.parameter(
        "recovered_day", NOT_YET_DAYS, "day", "Day a decompensation has recovered", constant=False
    )
    model.event(
        "decompensation",
        "Decompensation",
        "cumulative_decompensation_hazard >= decompensation_threshold",
        {"decompensated": ONE, "recovered_day": "time + recovery_days"},
    )
    model.event(
        "recovery",
        "Recovery from decompensation",
        "time >= recovered_day",
        {"decompensated": "0 dimensionless"},
    )
