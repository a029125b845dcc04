"""A pooled answer in a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

from hepatrial.cli.evidence_lines import (
    MISSING,
    cut,
    listed,
    not_done_lines,
    p_words,
    ratio_cell,
    shown,
    trial_lines,
    wrapped,
)
from hepatrial.evidence.pooling import IntervalMethod, Pooled, pool_common
from hepatrial.evidence.questions.apart import Apart
from hepatrial.evidence.questions.level_effect import How
from hepatrial.evidence.questions.listed_names import names_in_a_row
from hepatrial.evidence.questions.meta import MetaAnswer
from hepatrial.evidence.questions.trial_covariates import Regression
from hepatrial.evidence.references import in_words
from hepatrial.report.formatting import p_value
from hepatrial.report.meta_record import weights

NAME = 31


def meta_lines(found: MetaAnswer) -> Iterator[str]:
    """The answer, line by line."""
    yield from wrapped(found.question.in_words)
    yield from _pools(found)
    yield ""
    yield from _studies(found)
    yield from _without_each(found)
    yield from _steps(found)
    if found.small_studies is not None:
        test = found.small_studies
        yield f"\nsmall-study test (Egger): {p_words(test.p)} on {test.df} degrees of freedom"
    for one in found.apart:
        yield from _apart(one)
    for one in found.regressions:
        yield from _regression(one)
    yield from not_done_lines(found.not_done)
    yield from listed("before you believe it", found.cautions)
    yield from trial_lines(found.trials)


def pool_name(pool: Pooled) -> str:
    """What kind of pool it is, and how it was made."""
    if pool.tau2_estimator is None or pool.interval is None:
        return "common effect"
    how = {"knapp-hartung-never-narrower": "Knapp-Hartung", "knapp-hartung": "Knapp-Hartung"}
    estimator = {"reml": "REML", "dersimonian-laird": "DL", "paule-mandel": "PM"}
    return (
        f"random effects ({estimator.get(pool.tau2_estimator.value, pool.tau2_estimator.value)}, "
        f"{how.get(pool.interval.value, 'Wald')})"
    )


def _pools(found: MetaAnswer) -> Iterator[str]:
    count = len(found.trials.counted)
    if count == 1:
        yield f"one trial: HR {ratio_cell(found.common.hr)}, {p_words(found.common.effect.p)}"
        return
    level = f"{100 * found.common.confidence:g} % intervals"
    yield f"{count} trials, {level}; {found.model.value} effects lead, {found.why_model}:"
    for pool in reversed(found.pools):
        yield f"  {pool_name(pool):<42}HR {ratio_cell(pool.hr)}, {p_words(pool.effect.p)}"
        if pool.effect.prediction is not None:
            low, high = (exp(limit) for limit in pool.effect.prediction)
            yield f"  {'effect in a further trial (prediction)':<42}{shown(low)} to {shown(high)}"
    if found.random is not None:
        yield from wrapped(_quantiles(found.random), "  ", "    ")
    yield from wrapped(_heterogeneity(found), "  ", "    ")


def _quantiles(pool: Pooled) -> str:
    """Which variant of the intervals of random effects was taken."""
    df = pool.heterogeneity.df
    told = {
        IntervalMethod.WALD: "Wald, normal: too narrow with few trials that differ",
        IntervalMethod.KNAPP_HARTUNG: f"Knapp and Hartung as published, t with {df} df: may be narrower than Wald",
        IntervalMethod.KNAPP_HARTUNG_NEVER_NARROWER: (
            f"Knapp and Hartung, truncated so as never to be narrower than Wald, t with {df} df"
        ),
    }[pool.interval or IntervalMethod.WALD]
    prediction = f"; prediction t with {df - 1} df" if pool.effect.prediction is not None else ""
    return f"interval of random effects: {told}{prediction}"


def _heterogeneity(found: MetaAnswer) -> str:
    pool = found.random or found.common
    spread = pool.heterogeneity
    tau2 = f"tau2 {spread.tau2:.3f}"
    if spread.tau2_interval is not None:
        tau2 += f" ({spread.tau2_interval[0]:.3f} to {spread.tau2_interval[1]:.3g})"
    return (
        f"heterogeneity: I2 {spread.i2_percent:.0f} %, {tau2}, Q {spread.q:.2f} on {spread.df} df, "
        f"{p_words(spread.p)}"
    )


def _studies(found: MetaAnswer) -> Iterator[str]:
    yield f"{'trial':<{NAME}}{'year':<6}{'patients':>9}  {'HR (interval)':<22}{'weight':>8}"
    lead = weights(found)[1 if found.lead is found.random else 0]
    several = len({one.effect.arm for one in found.trials.counted}) > 1
    for one, weight in zip(found.trials.counted, lead, strict=True):
        name = f"{one.effect.study}: {one.effect.arm}" if several else one.effect.study
        patients = "/".join(MISSING if n is None else str(n) for n in one.patients)
        level = one.comparison.level_percent
        mark = "" if level == 100 * found.common.confidence else f" {level:g}%"
        ratio = f"{ratio_cell(one.ratio)}{mark}"
        share = MISSING if weight is None else f"{weight:.1f} %"
        yield f"{cut(name, NAME - 1):<{NAME}}{one.year or MISSING:<6}{patients:>9}  {ratio:<22}{share:>8}"


def _without_each(found: MetaAnswer) -> Iterator[str]:
    if found.without_each:
        yield "\nwithout one trial"
    for study, pool in found.without_each.items():
        yield f"  {cut(study, 45):<46}{ratio_cell(pool.hr):<22}I2 {pool.heterogeneity.i2_percent:>3.0f} %"


def _steps(found: MetaAnswer) -> Iterator[str]:
    if found.steps:
        yield "\nas trials came in (repeated looks find more than 5 % by chance)"
    for step in found.steps:
        ratio, p = ratio_cell(step.pooled.hr), p_words(step.pooled.effect.p)
        yield f"  {step.year}  + {cut(step.study, 37):<38}{ratio:<22}{p}"


def _apart(one: Apart) -> Iterator[str]:
    yield f"\napart by {one.factor.name}"
    for level in one.levels:
        name = level.level if len(level.trials) == 1 else f"{level.level}: {pool_name(level.pooled)}"
        yield f"  {cut(name, 45):<46}{ratio_cell(level.pooled.hr):<22}{p_words(level.pooled.effect.p)}"
        for row in level.trials:
            how = "" if row.how is How.PRINTED else f" ({row.how.value})"
            ratio = pool_common([row.effect]).hr
            yield f"    {cut(f'{row.effect.study}{how}', 43):<44}{ratio_cell(ratio)}"
    if one.unknown:
        yield from wrapped(f"not known: {', '.join(one.unknown)}", "  ")
    yield from wrapped(f"read in: {'; '.join(in_words(source) for source in one.sources)}", "  ", "    ")
    yield from wrapped("whether levels differ: hepatrial evidence indication compares within trials", "  ")


def _regression(one: Regression) -> Iterator[str]:
    yield ""
    yield from wrapped(
        f"by {one.covariate.name}: HR times {ratio_cell(one.slope.ratio)} per {one.covariate.per}, "
        f"p {p_value(one.slope.p)}; {len(one.values)} trials, tau2 left {one.fit.residual.tau2:.3f}"
    )
    few = f"With {len(one.values)} trials the slope is a hint at most. " if one.few else ""
    yield from wrapped(f"{few}A difference between trials is not an effect in patients (ecological).", "  ")
    rows = sorted(one.values.items(), key=lambda row: row[1])
    yield from wrapped("; ".join(f"{study} {value:.4g}" for study, value in rows), "  ")
    if one.unknown:
        yield from wrapped(f"not confirmed: {names_in_a_row(one.unknown)}", "  ")
