"""A prognostic study as the plain record that ``--json`` prints and ``result.json`` holds."""

from __future__ import annotations

from math import isfinite
from typing import Any

from hepatrial.biomarkers.predictive import PredictiveStudy
from hepatrial.biomarkers.prognostic.external import ExternalValidation
from hepatrial.biomarkers.prognostic.outcome import event_count
from hepatrial.biomarkers.prognostic.screen import Screen
from hepatrial.biomarkers.prognostic.study import PrognosticStudy
from hepatrial.report.biomarker_prediction_record import (
    added_record,
    model_record,
    panel_record,
    validation_record,
)
from hepatrial.report.biomarker_predictive import predictive_record

BIOMARKER_NOTICE = "For research and trial planning; not for treating a patient."
OF_INTERACTION = ("interaction_hr", "interaction_ci", "interaction_p")


def biomarker_record(
    study: PrognosticStudy,
    validated: ExternalValidation | None = None,
    predictive: PredictiveStudy | None = None,
) -> dict[str, Any]:
    """Stable keys; a number that is not known is null. Intervals are [lower, upper].

    With a predictive study the verdicts are its own, on both questions.
    """
    frame = study.frame
    return {
        "notice": BIOMARKER_NOTICE,
        "endpoint": frame.endpoint,
        "subjects": len(frame),
        "events": event_count(frame),
        "arms": list(frame.arms),
        "adjusted_for": list(study.leading.adjusted_for),
        "multiplicity": study.choices.multiplicity,
        "notes": [*frame.notes, *study.not_made],
        "markers": marker_rows(study, predictive),
        "models": {"alone": _screen_rows(study.alone)}
        | ({} if study.beside is None else {"adjusted": _screen_rows(study.beside)}),
        "curves": [
            {
                "marker": one.name,
                "n": one.n,
                "events": one.events,
                "p_overall": one.p_overall,
                "p_nonlinear": one.p_nonlinear,
                "reference": one.reference,
                "scale": one.scale,
            }
            for one in study.splines
        ],
        "proportional_hazards": [
            {"marker": one.name, "p": one.p, "global_p": one.global_p, "trend": _known(one.trend)}
            for one in study.proportional
        ],
        "cutpoints": [
            {
                "marker": one.name,
                "scale": one.scale,
                "cut": one.value,
                "n_above": one.n_high,
                "n": one.n,
                "hr_naive": _known(one.hr),
                "ci_naive": _pair(one.lower, one.upper),
                "p_naive": one.p_naive,
                "p_lausen_schumacher": one.p_lausen_schumacher,
                "p_altman": _known(one.p_altman),
                "p_permutation": one.p_permutation,
                "hr_corrected": _known(one.hr_corrected),
                "hr_out_of_sample": _pair(*one.hr_bootstrap),
                "cut_interval": _pair(one.cut_bootstrap[0], one.cut_bootstrap[3]),
            }
            for one in study.cutpoints
        ],
        "causes": [
            {
                "marker": one.name,
                "cause": one.cause,
                "n": one.n,
                "events": one.events,
                **{
                    key: {"hr": _known(found[0]), "ci": _pair(found[1], found[2]), "p": _known(found[3])}
                    for key, found in (
                        ("cause_specific", one.cause_specific),
                        ("subdistribution", one.subdistribution),
                    )
                },
            }
            for one in study.causes
        ],
        "missing": {
            "complete": study.missing.complete,
            "patterns": [
                {"n": one.n, "events": one.events, "missing": list(one.columns)}
                for one in study.missing.patterns
            ],
            "further": study.missing.further,
        },
        "imputed": [
            {
                "marker": one.name,
                "n": one.n,
                "observed": one.observed,
                "hr": _known(one.hr),
                "ci": _pair(one.lower, one.upper),
                "p": _known(one.p),
                "fraction_missing": _known(one.fraction_missing),
            }
            for one in study.imputed
        ],
        "added_value": [added_record(one) for one in study.added],
        "panel": panel_record(study.panel),
        "model": model_record(study.model),
        "validation": validation_record(validated),
        "predictive": None if predictive is None else predictive_record(predictive),
    }


def marker_rows(study: PrognosticStudy, predictive: PredictiveStudy | None = None) -> list[dict[str, Any]]:
    """A row a marker, in the order of the data; the models beside the covariates where there are any."""
    found = study.leading
    of_treatment = {} if predictive is None else {row["marker"]: row for row in predictive.results.rows()}
    return [
        {
            "marker": name,
            "n": int(found.n[row]),
            "events": int(found.events[row]),
            "hr": _known(found.hr[row]),
            "ci": _pair(found.lower[row], found.upper[row]),
            "p": _known(found.p[row]),
            "p_adjusted": _known(study.p_adjusted[row]),
            **{key: of_treatment.get(name, {}).get(key) for key in OF_INTERACTION},
            "verdict": of_treatment.get(name, {}).get("verdict", study.verdicts[row]),
        }
        for row, name in enumerate(found.names)
    ]


def _screen_rows(found: Screen) -> list[dict[str, Any]]:
    return [
        {
            "marker": name,
            "per": found.unit[row],
            "n": int(found.n[row]),
            "events": int(found.events[row]),
            "hr": _known(found.hr[row]),
            "ci": _pair(found.lower[row], found.upper[row]),
            "p": _known(found.p[row]),
            "p_score": _known(found.p_score[row]),
            "p_likelihood_ratio": _known(found.p_likelihood_ratio[row]),
            "p_fdr": _known(found.p_fdr[row]),
            "p_holm": _known(found.p_holm[row]),
            "state": found.state[row],
        }
        for row, name in enumerate(found.names)
    ]


def _known(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _pair(low: float, high: float) -> list[float | None] | None:
    pair = [_known(low), _known(high)]
    return None if pair == [None, None] else pair
