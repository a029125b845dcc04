"""Calibration trials predicted by the other calibration trials, as `hepatrial calibrate` leaves them.

The file ``leave_one_out.json`` of the posterior holds ``draws``, ``log_score`` by trial, and ``rows``, of which those
with the scale "log" are hazard ratios:

    {"trial": "sharp", "arm": "sorafenib", "control": "placebo", "endpoint": "OS", "quantity": "os_hr", "scale": "log",
     "published": 0.69, "predicted_minus_published": 0.02, "sd_over_draws": 0.07, "published_sd": 0.117}

``predicted_minus_published`` and both standard deviations are on the log scale; ``sd_over_draws`` holds the parameters'
uncertainty alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from hepatrial.errors import InvalidInput, Issue, Location

FILE = "leave_one_out.json"
KEYS = (
    "trial",
    "arm",
    "control",
    "endpoint",
    "scale",
    "published",
    "predicted_minus_published",
    "sd_over_draws",
)
LOG = "log"


@dataclass(frozen=True, slots=True)
class LeftOutPrediction:
    """The true log hazard ratio of a trial that was left out: mean and standard deviation over draws."""

    log_hr: float
    sd: float


Key = tuple[str, str, str]
"""Trial, "arm v control" and endpoint."""


def shipped_left_out() -> dict[Key, LeftOutPrediction]:
    """Predictions of the file that ships; empty where none does."""
    file = resources.files("hepatrial.posterior").joinpath("data", FILE)
    return read_left_out(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def read_left_out(content: Mapping[str, Any]) -> dict[Key, LeftOutPrediction]:
    """Predictions of hazard ratios in such a file.

    Raises
    ------
    InvalidInput
        A row lacks a key, or a number of it is not one.
    """
    issues, found = [], {}
    for place, row in enumerate(content["rows"]):
        missing = [key for key in KEYS if key not in row]
        if missing:
            issues.append(_issue(place, "a row lacks keys", ", ".join(missing), ", ".join(KEYS)))
            continue
        if row["scale"] != LOG or row["control"] is None:
            continue
        numbers = [row[key] for key in ("published", "predicted_minus_published", "sd_over_draws")]
        if not all(isinstance(number, (int, float)) and math.isfinite(number) for number in numbers):
            issues.append(_issue(place, "a number is missing", str(numbers), "finite numbers"))
            continue
        published, apart, sd = numbers
        key = (row["trial"], f"{row['arm']} v {row['control']}", row["endpoint"])
        found[key] = LeftOutPrediction(math.log(published) + apart, sd)
    if issues:
        raise InvalidInput(tuple(issues))
    return found


def _issue(place: int, what: str, found: str, allowed: str) -> Issue:
    where = Location(FILE, key=f"rows[{place}]")
    return Issue(
        what, where, found, allowed, "make the file again with `hepatrial calibrate`", "leave-one-out"
    )
