"""What ``hepatrial liver`` prints."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.analysis import Interval, ReserveEffect
from hepatrial.report.definitions import NOTICE
from hepatrial.report.formatting import counted
from hepatrial.report.liver_page import threshold_text
from hepatrial.reserve import ReserveAnswer
from hepatrial.simulation.blocks import Work

WIDTHS = (20, 10, 22, 22, 24, 24, 24)


def liver_lines(work: Work, answer: ReserveAnswer) -> Iterator[str]:
    """A table by group of reserve, then from which reserve on the benefit is gone."""
    yield (
        f"{work.protocol.name}: {answer.arm} against {answer.control} by liver reserve, {answer.patients:,} virtual "
        f"patients, seed {work.seed}"
    )
    if answer.left_out:
        yield f"{answer.left_out} could not be simulated and are left out"
    yield (
        f"within {counted(answer.window_months, 'month')}: months lived, and lost to cancer, to liver death and to "
        "toxicity, arm minus control"
    )
    yield ""
    head = (
        "",
        "patients",
        "HR of death",
        "lived",
        "lost to cancer",
        "lost to liver death",
        "lost to toxicity",
    )
    yield _row(head)
    for effect in answer.effects:
        yield _effect(effect)
    yield ""
    yield "From which reserve on the benefit is gone"
    for named in answer.thresholds:
        yield f"  {named.scale}, {named.asked} [{named.inside}]: {threshold_text(named)}"
    yield ""
    yield (
        "Limits in the table are those of the virtual patients. "
        + (
            "The uncertainty of the parameters is in the lines that say so; the agents' numbers have none."
            if answer.drawn is not None
            else "The uncertainty of the parameters is not in them; --draws adds it."
        )
    )  # fmt: skip
    yield NOTICE


def _effect(effect: ReserveEffect) -> str:
    hazard = effect.hazard_ratio
    ratio = "-" if hazard is None else _interval(Interval(hazard.hr, hazard.lower, hazard.upper), "")
    times = [_interval(time.change, "+") for time in effect.times] or ["-"] * 4
    return _row((f"{effect.scale} {effect.label}", f"{effect.n_arm:,}", ratio, *times))


def _interval(found: Interval, sign: str) -> str:
    return f"{found.value:{sign}.2f} ({found.lower:.2f} to {found.upper:.2f})"


def _row(cells: tuple[str, ...]) -> str:
    return "".join(
        f"{cell:<{width}}" if place == 0 else f"{cell:>{width}}"
        for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    ).rstrip()
