"""Predictions of single trials kept in a folder, so that a validation that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from hepatrial.disease.parameters import prior_parameters
from hepatrial.errors import RunFailed
from hepatrial.files.whole_file import hidden_name
from hepatrial.posterior import shipped_posterior
from hepatrial.prediction.curves import Curve
from hepatrial.protocol.loading import load
from hepatrial.validation.simulated_trial import PredictionTask, SimulatedTrial

SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class KeptPredictions:
    """A folder with a file a trial; it is made when the first one is kept."""

    folder: Path

    def read(self, task: PredictionTask) -> SimulatedTrial | None:
        """The trial as it was kept, or None: not there, cut short, or of another task, posterior or version."""
        try:
            with np.load(self._file(task)) as content:
                if str(content["task"]) != fingerprint(task):
                    return None
                return _unpacked(task.trial, content)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def keep(self, task: PredictionTask, found: SimulatedTrial) -> None:
        """Write the trial in one step.

        Raises
        ------
        RunFailed
            It cannot be written.
        """
        file = self._file(task)
        part = file.with_name(f"{hidden_name(file, 'part')}.npz")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(part, task=fingerprint(task), **_packed(found))
            part.replace(file)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise RunFailed(
                f"{file} could not be written\n  found:   {error.strerror or error}\n"
                "  fix:     free some space, or choose another --out; the trials kept so far are used again"
            ) from error

    def remove(self) -> None:
        """Remove the folder with all that it keeps."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, task: PredictionTask) -> Path:
        return self.folder / f"{task.trial}.npz"


def fingerprint(task: PredictionTask) -> str:
    """Hash of all that a prediction depends on."""
    posterior = task.posterior or shipped_posterior()
    content = [
        task.trial, task.draws, task.patients, task.seed, posterior.hash, load(task.trial).hash,
        prior_parameters().hash, version("hepatrial"),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _packed(found: SimulatedTrial) -> dict[str, Any]:
    content: dict[str, Any] = {"agent_values": found.agent_values}
    for (comparison, endpoint), values in found.log_hr.items():
        name = SEPARATOR.join((comparison, endpoint))
        content[f"log_hr{SEPARATOR}{name}"] = values
        content[f"monte_carlo{SEPARATOR}{name}"] = found.monte_carlo_sd[comparison, endpoint]
    for (arm, endpoint), curve in found.curves.items():
        name = SEPARATOR.join((arm, endpoint))
        content[f"free{SEPARATOR}{name}"] = curve.free
        content[f"days{SEPARATOR}{name}"] = curve.days
    return content


def _unpacked(trial: str, content: Any) -> SimulatedTrial:
    def named(start: str) -> dict[tuple[str, str], np.ndarray]:
        names = [key.split(SEPARATOR) for key in content.files if key.startswith(f"{start}{SEPARATOR}")]
        return {(of, endpoint): content[SEPARATOR.join((start, of, endpoint))] for _, of, endpoint in names}

    days = named("days")
    return SimulatedTrial(
        trial=trial,
        log_hr=named("log_hr"),
        monte_carlo_sd={name: float(value) for name, value in named("monte_carlo").items()},
        agent_values=content["agent_values"],
        curves={name: Curve(days[name], free, name[1] != "OS") for name, free in named("free").items()},
    )
