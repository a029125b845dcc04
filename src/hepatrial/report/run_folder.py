"""A run folder, written whole or not at all.

Everything goes into a hidden folder beside the target, which is renamed once it is complete. A folder that
exists is replaced only if asked for and only if a run wrote it. What a killed run left beside the target goes with the
next run to the same place.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from hepatrial.errors import HepatrialError, RunFailed, UsageError
from hepatrial.files.whole_file import disk_is_full, hidden_name
from hepatrial.interruption import undisturbed
from hepatrial.report.part_folder import part_folder, remove_left_over

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Advice:
    """How a reader names another folder, and replaces an earlier run."""

    another: str
    example: str
    replace: str


COMMAND_LINE = Advice("choose another --out", "--out runs/mine", "--force")
PYTHON = Advice("choose another folder", 'report("runs/mine")', "force=True")


@contextmanager
def new_run_folder(target: Path, *, force: bool, advice: Advice = COMMAND_LINE) -> Iterator[Path]:
    """Yield a folder to write into; it becomes ``target`` if no error occurs, and vanishes otherwise.

    Raises
    ------
    UsageError
        The target exists and may not be replaced, or cannot be made.
    RunFailed
        Writing failed, for example on a full disk.
    """
    check_target(target, force=force, advice=advice)
    missing = [parent for parent in target.parents if not parent.exists()]
    remove_left_over(target)
    part = part_folder(target)
    try:
        part.mkdir(parents=True)
        yield part
        _replace(part, target, force=force, advice=advice)
    except HepatrialError:
        raise
    except Exception as error:
        full = disk_is_full(error, part)
        if not isinstance(error, OSError) and not full:
            raise
        raise RunFailed(_failed(target, error, full=full)) from error
    finally:
        with undisturbed():
            shutil.rmtree(part, ignore_errors=True)
            if not target.exists():
                _remove_empty(missing)


def check_target(target: Path, *, force: bool, advice: Advice = COMMAND_LINE) -> None:
    """Refuse a target that may not be written, before any work is done; raises `UsageError`."""
    try:
        _check_place(target, advice)
        _check_content(target, advice, force=force)
    except OSError as error:
        raise _not_writable(target, error) from error


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON; NaN is an error, as it is not JSON."""
    path.write_text(
        json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )


def file_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file by its path inside the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def _check_place(target: Path, advice: Advice) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        found = "a link" if target.is_symlink() else "a file"
        raise _refused(target, "is not a folder", found=found, fix=advice.another)
    if Path.cwd().is_relative_to(target.resolve()):
        raise _refused(
            target, "is where you are, or above it", fix=f"name a new folder, for example {advice.example}"
        )
    if target.exists() and os.path.ismount(target):
        raise _refused(
            target,
            "is a mount point, which cannot be replaced",
            fix=f"choose a folder in it: {target / 'run'}",
        )
    nearest = next(parent for parent in target.absolute().parents if parent.exists())
    if not nearest.is_dir():
        raise _refused(target, "cannot be made", found=f"{nearest} is a file", fix=advice.another)
    # Only trying tells: permissions are not all that can forbid it (read-only disks, /proc).
    probe = nearest / part_folder(target).name
    probe.mkdir()
    probe.rmdir()


def _check_content(target: Path, advice: Advice, *, force: bool) -> None:
    if not target.exists() or not any(target.iterdir()):
        return
    if not (target / MANIFEST).is_file():
        raise _refused(target, "exists and is not a run folder, so it is never replaced", fix=advice.another)
    if not force:
        raise _refused(
            target, "holds an earlier run", fix=f"{advice.another}, or replace it with {advice.replace}"
        )


def _refused(target: Path, what: str, *, fix: str, found: str | None = None) -> UsageError:
    lines = [f"{target} {what}", *([f"  found:   {found}"] if found else []), f"  fix:     {fix}"]
    return UsageError("\n".join(lines))


def _not_writable(target: Path, error: OSError) -> UsageError:
    return _refused(target, "cannot be made", found=error.strerror, fix="choose a folder you may write to")


def _replace(part: Path, target: Path, *, force: bool, advice: Advice) -> None:
    # Another run may have written the same target meanwhile.
    check_target(target, force=force, advice=advice)
    old = target.with_name(hidden_name(target, "old"))
    try:
        if target.exists():
            target.rename(old)
        part.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)


def _remove_empty(folders: list[Path]) -> None:
    """Remove parents that were made for a folder that did not come to be, the innermost first."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _failed(target: Path, error: Exception, *, full: bool) -> str:
    fix = "free some space and run again" if full else "see whether the folder may be written to"
    found = os.strerror(errno.ENOSPC) if full else getattr(error, "strerror", None) or str(error)
    return f"{target} could not be written; nothing was left behind\n  found:   {found}\n  fix:     {fix}"
