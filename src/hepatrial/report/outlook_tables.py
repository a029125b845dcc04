"""Tables and figures of a trial under draws, which the page of a prediction and the report of a run share."""

from __future__ import annotations

from math import isfinite

from matplotlib.figure import Figure

from hepatrial.figures.prediction import Layers, RatioLayers, SharesBar, draw_ratio_layers, draw_shares
from hepatrial.prediction.outlook import TrialOutlook
from hepatrial.prediction.run_draws import RunUnderDraws
from hepatrial.prediction.weighted import Estimated, Spread
from hepatrial.report.evidence_page import PageTable
from hepatrial.report.formatting import NOT_REACHED, counted

TRUE, ESTIMATE = "true, in one trial", "as the trial will estimate it"
LAYERS_CAPTION = (
    "Median and the middle 50, 80 and 95 %. True: over draws of all that is not known, with what trials of one "
    "comparison differ by. Estimate: with the sampling error of a trial of this size too."
)
SHARES_CAPTION = (
    "Variance of the estimated log hazard ratio by what it comes from. What the size of the trial gives falls with "
    "more patients; the rest does not."
)


def spread_text(spread: Spread, digits: int = 2, factor: float = 1.0, percent: int = 80) -> str:
    """Median and an interval."""
    low, high = spread.intervals[percent]
    median, lower, upper = (_number(value, digits, factor) for value in (spread.median, low, high))
    return f"{median} ({lower} to {upper})"


def percent_text(found: Estimated) -> str:
    """A probability in per cent with its Monte-Carlo error."""
    return f"{100.0 * found.value:.0f} % (± {100.0 * found.mc_se:.1f})"


def success_words(outlook: TrialOutlook) -> str:
    """What the trial must show, in words."""
    rule = outlook.rule
    if rule.margin == 1.0:
        return f"superiority at one-sided {rule.one_sided_alpha:g}"
    return f"non-inferiority within a hazard ratio of {rule.margin:g} at one-sided {rule.one_sided_alpha:g}"


def draw_tables(found: RunUnderDraws | None) -> tuple[PageTable, ...]:
    """Tables of a run under draws; none without draws."""
    if found is None:
        return ()
    outlook = found.outlook
    if not outlook.effects:
        return (survival_table(outlook),)
    return effects_table(outlook), below_table(outlook), survival_table(outlook), variance_table(outlook)


def effects_table(outlook: TrialOutlook) -> PageTable:
    """Hazard ratios and success."""
    return PageTable(
        "Hazard ratios and success",
        (
            "comparison",
            "endpoint",
            "true HR (80 %)",
            "true HR (95 %)",
            "estimate of the trial (80 %)",
            "success",
        ),
        tuple(
            (
                f"{effect.arm} v {effect.control}",
                effect.endpoint,
                spread_text(effect.true_hr),
                spread_text(effect.true_hr, percent=95),
                spread_text(effect.estimated_hr),
                percent_text(effect.success),
            )
            for effect in outlook.effects
        ),
        text_columns=2,
        note=f"Success: {success_words(outlook)}. After ± stands the Monte-Carlo standard error, in points.",
    )


def below_table(outlook: TrialOutlook) -> PageTable:
    """How good the effect may be."""
    limits = list(outlook.effects[0].below)
    return PageTable(
        "Probability that the true hazard ratio is below",
        ("comparison", "endpoint", *(f"{limit:g}" for limit in limits)),
        tuple(
            (
                f"{effect.arm} v {effect.control}",
                effect.endpoint,
                *(percent_text(effect.below[limit]) for limit in limits),
            )
            for effect in outlook.effects
        ),
        text_columns=2,
    )


def survival_table(outlook: TrialOutlook) -> PageTable:
    """Medians, shares alive and months gained."""
    rows = [
        (arm.arm, f"median {endpoint}, months", spread_text(spread, 1), spread_text(spread, 1, percent=95))
        for arm in outlook.arms
        for endpoint, spread in arm.medians_months.items()
    ]
    rows += [
        (
            arm.arm,
            f"alive at {counted(months, 'month')}, %",
            spread_text(spread, 0, 100.0),
            spread_text(spread, 0, 100.0, 95),
        )
        for arm in outlook.arms
        for months, spread in arm.survival_at_months.items()
    ]
    rows += [
        (
            arm,
            f"months gained within {outlook.window_months:g}",
            spread_text(spread),
            spread_text(spread, percent=95),
        )
        for arm, spread in outlook.gain_months.items()
    ]
    return PageTable(
        "Survival over draws, without the sampling of a trial",
        ("arm", "what", "median (80 %)", "median (95 %)"),
        tuple(rows),
        text_columns=2,
    )


def variance_table(outlook: TrialOutlook) -> PageTable:
    """Where the variance of each estimate comes from."""
    sources = [part.source for part in outlook.effects[0].parts]
    return PageTable(
        "Standard deviation of the log hazard ratio by source, and its share of the variance",
        ("source", *(f"{effect.arm}, {effect.endpoint}" for effect in outlook.effects)),
        tuple(
            (
                source,
                *(
                    f"{effect.parts[place].sd:.3f} ({100.0 * effect.parts[place].share:.0f} %)"
                    for effect in outlook.effects
                ),
            )
            for place, source in enumerate(sources)
        ),
    )


def layers_figure(outlook: TrialOutlook) -> Figure:
    """Intervals in layers of every comparison and endpoint."""
    rows = [
        RatioLayers(
            _label(outlook, effect.arm, effect.control, effect.endpoint),
            {TRUE: layers_of(effect.true_hr), ESTIMATE: layers_of(effect.estimated_hr)},
        )
        for effect in outlook.effects
    ]
    return draw_ratio_layers(rows, title="Hazard ratios under draws of what is not known")


def shares_figure(outlook: TrialOutlook) -> Figure:
    """Shares of the variance of every estimate."""
    bars = [
        SharesBar(
            _label(outlook, effect.arm, effect.control, effect.endpoint),
            {part.source: part.share for part in effect.parts},
        )
        for effect in outlook.effects
    ]
    return draw_shares(bars, title="Where the uncertainty of the estimate comes from")


def layers_of(spread: Spread) -> Layers:
    """A distribution as figures take it."""
    return Layers(spread.median, spread.intervals)


def _label(outlook: TrialOutlook, arm: str, control: str, endpoint: str) -> str:
    several = len({effect.arm for effect in outlook.effects}) > 1
    return f"{endpoint}, {arm} v {control}" if several else endpoint


def _number(value: float, digits: int, factor: float) -> str:
    return f"{factor * value:.{digits}f}" if isfinite(value) else NOT_REACHED
