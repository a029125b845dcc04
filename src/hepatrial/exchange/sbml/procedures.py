"""Embolisation and ablation in the exported model: surge, sessions as events, seeding of lesions in the liver.

Days of procedures and of seeding are those of the engine's course; what a procedure does to the tumour of that day is
worked out again from the patient's chance.
"""

from __future__ import annotations

import numpy as np

from hepatrial.disease.tace import REFERENCE_DIAMETER_MM, SMALLEST_DIAMETER_MM
from hepatrial.exchange.sbml.builder import ModelBuilder
from hepatrial.exchange.sbml.equations import ONE
from hepatrial.exchange.sbml.treatment_course import TreatmentCourse
from hepatrial.simulation.locoregional import Locoregional
from hepatrial.treatment.locoregional import NOT_PLANNED, LocoregionalPlan

SHARE = "dimensionless"
CHANCE = "Draw of this patient, the same in every arm."
POPULATION = "Population parameter; see tace and ablation in parameters.yaml."
LESION_LOG_DIAMETER = (
    f"ln(max({SMALLEST_DIAMETER_MM:g} mm, viable_sld / lesions) / ({REFERENCE_DIAMETER_MM:g} mm))"
)


def add_procedures(
    model: ModelBuilder, every: Locoregional, plan: LocoregionalPlan, course: TreatmentCourse, row: int
) -> None:
    """The surge, the sessions, the ablation and the new lesions in the liver; after the tumour's equations."""
    c = every.constants
    resistant = float(every.person.resistant_share[row])
    for name, value, unit, text in (
        ("surge_gain", c.surge.gain, SHARE, "Signal by excess VEGF"),
        ("surge_decay", c.surge.decay_per_day, "per_day", "Decay of excess VEGF"),
        (
            "complete_logit",
            c.complete_logit + float(plan.logit_shift),
            SHARE,
            "Logit of complete response, 30 mm",
        ),
        ("size_slope", c.size_slope, SHARE, "Fall of the logit with ln diameter"),
        (
            "partial_logit",
            c.partial_logit + float(plan.logit_shift),
            SHARE,
            "Logit of the partial kill, 30 mm",
        ),
        ("permanent_share", c.permanent_share, SHARE, "Share of a session's injury that stays"),
        ("session_death", c.session_harm.death, SHARE, "Cumulative hazard of death by a session"),
        (
            "session_decompensation",
            c.session_harm.decompensation,
            SHARE,
            "Cumulative hazard of decompensation by a session",
        ),
        ("ablation_death", c.ablation_harm.death, SHARE, "Cumulative hazard of death by an ablation"),
        (
            "ablation_decompensation",
            c.ablation_harm.decompensation,
            SHARE,
            "Cumulative hazard of decompensation by an ablation",
        ),
        ("seed_volume", c.seed_ml, "mL", "Volume of a new lesion in the liver"),
        ("ablation_complete_logit", c.ablation_complete_logit, SHARE, "Logit of complete ablation, 30 mm"),
        ("ablation_size_slope", c.ablation_size_slope, SHARE, "Fall of the logit with ln diameter"),
        ("incomplete_left", c.incomplete_left, SHARE, "Share left viable by incomplete ablation"),
        ("residue_logit", c.residue_logit, SHARE, "Logit of a residue after ablation, 30 mm"),
        ("residue_slope", c.residue_slope, SHARE, "Rise of the logit with ln diameter"),
        ("lesion_factor", c.lesion_factor, SHARE, "Intensity of new lesions in this setting, relative"),
        ("vessel_dependent_share", c.vessel_dependent_share, SHARE, "Share of new lesions that need vessels"),
        ("surge_rise", float(plan.surge_rise), SHARE, "Rise of VEGF at a session"),
    ):
        model.parameter(name, value, unit, text, POPULATION)
    model.parameter("lesions", float(every.person.lesions[row]), SHARE, "Lesions", "Of this patient.")
    model.parameter("baseline_resistant_share", resistant, SHARE, "Resistant share", "Of this patient.")
    model.state("surge", 0.0, SHARE, "Excess VEGF after embolisation", "-surge_decay * surge")
    model.output("vegf_with_surge", SHARE, "VEGF with the excess", "vegf + surge")
    model.output("log_diameter", SHARE, "ln of the viable diameter over 30 mm", LESION_LOG_DIAMETER)
    for number, day in enumerate(course.session_days):
        _add_session(model, every, plan, row, number, day)
    if float(plan.ablation_day) < NOT_PLANNED:
        _add_ablation(model, every, plan, row)
    for number, day in enumerate(course.seed_days, start=1):
        model.parameter(f"seed_day_{number}", day, "day", f"Day of new lesion {number} in the liver")
        model.event(
            f"intrahepatic_lesion_{number}",
            f"New lesion {number} in the liver",
            f"time >= seed_day_{number}",
            {
                "sensitive_volume": f"sensitive_volume + seed_volume * ({ONE} - baseline_resistant_share)",
                "resistant_volume": "resistant_volume + seed_volume * baseline_resistant_share",
            },
        )


def _add_session(
    model: ModelBuilder, every: Locoregional, plan: LocoregionalPlan, row: int, number: int, day: float
) -> None:
    luck, c, key = every.luck, every.constants, number + 1
    cured = float(luck.cured[number, row]) < c.cured_share
    for name, value, unit, text in (
        ("session_day", day, "day", "Day of session"),
        ("complete_draw", float(luck.complete[number, row]), SHARE, "Chance of complete response, session"),
        (
            "kill_deviation",
            float(luck.kill[number, row]),
            SHARE,
            "Deviation of the logit of the kill, session",
        ),
        ("residue", 0.0 if cured else float(luck.residue_ml[number, row]), "mL", "Residue of session"),
        ("injury", float(plan.injury_albi) * float(luck.injury[number, row]), SHARE, "Rise of ALBI, session"),
    ):
        model.parameter(f"{name}_{key}", value, unit, f"{text} {key}", CHANCE)
    one, kill = f"complete_share_{key}", f"partial_kill_{key}"
    model.output(
        one,
        SHARE,
        "Complete response of one lesion",
        _expit(f"complete_logit - size_slope * log_diameter + kill_deviation_{key}"),
    )
    model.output(
        kill,
        SHARE,
        "Kill of a lesion without",
        _expit(f"partial_logit - size_slope * log_diameter + kill_deviation_{key}"),
    )
    others = f"{one}^(lesions - {ONE})"
    cleared = f"{one} * ({ONE} - {others}) / max(1e-12 dimensionless, {ONE} - {one} * {others})"
    _add_kill(
        model,
        f"session_{key}",
        f"session_day_{key}",
        f"complete_draw_{key} < {one}^lesions",
        f"residue_{key}",
        f"({ONE} - {cleared}) * ({ONE} - {kill})",
        {
            "surge": "surge + surge_rise",
            "injury_albi_change": f"injury_albi_change + ({ONE} - permanent_share) * injury_{key}",
            "chronic_albi_change": f"chronic_albi_change + permanent_share * injury_{key}",
            **_harm("session"),
        },
    )


def _add_ablation(model: ModelBuilder, every: Locoregional, plan: LocoregionalPlan, row: int) -> None:
    luck = every.luck
    always, removes = float(plan.ablation_always_complete) > 0, float(plan.removes) > 0
    for name, value, unit, text in (
        ("ablation_day", float(plan.ablation_day), "day", "Day of ablation"),
        (
            "ablation_draw",
            -1.0 if always else float(luck.ablation_complete[row]),
            SHARE,
            "Chance of completeness",
        ),
        ("ablation_residue_draw", float(luck.ablation_residue[row]), SHARE, "Chance of a residue"),
        ("ablation_residue", float(luck.ablation_residue_ml[row]), "mL", "Volume of a residue"),
    ):
        model.parameter(name, value, unit, text, CHANCE)
    model.output(
        "ablation_complete_share",
        SHARE,
        "Complete ablation of one lesion",
        _expit("ablation_complete_logit - ablation_size_slope * log_diameter"),
    )
    model.output(
        "ablation_residue_share",
        SHARE,
        "Probability of a residue",
        _expit("residue_logit + residue_slope * log_diameter"),
    )
    _add_kill(
        model,
        "ablation",
        "ablation_day",
        "ablation_draw < ablation_complete_share^lesions",
        "piecewise(ablation_residue, ablation_residue_draw < ablation_residue_share, 0 mL)",
        "incomplete_left",
        {} if always or removes else _harm("ablation"),
        removes=removes,
    )


def _add_kill(
    model: ModelBuilder,
    event_id: str,
    day: str,
    complete: str,
    residue: str,
    left: str,
    others: dict[str, str],
    *,
    removes: bool = False,
) -> None:
    """An event that leaves a share of the viable tumour and makes the rest necrotic, or takes it out."""
    share = f"left_by_{event_id}"
    kept = f"min({ONE}, {residue} / max(1e-30 mL, viable_volume))"
    model.output(share, SHARE, "Share left viable", f"piecewise({kept}, {complete}, {left})")
    dead = "0 mL" if removes else f"necrotic_volume + ({ONE} - {share}) * viable_volume"
    model.event(
        event_id,
        event_id.replace("_", " "),
        f"time >= {day}",
        {
            "sensitive_volume": f"{share} * sensitive_volume",
            "resistant_volume": f"{share} * resistant_volume",
            "necrotic_volume": dead,
            **others,
        },
        at_start=True,
    )


def _harm(procedure: str) -> dict[str, str]:
    """What a procedure adds to the cumulative hazards of death and of decompensation."""
    return {
        f"cumulative_{cause}_hazard": f"cumulative_{cause}_hazard + {procedure}_{event}"
        f" * min(largest_hazard * 1 day, exp({per_unit} * (albi - reference_albi)))"
        for cause, event, per_unit in (
            ("liver", "death", "albi_log_hazard_ratio"),
            ("decompensation", "decompensation", "decompensation_albi_log_hazard_ratio"),
        )
    }


def _expit(logit: str) -> str:
    return f"{ONE} / ({ONE} + exp(-({logit})))"


def extrahepatic_threshold(every: Locoregional, row: int) -> float:
    """Threshold of the first new lesion outside the liver, finite."""
    return float(np.minimum(np.asarray(every.luck.extrahepatic)[row], 1e9))
