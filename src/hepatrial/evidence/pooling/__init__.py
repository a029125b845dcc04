"""Pairwise pooling of published trials: pools, meta-regression, interactions, surrogacy, events needed."""

from hepatrial.evidence.pooling.events_needed import (
    events_for_hazard_ratio,
    events_for_interaction,
    events_for_precision,
)
from hepatrial.evidence.pooling.heterogeneity import Heterogeneity
from hepatrial.evidence.pooling.inference import Estimate, IntervalMethod, PredictionMethod
from hepatrial.evidence.pooling.interaction import (
    BetweenSubgroups,
    SubgroupPair,
    between_subgroups,
    interaction_test,
    pool_interactions,
    ratio_of_hazard_ratios,
)
from hepatrial.evidence.pooling.meta_regression import MetaRegression, meta_regression
from hepatrial.evidence.pooling.multiplicity import benjamini_hochberg, holm
from hepatrial.evidence.pooling.pool import Pooled, pool_common, pool_random
from hepatrial.evidence.pooling.sequences import cumulative, leave_one_out
from hepatrial.evidence.pooling.small_studies import SmallStudyTest, egger_test, egger_test_random_effects
from hepatrial.evidence.pooling.study_effect import StudyEffect, effect_from_interval
from hepatrial.evidence.pooling.surrogacy import Surrogacy, TrialWeights, surrogacy
from hepatrial.evidence.pooling.surrogacy_with_errors import SurrogacyWithErrors, surrogacy_with_errors
from hepatrial.evidence.pooling.surrogate_trials import SurrogateTrial
from hepatrial.evidence.pooling.tau2 import Tau2Estimator
from hepatrial.evidence.pooling.threshold import Threshold

__all__ = [
    "BetweenSubgroups",
    "Estimate",
    "Heterogeneity",
    "IntervalMethod",
    "MetaRegression",
    "Pooled",
    "PredictionMethod",
    "SmallStudyTest",
    "StudyEffect",
    "SubgroupPair",
    "Surrogacy",
    "SurrogacyWithErrors",
    "SurrogateTrial",
    "Tau2Estimator",
    "Threshold",
    "TrialWeights",
    "benjamini_hochberg",
    "between_subgroups",
    "cumulative",
    "effect_from_interval",
    "egger_test",
    "egger_test_random_effects",
    "events_for_hazard_ratio",
    "events_for_interaction",
    "events_for_precision",
    "holm",
    "interaction_test",
    "leave_one_out",
    "meta_regression",
    "pool_common",
    "pool_interactions",
    "pool_random",
    "ratio_of_hazard_ratios",
    "surrogacy",
    "surrogacy_with_errors",
]
