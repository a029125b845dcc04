"""The figures of a run by liver reserve: deaths by cause, and where the months go."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.analysis.reserve_groups import CHILD_PUGH_CLASS
from hepatrial.figures.deaths_by_reserve import draw_deaths_by_group, draw_time_lost
from hepatrial.protocol.design import Protocol
from hepatrial.report.report_figure import ReportFigure
from hepatrial.report.run_reserve import RunReserve
from hepatrial.units import DAYS_PER_MONTH

MOST_ARMS = 4


def reserve_figures(found: RunReserve | None, protocol: Protocol) -> Iterator[ReportFigure]:
    """None where the run has no groups of reserve; bars of time lost only where arms are compared."""
    if found is None:
        return
    arms = found.twins.arms[:MOST_ARMS]
    months = min(2.0 * found.window_months, protocol.horizon_days / DAYS_PER_MONTH)
    by_class = [group.label for group in found.groups if group.scale == CHILD_PUGH_CLASS]
    column = "child_pugh_class" if by_class else "albi_grade"
    some = f" The first {len(arms)} arms are drawn." if len(arms) < len(found.twins.arms) else ""
    yield ReportFigure(
        "deaths-by-reserve",
        "reserve",
        "What virtual patients die of, by liver reserve",
        "Cumulative incidence (Aalen-Johansen) of each cause of death, stacked, in all virtual patients "
        f"followed to the end.{some}",
        lambda: draw_deaths_by_group(found.twins, arms, months, column=column, groups=by_class or None),
    )
    first = protocol.comparisons[:1]
    effects = [effect for effect in found.effects if (effect.arm, effect.control) in first and effect.times]
    if effects:
        yield ReportFigure(
            "time-lost-by-reserve",
            "reserve",
            "Time lived, and time lost to each cause of death, by liver reserve",
            "Restricted means in all virtual patients; the first bar of a pair is control.",
            lambda: draw_time_lost(effects, found.window_months),
        )
