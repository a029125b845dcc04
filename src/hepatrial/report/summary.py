"""``summary.json``: the result in numbers, for scripts."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

from hepatrial.analysis import ArmResult
from hepatrial.conduct.endpoints import observed_endpoints
from hepatrial.evidence.published import published_names, published_summary
from hepatrial.prediction.run_draws import RunUnderDraws
from hepatrial.protocol.design import Protocol, Response
from hepatrial.report.analyses import RunAnalyses, endpoints_in_order, run_analyses
from hepatrial.report.definitions import DEFINITIONS, LOCOREGIONAL_DEFINITIONS, NOTICE, SEQUENCE_DEFINITIONS
from hepatrial.report.outlook_record import run_under_draws_record
from hepatrial.report.replicate_rows import population_se, replicate_row
from hepatrial.report.run_reserve import reserve_record
from hepatrial.virtual_trial import VirtualTrial

VIABLE = "mRECIST"
SPREAD = ("hr_interval_95", "hr_interval_95_se", "power", "power_se", "power_ci")
PACKAGES = ("hepatrial", "jax", "numpy", "polars", "numba")


def summary_of(
    result: VirtualTrial, analyses: RunAnalyses | None = None, drawn: RunUnderDraws | None = None
) -> dict[str, Any]:
    """The summary of a virtual trial, ready for JSON: no value is NaN or infinite, what is not known is None.

    ``analyses`` saves making them again where they are at hand; ``drawn`` is the same protocol under draws.
    """
    protocol = result.protocol
    made = analyses if analyses is not None else run_analyses(result)
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
        "draws": drawn.draws if drawn else 0,
        "failures": {
            code: {"patients": n, "remedy": result.remedies[code]} for code, n in result.failures.items()
        },
        "warnings": list(result.warnings),
        "arms": [_arm(arm, protocol) for arm in made.twins.arms],
        "comparisons": _comparisons(result, made),
        "liver_reserve": reserve_record(made.reserve),
        "under_draws": run_under_draws_record(drawn),
        "response_criteria": _main_criteria(result.protocol.response),
        "published": _named_as_here(published_summary(known), protocol) if known else None,
        "definitions": DEFINITIONS
        | (LOCOREGIONAL_DEFINITIONS if protocol.locoregional else {})
        | (SEQUENCE_DEFINITIONS if protocol.staged else {}),
        "notice": NOTICE,
    }


def _named_as_here(published: dict[str, Any], protocol: Protocol) -> dict[str, Any]:
    """The published part with its time to recurrence as TTP where the protocol's progression is recurrence."""
    if "RFS" not in observed_endpoints(protocol):
        return published
    return published | {
        "arms": [
            {f"ttp_{key[4:]}" if key.startswith("ttr_") else key: value for key, value in arm.items()}
            for arm in published["arms"]
        ],
        "comparisons": [
            row | {"endpoint": "TTP" if row["endpoint"] == "TTR" else row["endpoint"]}
            for row in published["comparisons"]
        ],
    }


def _main_criteria(response: Response) -> str:
    """The criteria of response and disease control: those of progression, or the first that are reported."""
    return response.progression if response.progression in response.reported else response.reported[0]


def _arm(result: ArmResult, protocol: Protocol) -> dict[str, Any]:
    criteria = _main_criteria(protocol.response)
    row: dict[str, Any] = {"arm": result.arm, "n": result.n}
    for endpoint, (median, ci) in result.medians.items():
        row[f"{endpoint.lower()}_median_months"], row[f"{endpoint.lower()}_median_ci"] = median, ci
    ablation = protocol.arm(result.arm).ablation
    # Who enters without a tumour has nothing that could respond.
    to_read = ablation is None or not ablation.always_complete
    row["orr_percent"] = _percent(result.response.get(criteria)) if to_read else None
    row["dcr_percent"] = _percent(result.disease_control.get(criteria)) if to_read else None
    row["orr_mrecist_percent"] = _percent(result.response.get(VIABLE)) if to_read else None
    row["survival_at_months"] = {f"{month:g}": estimate for month, (estimate, _) in result.survival.items()}
    return row


def _percent(proportion: Any) -> float | None:
    return None if proportion is None else proportion.percent


def _comparisons(result: VirtualTrial, made: RunAnalyses) -> list[dict[str, Any]]:
    rows = []
    for arm, control in result.protocol.comparisons:
        for endpoint in endpoints_in_order(result.protocol):
            overall, single = made.twins.effect(arm, endpoint), made.trial.effect(arm, endpoint)
            row: dict[str, Any] = {
                "arm": arm,
                "control": control,
                "endpoint": endpoint,
                "hr": overall.hr if overall else None,
                "ci": [overall.lower, overall.upper] if overall else None,
                "p_logrank": single.p_logrank if single else None,
                "hr_one_trial": single.hr if single else None,
                "ci_one_trial": [single.lower, single.upper] if single else None,
            }
            if result.replicates:
                row |= _spread(result, made, arm, control, endpoint)
            rows.append(row)
    return rows


def _spread(result: VirtualTrial, made: RunAnalyses, arm: str, control: str, endpoint: str) -> dict[str, Any]:
    replicates = result.replicates.get((arm, endpoint))
    if replicates is None or len(replicates.log_hr) == 0:
        return dict.fromkeys(SPREAD)
    found = replicate_row(
        arm,
        control,
        endpoint,
        replicates,
        result.protocol.analysis.one_sided_alpha,
        population_se=population_se(made.twins, arm, endpoint),
    )
    power = found.power
    return {
        "hr_interval_95": [found.hr[0], found.hr[2]] if found.hr else None,
        "hr_interval_95_se": [found.hr_se[0], found.hr_se[2]] if found.hr_se else None,
        "power": power.share,
        "power_se": power.se,
        "power_ci": None if power.lower is None else [power.lower, power.upper],
    }
