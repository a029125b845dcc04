"""A folder with an answer from the published trials: page, figures, result, tables. Written whole or not at all."""

from __future__ import annotations

import csv
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from hepatrial.evidence.fingerprint import registry_fingerprint
from hepatrial.report.definitions import EVIDENCE_NOTICE
from hepatrial.report.evidence_page import EVIDENCE_PAGE, EvidenceSection, write_evidence_page
from hepatrial.report.run_folder import MANIFEST, file_hashes, new_run_folder, write_json

RESULT = "result.json"
FIGURE_FORMATS = ("svg", "png")
PACKAGES = ("hepatrial", "jax", "matplotlib", "numba", "numpy", "polars", "scipy")
"""Whose versions may move a number or a figure."""


@dataclass(frozen=True, slots=True)
class EvidenceOutput:
    """What goes into a folder.

    Attributes
    ----------
    title, lead, sections
        Of the page; see `hepatrial.report.evidence_page.evidence_page`.
    command
        The command line that makes it again.
    result
        What ``result.json`` holds.
    tables
        By file name without suffix: rows with the same keys, written as CSV; None is an empty cell.
    notice, page
        What a reader must bear in mind, and the name of the page's file; another where the answer is simulated.
    warnings
        What a reader must know of this answer in particular.
    frames
        By file name without suffix: tables that are written as CSV and as Parquet.
    marks
        Further keys of the manifest.
    """

    title: str
    lead: str
    sections: tuple[EvidenceSection, ...]
    command: str
    result: dict[str, Any]
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    notice: str = EVIDENCE_NOTICE
    warnings: tuple[str, ...] = ()
    page: str = EVIDENCE_PAGE
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    marks: Mapping[str, Any] = field(default_factory=dict)


def write_evidence_folder(
    target: Path, output: EvidenceOutput, *, force: bool, inputs: Sequence[Path] = ()
) -> Path:
    """Write the page, ``figures/`` (SVG and PNG), ``result.json``, tables as CSV, and ``manifest.json``.

    Parameters
    ----------
    target
        A folder that is not there, or is empty; with ``force`` one that an earlier command wrote.
    inputs
        Files of the user's that the answer was made from: the manifest holds their hashes, so that
        `hepatrial.report.repeated_answer` can tell whether they are still the same.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    UsageError
        The target exists and may not be replaced, or cannot be made.
    RunFailed
        Writing failed; nothing is left behind.
    """
    with new_run_folder(target, force=force) as folder:
        page = write_evidence_page(
            folder,
            output.title,
            output.lead,
            output.sections,
            command=output.command,
            figure_formats=FIGURE_FORMATS,
            notice=output.notice,
            warnings=output.warnings,
            name=output.page,
        )
        write_json(folder / RESULT, output.result)
        for name, rows in output.tables.items():
            _write_csv(folder / f"{name}.csv", rows)
        for name, frame in output.frames.items():
            frame.write_csv(folder / f"{name}.csv")
            frame.write_parquet(folder / f"{name}.parquet")
        write_json(
            folder / MANIFEST,
            {
                "command": output.command,
                **output.marks,
                "versions": {name: version(name) for name in PACKAGES}
                | {"python": platform.python_version()},
                "registry": registry_fingerprint(),
                "inputs": {path.as_posix(): sha256(path.read_bytes()).hexdigest() for path in inputs},
                "notice": output.notice,
                "files": file_hashes(folder),
            },
        )
    return target / page.name


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        if rows:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
