"""All ADaM datasets of a trial, and their files."""

from __future__ import annotations

from pathlib import Path

from hepatrial.exchange.adam.adlb import adlb
from hepatrial.exchange.adam.adrs import adrs
from hepatrial.exchange.adam.adsl import adsl
from hepatrial.exchange.adam.adtr import adtr
from hepatrial.exchange.adam.adtte import adtte
from hepatrial.exchange.adam.dataset import AdamDataset
from hepatrial.exchange.adam.dataset_json import write_dataset_json
from hepatrial.exchange.adam.xpt import write_xpt
from hepatrial.trialdata import TrialData


def adam_datasets(trial: TrialData) -> tuple[AdamDataset, ...]:
    """ADSL and ADTTE, and ADTR, ADRS and ADLB where the trial has scans and laboratory values."""
    found = [adsl(trial), adtte(trial)]
    if not trial.tumour.is_empty():
        found.append(adtr(trial))
    if not (trial.responses.is_empty() or trial.best.is_empty()):
        found.append(adrs(trial))
    if not trial.labs.is_empty():
        found.append(adlb(trial))
    return tuple(found)


def write_adam(trial: TrialData, folder: Path) -> tuple[Path, ...]:
    """Write all datasets into ``folder`` in both formats; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for dataset in adam_datasets(trial):
        name = dataset.name.lower()
        written += [
            write_xpt(dataset, folder / f"{name}.xpt"),
            write_dataset_json(dataset, trial, folder / f"{name}.json"),
        ]
    return tuple(written)
