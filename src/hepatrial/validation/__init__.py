"""The model against trials: what was fitted, what was held out, and what a reader could have known for nothing."""

from hepatrial.validation.answer import PredictedComparison, Validation, validate
from hepatrial.validation.comparison import Compared, Kind, Published
from hepatrial.validation.kept_predictions import KeptPredictions
from hepatrial.validation.preregistration import Preregistration, preregistration
from hepatrial.validation.scores import Coverage, PointScore, Summary

__all__ = [
    "Compared",
    "Coverage",
    "KeptPredictions",
    "Kind",
    "PointScore",
    "PredictedComparison",
    "Preregistration",
    "Published",
    "Summary",
    "Validation",
    "preregistration",
    "validate",
]
