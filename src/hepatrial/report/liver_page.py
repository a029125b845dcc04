"""The page about liver reserve: benefit over ALBI, where it is gone, deaths and time lost by cause."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf

import numpy as np

from hepatrial.analysis import CauseRatios, Interval, ReserveEffect
from hepatrial.analysis.reserve_groups import ALBI_GRADE, CHILD_PUGH_CLASS, CHILD_PUGH_SCORE
from hepatrial.conduct.unfitted_warnings import treatment_warnings
from hepatrial.figures.benefit_by_albi import draw_benefit_by_albi
from hepatrial.figures.deaths_by_reserve import draw_deaths_by_group, draw_time_lost
from hepatrial.report.definitions import NOTICE
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import EvidenceSection, PageFigure, PageTable
from hepatrial.report.formatting import MISSING, counted
from hepatrial.report.liver_record import LIMITS, curve_rows, group_rows, liver_record
from hepatrial.reserve import NamedThreshold, ReserveAnswer
from hepatrial.simulation.blocks import Work
from hepatrial.units import DAYS_PER_MONTH

PAGE = "liver.html"
SHOWN_MONTHS = 24.0
CITATIONS = (
    "andersen2013",
    "andersen2004",
    "johnson2015",
    "kuo2017",
    "reig2013",
    "shen2018",
)


def liver_output(work: Work, answer: ReserveAnswer, command: str) -> EvidenceOutput:
    """Everything that the folder holds."""
    left_out = f"; {answer.left_out} more could not be simulated" if answer.left_out else ""
    return EvidenceOutput(
        title=f"Benefit by liver reserve: {work.protocol.name}",
        lead=(
            f"{work.protocol.title}. {answer.patients:,} virtual patients of this trial, each under {answer.arm} and "
            f"under {answer.control}, with liver function down to Child-Pugh C{left_out}. Seed {work.seed}."
        ),
        sections=(
            _gone(answer),
            _lost(work, answer),
            _ratios(answer),
            _uncertainty(answer),
        ),
        command=command,
        result=liver_record(work, answer),
        tables={"groups": group_rows(answer), "curve": curve_rows(answer)},
        notice=NOTICE,
        warnings=treatment_warnings(work.protocol, work.recorded_agents),
        page=PAGE,
    )


def threshold_text(named: NamedThreshold) -> str:
    """Where a benefit is gone, in words."""
    found, score = named.found, named.scale == CHILD_PUGH_SCORE
    if found.state == "not reached":
        said = "not reached at any reserve shown"
    elif found.state == "at every reserve":
        said = "so at every reserve shown"
    else:
        said = f"from {_place(found.value, score)} on"
    if found.lower is None or found.upper is None:
        return said
    if found.lower == found.upper:
        return f"{said}; in {found.reached_percent:.0f} % of the samples"
    low, high = (_place(limit, score) for limit in (found.lower, found.upper))
    return f"{said}; 95 % interval {low} to {high}; reached in {found.reached_percent:.0f} %"


def _place(value: float | None, score: bool) -> str:
    if value is None:
        return MISSING
    if isinf(value):
        return "not reached" if value > 0 else "better than shown"
    if score:
        return "10+" if value >= 10.0 else f"{value:.0f}"
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def _gone(answer: ReserveAnswer) -> EvidenceSection:
    drawn = answer.drawn
    gone = next(named.found for named in answer.thresholds if named.scale == "ALBI")
    return EvidenceSection(
        heading="From which reserve on the benefit is gone",
        explanation=(
            f"The benefit is the gain in mean survival within {counted(answer.window_months, 'month')}. It counts as "
            "gone from a reserve on if it is at or below the margin there and at every worse reserve that is shown. "
            f"The margin of {counted(answer.margin_months, 'month')} is a choice of whoever asked, not a published "
            "number.",
            "A limit at or below 0 says that the benefit can no longer be shown, not that it is not there.",
        ),
        figures=(
            PageFigure(
                "benefit",
                "Benefit against ALBI",
                "Natural cubic spline of ALBI, fitted to what each patient gains. The dark band is the chance of the "
                "virtual patients alone"
                + (
                    "; the light one is the uncertainty of the model's parameters."
                    if drawn is not None
                    else "."
                ),
                draw_benefit_by_albi(
                    answer.curve,
                    margin_months=answer.margin_months,
                    gone=gone,
                    drawn=None if drawn is None else drawn.curves,
                ),
            ),
        ),
        tables=(
            PageTable(
                "Where the benefit is gone",
                ("scale", "what is asked", "uncertainty inside", "answer"),
                tuple(
                    (named.scale, named.asked, named.inside, threshold_text(named))
                    for named in answer.thresholds
                ),
                text_columns=4,
            ),
            _gains(answer),
        ),
        citations=CITATIONS,
    )


def _gains(answer: ReserveAnswer) -> PageTable:
    def over_parameters(effect: ReserveEffect) -> str:
        gains = None if answer.drawn is None else answer.drawn.gains.get((effect.scale, effect.label))
        if gains is None:
            return MISSING
        low, high = np.quantile(gains, LIMITS)
        return f"{low:.2f} to {high:.2f}"

    def single(effect: ReserveEffect) -> tuple[str, str]:
        gain = effect.true_gain
        if gain is None:
            return MISSING, MISSING
        return (
            f"{gain.longer_percent:.0f}, {gain.shorter_percent:.0f}",
            f"{gain.at_least_1_month_percent:.0f}",
        )

    return PageTable(
        f"Months gained within {counted(answer.window_months, 'month')}, and what happens to single patients",
        (
            "group",
            "patients",
            "months gained (95 %, patients)",
            "95 % over parameters",
            "live longer, shorter, %",
            "gain a month or more, %",
            "months more without decompensation",
        ),
        tuple(
            (
                f"{effect.scale} {effect.label}",
                f"{effect.n_arm:,}",
                _signed(effect.gain.change) if effect.gain else MISSING,
                over_parameters(effect),
                *single(effect),
                _signed(effect.decompensation_free.change) if effect.decompensation_free else MISSING,
            )
            for effect in answer.effects
        ),
        note="Grade 2 of ALBI is divided at −2.27, as in the modified grade; that cut was not confirmed in a source.",
    )


def _lost(work: Work, answer: ReserveAnswer) -> EvidenceSection:
    arms = (answer.control, answer.arm)
    months = min(SHOWN_MONTHS, work.protocol.horizon_days / DAYS_PER_MONTH)
    return EvidenceSection(
        heading="What patients die of, and the time that it costs",
        explanation=(
            "Time lived, and time lost to each cause of death, fill the window. A treatment that holds off cancer "
            "death leaves more patients to die of their liver, so that part of the time it wins from cancer is lost "
            "again: the more, the less reserve there is.",
        ),
        figures=(
            PageFigure(
                "deaths",
                "Deaths by cause",
                "Cumulative incidence (Aalen-Johansen), stacked; nobody is censored before the horizon.",
                draw_deaths_by_group(answer.population, arms, months),
            ),
            PageFigure(
                "time-lost",
                "Time lived and lost",
                "Restricted mean time lived and lost to each cause; the first bar of a pair is control.",
                draw_time_lost(
                    [e for e in answer.effects if e.scale == CHILD_PUGH_SCORE], answer.window_months
                ),
            ),
        ),
        tables=tuple(
            _lost_table(answer, scale)
            for scale in (CHILD_PUGH_SCORE, CHILD_PUGH_CLASS, ALBI_GRADE)
            if any(effect.scale == scale and effect.times for effect in answer.effects)
        ),
    )


def _lost_table(answer: ReserveAnswer, scale: str) -> PageTable:
    rows = [effect for effect in answer.effects if effect.scale == scale and effect.times]
    what = [time.what for time in rows[0].times]
    return PageTable(
        f"Months within the window by {scale}, arm minus control",
        (scale, *what),
        tuple((effect.label, *(_signed(time.change) for time in effect.times)) for effect in rows),
        note="95 % limits are of the virtual patients. Each row sums to 0.",
    )


def _ratios(answer: ReserveAnswer) -> EvidenceSection:
    causes = [found.cause for found in answer.effects[0].ratios]
    return EvidenceSection(
        heading="Hazard ratios",
        explanation=(
            "The cause-specific ratio is of the hazard among those still alive. The subdistribution ratio (Fine-Gray) "
            "is of the incidence, the other causes included: that of liver death rises above 1 as fewer die of cancer. "
            "It has no limits here, since the same patients stand in both arms.",
        ),
        tables=(
            PageTable(
                "Hazard ratios by liver reserve",
                (
                    "group",
                    "all deaths",
                    *(f"{cause}, cause-specific" for cause in causes),
                    *(f"{cause}, subdistribution" for cause in causes),
                ),
                tuple(_ratio_row(effect) for effect in answer.effects),
            ),
        ),
    )


def _ratio_row(effect: ReserveEffect) -> tuple[str, ...]:
    hazard = effect.hazard_ratio
    whole = None if hazard is None else Interval(hazard.hr, hazard.lower, hazard.upper)
    found: Sequence[CauseRatios] = effect.ratios
    return (
        f"{effect.scale} {effect.label}",
        _ratio(whole),
        *(_ratio(ratios.cause_specific) for ratios in found),
        *(_ratio(ratios.subdistribution) for ratios in found),
    )


def _uncertainty(answer: ReserveAnswer) -> EvidenceSection:
    if answer.drawn is None:
        inside: tuple[str, ...] = (
            "No draws of the parameters were asked for: their uncertainty is not in any number here.",
        )
    else:
        grades = list(answer.drawn.names.values())
        counts = ", ".join(f"{grades.count(grade)} {grade}" for grade in sorted(set(grades)))
        inside = (
            f"{answer.drawn.draws} draws of {len(grades)} parameters ({counts}): those that were fitted, with the "
            "spread that the fit left them, and those of the liver and of liver death that are not fitted, with that "
            "of their source or assumption. They are drawn independently of each other.",
        )
    return EvidenceSection(
        heading="What the intervals hold, and what not",
        explanation=(
            *inside,
            "Not inside: the agents' potency, exposure in Child-Pugh B and C and injury of the liver; how covariates "
            "depend on each other; the form of the model. Liver function was moved along one axis, all its components "
            "together; patients who are ill in one component alone are rarer than in practice.",
            "Two trials, nearly all of Child-Pugh A, fitted the model. What it says of Child-Pugh B and C rests on "
            "assumed and derived numbers of decompensation and liver death; docs/liver.md sets it beside published "
            "cohorts.",
        ),
    )


def _signed(found: Interval) -> str:
    return f"{found.value:+.2f} ({found.lower:.2f} to {found.upper:.2f})"


def _ratio(found: Interval | None) -> str:
    if found is None:
        return MISSING
    if found.lower is None:
        return f"{found.value:.2f}"
    return f"{found.value:.2f} ({found.lower:.2f} to {found.upper:.2f})"
