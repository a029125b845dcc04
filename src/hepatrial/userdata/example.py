"""The example data that ship: a real cohort, free to use, with its citation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from hepatrial.files.located_yaml import parse_shipped
from hepatrial.run_arguments import checked_name
from hepatrial.trialdata import TrialData
from hepatrial.userdata.columns import DataColumns
from hepatrial.userdata.reading import read_trial_data

FOLDER = Path(str(files("hepatrial.userdata") / "data"))
RECORD = "hepatocellular.yaml"
EXAMPLE_COLUMNS = {
    "OS": DataColumns("OS", "Death", subject="Number", time_unit="months"),
    "RFS": DataColumns("RFS", "Recurrence", subject="Number", time_unit="months", endpoint="RFS"),
}
"""What the columns of the example mean, by endpoint."""


@dataclass(frozen=True, slots=True)
class ExampleRecord:
    """Where the example data come from, and what they hold."""

    file: str
    title: str
    patients: int
    deaths: int
    recurrences: int
    citation: str
    doi: str
    source: str
    licence: str
    columns: dict[str, str]
    notes: str


@cache
def example_record() -> ExampleRecord:
    """Origin, licence and columns of the example data."""
    return ExampleRecord(**parse_shipped((FOLDER / RECORD).read_text(encoding="utf-8"), RECORD))


def example_file() -> Path:
    """The file of the example data."""
    return FOLDER / example_record().file


def example_data(endpoint: str = "OS") -> TrialData:
    """227 patients with resected hepatocellular carcinoma, chemokine and immune-cell markers, one arm.

    Parameters
    ----------
    endpoint
        "OS" (97 deaths) or "RFS" (143 recurrences).

    Notes
    -----
    Li 2014, 10.1371/journal.pone.0110064; CC0. The columns of the other endpoint stand among the markers under
    their own names: outcomes, not markers.
    """
    return read_trial_data(
        example_file(), EXAMPLE_COLUMNS[checked_name("endpoint", endpoint, tuple(EXAMPLE_COLUMNS))]
    )
