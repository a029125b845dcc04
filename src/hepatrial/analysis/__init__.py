"""From `TrialData` to the numbers of the analysis plan; the same for virtual and real trials."""

from hepatrial.analysis.adverse_events import AdverseEventRow, adverse_event_table
from hepatrial.analysis.analyse import Analysis, ArmResult, analyse
from hepatrial.analysis.baseline_table import BaselineRow, baseline_table
from hepatrial.analysis.benefit_curve import BenefitCurve, benefit_curve
from hepatrial.analysis.benefit_threshold import Threshold, gone_from, threshold
from hepatrial.analysis.best_responses import BestResponses, best_responses
from hepatrial.analysis.causes import CauseEffect, cause_effects, deaths_by_cause
from hepatrial.analysis.effects import Effect, effect, proportional_hazards_p
from hepatrial.analysis.follow_up import follow_up_months
from hepatrial.analysis.power import ReplicateShare, patient_shift, quantile_error, replicate_share
from hepatrial.analysis.reserve_benefit import (
    CauseRatios,
    Interval,
    ReserveEffect,
    TimeChange,
    TrueGain,
    benefit_by_reserve,
)
from hepatrial.analysis.reserve_groups import ReserveGroup, reserve_groups
from hepatrial.analysis.reserve_outlook import ArmOutlook, outlook_by_reserve
from hepatrial.analysis.restricted_means import RestrictedMeans, restricted_means
from hepatrial.analysis.sessions_given import SessionsGiven, sessions_given
from hepatrial.analysis.treatment_given import (
    DoseIntensity,
    TreatmentGiven,
    dose_intensities,
    treatment_given,
)
from hepatrial.analysis.twin_effects import TwinEffect, twin_effect

__all__ = [
    "AdverseEventRow",
    "Analysis",
    "ArmOutlook",
    "ArmResult",
    "BaselineRow",
    "BenefitCurve",
    "BestResponses",
    "CauseEffect",
    "CauseRatios",
    "DoseIntensity",
    "Effect",
    "Interval",
    "ReplicateShare",
    "ReserveEffect",
    "ReserveGroup",
    "RestrictedMeans",
    "SessionsGiven",
    "Threshold",
    "TimeChange",
    "TreatmentGiven",
    "TrueGain",
    "TwinEffect",
    "adverse_event_table",
    "analyse",
    "baseline_table",
    "benefit_by_reserve",
    "benefit_curve",
    "best_responses",
    "cause_effects",
    "deaths_by_cause",
    "dose_intensities",
    "effect",
    "follow_up_months",
    "gone_from",
    "outlook_by_reserve",
    "patient_shift",
    "proportional_hazards_p",
    "quantile_error",
    "replicate_share",
    "reserve_groups",
    "restricted_means",
    "sessions_given",
    "threshold",
    "treatment_given",
    "twin_effect",
]
