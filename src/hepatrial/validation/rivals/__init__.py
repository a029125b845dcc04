"""Predictors that cost nothing: what the model is measured against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from hepatrial.validation.comparison import Compared
from hepatrial.validation.rivals.class_mean import class_mean
from hepatrial.validation.rivals.common_sense import common_sense, common_sense_by_setting
from hepatrial.validation.rivals.evidence import RivalEvidence, rival_evidence
from hepatrial.validation.rivals.indirect import indirect
from hepatrial.validation.rivals.null import null

Rival = Callable[[Compared, RivalEvidence], float]
"""The log hazard ratio that a rival predicts of a comparison."""

RIVALS: Mapping[str, Rival] = MappingProxyType(
    {
        "null": null,
        "class_mean": class_mean,
        "common_sense": common_sense,
        "common_sense_by_setting": common_sense_by_setting,
        "indirect": indirect,
    }
)

__all__ = ["RIVALS", "Rival", "RivalEvidence", "rival_evidence"]
