"""Reading a MIDAS table: one row a well, with what was done to it (TR), when (DA) and what was measured (DV)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hepatrial.errors import InvalidInput, Issue, Location

NO_INHIBITOR = "NOINHIB"


@dataclass(frozen=True, slots=True)
class MidasTable:
    """Wells of one experiment.

    Attributes
    ----------
    cues
        Names of ligands and inhibitors; an inhibitor's ends with ``i``.
    given
        Whether a well got a cue, shape (wells, cues), 0 or 1.
    minutes
        Time of measurement after the ligand, shape (wells,).
    readouts
        Names of what was measured.
    values
        Shape (wells, readouts), arbitrary units; NaN where not measured.
    """

    cues: tuple[str, ...]
    given: np.ndarray
    minutes: np.ndarray
    readouts: tuple[str, ...]
    values: np.ndarray

    def of(self, cue: str) -> np.ndarray:
        """Whether each well got a cue; zeros if the experiment does not know it."""
        return self.given[:, self.cues.index(cue)] if cue in self.cues else np.zeros(len(self.given))

    def at(self, wells: np.ndarray) -> MidasTable:
        """Some of the wells."""
        return MidasTable(
            self.cues, self.given[wells], self.minutes[wells], self.readouts, self.values[wells]
        )


def read_midas(path: Path) -> MidasTable:
    """Read a table.

    Raises
    ------
    InvalidInput
        If the file is not there, has no such columns, or holds what is not a number; with the line.
    """
    if not path.is_file():
        raise _refused("there is no such table", path, None, str(path), "a MIDAS file (.csv)")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.reader(stream) if row]
    head = [name.strip() for name in rows[0]] if rows else []
    cues = [place for place, name in enumerate(head) if name.startswith("TR:") and "CellLine" not in name]
    cues = [place for place in cues if head[place] != f"TR:{NO_INHIBITOR}"]
    read = [place for place, name in enumerate(head) if name.startswith("DV:")]
    when = [place for place, name in enumerate(head) if name.startswith("DA:")]
    if not (cues and read and when and len(rows) > 1):
        allowed = "columns TR:..., DA:... and DV:..., and a row a well"
        raise _refused("this is not a MIDAS table", path, 1, ", ".join(head[:4]) or "nothing", allowed)

    def numbers(places: list[int], empty: float) -> np.ndarray:
        return np.array(
            [
                [_number(row, place, empty, path, line) for place in places]
                for line, row in enumerate(rows[1:], start=2)
            ]
        )

    return MidasTable(
        cues=tuple(head[place].removeprefix("TR:") for place in cues),
        given=numbers(cues, 0.0),
        minutes=numbers(when[:1], 0.0)[:, 0],
        readouts=tuple(head[place].removeprefix("DV:") for place in read),
        values=numbers(read, np.nan),
    )


def _number(row: list[str], place: int, empty: float, path: Path, line: int) -> float:
    text = row[place].strip() if place < len(row) else ""
    try:
        return float(text) if text else empty
    except ValueError as error:
        raise _refused("a cell is not a number", path, line, text, "a number, NaN, or nothing") from error


def _refused(what: str, path: Path, line: int | None, found: str, allowed: str) -> InvalidInput:
    fix = "give the folder with LiverMSB2009/MD-LiverMSB2009.csv (PyPI cellnopt.data, GPL)"
    return InvalidInput((Issue(what, Location(str(path), line), found, allowed, fix, rule="midas"),))
