"""What a marker adds, the joint model and its test on other data, as plain records."""

from __future__ import annotations

from math import isfinite
from typing import Any

from hepatrial.biomarkers.prognostic.added_value import AddedValue, Score
from hepatrial.biomarkers.prognostic.calibration import Calibration
from hepatrial.biomarkers.prognostic.external import ExternalValidation, MarkerModel
from hepatrial.biomarkers.prognostic.panel import Panel
from hepatrial.biomarkers.scales import Scale
from hepatrial.units import DAYS_PER_MONTH


def added_record(one: AddedValue) -> dict[str, Any]:
    """Scores on patients whom the models had not seen."""
    return {
        "markers": list(one.markers),
        "base": list(one.base),
        "n": one.n,
        "events": one.events,
        "likelihood_ratio": {"chi2": one.chi2, "df": one.df, "p": one.p},
        "scores": [_score_record(score) for score in one.scores],
        "horizon_months": one.horizon_days / DAYS_PER_MONTH,
        "calibration": {
            name: calibration_record(found)
            for name, found in zip(("base", "with_marker"), one.calibrations, strict=True)
        },
        "cross_validation": {"folds": one.folds, "repeats": one.repeats, "bootstrap_samples": one.samples},
    }


def _score_record(score: Score) -> dict[str, Any]:
    return {
        "measure": score.measure,
        "base": _known(score.base),
        "extended": _known(score.extended),
        "difference": _known(score.difference),
        "ci": [_known(score.lower), _known(score.upper)],
        "as_fitted": [_known(value) for value in score.apparent],
    }


def panel_record(found: Panel | None) -> dict[str, Any] | None:
    """The penalised model, and its scores on patients whom it had not seen."""
    if found is None:
        return None
    return {
        "kind": found.kind,
        "n": found.n,
        "events": found.events,
        "candidates": found.candidates,
        "left_out": list(found.left_out),
        "penalty": found.penalty,
        "markers": [
            {"name": name, "log_hr": float(beta), "kept_in_percent": float(share)}
            for name, beta, share in zip(found.names, found.beta, found.kept_in, strict=True)
        ],
        "covariates": [
            {"name": name, "log_hr": float(beta)}
            for name, beta in zip(found.covariates, found.covariate_beta, strict=True)
        ],
        "scores": [_score_record(score) for score in found.scores],
        "calibration": calibration_record(found.calibration),
    }


def calibration_record(found: Calibration) -> dict[str, Any]:
    """Groups of predicted risk, and the slope."""
    return {
        "days": found.days,
        "groups": [
            {"predicted": _known(p), "observed": _known(o), "ci": [_known(low), _known(high)]}
            for p, o, low, high in zip(found.predicted, found.observed, found.lower, found.upper, strict=True)
        ],
        "slope": _known(found.slope),
        "slope_ci": [_known(found.slope_lower), _known(found.slope_upper)],
    }


def model_record(model: MarkerModel | None) -> dict[str, Any] | None:
    """Everything that is needed to predict a patient."""
    if model is None:
        return None
    return {
        "endpoint": model.endpoint,
        "n": model.n,
        "events": model.events,
        "columns": [
            {"name": name, "log_hr": float(beta), "centre": float(centre)}
            for name, beta, centre in zip(model.risk.names, model.risk.beta, model.risk.centre, strict=True)
        ],
        "markers": [_scale_record(scale) for scale in model.scales],
        "baseline": {
            "days": [float(day) for day in model.risk.time_days],
            "cumulative_hazard": [float(value) for value in model.risk.hazard],
        },
    }


def _scale_record(scale: Scale) -> dict[str, Any]:
    return {
        "name": scale.name,
        "transform": scale.transform,
        "centre": scale.centre,
        "width": scale.width,
        "levels": None if scale.levels is None else list(scale.levels),
    }


def validation_record(found: ExternalValidation | None) -> dict[str, Any] | None:
    """How the model did on other data."""
    if found is None:
        return None
    return {
        "data": found.name,
        "n": found.n,
        "events": found.events,
        "left_out": found.left_out,
        "c": found.c.estimate,
        "c_standard_error": found.c.std_error,
        "calibration": calibration_record(found.calibration),
        "observed_events": found.large.observed,
        "expected_events": found.large.expected,
        "observed_over_expected": found.large.ratio,
        "observed_over_expected_ci": [found.large.lower, found.large.upper],
    }


def _known(value: float) -> float | None:
    return float(value) if isfinite(value) else None
