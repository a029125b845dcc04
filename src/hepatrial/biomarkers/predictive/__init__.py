"""Predictive markers: interaction with treatment on both scales, curves over a marker, and the verdict."""

from hepatrial.biomarkers.predictive.absolute import (
    AbsoluteInteractions,
    HighLow,
    absolute_interactions,
    high_low,
)
from hepatrial.biomarkers.predictive.arrays import TwoArms, two_arms
from hepatrial.biomarkers.predictive.benefit_calibration import BenefitCalibration, benefit_calibration
from hepatrial.biomarkers.predictive.curve_basis import FractionalPolynomial, NaturalSpline, natural_spline
from hepatrial.biomarkers.predictive.effect_curve import Band, EffectCurve, effect_curve
from hepatrial.biomarkers.predictive.fractional_polynomial import best_polynomial
from hepatrial.biomarkers.predictive.interaction import Interactions, interactions
from hepatrial.biomarkers.predictive.learners import IndividualEffects, individual_effects
from hepatrial.biomarkers.predictive.method_scores import MethodScore, score_methods
from hepatrial.biomarkers.predictive.power import events_to_detect, events_to_rule_out, power_to_detect
from hepatrial.biomarkers.predictive.pseudo_values import pseudo_values, pseudo_values_by_arm
from hepatrial.biomarkers.predictive.results import PredictiveResults, predictive_results, two_arms_of
from hepatrial.biomarkers.predictive.stepp import Stepp, stepp
from hepatrial.biomarkers.predictive.study import PredictiveStudy, predictive_study
from hepatrial.biomarkers.predictive.subgroups import SubgroupTest, subgroup_tests
from hepatrial.biomarkers.predictive.twin_truth import TwinTruth, truth_of, twin_truth
from hepatrial.biomarkers.predictive.verdict import Margins, Verdict, verdict
from hepatrial.biomarkers.predictive.windows import windows_of

__all__ = [
    "AbsoluteInteractions",
    "Band",
    "BenefitCalibration",
    "EffectCurve",
    "FractionalPolynomial",
    "HighLow",
    "IndividualEffects",
    "Interactions",
    "Margins",
    "MethodScore",
    "NaturalSpline",
    "PredictiveResults",
    "PredictiveStudy",
    "Stepp",
    "SubgroupTest",
    "TwinTruth",
    "TwoArms",
    "Verdict",
    "absolute_interactions",
    "benefit_calibration",
    "best_polynomial",
    "effect_curve",
    "events_to_detect",
    "events_to_rule_out",
    "high_low",
    "individual_effects",
    "interactions",
    "natural_spline",
    "power_to_detect",
    "predictive_results",
    "predictive_study",
    "pseudo_values",
    "pseudo_values_by_arm",
    "score_methods",
    "stepp",
    "subgroup_tests",
    "truth_of",
    "twin_truth",
    "two_arms",
    "two_arms_of",
    "verdict",
    "windows_of",
]
