"""A file written whole or not at all, and how to tell that a disk is full."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from pathlib import Path

LEAST_FREE_BYTES = 65_536
"""A disk with less than this is taken to be full when writing fails without a reason."""

_FULL = (errno.ENOSPC, errno.EDQUOT)


def write_whole(path: Path, text: str) -> None:
    """Write UTF-8 text in one step, so that no half-written file is ever seen.

    The file gets the permissions that the user's umask leaves, as any new file does.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left behind.
    """
    part = path.with_name(hidden_name(path, "part"))
    try:
        with part.open("x", encoding="utf-8") as file:
            file.write(text)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def hidden_name(path: Path, what: str) -> str:
    """A name for what stands beside ``path`` for a while; short enough wherever that of ``path`` is."""
    return f".{path.name[:40]}.{what}-{secrets.token_hex(4)}"


def disk_is_full(error: Exception, place: Path) -> bool:
    """Whether writing to ``place`` failed for want of space.

    Some writers of tables raise errors that say so in words only, or not at all.
    """
    if getattr(error, "errno", None) in _FULL or any(os.strerror(code) in str(error) for code in _FULL):
        return True
    return place.exists() and shutil.disk_usage(place).free < LEAST_FREE_BYTES
