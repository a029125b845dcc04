"""Parts of a pool's page beyond the pool: apart by subgroup, what carries it, small trials, properties of trials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hepatrial.evidence.pooling import StudyEffect, pool_common
from hepatrial.evidence.questions.apart import Apart
from hepatrial.evidence.questions.listed_names import names_in_a_row
from hepatrial.evidence.questions.meta import MetaAnswer
from hepatrial.evidence.questions.trial_covariates import Regression
from hepatrial.figures.evidence import (
    FittedLine,
    ForestGroup,
    draw_cumulative_forest,
    draw_funnel,
    draw_grouped_forest,
    draw_leave_one_out,
    draw_moderator,
)
from hepatrial.figures.evidence.wording import count_text, p_text, ratio_text
from hepatrial.report.evidence_page import EvidenceSection, PageFigure, PageTable
from hepatrial.report.formatting import MISSING, capital

LEAST_FOR_FUNNEL = 3


def apart_section(found: MetaAnswer) -> EvidenceSection | None:
    """Pools by level of factors; None where nobody asked."""
    if not found.apart:
        return None
    figures = [
        PageFigure(
            f"apart-{one.factor.key}",
            f"Apart by {one.factor.name}",
            f"Printed subgroups of {_trials_of_levels(one)}, "
            "pooled by level; some are put together or follow from the whole trial: see the table, and sources below.",
            draw_grouped_forest(
                [ForestGroup(level.level, level.effects, (level.pooled,)) for level in one.levels],
                title=capital(f"{found.question.in_words}, apart by {one.factor.name}"),
                favours=favours_words(found),
            ),
        )
        for one in found.apart
        if one.levels
    ]
    return EvidenceSection(
        "Apart by subgroup",
        (
            "Levels side by side may rest on different trials: whether they differ is told by hepatrial evidence "
            "indication, which compares within trials.",
        ),
        figures=tuple(figures),
        tables=tuple(_apart_table(one) for one in found.apart),
        citations=tuple(dict.fromkeys(source for one in found.apart for source in one.sources)),
    )


def _trials_of_levels(one: Apart) -> str:
    return count_text(len({effect.study for level in one.levels for effect in level.effects}), "trial")


def _apart_table(one: Apart) -> PageTable:
    rows = [
        (
            level.level,
            row.effect.study,
            f"{row.how.value}: {row.reason}",
            ratio_text(pool_common([row.effect]).hr),
        )
        for level in one.levels
        for row in level.trials
    ]
    rows += [(level, MISSING, MISSING, "not known") for level in one.unknown]
    return PageTable(
        f"By {one.factor.name}",
        ("level", "trial", "how it is known", "hazard ratio"),
        tuple(rows),
        text_columns=3,
    )


def sequence_section(found: MetaAnswer) -> EvidenceSection | None:
    """Without each trial, and as trials came in; None where neither is given."""
    figures = []
    if found.without_each:
        figures.append(
            PageFigure(
                "leave-one-out",
                "Without each trial",
                f"The leading pool of the other {len(found.without_each) - 1} trials, each of "
                f"{len(found.without_each)} left out in turn.",
                draw_leave_one_out(
                    found.without_each, found.lead, title="Without each trial", favours=favours_words(found)
                ),
            )
        )
    if found.steps:
        labels = [f"+ {step.study}, {step.year}" for step in found.steps]
        figures.append(
            PageFigure(
                "cumulative",
                "As trials came in",
                f"The leading pool of {count_text(len(found.steps), 'trial')} after each, by year of the report.",
                draw_cumulative_forest(
                    [step.pooled for step in found.steps],
                    labels,
                    title="As trials came in",
                    favours=favours_words(found),
                ),
            )
        )
    if not figures:
        return None
    return EvidenceSection(
        "What carries it",
        ("Whether one trial carries the result, and how it came about.",),
        figures=tuple(figures),
    )


def funnel_section(found: MetaAnswer) -> EvidenceSection | None:
    """The funnel plot; None with two trials or fewer, of which it can show nothing."""
    effects: tuple[StudyEffect, ...] = found.trials.effects
    if len(effects) < LEAST_FOR_FUNNEL:
        return None
    return EvidenceSection(
        "Small trials",
        (
            "Where small trials show other effects than large ones, some may have gone unpublished; or their patients "
            "or doses differ.",
        ),
        figures=(
            PageFigure(
                "funnel",
                "Funnel plot",
                f"Hazard ratios of {count_text(len(effects), 'trial')} against their standard errors, large trials on "
                "top. Shades: p of a trial alone. Lines: the leading pool, and where 95 % of trials lie if nothing but "
                "chance spreads them.",
                draw_funnel(
                    effects, found.lead, title="Funnel plot", contours=True, test=found.small_studies
                ),
            ),
        ),
    )


def regression_section(found: MetaAnswer) -> EvidenceSection | None:
    """The effect by properties of the trials; None where none could be fitted."""
    if not found.regressions:
        return None
    table = PageTable(
        "The effect by properties of the trials, each alone",
        ("property", "trials", "hazard ratio is multiplied by", "for each", "p", "τ² left"),
        tuple(
            (
                one.covariate.name,
                str(len(one.values)),
                ratio_text(one.slope.ratio),
                one.covariate.per,
                p_text(one.slope.p),
                f"{one.fit.residual.tau2:.3f}",
            )
            for one in found.regressions
        ),
        note="Random-effects meta-regression, REML, intervals of Knapp and Hartung, never narrower than Wald's. "
        "Relations between trials are not effects in patients, and with fewer than 10 trials a slope is a hint at "
        "most.",
    )
    return EvidenceSection(
        "By properties of the trials",
        tuple(_values_words(one) for one in found.regressions),
        figures=tuple(_regression_figure(found, one) for one in found.regressions),
        tables=(table,),
        citations=tuple(dict.fromkeys(source for one in found.regressions for source in one.sources)),
    )


def _regression_figure(found: MetaAnswer, one: Regression) -> PageFigure:
    effects = [effect for effect in found.trials.effects if effect.study in one.values]
    line = FittedLine(
        effect_at=one.effect_at,
        slope=one.slope,
        per=one.covariate.per,
        tau2=one.fit.residual.tau2,
        confidence=one.fit.rule.confidence,
    )
    hint = f"With {len(effects)} trials the slope is a hint at most." if one.few else ""
    return PageFigure(
        f"regression-{one.covariate.key}",
        f"The effect by {one.covariate.name}",
        f"{_with_values(effects, found)} by {one.covariate.name}, areas of bubbles by weight. The regression and "
        "its bands end where the trials do: nothing is known beyond.",
        draw_moderator(
            effects,
            one.values,
            line,
            title=capital(f"{found.question.in_words}, by {one.covariate.name}"),
            moderator=one.covariate.name,
            notes=(" ".join(filter(None, ("A relation between trials, not an effect in patients.", hint))),),
        ),
    )


def _with_values(effects: Sequence[StudyEffect], found: MetaAnswer) -> str:
    count, known = len(found.trials.counted), len(effects)
    unknown = "" if known == count else f"; no value is confirmed for the other {count - known}"
    return f"Hazard ratios of {known} of {count} trials{unknown},"


def _values_words(one: Regression) -> str:
    rows: list[tuple[str, Any]] = sorted(one.values.items(), key=lambda row: row[1])
    told = "; ".join(f"{study} {value:.4g}" for study, value in rows)
    unknown = f" Not confirmed: {names_in_a_row(one.unknown)}." if one.unknown else ""
    return f"{one.covariate.name[0].upper()}{one.covariate.name[1:]}: {told}.{unknown}"


def favours_words(found: MetaAnswer) -> tuple[str, str]:
    """Who is favoured left and right of 1."""
    arms = {one.effect.arm for one in found.trials.counted}
    return (arms.pop() if len(arms) == 1 else "the treatment", found.question.control)
