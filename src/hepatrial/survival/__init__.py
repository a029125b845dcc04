"""Survival analysis: estimators, tests, models, competing risks, and fast kernels for many trials at once."""

from hepatrial.survival.concordance import Concordance, concordance
from hepatrial.survival.cox import CoxFit, cox
from hepatrial.survival.kaplan_meier import Estimate, KaplanMeier, kaplan_meier
from hepatrial.survival.log_rank import LogRank, log_rank
from hepatrial.survival.times import SurvivalTimes

__all__ = [
    "Concordance",
    "CoxFit",
    "Estimate",
    "KaplanMeier",
    "LogRank",
    "SurvivalTimes",
    "concordance",
    "cox",
    "kaplan_meier",
    "log_rank",
]
