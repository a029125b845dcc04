"""The record of a validation that the page on credibility reads its numbers from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.report.evidence_folder import RESULT
from hepatrial.validation.shipping import SHIPPED

NEEDED = ("preregistration", "posterior", "groups", "rows", "leave_one_out", "all_trials")


@dataclass(frozen=True, slots=True)
class ReadValidation:
    """A record, and whether it is of the posterior that is asked about; None where there is no record."""

    record: Mapping[str, Any] | None
    of_this_posterior: bool


def read_validation(folder: Path | None, posterior_hash: str) -> ReadValidation:
    """The record of `hepatrial validate --out FOLDER`; the shipped one if left out.

    Raises
    ------
    InvalidInput
        The folder holds no such record.
    """
    if folder is None:
        file = resources.files("hepatrial.validation").joinpath("data", SHIPPED)
        if not file.is_file():
            return ReadValidation(None, False)
        record = json.loads(file.read_text(encoding="utf-8"))
    else:
        record = _read(folder / RESULT)
    return ReadValidation(record, record["posterior"] == posterior_hash)


def _read(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput((_issue(path, str(error)),)) from error
    missing = [name for name in NEEDED if not isinstance(record, dict) or name not in record]
    if missing:
        raise InvalidInput((_issue(path, f"no {', '.join(missing)}"),))
    return record


def _issue(path: Path, found: str) -> Issue:
    return Issue(
        "no record of a validation",
        Location(str(path)),
        found,
        "the folder of `hepatrial validate --out DIR`",
        "name that folder, or leave --validation out",
        "credibility",
    )
