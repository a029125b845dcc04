"""A pooled answer as the plain record that ``--json`` prints and ``result.json`` holds."""

from __future__ import annotations

from typing import Any

from hepatrial.evidence.pooling import Pooled
from hepatrial.evidence.questions.apart import Apart
from hepatrial.evidence.questions.meta import MetaAnswer
from hepatrial.evidence.questions.trial_covariates import Regression
from hepatrial.evidence.references import in_words
from hepatrial.report.definitions import EVIDENCE_NOTICE
from hepatrial.report.evidence_rows import counted_rows, estimate_row, heterogeneity_row, left_out_rows


def meta_record(found: MetaAnswer) -> dict[str, Any]:
    """Stable keys; None where something is not known, and ``not_done`` says why a part is missing."""
    question = found.question
    return {
        "question": {
            "agents": list(question.agents) or ["all"],
            "control": question.control,
            "endpoint": question.endpoint,
            "line": question.line,
            "line_chosen": question.line_chosen,
        },
        "model": found.model.value,
        "model_chosen": found.model_chosen,
        "pooled": pool_row(found.lead),
        "common": pool_row(found.common),
        "random": None if found.random is None else pool_row(found.random),
        "studies": [
            row | {"weight_percent_common": common, "weight_percent_random": random}
            for row, common, random in zip(counted_rows(found.trials.counted), *weights(found), strict=True)
        ],
        "left_out": left_out_rows(found.trials.left_out),
        "leave_one_out": [
            {"without": study, **estimate_row(pool.effect), "i2_percent": pool.heterogeneity.i2_percent}
            for study, pool in found.without_each.items()
        ],
        "cumulative": [
            {"study": step.study, "year": step.year, "studies": len(step.pooled.studies)}
            | estimate_row(step.pooled.effect)
            for step in found.steps
        ],
        "small_study_test": _small_studies(found),
        "apart": [_apart(one) for one in found.apart],
        "regressions": [_regression(one) for one in found.regressions],
        "not_done": dict(found.not_done),
        "cautions": list(found.cautions),
        "notice": EVIDENCE_NOTICE,
    }


def pool_row(pool: Pooled) -> dict[str, Any]:
    """A pool with how it was made and the heterogeneity of its trials."""
    return {
        **estimate_row(pool.effect),
        "studies": len(pool.studies),
        "confidence": pool.confidence,
        "tau2_estimator": None if pool.tau2_estimator is None else pool.tau2_estimator.value,
        "interval": "wald" if pool.interval is None else pool.interval.value,
        "heterogeneity": heterogeneity_row(pool.heterogeneity),
    }


def weights(found: MetaAnswer) -> tuple[list[float], list[float | None]]:
    """Per cent of each trial in the common and the random pool; None where there is no such pool."""
    common = [float(weight) for weight in found.common.weights_percent]
    random = found.random
    if random is None:
        return common, [None] * len(common)
    return common, [float(weight) for weight in random.weights_percent]


def _small_studies(found: MetaAnswer) -> dict[str, Any] | None:
    test = found.small_studies
    if test is None:
        return None
    return {"model": test.model, "statistic": test.slope_statistic, "df": test.df, "p": test.p}


def _apart(one: Apart) -> dict[str, Any]:
    return {
        "factor": one.factor.key,
        "name": one.factor.name,
        "levels": [
            {
                "level": level.level,
                "pooled": pool_row(level.pooled),
                "studies": [
                    {
                        "study": row.effect.study,
                        "trial": row.trial,
                        "hr": row.effect.hr,
                        "log_hr": row.effect.log_hr,
                        "log_hr_standard_error": row.effect.std_error,
                        "how": row.how.value,
                        "reason": row.reason,
                        "source": row.effect.source,
                    }
                    for row in level.trials
                ],
            }
            for level in one.levels
        ],
        "unknown": list(one.unknown),
        "left_out": [
            {"trial": row.trial, "group": f"{row.factor}: {row.group}", "hr": row.hr, "reason": row.reason}
            for row in one.left_out
        ],
        "sources": [in_words(source) for source in one.sources],
    }


def _regression(one: Regression) -> dict[str, Any]:
    ratio, low, high = one.slope.ratio
    return {
        "by": one.covariate.key,
        "name": one.covariate.name,
        "per": one.covariate.per,
        "step": one.covariate.step,
        "ratio_of_hr": ratio,
        "ci": [low, high],
        "p": one.slope.p,
        "centre": one.centre,
        "hr_at_centre": estimate_row(one.fit.coefficients["intercept"]),
        "r2_percent": one.fit.r2_percent,
        "tau2": one.fit.residual.tau2,
        "few_trials": one.few,
        "values": dict(one.values),
        "unknown": list(one.unknown),
        "sources": [in_words(source) for source in one.sources],
    }
