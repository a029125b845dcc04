"""The values that numeric covariates are held to, from a data file with a reason for each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from hepatrial.files.located_yaml import parse_shipped

FILE = "limits.yaml"


@dataclass(frozen=True, slots=True)
class Limits:
    """Lowest and highest value of a covariate, in the unit of its name, and why."""

    lowest: float
    highest: float
    reason: str

    def hold(self, values: np.ndarray) -> np.ndarray:
        """The values, those beyond a limit set to it; shape as given."""
        return np.clip(values, self.lowest, self.highest)


@cache
def covariate_limits() -> dict[str, Limits]:
    """Limits by covariate, of every covariate that is drawn from a continuous distribution."""
    text = resources.files("hepatrial.patients").joinpath("data", FILE).read_text(encoding="utf-8")
    return {name: Limits(**entry) for name, entry in parse_shipped(text, FILE).items()}
