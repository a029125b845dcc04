"""An indication map in a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from hepatrial.evidence.questions.indication_map import Contrast, FactorAnswer, IndicationMap, LevelAnswer
from hepatrial.evidence.questions.indication_verdict import Finding, factor_verdict, p_words, ratio_words
from hepatrial.evidence.questions.level_effect import How, PrintedGroup
from hepatrial.evidence.questions.listed_names import names_in_a_row
from hepatrial.evidence.questions.subgroup_levels import chosen_factors
from hepatrial.evidence.references import in_words

WIDTH = 80
LABEL = 29
MARKS = {How.PRINTED: "", How.COMBINED: "c", How.DERIVED: "d", How.WHOLE_TRIAL: "w"}
KEY = (
    "c put together from printed groups; d not printed, follows from the whole trial; w whole trial of this level; a p "
    "of the authors' own test on patients. Patients: of the level, of those of whom it is known."
)


def indication_lines(found: IndicationMap) -> Iterator[str]:
    """A map, line by line."""
    yield f"{found.pair}, {found.endpoint}, line {'/'.join(found.lines)}"
    overall = "not known" if found.overall is None else f"HR {ratio_words(found.overall)}"
    trials = names_in_a_row(one.name for one in found.whole.comparisons)
    yield from _wrapped(f"all patients: {overall}{f' ({found.model} effect of {trials})' if trials else ''}")
    yield ""
    yield f"{'factor, level':<31}{'trials':>6}  {'HR (95 % interval)':<21}{'patients':>18}"
    for answer in found.factors:
        yield from _factor(answer, found)
    yield ""
    yield from _wrapped(KEY)
    chosen = len(found.factors) < len(chosen_factors(()))
    yield from _wrapped(
        f"Ratios of hazard ratios are from within trials; Holm over the {found.tested} that could be tested."
        + (" Factors were chosen: p counts only these, so choose before you look." if chosen else "")
    )
    for caution in found.cautions:
        yield ""
        yield from _wrapped(f"Caution. {caution}")
    yield from _closing(found)
    not_counted = [row for one in found.factors for row in one.left_out]
    yield from _groups("\nprinted, but not counted", not_counted, found.names)
    yield from _groups("\nprinted, but no common level", found.not_mapped, found.names)
    yield "\nsources"
    for source in found.sources:
        yield from _wrapped(in_words(source), "  ")


def _factor(answer: FactorAnswer, found: IndicationMap) -> Iterator[str]:
    yield ""
    yield answer.factor.name
    for level in answer.levels:
        if level.estimate is not None or level.seen.patients is not None or level.level in _main(answer):
            yield _level(level)
    for contrast in answer.contrasts:
        yield from _contrast(contrast)
    yield from _wrapped(factor_verdict(answer, found.assumed, found.names).sentence, "  -> ", "     ")
    for row in answer.described:
        ci = "" if row.os_median_ci is None else f" ({_limits(row.os_median_ci)})"
        n = "n not confirmed" if row.n is None else f"n {row.n:,}"
        text = (
            f"{row.level}: {row.name}, {row.treatment}: median OS {row.os_median_months:.1f}{ci} months, {n}"
        )
        yield from _wrapped(f"describes, no effect: {text}", "     ", "       ")


def _limits(ci: tuple[float | None, float | None]) -> str:
    return " to ".join("not reached" if limit is None else f"{limit:g}" for limit in ci)


def _main(answer: FactorAnswer) -> tuple[str, ...]:
    return answer.factor.contrasts[0]


def _level(level: LevelAnswer) -> str:
    marks = "".join(dict.fromkeys(MARKS[one.how] for one in level.effects))
    ratio = "not known" if level.estimate is None else f"{ratio_words(level.estimate)} {marks}"
    seen = level.seen
    patients = "-" if seen.patients is None else f"{seen.patients:,} of {seen.of:,}"
    return f"  {level.level:<{LABEL}}{len(level.effects) or '-':>6}  {ratio:<21}{patients:>18}"


def _contrast(contrast: Contrast) -> Iterator[str]:
    if contrast.within is not None and contrast.p_adjusted is not None:
        label = f"ratio, {contrast.first} to {contrast.second}"
        if len(label) > LABEL:
            yield f"  {label}"
            label = ""
        p, authors = contrast.within.p, ""
        if contrast.published is not None:
            p, authors = contrast.published.p, "a"
        adjusted = p_words(contrast.p_adjusted).removeprefix("p ")
        numbers = f"{ratio_words(contrast.within)}  {p_words(p)}{authors}, Holm {adjusted}"
        yield f"  {label:<{LABEL}}{len(contrast.trials):>6}  {numbers}"
    if contrast.across is not None:
        yield from _wrapped(
            f"across trials only (their patients differ by more): {ratio_words(contrast.across)}", "    "
        )


def _closing(found: IndicationMap) -> Iterator[str]:
    """How large a trial would close what is open or not known."""
    unknown = [
        answer
        for answer in found.factors
        if factor_verdict(answer, found.assumed).finding in (Finding.OPEN, Finding.NOT_KNOWN)
    ]
    if not unknown:
        return
    assumed, size = found.assumed, unknown[0].contrasts[0].closing
    yield ""
    yield from _wrapped(
        f"What would close an open question (assumed, not known: {assumed.power:.0%} power at one-sided "
        f"{assumed.one_sided_alpha:g}, 1:1, {assumed.event_share:.0%} of patients with the event):"
    )
    rows = (
        (
            f"a ratio of {assumed.ratio:g} between two levels, half of the events in each",
            size.interaction_events,
            size.interaction_patients,
        ),
        (f"HR {assumed.hr:g} within one level", size.level_events, size.level_patients),
        (
            "HR of one level known to a factor of 1.25",
            size.precision_events,
            size.precision_patients,
        ),
    )
    for text, events, patients in rows:
        yield f"  {text:<63}{events:>6,} events"
        yield f"  {'':<63}{patients:>6,} patients"
    for answer in unknown:
        for contrast in answer.contrasts:
            closing = contrast.closing
            if closing.natural_patients is not None and closing.natural_share is not None:
                text = (
                    f"{answer.factor.name}, {contrast.first} to {contrast.second}, patients as they come "
                    f"({closing.natural_share:.0%} {contrast.first}): {closing.natural_patients:,} patients"
                )
                yield from _wrapped(text, "  ", "    ")


def _groups(title: str, rows: Sequence[PrintedGroup], names: Mapping[str, str]) -> Iterator[str]:
    if rows:
        yield title
    for row in rows:
        interval = "" if row.ci is None else f" ({row.ci[0]:g} to {row.ci[1]:g})"
        yield from _wrapped(
            f"{names.get(row.trial, row.trial)}: {row.factor} {row.group}, HR {row.hr:g}{interval}; {row.reason}",
            "  ",
            "    ",
        )


def _wrapped(text: str, first: str = "", further: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if further is None else further,
        break_on_hyphens=False,
        break_long_words=False,
    )
