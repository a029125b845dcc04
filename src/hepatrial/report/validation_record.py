"""The record of a validation: what ``--json`` prints and ``result.json`` holds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from hepatrial.prediction.predictive import Predictive
from hepatrial.report.definitions import NOTICE
from hepatrial.validation import PredictedComparison, Summary, Validation
from hepatrial.validation.answer import KINDS
from hepatrial.validation.published_medians import PublishedMedian, published_medians
from hepatrial.validation.simulated_trial import CURVE_AS

NAME_OF_KIND = {"OS": "os", "progression": "ttp_pfs"}
LIMITS = {80: (0.1, 0.9), 95: (0.025, 0.975)}
DECIMALS = 5


def validation_record(answer: Validation) -> dict[str, Any]:
    """Rows, medians, and scores by group; keys as docs/validation.md lists them."""
    rules = answer.rules
    groups = {
        group: {NAME_OF_KIND[kind]: summary_row(answer.summaries[group, kind]) for kind in KINDS}
        for group in rules.groups
    }
    return {
        "preregistration": rules.hash,
        "preregistration_date": rules.date,
        "disclosure": rules.texts["disclosure"],
        "posterior": answer.posterior_hash,
        "draws": answer.draws,
        "patients": answer.patients,
        "seed": answer.seed,
        "all_trials": answer.whole,
        "summary_covers": rules.summary_of,
        "summary": groups[rules.summary_of]["os"],
        "summary_ttp_pfs": groups[rules.summary_of]["ttp_pfs"],
        "groups": groups,
        "rows": [comparison_row(one) for one in answer.comparisons],
        "medians": list(median_rows(answer)),
        "leave_one_out": {
            "summary": summary_row(answer.left_out["OS"]),
            "summary_ttp_pfs": summary_row(answer.left_out["progression"]),
            "rows": [
                {
                    "trial": one.of.trial,
                    "comparison": one.of.name,
                    "endpoint": one.of.endpoint,
                    "published_hr": one.published.hr,
                    **_predicted(one.left_out),
                    "in_summary": one.in_summary,
                }
                for one in answer.comparisons
                if one.left_out is not None
            ],
        },
        "notice": NOTICE,
    }


def comparison_row(one: PredictedComparison) -> dict[str, Any]:
    """One published ratio with its prediction."""
    published, parts = one.published, one.parts
    return {
        "trial": one.of.trial,
        "comparison": one.of.name,
        "endpoint": one.of.endpoint,
        "use": one.of.use,
        "group": one.group,
        "published_hr": published.hr,
        "published_ci": None if published.ci is None else list(published.ci),
        "published_level_percent": published.level_percent,
        "published_level_stated": published.level_stated if published.ci is not None else None,
        "published_std_error": _rounded(published.std_error),
        "std_error_from": published.error_from or None,
        **_predicted(one.predictive),
        "standardised_error": _rounded(one.scored().standardised_error) if published.scored else None,
        "sd_agents": _rounded(parts.agents),
        "sd_parameters": _rounded(parts.parameters),
        "sd_between_trials": parts.between_trials,
        "sd_monte_carlo": _rounded(parts.monte_carlo),
        "rivals": {name: _rounded(math.exp(log_hr)) for name, log_hr in one.rivals.items()},
        "in_summary": one.in_summary,
        "not_scored": published.not_scored or None,
    }


def summary_row(summary: Summary | None) -> dict[str, Any] | None:
    """The scores of a group; None where it has none."""
    if summary is None:
        return None
    row: dict[str, Any] = {
        "n": summary.n,
        "rmse_log_hr": _rounded(summary.model.rmse_log_hr),
        "chi2": _rounded(summary.model.chi2),
        "log_score": _rounded(summary.log_score),
    }
    for coverage in summary.coverage:
        row[f"coverage{coverage.percent:g}"] = _rounded(coverage.share)
        row[f"coverage{coverage.percent:g}_ci"] = [_rounded(limit) for limit in coverage.ci]
    for name, score in (*summary.rivals.items(), ("perfect", summary.perfect)):
        row[f"rmse_{name}"] = _rounded(score.rmse_log_hr)
        row[f"chi2_{name}"] = _rounded(score.chi2)
    return row


def median_rows(answer: Validation) -> Iterator[dict[str, Any]]:
    """Published medians of the simulated trials with the predicted ones."""
    for one in published_medians():
        if one.trial in answer.simulated:
            yield {
                "trial": one.trial,
                "arm": one.arm,
                "endpoint": one.endpoint,
                "use": one.use,
                "published_months": one.months,
                "published_ci": None if one.ci is None else list(one.ci),
                **_predicted_median(one, answer),
            }


def _predicted_median(one: PublishedMedian, answer: Validation) -> dict[str, Any]:
    curve = answer.simulated[one.trial].curves[one.arm, CURVE_AS.get(one.endpoint, one.endpoint)]
    months = curve.median_months()
    return {
        "predicted_months": _rounded(_quantile(months, 0.5)),
        **{
            f"predicted_ci{percent}": [_rounded(_quantile(months, share)) for share in shares]
            for percent, shares in LIMITS.items()
        },
    }


def _quantile(values: np.ndarray, share: float) -> float:
    """A quantile that is itself one of the values, so that what was not reached stays so."""
    return float(np.quantile(values, share, method="inverted_cdf"))


def _predicted(predictive: Predictive) -> dict[str, Any]:
    return {
        "predicted_hr": _rounded(math.exp(predictive.median)),
        **{
            f"predicted_ci{percent}": [_rounded(math.exp(limit)) for limit in predictive.interval(percent)]
            for percent in (50, 80, 95)
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, DECIMALS)
