"""From a validation to what its figures of ratios show."""

from __future__ import annotations

import math
from dataclasses import replace

from hepatrial.evidence.collection import shipped
from hepatrial.figures.validation import RatioGroup, RatioRow
from hepatrial.report.formatting import capital
from hepatrial.report.validation_verdict import KIND_NAMES
from hepatrial.validation import Kind, PredictedComparison, Validation
from hepatrial.validation.answer import KINDS
from hepatrial.validation.preregistration import FITTED


def ratio_groups(answer: Validation, kind: Kind) -> list[RatioGroup]:
    """All comparisons of one kind by group, scored or not."""
    return [
        RatioGroup(
            name=capital(group),
            fitted=group == FITTED,
            rows=tuple(_row(one) for one in answer.comparisons if one.group == group and one.of.kind == kind),
        )
        for group in answer.rules.groups
    ]


def panels_of(answer: Validation) -> dict[str, list[RatioGroup]]:
    """What enters the scores, by kind of endpoint."""
    kept = replace(answer, comparisons=tuple(one for one in answer.comparisons if one.in_summary))
    return {capital(KIND_NAMES[kind]): ratio_groups(kept, kind) for kind in KINDS}


def _row(one: PredictedComparison) -> RatioRow:
    predictive = one.predictive
    fifty, eighty, most = (_ratios(predictive.interval(percent)) for percent in (50, 80, 95))
    name = short_name(one.of.record)
    return RatioRow(
        label=f"{name}, {one.of.endpoint}" if one.of.kind == "progression" else name,
        published=one.published.hr,
        published_ci=one.published.ci,
        predicted=math.exp(predictive.median),
        predicted_50=fifty,
        predicted_80=eighty,
        predicted_95=most,
        scored=one.published.scored,
    )


def short_name(record: str) -> str:
    """A trial as the registry calls it, up to the first comma."""
    return shipped()[record].name.partition(",")[0]


def _ratios(limits: tuple[float, float]) -> tuple[float, float]:
    return math.exp(limits[0]), math.exp(limits[1])
