"""Lines of a terminal of 80 columns that the answers of ``hepatrial evidence`` share."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from hepatrial.evidence.questions.counted_trials import CountedTrial, TrialSet
from hepatrial.report.formatting import p_value

Found = TypeVar("Found")
WIDTH = 80
MISSING = "-"


def one_after_another(found: Sequence[Found], lines: Callable[[Found], Iterable[str]]) -> Iterator[str]:
    """The lines of several answers, a rule between them."""
    for place, one in enumerate(found):
        if place:
            yield "\n" + "=" * WIDTH + "\n"
        yield from lines(one)


def ratio_cell(ratio: Sequence[float | None]) -> str:
    """``0.69 (0.55 to 0.87)``; the ratio alone where no interval is known."""
    hr, low, high = ratio
    assert hr is not None, "every row has a hazard ratio"
    return (
        f"{shown(hr)} ({shown(low)} to {shown(high)})" if low is not None and high is not None else shown(hr)
    )


def shown(ratio: float) -> str:
    """Two decimals, and bounds where digits would say nothing."""
    return "<0.01" if ratio < 0.005 else f"{ratio:.2f}" if ratio < 99.995 else ">100"


def p_words(p: float) -> str:
    """``p 0.019``, or ``p <0.0001``."""
    return f"p {p_value(p)}"


def cut(text: str, most: int) -> str:
    """Text of at most so many characters, an ellipsis where it was longer."""
    return text if len(text) <= most else text[: most - 3].rstrip() + "..."


def wrapped(text: str, first: str = "", further: str | None = None) -> list[str]:
    """Text over as many lines as it takes; long words (addresses) stay whole."""
    indent = first if further is None else further
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def listed(title: str, sentences: Sequence[str]) -> Iterator[str]:
    """A heading and sentences under it; nothing where there is none."""
    if sentences:
        yield f"\n{title}"
    for sentence in sentences:
        yield from wrapped(sentence, "- ", "  ")


def not_done_lines(not_done: Mapping[str, str]) -> Iterator[str]:
    """What is missing and why."""
    yield from listed("not given", [f"{part}: {reason}" for part, reason in not_done.items()])


def trial_lines(trials: TrialSet) -> Iterator[str]:
    """Sources of what counts, and what does not count with the reason."""
    yield "\nsources"
    for study, citation in sources(trials.counted).items():
        yield from wrapped(f"{study}: {citation}", "  ", "    ")
    if trials.left_out:
        yield "\nnot counted"
    for one in trials.near:
        yield from wrapped(f"{one.name} [{one.trial}]: {one.reason}", "  ", "    ")
    rest = len(trials.left_out) - len(trials.near)
    if rest:
        yield from wrapped(
            f"{'and ' if trials.near else ''}{rest} records of other treatments, lines or designs (--json lists them)",
            "  ",
        )


def sources(counted: Sequence[CountedTrial]) -> dict[str, str]:
    """The citation of every trial; a later report is named."""
    found = {}
    for one in counted:
        later = f" ({one.comparison.name})" if one.comparison.name != one.effect.study else ""
        found[one.effect.study] = f"{one.citation}{later}"
    return found
