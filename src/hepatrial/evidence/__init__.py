"""The evidence: published trials as cited records, and what is made of them."""

from hepatrial.evidence.collection import Collection, collection, load_trial, trial_names
from hepatrial.evidence.early_trials import EarlyTrial, early_trials
from hepatrial.evidence.effects import study_effects
from hepatrial.evidence.independence import Comparison, IndependentSet, independent_comparisons
from hepatrial.evidence.intervals import standard_error_of_log_hr
from hepatrial.evidence.registry import Registry, registry
from hepatrial.evidence.search import search, select

__all__ = [
    "Collection",
    "Comparison",
    "EarlyTrial",
    "IndependentSet",
    "Registry",
    "collection",
    "early_trials",
    "independent_comparisons",
    "load_trial",
    "registry",
    "search",
    "select",
    "standard_error_of_log_hr",
    "study_effects",
    "trial_names",
]
