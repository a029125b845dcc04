"""An indication map as the plain record that ``--json`` prints and ``result.json`` holds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hepatrial.evidence.pooling import Estimate
from hepatrial.evidence.questions.indication_map import Contrast, FactorAnswer, IndicationMap, LevelAnswer
from hepatrial.evidence.questions.indication_verdict import factor_verdict
from hepatrial.evidence.questions.level_effect import LevelEffect, PrintedGroup
from hepatrial.evidence.references import in_words


def indication_record(found: IndicationMap) -> dict[str, Any]:
    """Stable keys; ratios with their 95 % interval, None where not known."""
    return {
        "treatment": found.pair.treatment,
        "control": found.pair.control,
        "endpoint": found.endpoint,
        "lines": list(found.lines),
        "model": found.model,
        "overall": estimate_record(found.overall),
        "trials": [
            {"trial": one.trial, "hr": one.hr, "ci": list(one.ci) if one.ci else None, "source": one.source}
            for one in found.whole.comparisons
        ],
        "tests_adjusted_for": found.tested,
        "factors": [_factor(answer, found) for answer in found.factors],
        "not_mapped": [_printed(row) for row in found.not_mapped],
        "cautions": list(found.cautions),
        "assumed": asdict(found.assumed),
        "sources": [in_words(source) for source in found.sources],
    }


def estimate_record(estimate: Estimate | None) -> dict[str, Any] | None:
    """A ratio with its interval and two-sided p."""
    return None if estimate is None else {**ratio_record(estimate), "p": estimate.p}


def ratio_record(estimate: Estimate) -> dict[str, Any]:
    """A ratio with its interval."""
    ratio, lower, upper = estimate.ratio
    return {"hr": ratio, "ci": [lower, upper]}


def _factor(answer: FactorAnswer, found: IndicationMap) -> dict[str, Any]:
    verdict = factor_verdict(answer, found.assumed, found.names)
    return {
        "factor": answer.factor.key,
        "name": answer.factor.name,
        "finding": verdict.finding.value,
        "verdict": verdict.sentence,
        "levels": [_level(one) for one in answer.levels],
        "contrasts": [_contrast(one) for one in answer.contrasts],
        "left_out": [_printed(row) for row in answer.left_out],
        "described": [asdict(row) for row in answer.described],
    }


def _level(answer: LevelAnswer) -> dict[str, Any]:
    return {
        "level": answer.level,
        "effect": estimate_record(answer.estimate),
        "trials": [_level_effect(one) for one in answer.effects],
        "patients_seen": answer.seen.patients,
        "patients_of_whom_known": answer.seen.of,
        "patients_from": list(answer.seen.trials),
    }


def _level_effect(one: LevelEffect) -> dict[str, Any]:
    return {
        "study": one.effect.study,
        "trial": one.trial,
        "hr": one.effect.hr,
        "log_hr": one.effect.log_hr,
        "log_hr_standard_error": one.effect.std_error,
        "how": one.how.value,
        "reason": one.reason,
        "population": one.population or None,
        "source": one.effect.source,
    }


def _contrast(one: Contrast) -> dict[str, Any]:
    return {
        "first": one.first,
        "second": one.second,
        "ratio_within": estimate_record(one.within),
        "published_test": None if one.published is None else asdict(one.published),
        "p_holm": one.p_adjusted,
        "by_trial": [{"study": study, **(estimate_record(ratio) or {})} for study, ratio in one.trials],
        # Without p: a difference between trials is shown and never tested.
        "ratio_across_trials": None if one.across is None else ratio_record(one.across),
        "closing_trial": asdict(one.closing),
    }


def _printed(row: PrintedGroup) -> dict[str, Any]:
    return {
        "trial": row.trial,
        "factor": row.factor,
        "group": row.group,
        "hr": row.hr,
        "ci": list(row.ci) if row.ci else None,
        "reason": row.reason,
        "source": row.source,
    }
