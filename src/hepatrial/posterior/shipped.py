"""The posterior that ships: equally likely draws of all unknowns, as `hepatrial calibrate` leaves them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

DRAWS_FILE, RECORD_FILE = "draws.csv", "posterior.json"


@dataclass(frozen=True, slots=True)
class Posterior:
    """Equally likely draws.

    Attributes
    ----------
    names
        Population parameters; ``agent.<name>.<quantity>``; ``trial.<baseline>.<quantity>``; ``hierarchy.<number>``.
    values
        Shape (draws, names), in the units of the parameters.
    record
        How they were made: command, trials, diagnostics, hash of the draws.
    """

    names: tuple[str, ...]
    values: np.ndarray
    record: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.values)

    def draw(self, number: int) -> dict[str, float]:
        """All values of one draw, those of the hierarchies apart (`hierarchy_of`)."""
        return {n: float(v) for n, v in self._row(number) if not n.startswith("hierarchy.")}

    def hierarchy_of(self, number: int) -> dict[str, float]:
        """The numbers of the hierarchies in one draw, for example ``potency.log_sd``."""
        return {
            n.removeprefix("hierarchy."): float(v) for n, v in self._row(number) if n.startswith("hierarchy.")
        }

    @property
    def agents(self) -> tuple[str, ...]:
        """Agents that the draws hold values of."""
        return tuple(dict.fromkeys(n.split(".")[1] for n in self.names if n.startswith("agent.")))

    @property
    def baselines(self) -> tuple[str, ...]:
        """Baseline tables that the draws hold values of."""
        return tuple(dict.fromkeys(n.split(".")[1] for n in self.names if n.startswith("trial.")))

    @property
    def hash(self) -> str:
        """SHA-256 of names and values."""
        content = "\n".join(
            (",".join(self.names), *(",".join(map(repr, row)) for row in self.values.tolist()))
        )
        return hashlib.sha256(content.encode()).hexdigest()

    def _row(self, number: int):
        return zip(self.names, self.values[number % len(self.values)], strict=True)


@cache
def shipped_posterior() -> Posterior:
    """The posterior of the package."""
    folder = resources.files("hepatrial.posterior").joinpath("data")
    with folder.joinpath(DRAWS_FILE).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    record = json.loads(folder.joinpath(RECORD_FILE).read_text(encoding="utf-8"))
    return Posterior(tuple(header), np.array(rows, dtype=np.float64), record)
