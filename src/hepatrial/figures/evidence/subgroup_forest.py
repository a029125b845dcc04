"""The forest plot of subgroups: an effect a level, the test of interaction, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from hepatrial.evidence.pooling import Estimate
from hepatrial.figures.evidence.forest_layout import draw_rows
from hepatrial.figures.evidence.forest_rows import BLANK, Column, ForestRow, ForestText, Look, Mark
from hepatrial.figures.evidence.wording import MISSING, level_text, number_text, p_text, ratio_text

UNKNOWN = "not known"
NO_INTERVAL = "no interval"


@dataclass(frozen=True, slots=True)
class SubgroupLevel:
    """One level of a factor.

    Attributes
    ----------
    label
        Such as "Child-Pugh B".
    estimate
        The effect in this subgroup, of one trial or pooled; None where no trial tells.
    trials, patients, events
        What it rests on; None where not known.
    without_interval
        Hazard ratios that were printed without an interval, so that they can't be drawn.
    """

    label: str
    estimate: Estimate | None
    trials: int | None = None
    patients: int | None = None
    events: int | None = None
    without_interval: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class SubgroupFactor:
    """A factor with its levels.

    Attributes
    ----------
    name
        Such as "Liver function".
    levels
        In the order of the rows.
    interaction
        The ratio of hazard ratios between two levels with its test, as `interaction_test` or `pool_interactions`
        make it; None where it cannot be had.
    p_interaction
        p of interaction where there are more than two levels, or another test; taken from ``interaction`` if left out.
    p_adjusted
        The same after adjustment for the number of factors; None where not adjusted.
    """

    name: str
    levels: tuple[SubgroupLevel, ...]
    interaction: Estimate | None = None
    p_interaction: float | None = None
    p_adjusted: float | None = None

    @property
    def p(self) -> float | None:
        """p of interaction, None where there is none."""
        if self.p_interaction is not None or self.interaction is None:
            return self.p_interaction
        return self.interaction.p


def draw_subgroup_forest(
    factors: Sequence[SubgroupFactor],
    *,
    title: str,
    overall: Estimate | None = None,
    favours: tuple[str, str],
    measure: str = "Hazard ratio",
    confidence: float = 0.95,
    limits: tuple[float, float] | None = None,
    notes: Sequence[str] = (),
    adjusted_for: int | None = None,
) -> Figure:
    """Forest plot by subgroup; squares have the area of the precision.

    Parameters
    ----------
    factors
        In the order of the rows.
    overall
        The effect in all patients: a diamond above the factors and a dashed line through them.
    favours
        Who is favoured left and right of 1.
    confidence
        Level of the intervals.
    adjusted_for
        Tests that the adjusted p values count; the number of factors if left out.

    Notes
    -----
    A level without evidence keeps its row and says so. An interval of a level that holds 1 does not show that the
    treatment fails there; only the test of interaction compares levels.
    """
    counted = [
        (heading, name)
        for heading, name in (("Trials", "trials"), ("Patients", "patients"), ("Events", "events"))
        if any(getattr(level, name) is not None for factor in factors for level in factor.levels)
    ]
    ratios = any(factor.interaction is not None for factor in factors)
    adjusted = any(factor.p_adjusted is not None for factor in factors)
    columns = [
        Column("Subgroup", align="left"),
        *(Column(heading) for heading, _ in counted),
        Column(f"{measure}\n({level_text(confidence)})", left=False, most=1.6),
        *([Column("Ratio of\nratios", left=False, most=1.6)] if ratios else []),
        Column("p for\ninteraction", left=False),
        *([Column("p,\nadjusted", left=False)] if adjusted else []),
    ]
    rows = _overall_row(overall, len(counted))
    largest = max(
        (_precision(level) for factor in factors for level in factor.levels if level.estimate), default=1.0
    )
    for factor in factors:
        rows += [BLANK] if rows else []
        rows.append(_heading_row(factor, len(counted), ratios, adjusted))
        rows += [_level_row(level, [name for _, name in counted], largest) for level in factor.levels]
    text = ForestText(
        title=title,
        measure=measure,
        favours=favours,
        notes=(*_notes(factors, ratios, adjusted_for or (len(factors) if adjusted else 0)), *notes),
    )
    return draw_rows(columns, rows, text, limits=limits, dashed=overall.ratio[0] if overall else None)


def _overall_row(overall: Estimate | None, counted: int) -> list[ForestRow]:
    if overall is None:
        return []
    cells = ("All patients", *[""] * counted, ratio_text(overall.ratio))
    return [ForestRow(cells, overall.ratio, mark=Mark.DIAMOND, look=Look.RANDOM, bold=True)]


def _heading_row(factor: SubgroupFactor, counted: int, ratios: bool, adjusted: bool) -> ForestRow:
    told = [ratio_text(factor.interaction.ratio) if factor.interaction else MISSING] if ratios else []
    told.append(MISSING if factor.p is None else p_text(factor.p))
    if adjusted:
        told.append(MISSING if factor.p_adjusted is None else p_text(factor.p_adjusted))
    return ForestRow((factor.name, *[""] * counted, "", *told), bold=True)


def _level_row(level: SubgroupLevel, counted: Sequence[str], largest: float) -> ForestRow:
    counts = [getattr(level, name) for name in counted]
    told = [MISSING if count is None else f"{count:,}" for count in counts]
    if level.estimate is None:
        return ForestRow((level.label, *told, _without_estimate(level)), indent=True)
    ratio = level.estimate.ratio
    area = _precision(level) / largest
    return ForestRow((level.label, *told, ratio_text(ratio)), ratio, area=area, indent=True)


def _without_estimate(level: SubgroupLevel) -> str:
    printed = " and ".join(number_text(hr) for hr in level.without_interval)
    return f"{printed}, {NO_INTERVAL}" if printed else UNKNOWN


def _precision(level: SubgroupLevel) -> float:
    assert level.estimate is not None, "only levels with an estimate have a precision"
    return max(level.estimate.std_error, 1e-9) ** -2


def _notes(factors: Sequence[SubgroupFactor], ratios: bool, tests: int) -> list[str]:
    found = ["Area of squares: precision. Only the test of interaction compares subgroups; one that misses 1 beside"
             " one that does not is no difference."]  # fmt: skip
    if ratios:
        found.append("Ratio of ratios: first subgroup to second, from within trials.")
    if tests:
        found.append(f"Adjusted: for {tests} {'test' if tests == 1 else 'tests'} of interaction.")
    empty = [level for factor in factors for level in factor.levels if level.estimate is None]
    if any(not level.without_interval for level in empty):
        found.append(f"{UNKNOWN.capitalize()}: no hazard ratio of this subgroup is confirmed.")
    if any(level.without_interval for level in empty):
        found.append(
            f"{NO_INTERVAL.capitalize()}: a ratio was printed, but no interval with it is confirmed."
        )
    return found
