"""Projects of WebPlotDigitizer: its JSON, by itself or in the archive that it saves."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.evidence.reconstruction.digitised_points import FEWEST_POINTS, DigitisedPoints, too_few_points
from hepatrial.evidence.reconstruction.text_table import MAX_BYTES, read_table_text

SUFFIXES = (".json", ".tar")
_SAVE_AGAIN = "calibrate the axes in WebPlotDigitizer and save the project again, or export its points as CSV"


def is_project(path: Path) -> bool:
    """Whether the name of a file says that it is a project and not a table."""
    return path.suffix.lower() in SUFFIXES


def read_project(path: str | Path) -> tuple[DigitisedPoints, ...]:
    """Read the data sets of a project.

    Parameters
    ----------
    path
        ``wpd.json``, or the archive (``.tar``) that holds one. Format 4 (``datasetColl``) and 3
        (``wpd.dataSeries``) are understood; the values are those that WebPlotDigitizer worked out from its axes.

    Raises
    ------
    InvalidInput
        No project, no data sets, points without values, too few of them.
    """
    path = Path(path)
    text = _from_archive(path) if path.suffix.lower() == ".tar" else read_table_text(path)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise _refused(path, "this is not valid JSON", str(error)[:80], "a project", line=line) from None
    sets = [one for one in _data_sets(content) if one[1]]
    if not sets:
        raise _refused(path, "the project holds no points", "no data set with points", "one data set a curve")
    issues = [issue for name, points in sets for issue in _problems(path, name, points)]
    if issues:
        raise InvalidInput(tuple(issues))
    names = [name for name, _ in sets]
    return tuple(
        DigitisedPoints(
            f"{name} ({place})" if names.count(name) > 1 else name,
            *np.array([point["value"][:2] for point in points], dtype=np.float64).T,
        )
        for place, (name, points) in enumerate(sets, start=1)
    )


def _from_archive(path: Path) -> str:
    """The JSON in the archive; nothing is unpacked to the disk."""
    try:
        # Saved uncompressed; a compressed one could hold far more than it weighs.
        with tarfile.open(path, "r:") as archive:
            for member in archive:
                if member.isfile() and member.name.endswith("wpd.json"):
                    stream = archive.extractfile(member)
                    raw = stream.read(MAX_BYTES + 1) if stream else b""
                    if len(raw) > MAX_BYTES:
                        raise _refused(
                            path,
                            "the project is too large",
                            f"more than {MAX_BYTES:,} bytes",
                            f"at most {MAX_BYTES:,} bytes",
                        )
                    return raw.decode("utf-8")
    except (tarfile.TarError, UnicodeDecodeError, EOFError) as error:
        raise _refused(path, "this is not an archive of a project", str(error)[:80], "a .tar") from error
    except OSError as error:
        raise _refused(path, "the file cannot be read", error.strerror or "broken", "a .tar") from error
    raise _refused(path, "the archive holds no project", "no wpd.json", "an archive of WebPlotDigitizer")


def _data_sets(content: Any) -> Iterator[tuple[str, list[Any]]]:
    """Names and points, by format 4 or 3."""
    if not isinstance(content, dict):
        return
    old = content.get("wpd")
    rows = old.get("dataSeries") if isinstance(old, dict) else content.get("datasetColl")
    for place, row in enumerate(rows if isinstance(rows, list) else (), start=1):
        if isinstance(row, dict) and isinstance(row.get("data"), list):
            yield str(row.get("name") or f"data set {place}"), row["data"]


def _problems(path: Path, name: str, points: list[Any]) -> Iterator[Issue]:
    without = sum(not _has_value(point) for point in points)
    if without:
        yield Issue(
            f"{name}: points without values",
            Location(str(path)),
            f"{without} of {len(points)}",
            "a time and a survival of each point",
            _SAVE_AGAIN,
        )
    elif len(points) < FEWEST_POINTS:
        yield too_few_points(name, len(points), Location(str(path)))


def _has_value(point: Any) -> bool:
    value = point.get("value") if isinstance(point, dict) else None
    return (
        isinstance(value, list)
        and len(value) >= 2
        and all(isinstance(each, (int, float)) and np.isfinite(each) for each in value[:2])
    )


def _refused(path: Path, what: str, found: str, allowed: str, *, line: int | None = None) -> InvalidInput:
    return InvalidInput((Issue(what, Location(str(path), line), found, allowed, _SAVE_AGAIN, rule="file"),))
