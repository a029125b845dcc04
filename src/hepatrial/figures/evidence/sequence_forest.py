"""The same pool again and again: without each study in turn, or as studies came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from hepatrial.evidence.pooling import Pooled
from hepatrial.evidence.pooling.refusals import misuse
from hepatrial.figures.evidence.forest_layout import draw_rows
from hepatrial.figures.evidence.forest_rows import BLANK, Column, ForestRow, ForestText, Look, Mark
from hepatrial.figures.evidence.wording import level_text, method_text, p_text, pool_label, ratio_text


def draw_leave_one_out(
    pools: Mapping[str, Pooled],
    everything: Pooled,
    *,
    title: str,
    favours: tuple[str, str],
    measure: str = "Hazard ratio",
    limits: tuple[float, float] | None = None,
) -> Figure:
    """The pool without each study, from `leave_one_out`, over the pool of all as a diamond.

    Parameters
    ----------
    pools
        By the name of the study left out.
    everything
        The pool of all studies, made the same way.
    favours
        Who is favoured left and right of 1.
    """
    rows = [_pool_row(f"without {study}", pool) for study, pool in pools.items()]
    rows += [BLANK, _diamond(everything)]
    notes = (
        method_text(everything),
        "Rows share most of their studies, so their intervals overlap by design.",
    )
    text = ForestText(title, measure, favours, notes)
    return draw_rows(
        _columns("Studies", measure, everything), rows, text, limits=limits, dashed=everything.hr[0]
    )


def draw_cumulative_forest(
    pools: Sequence[Pooled],
    labels: Sequence[str],
    *,
    title: str,
    favours: tuple[str, str],
    measure: str = "Hazard ratio",
    limits: tuple[float, float] | None = None,
) -> Figure:
    """The pool after each study, from `cumulative`; the last is the pool of all, as a diamond.

    Parameters
    ----------
    labels
        What came in at each row, such as "+ REACH-2, 2019"; as many as pools.

    Raises
    ------
    UsageError
        Labels and pools differ in number.
    """
    if len(labels) != len(pools):
        raise misuse(
            "labels: one a pool is needed",
            str(len(labels)),
            str(len(pools)),
            "name what came in at each step",
        )
    rows = [_pool_row(label, pool) for label, pool in zip(labels, pools, strict=True)]
    rows += [BLANK, _diamond(pools[-1])]
    notes = (
        method_text(pools[-1]),
        "Each row pools all studies up to it; the first is that study alone. Repeated looks at growing data find more "
        "than 5 % by chance.",
    )
    text = ForestText(title, measure, favours, notes)
    return draw_rows(_columns("Added", measure, pools[-1]), rows, text, limits=limits, dashed=pools[-1].hr[0])


def _columns(first: str, measure: str, pool: Pooled) -> list[Column]:
    return [
        Column(first, align="left"),
        Column("Studies" if first != "Studies" else "Number"),
        Column(f"{measure}\n({level_text(pool.confidence)})", left=False, most=1.6),
        Column("p", left=False),
        Column("I²", left=False),
    ]


def _cells(label: str, pool: Pooled) -> tuple[str, ...]:
    k = len(pool.studies)
    i2 = f"{pool.heterogeneity.i2_percent:.0f} %" if k > 1 else ""
    return (label, str(k), ratio_text(pool.hr), p_text(pool.effect.p), i2)


def _pool_row(label: str, pool: Pooled) -> ForestRow:
    return ForestRow(_cells(label, pool), pool.hr, look=Look.STUDY, area=0.35)


def _diamond(pool: Pooled) -> ForestRow:
    look = Look.COMMON if pool.tau2_estimator is None else Look.RANDOM
    return ForestRow(_cells(pool_label(pool), pool), pool.hr, mark=Mark.DIAMOND, look=look, bold=True)
