"""A network's answer in a terminal of 80 columns."""

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
from hepatrial.evidence.network import BayesianFit, QPart
from hepatrial.evidence.questions.networks import NetworkAnswer

NAME = 33


def network_lines(found: NetworkAnswer) -> Iterator[str]:
    """The answer, line by line."""
    analysis = found.analysis
    network = analysis.network
    yield (
        f"{found.endpoint}, line {found.line}: {len(network.treatments)} treatments, {_trials(len(network.trials))}, "
        f"{analysis.model.value} effects"
    )
    yield from _heterogeneity(found)
    yield ""
    yield from _against(found)
    if found.bayesian is not None:
        yield from _bayesian(found)
    yield from _league(found)
    yield from _agreement(found)
    yield from _groups(found)
    yield from not_done_lines(analysis.not_done)
    yield from listed("before you believe it", found.cautions)
    yield from trial_lines(found.trials)


def _trials(count: int) -> str:
    return "1 trial" if count == 1 else f"{count} trials"


def _heterogeneity(found: NetworkAnswer) -> Iterator[str]:
    spread = (found.analysis.random or found.analysis.common).heterogeneity
    if spread.df == 0:
        yield "heterogeneity and inconsistency: can't be seen"
        return
    low, high = spread.tau2_interval or (0.0, float("inf"))
    yield from wrapped(
        f"heterogeneity and inconsistency: I2 {spread.i2_percent:.0f} %, tau2 {spread.tau2:.3f} ({low:.3f} to "
        f"{high:.3g}), Q {spread.q:.2f} on {spread.df} df, {p_words(spread.p)}",
        "",
        "  ",
    )


def _against(found: NetworkAnswer) -> Iterator[str]:
    analysis = found.analysis
    yield f"{f'against {analysis.reference}':<{NAME}}{'direct':>6}  {'HR (95 % interval)':<21}{'P-score':>7}"
    for name, score in analysis.p_scores.items():
        direct = (
            len(analysis.network.trials_with(name, analysis.reference)) if name != analysis.reference else 0
        )
        if name == analysis.reference:
            yield f"{cut(name, NAME - 1):<{NAME}}{'':>6}  {'1':<21}{score:>7.2f}"
            continue
        estimate = analysis.lead.effect(name, analysis.reference)
        yield (
            f"{cut(name, NAME - 1):<{NAME}}{direct or MISSING:>6}  {ratio_cell(estimate.ratio):<21}{score:>7.2f}"
        )
        if estimate.prediction is not None:
            low, high = (exp(limit) for limit in estimate.prediction)
            yield f"{'  in a further trial':<{NAME}}{'':>6}  {f'{shown(low)} to {shown(high)}':<21}"


def _bayesian(found: NetworkAnswer) -> Iterator[str]:
    answer = found.bayesian
    assert answer is not None, "called with a Bayesian answer"
    tau = answer.fit.tau()
    yield ""
    yield from wrapped(
        f"with a prior on tau ({answer.prior}; {answer.fit.prior.source}): tau {tau.median:.3f} ({tau.lower:.3f} to "
        f"{tau.upper:.3f}). Second prior: {answer.second_prior}."
    )
    yield f"{f'against {found.analysis.reference}':<{NAME}}{'HR (95 % CrI)':<20}{'second prior':<20}{'SUCRA':>6}"
    for name, sucra in answer.sucra.items():
        if name == found.analysis.reference:
            yield f"{cut(name, NAME - 1):<{NAME}}{'1':<20}{'1':<20}{sucra:>6.2f}"
            continue
        first, second = (
            _posterior(fit, name, found.analysis.reference) for fit in (answer.fit, answer.second)
        )
        further = answer.fit.predicted(name, found.analysis.reference)
        yield f"{cut(name, NAME - 1):<{NAME}}{first:<20}{second:<20}{sucra:>6.2f}"
        yield f"{'  in a further trial':<{NAME}}{shown(exp(further.lower))} to {shown(exp(further.upper))}"


def _posterior(fit: BayesianFit, name: str, reference: str) -> str:
    found = fit.effect(name, reference)
    return f"{shown(exp(found.median))} ({shown(exp(found.lower))}-{shown(exp(found.upper))})"


def _league(found: NetworkAnswer) -> Iterator[str]:
    """Pairs whose interval excludes 1; the whole table is on the page and in the JSON."""
    table = found.analysis.league
    rows = []
    for place, name in enumerate(table.treatments):
        for other in range(place + 1, len(table.treatments)):
            ratio = (table.hr[place, other], table.lower[place, other], table.upper[place, other])
            if not ratio[1] <= 1 <= ratio[2] and table.treatments[other] != found.analysis.reference:
                rows.append((f"{name} v {table.treatments[other]}", ratio))
    if rows:
        yield "\nother pairs whose interval excludes 1 (all pairs: --json or --out)"
        yield from wrapped(
            f"{len(found.analysis.network.pairs)} pairs were looked at and the intervals are not adjusted for that: by "
            "chance alone some exclude 1"
        )
    for pair, ratio in rows:
        yield f"  {cut(pair, 55):<56}{ratio_cell(ratio)}"


def _agreement(found: NetworkAnswer) -> Iterator[str]:
    q = found.analysis.q
    if q.total.df:
        yield "\nQ"
        for name, part in (("all", q.total), ("within designs", q.within), ("between designs", q.between)):
            yield f"  {name:<20}{_part(part)}"
        if q.between_over_within is not None:
            f = q.between_over_within
            yield f"  {'between over within':<20}F {f.f:.2f} on {f.df} and {f.df_within} df, {p_words(f.p)}"
        if q.between.df:
            yield from wrapped(
                "Where effects vary between trials, Q between designs takes that for inconsistency; F allows for it.",
                "  ",
            )
    if found.analysis.splits:
        yield "\ndirect against indirect evidence"
    for split in found.analysis.splits:
        yield f"  {cut(f'{split.arm} v {split.control}', 60)}"
        yield (
            f"    direct {ratio_cell(split.direct.ratio)}, indirect {ratio_cell(split.indirect.ratio)}, "
            f"{p_words(split.difference.p)}"
        )


def _part(part: QPart) -> str:
    return f"{part.q:.2f} on {part.df} df, {p_words(part.p)}" if part.df else "no degrees of freedom"


def _groups(found: NetworkAnswer) -> Iterator[str]:
    yield "\nwhat was taken as one treatment (doses and placebo partners do not count)"
    for name, arms in found.arms.items():
        told = "; ".join(f"{arm.study} {arm.arm}{f' ({arm.dose})' if arm.dose else ''}" for arm in arms)
        yield from wrapped(f"{name}: {told}", "  ", "    ")
