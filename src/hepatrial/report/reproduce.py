"""Run an earlier run again and compare."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hepatrial.errors import InvalidInput, Issue, Location, RunFailed, UsageError
from hepatrial.report.run_folder import MANIFEST, file_hashes
from hepatrial.run_arguments import FIGURE_FORMATS

Report = Callable[[str, int, int], None]

NEEDED = {"patients": int, "replicates": int, "seed": int, "precision": str, "versions": dict, "files": dict}
"""What the manifest must hold, with its type."""


def reproduce(folder: Path, *, workers: int | None = None, progress: Report | None = None) -> int:
    """Repeat the run of ``folder``, compare every file that it wrote, and return their number.

    Files that were put into the folder later are left alone.

    Raises
    ------
    UsageError
        The folder holds no run.
    InvalidInput
        The manifest or the protocol in the folder is not one that a run writes.
    RunFailed
        Files differ, in the folder itself or from the repeated run.
    """
    manifest = read_manifest(folder)
    for key, kind in NEEDED.items():
        if not isinstance(manifest.get(key), kind):
            found = f"no {key}" if key not in manifest else f"{key}: {manifest[key]!r}"
            raise damaged(
                folder / MANIFEST, found, tuple(NEEDED), "run the protocol again with `hepatrial run`"
            )
    from hepatrial.protocol.loading import load
    from hepatrial.report.run import run_protocol

    wrote: dict[str, str] = manifest["files"]
    require_unchanged(folder, wrote)
    formats = {Path(name).suffix[1:] for name in wrote if name.startswith("figures/")} & {*FIGURE_FORMATS}
    with tempfile.TemporaryDirectory() as scratch:
        again = Path(scratch) / "again"
        run_protocol(
            load(folder.absolute() / "protocol.yaml"),
            patients=manifest["patients"],
            replicates=manifest["replicates"],
            draws=manifest.get("draws", 0),
            seed=manifest["seed"],
            precision=manifest["precision"],
            figure_formats=tuple(sorted(formats)),
            out=again,
            workers=workers,
            progress=progress,
        )
        new = {name: digest for name, digest in file_hashes(again).items() if name != MANIFEST}
        versions = json.loads((again / MANIFEST).read_text(encoding="utf-8"))["versions"]
    different = sorted(name for name in wrote.keys() | new.keys() if wrote.get(name) != new.get(name))
    if different:
        raise RunFailed(_difference(different, len(wrote), manifest["versions"], versions))
    return len(wrote)


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the manifest of a folder holds.

    Raises
    ------
    UsageError
        There is none.
    InvalidInput
        It is not JSON with keys and values.
    """
    file = folder / MANIFEST
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"{folder} is not a run folder\n  found:   {MANIFEST}: {error.strerror}\n"
            "  allowed: the --out folder of an earlier run or answer\n  fix:     check the path"
        ) from error
    except ValueError as error:
        raise damaged(
            file, str(error), tuple(NEEDED), "run the protocol again with `hepatrial run`"
        ) from error
    if not isinstance(manifest, dict):
        raise damaged(
            file, type(manifest).__name__, tuple(NEEDED), "run the protocol again with `hepatrial run`"
        )
    return manifest


def damaged(file: Path, found: str, allowed: tuple[str, ...], fix: str) -> InvalidInput:
    """The error of a manifest that is none."""
    what = "this is not the manifest of a run"
    where = Location(str(file), 1)
    return InvalidInput(
        (Issue(what, where, found, allowed=f"JSON with {', '.join(allowed)}", fix=fix, rule="manifest"),)
    )


def require_unchanged(
    folder: Path, wrote: dict[str, str], *, made: str = "run", again: str = "run the protocol again"
) -> None:
    """Raise `RunFailed`, naming them, if files are lost or changed since they were written; others do not matter."""
    kept = file_hashes(folder)
    lost = sorted(name for name in wrote if name not in kept)
    changed = sorted(name for name, digest in wrote.items() if name in kept and kept[name] != digest)
    if lost or changed:
        found = "; ".join(
            f"{what} {', '.join(names)}" for what, names in (("lost:", lost), ("changed:", changed)) if names
        )
        raise RunFailed(
            f"the files of {folder} are not those that the {made} wrote\n  found:   {found}\n"
            f"  allowed: the files of the manifest, as they were\n  fix:     {again}"
        )


def moved_versions(then: dict[str, str], now: dict[str, str]) -> str:
    """Versions that differ, as a list in words; empty where none does."""
    return "; ".join(
        f"{name} {then.get(name)} then, {now.get(name)} now" for name in now if then.get(name) != now[name]
    )


def _difference(different: list[str], count: int, then: dict[str, str], now: dict[str, str]) -> str:
    moved = moved_versions(then, now)
    fix = (
        f"install the versions of that run: {moved}"
        if moved
        else "the versions are the same, so this may be a defect: report it with both folders"
    )
    return (
        f"the repeated run differs in {len(different)} of {count} files\n  found:   {', '.join(different)}\n"
        f"  allowed: no difference\n  fix:     {fix}"
    )
