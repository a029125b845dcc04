"""What a run did about each item of a reporting checklist."""

from __future__ import annotations

import numpy as np

from hepatrial.biomarkers.prognostic.external import ExternalValidation
from hepatrial.biomarkers.prognostic.outcome import event_count
from hepatrial.biomarkers.prognostic.study import PrognosticStudy
from hepatrial.report.formatting import counted
from hepatrial.survival.kaplan_meier import kaplan_meier
from hepatrial.survival.times import SurvivalTimes
from hepatrial.units import DAYS_PER_MONTH

PLACES = {
    "screen": "Every marker",
    "curve": "The shape of the effect, and whether it lasts",
    "missing": "What is missing",
    "added": "What a marker adds to the clinical base",
    "model": "The model, and its test on other data",
}


def checklist_answers(study: PrognosticStudy, validated: ExternalValidation | None) -> dict[str, str]:
    """What was done, by key of the checklists' items; a key that is not here is for whoever writes."""
    return _of_the_data(study) | _of_the_analysis(study) | _of_the_model(study, validated)


def _of_the_data(study: PrognosticStudy) -> dict[str, str]:
    frame, found = study.frame, study.leading
    events = event_count(frame)
    least, most = int(found.n.min()), int(found.n.max())
    arms = (
        "One group; say what treatment they had."
        if frame.arm is None
        else f"Arms: {', '.join(frame.arms)}; each has a baseline hazard of its own. Say how they were assigned."
    )
    median = _median_follow_up(frame.times)
    followed = (
        f"Median follow-up {median:.1f} months (reverse Kaplan-Meier)"
        if np.isfinite(median)
        else ("Median follow-up is not reached (reverse Kaplan-Meier)")
    )
    named = (
        "The markers were named when the run was asked for"
        if study.choices.named
        else "No marker was named beforehand: all columns were screened"
    )
    return {
        "named_beforehand": f"{named}. Aims and hypotheses are for you to write.",
        "arms": arms,
        "follow_up": f"{followed}. Dates are for you to write.",
        "endpoint": f"{frame.endpoint}, {events} events of {len(frame)} patients. How it was assessed is for you to "
        "write.",
        "candidates": f"{counted(len(frame.marker_names), 'marker')}: {', '.join(frame.marker_names[:30])}"
        + (f" and {len(frame.marker_names) - 30} more" if len(frame.marker_names) > 30 else "")
        + f"; {counted(len(frame.adjust_names), 'covariate')}"
        + (f": {', '.join(frame.adjust_names)}." if frame.adjust_names else "."),
        "size": f"All patients that there were: {events} events for "
        f"{counted(len(frame.adjust_names) + 1, 'column')} a model.",
        "flow": f"{len(frame)} patients, {events} events; {least} to {most} patients a model (section "
        f"{PLACES['screen']}).",
        "missing": f"Section {PLACES['missing']}; {study.missing.complete} of {len(frame)} patients have everything. "
        "A table of characteristics is for you to write.",
        "data": f"{len(frame)} patients. Design is for you to write.",
    }


def _of_the_analysis(study: PrognosticStudy) -> dict[str, str]:
    frame, found = study.frame, study.leading
    transforms = sorted({scale.transform for scale in frame.scales if scale.levels is None})
    searched = (
        "cut-points were searched, and corrected for the search"
        if study.cutpoints
        else "no cut-point was used"
    )
    imputed = (
        f"; and by {study.choices.imputations} imputations (chained equations)"
        if study.choices.imputations
        else ""
    )
    beside = f"beside {', '.join(found.adjusted_for)}" if found.adjusted_for else ""
    return {
        "methods": f"Cox models (Efron) of all markers; p corrected over markers ({study.choices.multiplicity}); "
        f"available cases{imputed}; proportional hazards tested (section {PLACES['curve']}).",
        "missing_handling": f"Available cases in each model{imputed}.",
        "coding": f"Continuous, transformed {', '.join(transforms) or 'none'}, linear and by natural cubic splines "
        f"with four knots; {searched}.",
        "univariable": f"Section {PLACES['screen']}, with 95 % limits.",
        "multivariable": f"Section {PLACES['screen']}, {beside}, every marker whatever its p."
        if beside
        else "None: no covariate was named (--adjust).",
        "checks": f"Splines and proportional hazards (section {PLACES['curve']}); cross-validation (section "
        f"{PLACES['added']})"
        + ("; imputation." if study.choices.imputations else "; no imputation was asked for."),
    }


def _of_the_model(study: PrognosticStudy, validated: ExternalValidation | None) -> dict[str, str]:
    found = {
        "kind_of_study": "Development"
        + (
            f", and validation on {validated.name}"
            if validated is not None
            else ", without validation on other data"
        )
        + ". Title and objectives are for you to write.",
        "updating": "None: the model was not changed after validation.",
        "again": "The command at the end of this page, and result.json.",
        "external": f"The model as it was fitted, on {validated.name}: {validated.n} patients, {validated.events} "
        f"events (section {PLACES['model']})."
        if validated is not None
        else "Not done: no other data were given (--validate).",
    }
    if study.added:
        one = study.added[0]
        found |= {
            "building": f"Cox model of covariates and markers, no selection within it; {one.folds}-fold "
            f"cross-validation, {one.repeats} times."
            + (f" A {study.panel.kind} panel by nested resampling." if study.panel else ""),
            "measures": "Likelihood ratio, Harrell's and Uno's C, AUC at times, integrated Brier score, calibration, "
            "decision curve.",
            "performance": f"Section {PLACES['added']}, on patients not seen, with bootstrap limits of differences.",
            "risk_groups": "Fifths of predicted risk, for calibration plots alone.",
        }
    if study.model is not None:
        found["model"] = f"Section {PLACES['model']}; baseline hazard and coding in result.json."
    return found


def _median_follow_up(times: SurvivalTimes) -> float:
    """Months, by Kaplan-Meier with censoring as the event."""
    censored = (np.asarray(times.event) == 0).astype(np.int8)
    return float(kaplan_meier(SurvivalTimes(times.time_days, censored)).median().estimate) / DAYS_PER_MONTH
