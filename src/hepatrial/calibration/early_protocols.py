"""Protocols of phase 1b and 2 arms, built from a data file by the protocol loader's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from hepatrial.calibration.data_files import DataFile
from hepatrial.errors import InvalidInput
from hepatrial.evidence.trials import PublishedTrial
from hepatrial.protocol.design import Protocol
from hepatrial.protocol.file_fields import FORMAT_VERSION
from hepatrial.protocol.loading import load_text

SMALLEST = 10
"""A trial is not simulated with fewer patients an arm than this; its numbers keep their own."""


def early_protocol(key: str, trial: PublishedTrial, file: DataFile) -> Protocol:
    """The protocol of one entry of the file of early arms.

    Raises
    ------
    InvalidInput
        The entry says what no protocol may, for example a dose without a unit.
    """
    text = yaml.safe_dump(_content(key, trial, file.content["early"][key], file), sort_keys=False)
    try:
        return load_text(text, key)
    except InvalidInput as error:
        entry = file.locate(("early", key))
        raise InvalidInput(
            tuple(
                replace(
                    issue,
                    what=f"{key}: {issue.what}",
                    where=replace(entry, key=issue.where.key if issue.where else None),
                )
                for issue in error.issues
            )
        ) from error


def _content(key: str, trial: PublishedTrial, entry: Mapping[str, Any], file: DataFile) -> dict[str, Any]:
    """What a protocol file says, with the assumptions that the data file states for all."""
    given = {**file.content["defaults"], **entry}
    arms = {name: _regimens(given["arms"][name], file) for name in given["arms"]}
    return early_content(key, f"{trial.name}, early trial", given, arms, _size(trial, given, list(arms)))


def early_content(
    name: str, title: str, given: Mapping[str, Any], arms: Mapping[str, list[Any]], size: int
) -> dict[str, Any]:
    """What the protocol file of an early trial says.

    Parameters
    ----------
    given
        Baseline, eligibility, criteria, scan, clinic, accrual, cut and horizon, as `data/early_arms.yaml` writes them.
    arms
        Agents by arm, control last.
    size
        Patients of all arms together.
    """
    ratio = dict(zip(arms, given.get("ratio") or [1] * len(arms), strict=True))
    return {
        "hepatrial": FORMAT_VERSION,
        "name": name,
        "title": title,
        "population": {"baseline": given["baseline"], "eligibility": given["eligibility"]},
        "size": max(size, SMALLEST * len(arms)),
        "randomisation": {"ratio": ratio, "block_size": 2 * sum(ratio.values())},
        "arms": [
            {"name": arm, "agents": agents, "treat_until": "progression"} for arm, agents in arms.items()
        ],
        "control": list(arms)[-1],
        "accrual": {"duration": given["accrual"]},
        "visits": {
            "clinic": given["clinic"],
            "scan": given["scan"],
            "scan_source": given.get("scan_source", "assumed"),
        },
        "response": {
            "progression": given["criteria"],
            "reported": [given["criteria"]],
            "stable_disease": given["scan"],
        },
        "endpoints": ["OS", "PFS", "TTP"],
        "data_cut": {"after": given["cut"]},
        "analysis": {"survival_at": ["6 months"], "rmst": "12 months"},
        "horizon": given["horizon"],
    }


def _regimens(regimens: Any, file: DataFile) -> list[dict[str, Any]]:
    agents = file.content["regimens"][regimens] if isinstance(regimens, str) else regimens
    return [{**agent, "interrupt_at_grade": 3, "interrupt_for": "2 weeks"} for agent in agents]


def _size(trial: PublishedTrial, given: Mapping[str, Any], arms: list[str]) -> int:
    """Patients of all arms: the record's where it has them, else those that the rows name."""
    named = [row["n"] for row in given["used"] if "n" in row]
    return sum(trial.arm(arm).get("n") or max(named, default=0) for arm in arms)
