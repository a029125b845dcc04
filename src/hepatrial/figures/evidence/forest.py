"""The forest plot of a pairwise meta-analysis: studies, pools, heterogeneity, where a further trial may lie."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from hepatrial.evidence.pooling import BetweenSubgroups, Pooled, StudyEffect
from hepatrial.evidence.pooling.refusals import misuse
from hepatrial.figures.evidence.forest_layout import draw_rows
from hepatrial.figures.evidence.forest_rows import Column, ForestText
from hepatrial.figures.evidence.study_rows import Columns, ForestFrame, ForestGroup, study_rows
from hepatrial.figures.evidence.wording import (
    heterogeneity_text,
    level_text,
    method_text,
    p_equals,
    weight_heading,
)


def draw_forest(
    effects: Sequence[StudyEffect],
    pools: Sequence[Pooled],
    *,
    title: str,
    columns: Columns | None = None,
    measure: str = "Hazard ratio",
    favours: tuple[str, str] | None = None,
    limits: tuple[float, float] | None = None,
    notes: Sequence[str] = (),
) -> Figure:
    """Forest plot of studies and their pools.

    Parameters
    ----------
    effects
        One a study, in the order of the rows.
    pools
        Of these studies: `pool_common`, `pool_random` or both. Squares have the area of the last pool's weights.
    columns
        Further columns of text left of the axis (events, patients, year).
    favours
        Who is favoured left and right of 1; the arm and the control if left out.
    limits
        Limits of the axis; chosen to hold all estimates if left out, intervals that leave it end in arrows.
    notes
        Sentences added under the plot.

    Raises
    ------
    UsageError
        A pool of other studies than those shown.
    """
    return draw_grouped_forest(
        (ForestGroup("", tuple(effects)),),
        overall=pools,
        title=title,
        columns=columns,
        measure=measure,
        favours=favours,
        limits=limits,
        notes=notes,
    )


def draw_grouped_forest(
    groups: Sequence[ForestGroup],
    *,
    overall: Sequence[Pooled] = (),
    title: str,
    between: BetweenSubgroups | None = None,
    columns: Columns | None = None,
    measure: str = "Hazard ratio",
    favours: tuple[str, str] | None = None,
    limits: tuple[float, float] | None = None,
    notes: Sequence[str] = (),
) -> Figure:
    """Forest plot of groups of studies, each with its pools, and of all studies together.

    Parameters
    ----------
    groups, overall
        Without ``overall``, weights are those within each group.
    between
        Test that the groups' effects are the same.
    title, columns, measure, favours, limits, notes
        As for `draw_forest`.
    """
    _refuse_other_studies(groups, overall)
    effects = [effect for group in groups for effect in group.effects]
    heads = {**_compared(effects), **(columns or {})}
    shown = overall or groups[0].pools
    confidence = shown[0].confidence if shown else 0.95
    frame = ForestFrame(
        groups, tuple(overall), heads, confidence, grouped=any(group.name for group in groups)
    )
    laid = [
        Column("Study", align="left"),
        *(Column(heading) for heading in heads),
        Column(f"{measure}\n({level_text(confidence)})", left=False, most=1.6),
        *(Column(weight_heading(pool), left=False) for pool in shown),
    ]
    said = ForestText(
        title=title,
        measure=measure,
        favours=favours or _favours(effects),
        notes=(*_notes(frame, between), *notes),
    )
    return draw_rows(
        laid, study_rows(frame), said, limits=limits, dashed=overall[-1].hr[0] if overall else None
    )


def _notes(frame: ForestFrame, between: BetweenSubgroups | None) -> list[str]:
    found = []
    for group in frame.groups:
        if group.name and group.pools:
            found.append(_heterogeneity(group.pools, group.name))
    if frame.overall:
        found.append(_heterogeneity(frame.overall, "All studies" if frame.grouped else "Heterogeneity"))
    if between is not None:
        found.append(
            f"Difference between groups: Q = {between.q:.2f} on {between.df} df, {p_equals(between.p)}."
        )
    found += [method_text(pool) for pool in frame.overall]
    by = "of the last column of weights" if frame.overall or frame.groups[0].pools else "precision"
    found.append(
        f"Area of squares: {by}. Intervals of studies follow from the standard errors that are pooled; printed ones "
        "may differ in the last digit. Arrows: intervals that go on beyond the axis."
    )
    return found


def _heterogeneity(pools: Sequence[Pooled], of: str) -> str:
    last = pools[-1]
    return heterogeneity_text(last.heterogeneity, of=of, common=last.tau2_estimator is None)


def _compared(effects: Sequence[StudyEffect]) -> dict[str, dict[str, str]]:
    """A column that says what was compared, unless all studies compared the same."""
    arms, controls = {effect.arm for effect in effects}, {effect.control for effect in effects}
    if len(controls) == 1:
        return {"Treatment": {e.study: e.arm for e in effects}} if len(arms) > 1 else {}
    if len(arms) == 1:
        return {"Control": {e.study: e.control for e in effects}}
    return {"Comparison": {e.study: f"{e.arm} v {e.control}" for e in effects}}


def _favours(effects: Sequence[StudyEffect]) -> tuple[str, str]:
    arms, controls = {effect.arm for effect in effects}, {effect.control for effect in effects}
    return (
        arms.pop() if len(arms) == 1 else "the treatment" if len(controls) == 1 else "the first-named arm",
        controls.pop() if len(controls) == 1 else "the control" if len(arms) == 1 else "the second-named arm",
    )


def _refuse_other_studies(groups: Sequence[ForestGroup], overall: Sequence[Pooled]) -> None:
    pairs = [(group.effects, pool) for group in groups for pool in group.pools]
    everything = tuple(effect for group in groups for effect in group.effects)
    pairs += [(everything, pool) for pool in overall]
    for effects, pool in pairs:
        shown = {effect.study for effect in effects}
        if shown != set(pool.studies):
            raise misuse(
                "a forest plot: the pool is not of the studies shown",
                ", ".join(sorted(shown ^ set(pool.studies))),
                "the same studies in both",
                "pool the effects that are drawn",
            )
