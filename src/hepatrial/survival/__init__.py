"""Survival analysis: estimators, tests, models, competing risks, and fast kernels for many trials at once."""

from hepatrial.survival.concordance import Concordance, concordance
from hepatrial.survival.counting_process import AtRisk, CountingProcessFit, cox_counting_process
from hepatrial.survival.cox import CoxFit, cox
from hepatrial.survival.cumulative_incidence import CumulativeIncidence, aalen_johansen
from hepatrial.survival.fine_gray import FineGrayFit, fine_gray
from hepatrial.survival.gray import GrayTest, gray_test
from hepatrial.survival.kaplan_meier import Estimate, KaplanMeier, kaplan_meier
from hepatrial.survival.log_rank import LogRank, log_rank
from hepatrial.survival.lost_time import TimeLost, TimeLostComparison, compare_time_lost, time_lost
from hepatrial.survival.proportional_hazards import ProportionalHazards, check_proportional_hazards
from hepatrial.survival.restricted_mean import (
    RestrictedMean,
    RestrictedMeanComparison,
    compare_restricted_mean,
    restricted_mean,
)
from hepatrial.survival.times import SurvivalTimes

__all__ = [
    "AtRisk",
    "Concordance",
    "CountingProcessFit",
    "CoxFit",
    "CumulativeIncidence",
    "Estimate",
    "FineGrayFit",
    "GrayTest",
    "KaplanMeier",
    "LogRank",
    "ProportionalHazards",
    "RestrictedMean",
    "RestrictedMeanComparison",
    "SurvivalTimes",
    "TimeLost",
    "TimeLostComparison",
    "aalen_johansen",
    "check_proportional_hazards",
    "compare_restricted_mean",
    "compare_time_lost",
    "concordance",
    "cox",
    "cox_counting_process",
    "fine_gray",
    "gray_test",
    "kaplan_meier",
    "log_rank",
    "restricted_mean",
    "time_lost",
]
