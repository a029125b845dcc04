"""The record of the page on credibility: what ``--json`` prints and ``result.json`` holds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hepatrial.calibration.diagnostics import GROUPS, identifiability
from hepatrial.disease.parameters import prior_parameters
from hepatrial.report.calibration_sections import left_out_error
from hepatrial.report.credibility_answer import Credibility
from hepatrial.report.credibility_content import STANDARDS
from hepatrial.report.definitions import NOTICE
from hepatrial.validation import Preregistration
from hepatrial.validation.preregistration import FITTED

LEARNT = ("identified", "partly", "not at all")
COPIED = (
    "command", "patients", "seed", "trials", "early_arms", "observations", "chi2", "objective",
    "objective_at_prior", "converged", "draws", "effective_share", "effective_share_of_laplace",
    "power_of_weights", "chain_accepted", "hash",
)  # fmt: skip
OF_VALIDATION = (
    "preregistration", "preregistration_date", "disclosure", "posterior", "draws", "patients", "seed",
    "all_trials", "summary_covers", "groups",
)  # fmt: skip
OF_MISS = ("trial", "endpoint", "use", "published_hr", "predicted_hr", "standardised_error")
DIGITS = 4


def credibility_record(answer: Credibility) -> dict[str, Any]:
    """Judgements are marked as such; keys as docs/credibility.md lists them."""
    content = answer.content
    return {
        "standards": list(STANDARDS),
        "judgement": {
            "question": content.question,
            "contexts_of_use": [asdict(each) | {"risk": each.risk} for each in content.contexts],
            "not_for": list(content.not_for),
            "impact": content.impact,
            "applicability": [asdict(each) for each in content.applicability],
            "reasons_of_failure": dict(content.failures),
        },
        "verification": [asdict(each) for each in content.verification],
        "calibration": _calibration(answer),
        "held_out": _held_out(answer),
        "leave_one_out": _left_out(answer),
        "validation": _validation(answer),
        "sensitivity": dict(answer.sensitivity)
        | {"of_this_posterior": answer.sensitivity_is_of_this, "assumes": "inputs independent of each other"},
        "simulation_based": {
            name: value
            for name, value in answer.simulation_based.items()
            if name not in ("asked", "rows", "truth_rows")
        }
        | {"of_these_priors": answer.simulation_based["priors"] == prior_parameters().hash},
        "assumed": [
            {
                "name": row.name,
                "value": row.value,
                "unit": row.unit,
                "left_of_prior": None if row.left_of_prior is None else round(row.left_of_prior, DIGITS),
                "total_index_os_log_hr": dict(row.total),
            }
            for row in answer.assumed
        ],
        "notice": NOTICE,
    }


def _held_out(answer: Credibility) -> dict[str, list[str]]:
    rules = answer.rules
    groups = {group: list(names) for group, names in rules.groups.items() if group != FITTED}
    return groups | {"medians only": [name for name in rules.trials if _only_medians(name, rules)]}


def _only_medians(trial: str, rules: Preregistration) -> bool:
    return trial not in rules.compared and rules.use_of(trial) == "held out"


def _calibration(answer: Credibility) -> dict[str, Any]:
    record = answer.calibration.record
    told = identifiability(answer.calibration)
    return {name: record[name] for name in COPIED if name in record} | {
        "current": answer.calibration.current,
        "unknowns": len(answer.learnt),
        "effective_unknowns": round(told.effective_unknowns, 1),
        "learnt": {
            group: {how: sum(r.group == group and r.learnt == how for r in answer.learnt) for how in LEARNT}
            for group in GROUPS
        },
        "misfits": [
            {
                "trial": row.trial,
                "kind": row.kind,
                "number": row.observation.name,
                "published": row.observation.published,
                "misfit": round(row.at_mode, DIGITS),
            }
            for row in answer.misfits
        ],
    }


def _left_out(answer: Credibility) -> dict[str, Any]:
    found = answer.calibration.left_out
    return {
        "log_score": dict(found["log_score"]),
        "log_score_sum": round(sum(found["log_score"].values()), DIGITS),
        "hazard_ratios": [
            {
                **{name: row[name] for name in ("trial", "arm", "control", "endpoint", "published")},
                "error": round(left_out_error(row), DIGITS),
            }
            for row in found["rows"]
            if row["scale"] == "log"
        ],
    }


def _validation(answer: Credibility) -> dict[str, Any] | None:
    record = answer.validation.record
    if record is None:
        return None
    return {name: record[name] for name in OF_VALIDATION if name in record} | {
        "of_this_posterior": answer.validation.of_this_posterior,
        "outside_80": [{name: row[name] for name in OF_MISS} for row in record["rows"] if outside(row)],
    }


def outside(row: dict[str, Any]) -> bool:
    """Whether a scored estimate lies outside its 80 % interval."""
    low, high = row["predicted_ci80"]
    return row["standardised_error"] is not None and not low <= row["published_hr"] <= high
