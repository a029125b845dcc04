"""What remains between trials of one treatment when the model is right, as a standard deviation beside sampling."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Literal

from hepatrial.calibration.comparisons import LOGIT_PER_LOG_TIME
from hepatrial.files.located_yaml import parse_shipped

Kind = Literal["calibration", "early"]
FILE = "discrepancy.yaml"


def discrepancy_sd(of: str, kind: Kind) -> float:
    """Standard deviation between trials on the scale of the observation (logit of a share, log of a hazard ratio).

    Parameters
    ----------
    of
        A key of ``data/discrepancy.yaml``.
    kind
        Whether the trial is simulated with its own baseline table or with a borrowed one.
    """
    entry = discrepancies()[of]
    if kind == "calibration" and entry.get("shift_is_unknown"):
        return 0.0
    between = float(entry[kind])
    return LOGIT_PER_LOG_TIME * between if entry["scale"] == "log time" else between


@cache
def discrepancies() -> dict[str, Any]:
    """The data file: sd, scale, grade and reason by kind of number."""
    file = resources.files("hepatrial.calibration").joinpath("data", FILE)
    return parse_shipped(file.read_text(encoding="utf-8"), FILE)
