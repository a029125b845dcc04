"""The columns of the registry's tables and their kinds: what scripts may rely on."""

from __future__ import annotations

_MEDIANS = {
    f"{endpoint}_median_{what}months": "number"
    for endpoint in ("os", "ttp", "pfs", "rfs", "ttr", "ttup")
    for what in ("", "low_", "high_")
}
_RATIO = {
    "hr": "number",
    "hr_low": "number",
    "hr_high": "number",
    "level_percent": "number",
    "level_stated": "yes/no",
    "log_hr": "number",
    "log_hr_standard_error": "number",
}
_PAIR = dict.fromkeys(("trial", "arm", "control", "treatment", "control_treatment", "endpoint"), "text")
_NUMBERS = {
    "trial": "text",
    "of": "text",
    "subgroup": "text",
    "quantity": "text",
    "value": "number",
    "source": "text",
    "note": "text",
}

COLUMNS: dict[str, dict[str, str]] = {
    "trials": {
        "trial": "text",
        "name": "text",
        "registration": "text",
        "year": "whole",
        "phase": "text",
        "design": "text",
        "line": "text",
        "population": "text",
        "subgroup_population": "text",
        "use": "text",
        "own": "yes/no",
        "n": "whole",
        "agents": "list",
        "endpoints": "list",
        "part_of": "text",
        "supersedes": "text",
        "pooled_from": "list",
        "began": "text",
        "accrual_months": "number",
        "follow_up_median_months": "number",
        "data_cut": "text",
        "scan_interval_weeks": "number",
        "criteria": "text",
        "unconfirmed_numbers": "whole",
        "source": "text",
        "citation": "text",
        "file": "text",
    },
    "arms": {
        "trial": "text",
        "arm": "text",
        "treatment": "text",
        "agents": "list",
        "dose": "text",
        "n": "whole",
        **_MEDIANS,
        "orr_percent": "number",
        "orr_mrecist_percent": "number",
        "dcr_percent": "number",
    },
    "comparisons": {
        **_PAIR,
        **_RATIO,
        "p_logrank": "number",
        "p_logrank_below": "number",
        "source": "text",
        "note": "text",
    },
    "subgroups": {
        **_PAIR,
        "factor": "text",
        "group": "text",
        "n": "text",
        **_RATIO,
        "source": "text",
        "note": "text",
    },
    "baseline": _NUMBERS,
    "landmarks": {
        "trial": "text",
        "of": "text",
        "subgroup": "text",
        "endpoint": "text",
        "time_months": "number",
        "percent": "number",
        "percent_low": "number",
        "percent_high": "number",
        "source": "text",
        "note": "text",
    },
    "findings": _NUMBERS,
    "phase2": {
        "trial": "text",
        "agents": "list",
        "line": "text",
        "year": "whole",
        "phase_3": "text",
        "public_by": "text",
        "how": "text",
        "phase_3_began": "text",
        "phase_3_began_source": "text",
        "known": "text",
    },
    "unconfirmed": _NUMBERS,
}
