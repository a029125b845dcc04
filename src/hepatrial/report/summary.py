"""``summary.json``: the result in numbers, for scripts."""

from __future__ import annotations

import platform
from importlib.metadata import version
from math import isfinite
from typing import Any

import numpy as np

from hepatrial.analysis import Analysis, ArmResult, analyse
from hepatrial.conduct.replicates import ReplicateEffects
from hepatrial.evidence.published import published_names, published_summary
from hepatrial.virtual_trial import VirtualTrial

NOTICE = "Simulated, for research and trial planning; not for treating a patient."
VIABLE = "mRECIST"
PACKAGES = ("hepatrial", "jax", "numpy", "polars", "numba")

DEFINITIONS = {
    "arms": "Estimates over all virtual patients, each of whom lives under every arm, with the data cut when the "
    "protocol's trial would be cut. Intervals are 95 % intervals of the simulation's Monte-Carlo error, not of a trial.",
    "orr_percent": "Share with confirmed complete or partial response by the protocol's criteria, whole follow-up.",
    "dcr_percent": "Response or stable disease by the protocol's criteria, whole follow-up.",
    "hr": "Hazard ratio over all virtual patients; ci is its Monte-Carlo interval (cluster-robust, as twins are paired).",
    "p_logrank": "Two-sided log-rank p value in one trial of the protocol's own size, as its plan says.",
    "hr_interval_95": "2.5 and 97.5 % points of the hazard ratio over replicate trials of the protocol's own size: what "
    "one trial may show by chance.",
    "power": "Share of replicate trials with a one-sided log-rank p value below the plan's level, in favour of the arm.",
    "TTP": "Progression at the scan that shows it; death without progression is censored.",
    "medians": "Months of 30.4375 days; null where not reached or not published.",
}


def summary_of(result: VirtualTrial) -> dict[str, Any]:
    """The summary of a virtual trial, ready for JSON: no value is NaN."""
    protocol = result.protocol
    plan = protocol.analysis
    twins = analyse(result.population, endpoints=plan.endpoints, months=plan.survival_at_months, twins=True)
    one = analyse(
        result.trial, endpoints=plan.endpoints, months=plan.survival_at_months, stratified=plan.stratified
    )
    known = protocol.published if protocol.published in published_names() else None
    return {
        "protocol": protocol.name,
        "hash": protocol.hash,
        "seed": result.seed,
        "versions": {name: version(name) for name in PACKAGES} | {"python": platform.python_version()},
        "parameters_hash": result.parameters.hash,
        "precision": result.precision,
        "patients": result.patients,
        "replicates": len(next(iter(result.replicates.values())).log_hr) if result.replicates else 0,
        "failures": {
            code: {"patients": n, "remedy": result.remedies[code]} for code, n in result.failures.items()
        },
        "arms": [_arm(arm, protocol.response.progression, protocol.response.reported) for arm in twins.arms],
        "comparisons": _comparisons(result, twins, one),
        "published": published_summary(known) if known else None,
        "definitions": DEFINITIONS,
        "notice": NOTICE,
    }


def _arm(result: ArmResult, criteria: str, reported: tuple[str, ...]) -> dict[str, Any]:
    row: dict[str, Any] = {"arm": result.arm, "n": result.n}
    for endpoint, (median, ci) in result.medians.items():
        row[f"{endpoint.lower()}_median_months"], row[f"{endpoint.lower()}_median_ci"] = median, ci
    main = criteria if criteria in reported else reported[0]
    row["orr_percent"] = _percent(result.response.get(main))
    row["dcr_percent"] = _percent(result.disease_control.get(main))
    row["orr_mrecist_percent"] = _percent(result.response.get(VIABLE))
    row["survival_at_months"] = {f"{month:g}": estimate for month, (estimate, _) in result.survival.items()}
    return row


def _percent(proportion: Any) -> float | None:
    return None if proportion is None else proportion.percent


def _comparisons(result: VirtualTrial, twins: Analysis, one: Analysis) -> list[dict[str, Any]]:
    rows = []
    for arm, control in result.protocol.comparisons:
        for endpoint in result.protocol.analysis.endpoints:
            overall, single = twins.effect(arm, endpoint), one.effect(arm, endpoint)
            row: dict[str, Any] = {
                "arm": arm,
                "control": control,
                "endpoint": endpoint,
                "hr": overall.hr if overall else None,
                "ci": [overall.lower, overall.upper] if overall else None,
                "p_logrank": single.p_logrank if single else None,
            }
            replicates = result.replicates.get((arm, endpoint))
            if replicates is not None and len(replicates.log_hr):
                row |= _spread(replicates, result.protocol.analysis.one_sided_alpha)
            rows.append(row)
    return rows


def _spread(replicates: ReplicateEffects, alpha: float) -> dict[str, Any]:
    from scipy.special import ndtri

    log_hr = replicates.log_hr[np.isfinite(replicates.log_hr)]
    if log_hr.size == 0:
        return {"hr_interval_95": None, "power": None, "power_se": None}
    power = float(np.mean(replicates.z < ndtri(alpha)))
    limits = [float(value) for value in np.exp(np.quantile(log_hr, [0.025, 0.975]))]
    return {
        "hr_interval_95": limits if all(map(isfinite, limits)) else None,
        "power": power,
        "power_se": float(np.sqrt(power * (1.0 - power) / len(replicates.z))),
    }
