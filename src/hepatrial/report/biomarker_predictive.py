"""Sections and record of a predictive study: what the page of markers and ``--json`` say of treatment by marker."""

from __future__ import annotations

from typing import Any

import numpy as np

from hepatrial.biomarkers.predictive import PredictiveStudy
from hepatrial.biomarkers.predictive.study import CloseLook
from hepatrial.biomarkers.predictive.subgroups import SubgroupTest
from hepatrial.evidence.pooling import Estimate
from hepatrial.figures.biomarkers.benefit_curve import draw_benefit_over_marker
from hepatrial.figures.evidence.subgroup_forest import SubgroupFactor, SubgroupLevel, draw_subgroup_forest
from hepatrial.report.evidence_page import EvidenceSection, PageCell, PageFigure, PageTable
from hepatrial.report.formatting import MISSING, estimate, number, p_value
from hepatrial.survival.checks import critical_value
from hepatrial.units import DAYS_PER_MONTH

MULTIPLICITY_NAMES = {
    "fdr": "false discovery rate (Benjamini-Hochberg)",
    "holm": "any false finding (Holm)",
    "none": "nothing: p is not adjusted",
}


def predictive_sections(study: PredictiveStudy) -> tuple[EvidenceSection, ...]:
    """The verdicts, the numbers behind them, subgroups and curves."""
    sections = (
        _verdict_section(study),
        _scale_section(study),
        _subgroup_section(study),
        _curve_section(study),
    )
    return tuple(section for section in sections if section is not None)


def predictive_record(study: PredictiveStudy) -> dict[str, Any]:
    """Plain values with stable keys; what is not known is null."""
    results = study.results
    return {
        "control": results.trial.arms[0],
        "treated": results.trial.arms[1],
        "margins": {
            "prognostic": results.margins.prognostic,
            "predictive": results.margins.predictive,
            "alpha": results.margins.alpha,
            "power": results.margins.power,
        },
        "multiplicity": results.multiplicity,
        "window_months": results.window_days / DAYS_PER_MONTH,
        "markers": results.rows(),
        "subgroups": [
            {
                "factor": factor.name,
                "p_interaction": _known(factor.p),
                "p_adjusted": _known(factor.p_adjusted),
                "levels": [
                    {
                        "level": level.label,
                        "n": level.n,
                        "events": level.events,
                        "hr": _known(np.exp(level.log_hr)),
                    }
                    for level in factor.levels
                ],
            }
            for factor in study.subgroups
        ],
        "curves": [_look_record(look) for look in study.closely],
        "not_made": list(study.not_made),
    }


def _look_record(look: CloseLook) -> dict[str, Any]:
    windows, polynomial = look.windows, look.polynomial
    return {
        "marker": look.name,
        "p_interaction_spline": look.spline.p_interaction,
        "p_nonlinear": look.spline.p_nonlinear,
        "p_benefit_spline": look.spline.p_benefit,
        "p_interaction_polynomial": None if polynomial is None else polynomial.p_interaction,
        "polynomial": None if polynomial is None else polynomial.form,
        "p_stepp": None if windows is None else windows.p,
        "high_minus_low_months": None if look.halves is None else look.halves.difference / DAYS_PER_MONTH,
        "high_minus_low_months_ci": None
        if look.halves is None
        else [look.halves.lower / DAYS_PER_MONTH, look.halves.upper / DAYS_PER_MONTH],
    }


def _verdict_section(study: PredictiveStudy) -> EvidenceSection:
    results = study.results
    margins, arms = results.margins, results.trial.arms
    words = [found.word for found in results.verdicts]
    counts = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
    rows = []
    for place in _order(study):
        row, found = results.row(place), results.verdicts[place]
        rows.append(
            (
                PageCell(str(row["marker"]), found.predictive == "yes"),
                found.word,
                found.prognostic,
                found.predictive,
                f"{row['n']}",
                f"{row['events']}",
                _ratio(row["hr_control_arm"], row["hr_control_arm_ci"]),
                _ratio(row["interaction_hr"], row["interaction_ci"]),
                MISSING if found.events_to_settle is None else f"{found.events_to_settle:,}",
            )
        )
    level = f"{100 * (1 - margins.alpha):g} %"
    return EvidenceSection(
        heading=f"Prognostic or predictive: {arms[1]} against {arms[0]}",
        explanation=(
            f"Of {len(words)} {'marker' if len(words) == 1 else 'markers'}: {counts}.",
            f"The rule: a marker is prognostic (predictive) where the {level} interval of its hazard ratio in the "
            "control arm (of the ratio of hazard ratios) excludes 1, p adjusted for all markers is at most "
            f"{margins.alpha:g} and the estimate is {margins.prognostic:g} ({margins.predictive:g}) or more either "
            "way; it is not where the whole interval lies within these margins. Anything else is unsettled, and one "
            "unsettled question makes not enough data. The interaction of a continuous marker must also stand "
            "beside a bent prognostic effect, since a bent one forced into a line can pass for an interaction. A "
            "large p is never read as no effect. The margins are chosen, not found.",
        ),
        tables=(
            PageTable(
                "Verdicts",
                (
                    "marker", "verdict", "prognostic", "predictive", "n", "events", "HR, control arm",
                    "ratio of HRs", "events to settle",
                ),
                tuple(rows),
                note=f"Per unit of the marker. Events to settle: with which an effect of none would be ruled out up "
                f"to the margin, with {100 * margins.power:g} % power.",
                text_columns=4,
            ),
        ),
        citations=("10.1093/jnci/djt282", "10.2307/2531021"),
    )  # fmt: skip


def _scale_section(study: PredictiveStudy) -> EvidenceSection:
    results = study.results
    rows = []
    for place in _order(study):
        row = results.row(place)
        survival, limits = row["benefit_slope_survival"], row["benefit_slope_survival_ci"]
        rows.append(
            (
                str(row["marker"]),
                _ratio(row["interaction_hr"], row["interaction_ci"]),
                p_value(row["interaction_p"]),
                p_value(row["interaction_p_adjusted"]),
                estimate(row["benefit_slope_months"], row["benefit_slope_months_ci"], 2),
                p_value(row["benefit_slope_months_p"]),
                estimate(_percent(survival), None if limits is None else [_percent(x) for x in limits], 1),
                p_value(row["benefit_slope_survival_p"]),
            )
        )
    window = number(results.window_days / DAYS_PER_MONTH, 1)
    return EvidenceSection(
        heading="Interaction on both scales",
        explanation=(
            "A ratio of hazard ratios below 1: the treatment does more where the marker is high. The other columns "
            f"say how many more months, within {window} months, and how many more of 100 alive at its end, treatment "
            "gives per unit of the marker.",
            "The scales can disagree, and both be right: with one hazard ratio for all, patients at higher risk gain "
            "more months. That alone does not make a marker predictive here.",
            "Months and survival come from regressions on pseudo-values, which assume that censoring does not go with "
            "the marker within an arm. They are not to be trusted where it does, or where the window was chosen to "
            f"suit the result. p over all markers controls the {MULTIPLICITY_NAMES[results.multiplicity]}.",
        ),
        tables=(
            PageTable(
                "Treatment by marker",
                (
                    "marker", "ratio of HRs", "p", "p over all", "months gained per unit", "p",
                    "% more alive per unit", "p",
                ),
                tuple(rows),
            ),
        ),
        citations=("10.1177/0962280209105020", "10.1136/bmj.k4245"),
    )  # fmt: skip


def _subgroup_section(study: PredictiveStudy) -> EvidenceSection | None:
    if not study.subgroups:
        return None
    arms = study.results.trial.arms
    forest = draw_subgroup_forest(
        [_factor(factor) for factor in study.subgroups],
        title=f"{arms[1]} against {arms[0]} by subgroup",
        favours=(arms[1], arms[0]),
    )
    return EvidenceSection(
        heading="Subgroups",
        explanation=(
            "Continuous markers are cut at their median for this picture alone. No p of a subgroup is given: whether "
            "two subgroups differ is what the test of interaction says, adjusted after Holm for all factors shown.",
        ),
        figures=(PageFigure("subgroups", "Hazard ratios by subgroup", "Unadjusted Cox models.", forest),),
        citations=("10.1056/NEJMsr077003",),
    )


def _factor(factor: SubgroupTest) -> SubgroupFactor:
    return SubgroupFactor(
        name=factor.name,
        levels=tuple(
            SubgroupLevel(
                level.label,
                _estimate(level.log_hr, level.std_error) if np.isfinite(level.log_hr) else None,
                patients=level.n,
                events=level.events,
            )
            for level in factor.levels
        ),
        p_interaction=_known(factor.p),
        p_adjusted=_known(factor.p_adjusted),
    )


def _estimate(log_hr: float, error: float) -> Estimate:
    half, z = critical_value(0.95) * error, log_hr / error
    # The forest shows no p of a level; NaN says that there is none.
    return Estimate(log_hr, error, log_hr - half, log_hr + half, z, None, float("nan"))


def _curve_section(study: PredictiveStudy) -> EvidenceSection | None:
    if not study.closely:
        return None
    chosen = (
        " They are the markers with the smallest p of interaction: their curves look stronger than new data will show."
        if study.chosen
        else ""
    )
    rows = tuple(
        (
            look.name,
            p_value(look.spline.p_interaction),
            p_value(look.spline.p_nonlinear),
            MISSING if look.polynomial is None else p_value(look.polynomial.p_interaction),
            MISSING if look.windows is None else p_value(look.windows.p),
            p_value(look.spline.p_benefit),
            MISSING
            if look.halves is None
            else estimate(
                look.halves.difference / DAYS_PER_MONTH,
                [look.halves.lower / DAYS_PER_MONTH, look.halves.upper / DAYS_PER_MONTH],
                1,
            ),
        )
        for look in study.closely
    )
    return EvidenceSection(
        heading="The effect of treatment over a marker",
        explanation=(
            "The same bent form stands for the marker in each arm, so that a bent prognostic effect is not taken for "
            f"an interaction.{chosen}",
            "The narrow band holds at each value by itself, the wide one the whole curve at once. A horizontal line "
            "through the whole wide band would be one effect for all.",
        ),
        figures=tuple(
            PageFigure(
                f"benefit-over-{place + 1}",
                f"{look.name}: hazard ratio and months gained",
                f"Line: {look.spline.form}; {look.spline.events} events."
                + (
                    ""
                    if look.windows is None
                    else " Points: hazard ratios in overlapping windows (STEPP), pointwise limits."
                )
                + " Dashed: the median of the curve. Below: the patients.",
                draw_benefit_over_marker(look.spline, look.windows, _scale(study, look.name)),
            )
            for place, look in enumerate(study.closely)
        ),
        tables=(
            PageTable(
                "Tests that the effect is the same at every value",
                (
                    "marker", "p, spline", "p, not straight", "p, fractional polynomial", "p, STEPP",
                    "p, months, spline", "months, above median minus below",
                ),
                rows,
                note=" ".join(f"{one}." for one in study.not_made),
            ),
        ),
        citations=("10.1002/sim.1815", "10.1093/biostatistics/kxh002", "10.1214/13-AOS1090"),
    )  # fmt: skip


def _scale(study: PredictiveStudy, name: str) -> str:
    """What the axis of a marker shows: it is centred, and in units of its ratio."""
    unit = study.units[study.results.relative.names.index(name)].removeprefix("per ")
    return f"{name}: 0 is the mean, 1 is {unit}"


def _order(study: PredictiveStudy) -> list[int]:
    p = study.results.relative.p
    return [int(place) for place in np.argsort(np.where(np.isfinite(p), p, 2.0), kind="stable")]


def _ratio(value: Any, limits: Any) -> str:
    return MISSING if value is None else estimate(value, limits, 2)


def _percent(share: Any) -> float | None:
    return None if share is None else 100.0 * share


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
