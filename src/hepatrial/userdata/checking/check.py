"""A user's data checked: what is there, what is wrong, what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hepatrial.errors import InvalidInput, Issue, UsageError
from hepatrial.trialdata import ENDPOINTS, TrialData
from hepatrial.userdata.cells import Cells, typed
from hepatrial.userdata.checking.choice import ColumnChoice
from hepatrial.userdata.checking.describe import ColumnSummary, summary_of
from hepatrial.userdata.checking.examined import Examined
from hepatrial.userdata.checking.guess import Guess, guesses
from hepatrial.userdata.checking.missing_blocks import MissingBlock, missing_blocks
from hepatrial.userdata.checking.readiness import Readiness, readiness
from hepatrial.userdata.checking.rules import RULES
from hepatrial.userdata.columns import DataColumns, column_advice
from hepatrial.userdata.files import read_table
from hepatrial.userdata.folders import is_folder, read_folder
from hepatrial.userdata.reading import trial_from_table, with_own_names
from hepatrial.userdata.table import RawTable
from hepatrial.userdata.visits import first_visits

NOT_NAMED = "the columns of time and event: name them with --time and --event"
NOT_READ = "data without errors: mend those above first"


@dataclass(frozen=True, slots=True)
class DataCheck:
    """What was found in a file.

    Attributes
    ----------
    file, rows
        The file, and how many rows it has; 0 if it could not be read.
    columns
        What each column holds.
    choice
        What each role is taken to be, guesses included.
    guesses
        What of it was guessed.
    issues
        Errors, which stop every analysis, and warnings.
    blocks
        Columns that are missing together.
    analyses
        Which analyses are possible, and what they lack.
    notes
        What was left out.
    """

    file: str
    rows: int
    columns: tuple[ColumnSummary, ...]
    choice: ColumnChoice
    guesses: tuple[Guess, ...]
    issues: tuple[Issue, ...]
    blocks: tuple[MissingBlock, ...]
    analyses: tuple[Readiness, ...]
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Issue, ...]:
        """Problems that stop every analysis."""
        return tuple(issue for issue in self.issues if issue.severity == "error")

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """Problems that a reader must know of."""
        return tuple(issue for issue in self.issues if issue.severity == "warning")


def check_data(path: str | Path, choice: ColumnChoice | None = None) -> DataCheck:
    """Check a user's file; nothing is raised for what is wrong with it, everything is listed.

    Raises
    ------
    UsageError
        The choice itself cannot be meant: an unknown unit or endpoint, one column in two roles.
    """
    choice = choice or ColumnChoice()
    # Whose visits they are may still be guessed.
    replace(choice, visit=None).columns()
    if is_folder(path):
        return _checked_folder(path, choice)
    try:
        raw = read_table(path)
    except InvalidInput as error:
        return DataCheck(str(path), 0, (), choice, (), error.issues, (), readiness(None, "", NOT_READ))
    return _checked(raw, choice, Path(path).stem)


def _checked(raw: RawTable, choice: ColumnChoice, name: str) -> DataCheck:
    cells = typed(raw)
    summaries = {column: summary_of(column, one) for column, one in cells.items()}
    absent = _absent(raw, choice)
    if not absent:
        completed, guessed = guesses(choice, summaries.values(), cells)
    else:
        completed, guessed = choice, ()
    columns = _sound_columns(completed, choice) if not absent else None
    data, errors = _read(raw, columns, name)
    said = not any(guess.role == "time-unit" and guess.certain is False for guess in guessed)
    table = Examined(raw, cells, summaries, columns, _rows(raw, cells, columns), unit_said=said)
    found = [issue for rule in RULES for issue in rule.check(table)]
    issues = (*absent, *errors, *raw.issues, *found)
    why_not = NOT_READ if columns is not None or absent else NOT_NAMED
    return DataCheck(
        file=raw.file,
        rows=raw.frame.height,
        columns=tuple(summaries.values()),
        choice=completed,
        guesses=guessed,
        issues=tuple(dict.fromkeys(issues)),
        blocks=missing_blocks(cells),
        analyses=readiness(data, completed.endpoint, why_not),
        notes=data.notes if data is not None else (),
    )


def _checked_folder(path: str | Path, choice: ColumnChoice) -> DataCheck:
    """The check of a folder that says itself what its tables mean."""
    try:
        data = read_folder(path, choice.columns())
    except InvalidInput as error:
        return DataCheck(str(path), 0, (), choice, (), error.issues, (), readiness(None, "", NOT_READ))
    endpoint = choice.endpoint if choice.endpoint in data.endpoints else data.endpoints[0]
    codes = {str(code): code for code in range(len(ENDPOINTS[endpoint]))}
    stem = endpoint.lower()
    columns = DataColumns(
        f"{stem}_days", f"{stem}_event", arm="arm", subject="subject", endpoint=endpoint, event_values=codes,
        control=data.control,
    )  # fmt: skip
    raw = RawTable(str(path), data.subjects)
    cells = typed(raw)
    summaries = {column: summary_of(column, one) for column, one in cells.items()}
    table = Examined(raw, cells, summaries, columns, np.arange(raw.frame.height), unit_said=True)
    meant = ColumnChoice(
        columns.time, columns.event, "arm", "subject", time_unit="days", endpoint=endpoint, control=data.control
    )  # fmt: skip
    return DataCheck(
        file=str(path),
        rows=len(data),
        columns=tuple(summaries.values()),
        choice=meant,
        guesses=(),
        issues=tuple(issue for rule in RULES for issue in rule.check(table)),
        blocks=missing_blocks(cells),
        analyses=readiness(data, endpoint),
        notes=data.notes,
    )


def _absent(raw: RawTable, choice: ColumnChoice) -> list[Issue]:
    names = raw.frame.columns
    return [
        Issue(
            f"there is no column {column} for {role}", raw.at(), found=column, allowed=", ".join(names[:30]),
            fix=column_advice(column, names), rule="columns",
        )
        for role, column in choice.roles.items()
        if column not in names
    ]  # fmt: skip


def _sound_columns(choice: ColumnChoice, named: ColumnChoice) -> DataColumns | None:
    """The columns, without guesses that do not go with what was ``named``; raises what is wrong with the latter."""
    try:
        return choice.columns()
    except UsageError:
        return replace(choice, arm=named.arm, visit=named.visit).columns()


def _read(
    raw: RawTable, columns: DataColumns | None, name: str
) -> tuple[TrialData | None, tuple[Issue, ...]]:
    """The data, or what stops their reading."""
    if columns is None:
        return None, ()
    try:
        return trial_from_table(raw, columns, name), ()
    except InvalidInput as error:
        return None, error.issues


def _rows(raw: RawTable, cells: dict[str, Cells], columns: DataColumns | None) -> np.ndarray:
    """One row a patient where that can be told, else all rows."""
    if columns is not None and columns.visit is not None:
        columns = with_own_names(columns, raw.frame.columns)
        rows, issues = first_visits(raw, cells, columns)
        if not issues:
            return rows
    return np.arange(raw.frame.height)
