"""Rows of a forest plot of studies: the studies by group, their weights, pools and prediction intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from hepatrial.evidence.pooling import Pooled, StudyEffect
from hepatrial.figures.evidence.forest_rows import BLANK, ForestRow, Look, Mark
from hepatrial.figures.evidence.wording import MISSING, limits_text, pool_label, ratio_text, study_ratio

Columns = Mapping[str, Mapping[str, str]]
"""Further columns: by heading, the text of each study, such as ``{"deaths / n": {"SHARP": "321 / 602"}}``."""


@dataclass(frozen=True, slots=True)
class ForestGroup:
    """Studies that are shown together under a name, with their own pools (common, random or both)."""

    name: str
    effects: tuple[StudyEffect, ...]
    pools: tuple[Pooled, ...] = ()


@dataclass(frozen=True, slots=True)
class ForestFrame:
    """Groups, the pools of all, further columns of text, and the level of the intervals."""

    groups: Sequence[ForestGroup]
    overall: tuple[Pooled, ...]
    columns: Columns
    confidence: float
    grouped: bool

    def weights(self, group: ForestGroup) -> list[dict[str, float]]:
        """By pool, per cent by study: of the overall pools, else of the group's own."""
        pools = self.overall or group.pools
        return [dict(zip(pool.studies, pool.weights_percent, strict=True)) for pool in pools]

    def areas(self) -> list[dict[str, float]]:
        """By group and study, area as a share of the largest: by weight, or by precision where nothing was pooled."""
        found = []
        for group in self.groups:
            weights = self.weights(group)
            precision = {effect.study: effect.std_error**-2 for effect in group.effects}
            found.append(weights[-1] if weights else precision)
        largest = max(weight for own in found for weight in own.values())
        return [{study: weight / largest for study, weight in own.items()} for own in found]


def study_rows(frame: ForestFrame) -> list[ForestRow]:
    """Rows of the studies by group, each group's pools under it, and the pools of all at the end."""
    rows: list[ForestRow] = []
    for group, areas in zip(frame.groups, frame.areas(), strict=True):
        if group.name:
            rows.append(ForestRow((group.name,), bold=True))
        rows += [_study_row(frame, group, effect, areas[effect.study]) for effect in group.effects]
        for place, pool in enumerate(group.pools):
            rows += _pool_rows(frame, pool, _group_weights(frame, group, place), indent=frame.grouped)
        if frame.grouped:
            rows.append(BLANK)
    if frame.overall and not frame.grouped:
        rows.append(BLANK)
    for place, pool in enumerate(frame.overall):
        weights = ["100 %" if place == column else "" for column in range(len(frame.overall))]
        rows += _pool_rows(frame, pool, weights, all_studies=frame.grouped)
    return rows[:-1] if rows[-1] is BLANK else rows


def _study_row(frame: ForestFrame, group: ForestGroup, effect: StudyEffect, area: float) -> ForestRow:
    ratio = study_ratio(effect, frame.confidence)
    told = [texts.get(effect.study, MISSING) for texts in frame.columns.values()]
    weights = [_per_cent(pool[effect.study]) for pool in frame.weights(group)]
    return ForestRow(
        (effect.study, *told, ratio_text(ratio), *weights), ratio, area=area, indent=frame.grouped
    )


def _group_weights(frame: ForestFrame, group: ForestGroup, place: int) -> list[str]:
    studies = {effect.study for effect in group.effects}
    sums = [sum(pool[study] for study in studies) for pool in frame.weights(group)]
    return [_per_cent(total) if column == place else "" for column, total in enumerate(sums)]


def _per_cent(weight: float) -> str:
    return "100 %" if weight > 99.95 else f"{weight:.1f} %"


def _pool_rows(
    frame: ForestFrame, pool: Pooled, weights: list[str], *, indent: bool = False, all_studies: bool = False
) -> list[ForestRow]:
    empty = [""] * len(frame.columns)
    look = Look.COMMON if pool.tau2_estimator is None else Look.RANDOM
    label = pool_label(pool)
    if all_studies:
        label = f"All studies: {label[0].lower()}{label[1:]}"
    rows = [
        ForestRow(
            (label, *empty, ratio_text(pool.hr), *weights),
            pool.hr,
            mark=Mark.DIAMOND,
            look=look,
            bold=True,
            indent=indent,
        )
    ]
    if pool.effect.prediction is not None:
        lower, upper = (exp(limit) for limit in pool.effect.prediction)
        label = f"Prediction interval, {100 * pool.confidence:.4g} %"
        rows.append(
            ForestRow(
                (label, *empty, limits_text(lower, upper)),
                (1.0, lower, upper),
                mark=Mark.BAR,
                look=Look.PREDICTION,
                indent=indent,
            )
        )
    return rows
