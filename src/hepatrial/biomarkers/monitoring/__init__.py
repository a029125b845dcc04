"""Markers over time: responses and alarms, landmarks, time-varying and joint models, prediction for one patient."""

from hepatrial.biomarkers.monitoring.courses import Courses, marker_courses, markers_of
from hepatrial.biomarkers.monitoring.immortal_time import ImmortalTime, immortal_time
from hepatrial.biomarkers.monitoring.joint_model import JointModel, fit_joint_model
from hepatrial.biomarkers.monitoring.joint_prediction import (
    PredictedCourse,
    joint_survival,
    predict_by_joint_model,
)
from hepatrial.biomarkers.monitoring.landmark import LandmarkAnalysis, landmark_analysis
from hepatrial.biomarkers.monitoring.landmark_model import LandmarkModel, fit_landmark_model
from hepatrial.biomarkers.monitoring.lead_time import LeadTime, lead_time
from hepatrial.biomarkers.monitoring.patient import PatientPrediction, predict_patient
from hepatrial.biomarkers.monitoring.rules import ALARMS, RESPONSES, MarkerRule, parse_rule
from hepatrial.biomarkers.monitoring.sampling_interval import SamplingChoice, sampling_choice, thinned
from hepatrial.biomarkers.monitoring.simulated_onset import onset_of_resistance
from hepatrial.biomarkers.monitoring.study import MonitoringStudy, monitoring_study
from hepatrial.biomarkers.monitoring.time_varying import (
    marker_steps,
    step_rows,
    switched_on,
    time_varying_cox,
)
from hepatrial.biomarkers.monitoring.validation import PredictionCheck, check_predictions

__all__ = [
    "ALARMS",
    "RESPONSES",
    "Courses",
    "ImmortalTime",
    "JointModel",
    "LandmarkAnalysis",
    "LandmarkModel",
    "LeadTime",
    "MarkerRule",
    "MonitoringStudy",
    "PatientPrediction",
    "PredictedCourse",
    "PredictionCheck",
    "SamplingChoice",
    "check_predictions",
    "fit_joint_model",
    "fit_landmark_model",
    "immortal_time",
    "joint_survival",
    "landmark_analysis",
    "lead_time",
    "marker_courses",
    "marker_steps",
    "markers_of",
    "monitoring_study",
    "onset_of_resistance",
    "parse_rule",
    "predict_by_joint_model",
    "predict_patient",
    "sampling_choice",
    "step_rows",
    "switched_on",
    "thinned",
    "time_varying_cox",
]
