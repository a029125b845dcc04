"""A run folder, written whole or not at all.

Everything goes into a hidden folder beside the target, which is renamed once it is complete. A folder that exists is
replaced only if asked for and only if a run wrote it.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from hepatrial.errors import RunFailed, UsageError

MANIFEST = "manifest.json"


@contextmanager
def new_run_folder(target: Path, *, force: bool) -> Iterator[Path]:
    """Yield a folder to write into; it becomes ``target`` if no error occurs, and vanishes otherwise.

    Raises
    ------
    UsageError
        The target exists and may not be replaced, or cannot be made.
    RunFailed
        Writing failed, for example on a full disk.
    """
    check_target(target, force=force)
    part = _hidden_folder(target)
    try:
        yield part
        _replace(part, target)
    except OSError as error:
        raise RunFailed(_failed(target, error)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def check_target(target: Path, *, force: bool) -> None:
    """Refuse a target that may not be written, before any work is done."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise UsageError(f"{target} is not a folder\n  fix:     choose another --out")
    if not target.exists() or not any(target.iterdir()):
        return
    if not (target / MANIFEST).is_file():
        raise UsageError(
            f"{target} exists and is not a run folder, so it is never replaced\n  fix:     choose another --out"
        )
    if not force:
        raise UsageError(
            f"{target} holds an earlier run\n  fix:     choose another --out, or replace it with --force"
        )


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON; NaN is an error, as it is not JSON."""
    path.write_text(
        json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )


def file_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file by its path inside the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def _hidden_folder(target: Path) -> Path:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{target.name}.part-", dir=target.parent))
    except OSError as error:
        raise UsageError(
            f"{target} can't be made\n  found:   {error.strerror}\n  fix:     choose a folder you may write to"
        ) from error


def _replace(part: Path, target: Path) -> None:
    part.chmod(0o755)
    old = target.with_name(f".{target.name}.old-{os.getpid()}")
    if target.exists():
        target.rename(old)
    try:
        part.rename(target)
    except BaseException:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _failed(target: Path, error: OSError) -> str:
    fix = (
        "free some space and run again"
        if error.errno == errno.ENOSPC
        else "see whether the folder may be written to"
    )
    return f"{target} could not be written; nothing was left behind\n  found:   {error.strerror or error}\n  fix:     {fix}"
