"""Trials with what was published of them, before anything is known of how their numbers hang together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from hepatrial.calibration.data_files import DataFile, data_file
from hepatrial.calibration.early_arms import early_arms
from hepatrial.calibration.observation import Observation
from hepatrial.calibration.observing import observation
from hepatrial.calibration.published_numbers import Row
from hepatrial.protocol.design import Protocol
from hepatrial.protocol.loading import load

TRIAL_ROWS = "trial_rows.yaml"
EvidenceKind = Literal["calibration", "early"]


@dataclass(frozen=True, slots=True)
class ObservedTrial:
    """A trial that the fit may see, and its published numbers."""

    key: str
    kind: EvidenceKind
    protocol: Protocol
    observations: tuple[Observation, ...]


@cache
def observed_trials() -> tuple[ObservedTrial, ...]:
    """The bundled calibration trials, then the early ones.

    Raises
    ------
    InvalidInput
        A row of a data file names a number that its record does not hold as confirmed.
    """
    file = data_file(TRIAL_ROWS)
    early = (ObservedTrial(key, "early", *of_trial) for key, *of_trial in early_arms())
    return (*(_calibration_trial(name, file) for name in file.content), *early)


def _calibration_trial(name: str, file: DataFile) -> ObservedTrial:
    protocol = load(name)
    rows = (
        Row(str(row.get("record", protocol.published)), row, file.locate((name, "used", place)))
        for place, row in enumerate(file.content[name]["used"])
    )
    return ObservedTrial(
        name, "calibration", protocol, tuple(observation(row, "calibration") for row in rows)
    )
