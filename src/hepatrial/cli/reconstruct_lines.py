"""A reconstruction in a terminal of 80 columns."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator

from hepatrial.evidence.questions.reconstructed_trial import ArmResult, ReconstructedTrial
from hepatrial.evidence.reconstruction import Diagnosis
from hepatrial.evidence.references import in_words
from hepatrial.report.reconstruction_record import GUESS, landmarks_of, range_words
from hepatrial.units import months

WIDTH = 80


def reconstruct_lines(found: ReconstructedTrial) -> Iterator[str]:
    """A reconstruction or a guess, line by line."""
    if found.kind == "guess":
        yield from textwrap.wrap(f"GUESS. {GUESS}", WIDTH)
        yield ""
    yield f"{'arm':<22}{'patients':>9}{'events':>8}{'published':>11}{'median, months':>24}"
    for arm in found.arms:
        yield _arm(arm)
    yield from _landmarks(found)
    yield ""
    yield from _ratio(found)
    for arm in found.arms:
        if arm.diagnosis is not None:
            yield from _diagnosis(arm.name, arm.diagnosis)
    for name, issue in found.warnings:
        yield f"\nwarning: {name}: {issue}"
    yield ""
    yield from textwrap.wrap(f"method: {in_words(found.citation)}", WIDTH, break_on_hyphens=False)


def _arm(arm: ArmResult) -> str:
    median = arm.km.median()
    shown = "not reached"
    if math.isfinite(median.estimate):
        shown = f"{months(median.estimate):.1f} ({_limit(median.lower)} to {_limit(median.upper)})"
    published = "-" if arm.published.events is None else f"{arm.published.events:,}"
    return (
        f"{arm.name[:21]:<22}{len(arm.times):>9,}{int(arm.times.event.sum()):>8,}{published:>11}{shown:>24}"
    )


def _landmarks(found: ReconstructedTrial) -> Iterator[str]:
    """Of a guess: what its patients make of each median and landmark that was given."""
    for arm in found.arms:
        if found.kind != "guess":
            continue
        told = []
        if arm.published.median_days is not None:
            told.append(f"median {months(arm.published.median_days):.1f} months")
        told += [
            f"{100 * given:.3g}% at {months(day):.3g} months"
            + ("" if own is None else f" ({100 * own:.1f}% of its patients)")
            for day, given, own in landmarks_of(arm)
        ]
        if told:
            yield from textwrap.wrap(f"{arm.name}, as given: {'; '.join(told)}", WIDTH)


def _limit(days: float) -> str:
    return f"{months(days):.1f}" if math.isfinite(days) else "-"


def _ratio(found: ReconstructedTrial) -> Iterator[str]:
    if found.agreement is not None:
        yield from textwrap.wrap(found.agreement.sentence, WIDTH)
    elif found.ratio is not None:
        low, high = found.ratio.interval
        first, second = (arm.name for arm in found.arms)
        yield from textwrap.wrap(
            f"Hazard ratio, {first} to {second}: {found.ratio.hr:.2f} ({low:.2f} to {high:.2f}); none published was "
            "given to hold it against.",
            WIDTH,
        )
    elif len(found.arms) > 1:
        yield "No hazard ratio: an arm has no event."
    yield from textwrap.wrap(range_words(found) or "", WIDTH)


def _diagnosis(name: str, found: Diagnosis) -> Iterator[str]:
    yield from textwrap.wrap(
        f"{name}: curve given back within {found.largest:.4f} (root mean square {found.rmse:.4f}), "
        f"Kolmogorov-Smirnov {found.ks_distance:.4f}",
        WIDTH,
    )
    if len(found.risk_days) > 1:
        rows = zip(found.risk_days, found.at_risk_published, found.at_risk_reconstructed, strict=True)
        text = ", ".join(f"{months(float(day)):.3g}: {own} ({given})" for day, given, own in rows)
        yield from textwrap.wrap(
            f"at risk by months, reconstructed (published): {text}",
            WIDTH,
            initial_indent="  ",
            subsequent_indent="  ",
        )
