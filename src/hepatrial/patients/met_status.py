"""MET status of the tumour: drawn for each patient from a stream of its own, independent of the other covariates."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from hepatrial.files.located_yaml import parse_shipped

if TYPE_CHECKING:
    from hepatrial.simulation.streams import Streams

FILE = "met_status.yaml"


def met_status(numbers: np.ndarray, streams: Streams, attempt: int) -> np.ndarray:
    """Whether each patient's tumour is MET-high: 2+ or more in 50 % of its cells or more.

    Parameters
    ----------
    numbers
        Patient numbers, shape (n,).
    streams
        Random streams of the run; no other draw depends on this one.
    attempt
        Which draw of the patient's baseline this goes with.

    Returns
    -------
    ndarray, shape (n,), bool
    """
    return streams.uniform(f"MET status, draw {attempt}", numbers)[:, 0] < met_high_share()


@cache
def met_high_share() -> float:
    """Share of MET-high patients before eligibility, between 0 and 1; the data file gives its source and grade."""
    text = resources.files("hepatrial.patients").joinpath("data", FILE).read_text(encoding="utf-8")
    return float(parse_shipped(text, FILE)["met_high"]["share"])
