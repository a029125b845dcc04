"""A question of surrogacy in a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from math import exp

from hepatrial.cli.evidence_lines import listed
from hepatrial.evidence.pooling import Surrogacy, Threshold
from hepatrial.evidence.pooling.surrogacy import LeftOut
from hepatrial.evidence.questions.surrogates import FEW, Corrected, SurrogateAnswer, SurrogateRow
from hepatrial.evidence.references import in_words
from hepatrial.report.surrogates_record import verdict

WIDTH = 80


def surrogates_lines(answer: SurrogateAnswer) -> Iterator[str]:
    """An answer, line by line."""
    line = "all lines" if answer.line is None else f"line {answer.line}"
    yield f"{answer.surrogate} as a surrogate for OS, {line}: {len(answer.rows)} randomised trials"
    yield ""
    if answer.found is None:
        yield from _wrapped(f"No regression: {answer.why_none}.")
    else:
        yield from _fit(answer, answer.found)
    yield from _trials(answer)
    yield from listed("before you believe it", answer.cautions)
    if answer.left_out:
        yield "\nnot counted"
        for study, reason in sorted(answer.left_out.items()):
            yield from _wrapped(f"{answer.named(study)}: {reason}", "  ", "    ")
    yield "\nsources"
    for source in dict.fromkeys(row.trial.source for row in answer.rows):
        yield from _wrapped(in_words(source), "  ")


def _fit(answer: SurrogateAnswer, found: Surrogacy) -> Iterator[str]:
    yield from _wrapped(verdict(answer))
    yield ""
    yield f"{'':<36}{'R2 (95 % interval)':<22}{'slope':>6}  threshold"
    low, high = found.r2_interval
    yield (
        f"{'weighted regression':<36}{f'{found.r2:.2f} ({low:.2f} to {high:.2f})':<22}{found.slope:>6.2f}  "
        f"{_threshold(found.threshold)}"
    )
    for one in answer.corrected:
        yield from _corrected(one)
    if answer.few:
        yield from _wrapped(f"Fewer than {FEW} trials: the intervals are all there is to say.")
    if any(one.found is not None and one.found.at_boundary for one in answer.corrected):
        yield from _wrapped("* the correlation ended at 1 or -1: this R2 is no estimate.")
    covered = sum(one.covered for one in found.left_out.values())
    if found.left_out:
        yield from _wrapped(
            f"Left out in turn, {covered} of {len(found.left_out)} trials fall within the limits predicted from the "
            "others."
        )


def _corrected(one: Corrected) -> Iterator[str]:
    label = f"errors taken out, correlation {one.within_correlation:g}"
    if one.found is None:
        yield from _wrapped(f"{label}: {one.why_none}")
        return
    low, high = one.found.r2_interval
    star = "*" if one.found.at_boundary else ""
    r2 = f"{one.found.r2:.2f}{star} ({low:.2f} to {high:.2f})"
    yield f"{label:<36}{r2:<22}{one.found.slope:>6.2f}  {_threshold(one.found.threshold)}"


def _threshold(threshold: Threshold) -> str:
    return "none" if threshold.ratio is None else f"below {threshold.ratio:.2f}"


def _trials(answer: SurrogateAnswer) -> Iterator[str]:
    yield ""
    yield f"{'trial':<21}{'line':<7}{answer.surrogate:>6}{'OS':>7}  {'OS predicted (limits)':<24}R2 of others"
    for row in answer.rows:
        left = None if answer.found is None else answer.found.left_out.get(row.trial.study)
        yield _trial(answer.named(row.trial.study), row, left)
    yield from _wrapped(f"{answer.surrogate}: {answer.measure}. OS: hazard ratio.")


def _trial(name: str, row: SurrogateRow, left: LeftOut | None) -> str:
    one = row.trial
    told = ""
    if left is not None:
        limits = f"{exp(left.predicted):.2f} ({exp(left.lower):.2f} to {exp(left.upper):.2f})"
        told = f"{limits:<24}{left.r2:.2f}{'' if left.covered else '  missed'}"
    return (
        f"{_short(name):<21}{'/'.join(row.lines)[:6]:<7}{exp(one.surrogate):>6.2f}{exp(one.final):>7.2f}  {told}"
    ).rstrip()


def _short(name: str) -> str:
    """``Palmer 2018`` of ``Palmer 2018, nintedanib in Europe``, so that it fits its column."""
    return name if len(name) <= 20 else name.split(",")[0][:20]


def _wrapped(text: str, first: str = "", further: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if further is None else further,
        break_on_hyphens=False,
        break_long_words=False,
    )
