"""Sessions of embolisation by arm, and what became of it: bars of per cent of the patients."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from matplotlib.figure import Figure

from hepatrial.analysis import SessionsGiven, sessions_given
from hepatrial.figures.stacked_bar import draw_part
from hepatrial.figures.style import WIDTH, axes_at, draw_title, new_figure, styled, wrapped
from hepatrial.trialdata import TrialData

SESSIONS = {
    "no session": ("#e3e3e3", ""),
    "one": ("#CDE3F1", ""),
    "two": ("#8CBFDF", ""),
    "three": ("#3D8FC4", ""),
    "more": ("#004B7C", ""),
}
REASONS = (
    ("#D55E00", "////"),
    ("#CC79A7", "xxxx"),
    ("#0072B2", "...."),
    ("#E69F00", "----"),
    ("#56B4E9", "\\\\\\\\"),
    ("#F0E442", "++++"),
    ("#8a6d3b", "oo"),
)
DEATH, TREATABLE = "death before it", "still treatable when last seen"
LEFT, ROW = 1.75, 0.42
SMALLEST_WRITTEN_PERCENT = 4.0
PARTS_A_LINE = 2


def embolised_arms(trial: TrialData) -> tuple[SessionsGiven, ...]:
    """Sessions of the arms that embolise."""
    found = (sessions_given(trial, arm) for arm in trial.arms)
    return tuple(one for one in found if one is not None and sum(one.counts[1:]))


def draw_embolisation(trial: TrialData, arms: Sequence[SessionsGiven]) -> Figure:
    """Two groups of bars, one bar an arm: sessions that were given, and why embolisation ended.

    Parameters
    ----------
    arms
        As `embolised_arms` gives them.
    """
    reasons = tuple(dict.fromkeys(reason for one in arms for reason in one.untreatable))
    looks = dict(zip(reasons, REASONS, strict=False)) | {DEATH: ("#555555", ""), TREATABLE: ("#e3e3e3", "")}
    given = [(one.arm, _sessions_percent(one)) for one in arms]
    ended = [(one.arm, _ends_percent(trial, one, reasons)) for one in arms]
    with styled():
        height = ROW * len(arms)
        key = [0.2 * _lines(looks_of) + 0.05 for looks_of in (SESSIONS, looks)]
        figure = new_figure(2 * height + sum(key) + 1.65)
        draw_title(figure, "Sessions given, and what ended embolisation")
        bottom = 0.55
        for bars, part_looks, key_height in ((ended, looks, key[1]), (given, SESSIONS, key[0])):
            _draw_bars(figure, bottom, height, bars, part_looks)
            _draw_key(figure, bottom + height + 0.05, key_height, part_looks)
            bottom += height + key_height + 0.6
    return figure


def _lines(looks: dict[str, tuple[str, str]]) -> int:
    return -(-len(looks) // PARTS_A_LINE)


def _sessions_percent(one: SessionsGiven) -> dict[str, float]:
    bounds = ((0, 0), (1, 1), (2, 2), (3, 3), (4, None))
    return {name: one.share_percent(*bound) for name, bound in zip(SESSIONS, bounds, strict=True)}


def _ends_percent(trial: TrialData, one: SessionsGiven, reasons: Sequence[str]) -> dict[str, float]:
    """Per cent of the subjects by what ended embolisation; the rest were treatable when last seen."""
    own = trial.subjects.filter(pl.col("arm") == one.arm)
    parts = {reason: 100.0 * one.untreatable.get(reason, 0) / one.n for reason in reasons}
    parts[DEATH] = 100.0 * own.filter(pl.col("ttup_event") == 2).height / one.n
    return parts | {TREATABLE: max(0.0, 100.0 - sum(parts.values()))}


def _draw_bars(
    figure: Figure,
    bottom: float,
    height: float,
    bars: Sequence[tuple[str, dict[str, float]]],
    looks: dict[str, tuple[str, str]],
) -> None:
    axes = axes_at(figure, LEFT, bottom, WIDTH - LEFT - 0.3, height)
    for place, (_, parts) in enumerate(bars):
        start = 0.0
        for name, percent in parts.items():
            text = f"{percent:.0f}" if percent >= SMALLEST_WRITTEN_PERCENT else ""
            draw_part(axes, len(bars) - 1 - place, start, percent, looks[name], height=0.62, text=text)
            start += percent
    axes.set_yticks(range(len(bars)), [wrapped(arm, 22, 1) for arm, _ in reversed(bars)])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.55, len(bars) - 0.45)
    axes.set_xlim(0, 100)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("per cent of patients")


def _draw_key(figure: Figure, bottom: float, height: float, looks: dict[str, tuple[str, str]]) -> None:
    axes = axes_at(figure, 0.2, bottom, WIDTH - 0.4, height)
    axes.set_axis_off()
    lines = _lines(looks)
    axes.set_xlim(0.0, WIDTH - 0.4)
    axes.set_ylim(-0.5, lines - 0.5)
    for number, (name, look) in enumerate(looks.items()):
        x = (number % PARTS_A_LINE) * (WIDTH - 0.4) / PARTS_A_LINE
        y = lines - 1 - number // PARTS_A_LINE
        draw_part(axes, y, x, 0.3, look, height=0.6)
        axes.text(x + 0.4, y, name, va="center", fontsize=8)
