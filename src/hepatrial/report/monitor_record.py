"""Monitoring as the plain record that ``--json`` prints and ``result.json`` holds."""

from __future__ import annotations

from math import isfinite
from typing import Any

from hepatrial.biomarkers.monitoring.joint_prediction import PredictedCourse
from hepatrial.biomarkers.monitoring.landmark import Landmark, LandmarkAnalysis, RatioOfGroups
from hepatrial.biomarkers.monitoring.lead_time import LeadTime, WithLimits
from hepatrial.biomarkers.monitoring.patient import PatientPrediction
from hepatrial.biomarkers.monitoring.study import MarkerOverTime, MonitoringStudy
from hepatrial.biomarkers.monitoring.validation import MethodScores, Score
from hepatrial.report.biomarker_record import BIOMARKER_NOTICE
from hepatrial.survival import CountingProcessFit, Estimate


def monitor_record(study: MonitoringStudy, patient: PatientPrediction | None = None) -> dict[str, Any]:
    """Stable keys; what is not known is null. Limits are 95 %."""
    first = study.markers[0].courses
    check = study.check
    return {
        "notice": BIOMARKER_NOTICE,
        "endpoint": study.endpoint,
        "subjects": len(first),
        "events": int(first.times.event.sum()),
        "horizon_days": study.horizon_days,
        "adjusted_for": list(study.adjust_names),
        "markers": [_marker(one) for one in study.markers],
        "responses": [_response(one) for one in study.responses],
        "prediction": None
        if check is None
        else {
            "window_days": check.window_days,
            "folds": check.folds,
            "overall": [_method(one) for one in check.overall],
            "landmarks": [_method(one) for one in check.rows],
        },
        "progression": study.progression or None,
        "alarms": [lead_record(one) for one in study.alarms],
        "sampling": [
            {
                "rule": str(choice.intervals[0].result.rule),
                "enough_weeks": choice.enough_weeks,
                "intervals": [{"weeks": each.weeks} | lead_record(each.result) for each in choice.intervals],
            }
            for choice in study.sampling
            if choice.intervals
        ],
        "patient": None if patient is None else patient_record(patient),
        "notes": list(study.notes),
    }


def lead_record(found: LeadTime) -> dict[str, Any]:
    """One alarm rule against progression."""
    return {
        "rule": str(found.rule),
        "horizon_days": found.horizon_days,
        "subjects": found.subjects,
        "progressions": found.progressions,
        "alarms": found.alarms,
        "true_alarms": found.true_alarms,
        "false_alarms": found.false_alarms,
        "open_alarms": found.open_alarms,
        "sensitivity_percent": _limits(found.sensitivity_percent),
        "lead_weeks": _limits(found.lead_weeks),
        "lead_quartiles_weeks": [_known(each) for each in found.lead_quartiles_weeks],
        "warning_weeks": _limits(found.warning_weeks),
        "false_per_patient_year": _limits(found.false_per_year),
        "false_per_100_visits": _limits(found.false_per_100_visits),
        "predictive_percent": _limits(found.predictive_percent),
        "chance_percent": _known(found.chance_percent),
        "against_chance": found.against_chance,
        "samples_per_year": _known(found.samples_per_year),
    }


def patient_record(found: PatientPrediction) -> dict[str, Any]:
    """One patient: survival at the horizon and along the way, at each visit."""
    return {
        "patient": found.subject,
        "markers": list(found.markers),
        "followed_days": found.followed_days,
        "event": found.event,
        "visits": [
            {
                "day": visit.day,
                "values": dict(zip(found.markers, visit.values, strict=True)),
                "landmark_model": _course(visit.landmark),
                "joint_model": None if visit.joint is None else _course(visit.joint),
            }
            for visit in found.visits
        ],
        "notes": list(found.notes),
    }


def _course(found: PredictedCourse) -> dict[str, Any]:
    return {
        "survival_at_horizon": _known(float(found.survival[-1])),
        "ci": [_known(float(found.lower[-1])), _known(float(found.upper[-1]))],
        "days_ahead": [float(day) for day in found.days],
        "survival": [float(value) for value in found.survival],
        "lower": [float(value) for value in found.lower],
        "upper": [float(value) for value in found.upper],
    }


def _marker(one: MarkerOverTime) -> dict[str, Any]:
    joint = one.joint
    return {
        "marker": one.courses.marker,
        "scale": one.courses.scale_words,
        "measurements": one.measurements,
        "median_gap_days": _known(one.median_gap_days),
        "time_varying": _changing(one.now),
        "time_varying_lag_28_days": _changing(one.lagged),
        "joint_model": None
        if joint is None
        else {
            "hr": joint.hr,
            "ci": [joint.lower, joint.upper],
            "p": joint.p,
            "residual_sd": joint.residual_sd,
            "slope_per_year": float(joint.mean[1]),
        },
        "reasons": list(one.reasons),
    }


def _changing(fit: CountingProcessFit | None) -> dict[str, Any] | None:
    if fit is None:
        return None
    return {"hr": float(fit.hr[0]), "ci": [float(fit.lower[0]), float(fit.upper[0])], "p": float(fit.p[0])}


def _response(found: LandmarkAnalysis) -> dict[str, Any]:
    return {
        "rule": str(found.rule),
        "landmark": _landmark(found.chosen),
        "sensitivity": [_landmark(one) for one in found.sensitivity],
        "naive_biased": _ratio(found.naive),
        "adjusted_for": list(found.adjusted_for),
    }


def _landmark(found: Landmark) -> dict[str, Any]:
    return {
        "day": found.day,
        "responders": found.responders,
        "others": found.others,
        "events_responders": found.events_responders,
        "events_others": found.events_others,
        "gone_before": found.gone,
        "unknown": found.unknown,
        "median_days_responders": _median(found.median_responders),
        "median_days_others": _median(found.median_others),
        **_ratio(found.ratio),
    }


def _ratio(found: RatioOfGroups) -> dict[str, Any]:
    ci = None if found.lower is None else [_known(found.lower), _known(found.upper)]
    return {"hr": _known(found.hr), "ci": ci, "p": _known(found.p), "reason": found.reason or None}


def _median(found: Estimate | None) -> list[float | None] | None:
    return None if found is None else [_known(float(each)) for each in found]


def _method(found: MethodScores) -> dict[str, Any]:
    return {
        "method": found.method,
        "landmark_days": _known(found.landmark_days),
        "at_risk": found.at_risk,
        "events": found.events,
        "auc": _limits(found.auc),
        "brier": _limits(found.brier),
        "auc_gain": _limits(found.auc_gain),
        "brier_gain": _limits(found.brier_gain),
    }


def _limits(found: WithLimits | Score | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"value": _known(found.value), "ci": [_known(found.lower), _known(found.upper)]}


def _known(value: float | None) -> float | None:
    return None if value is None or not isfinite(value) else float(value)
