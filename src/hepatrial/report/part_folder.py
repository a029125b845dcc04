"""Hidden folders that runs write into, named after their process, so that those of killed runs can be told."""

from __future__ import annotations

import os
import platform
import re
import secrets
import shutil
from hashlib import sha256
from pathlib import Path


def part_folder(target: Path) -> Path:
    """A new name beside ``target`` for this process to write to."""
    return target.with_name(f"{_start(target)}{os.getpid()}-{secrets.token_hex(4)}")


def remove_left_over(target: Path) -> None:
    """Remove what runs of this machine to the same target left whose process is gone."""
    if (
        os.name != "posix" or not target.parent.is_dir()
    ):  # elsewhere one cannot ask for a process without harm
        return
    name = re.compile(re.escape(_start(target)) + r"(\d+)-[0-9a-f]{8}")
    for folder in target.parent.iterdir():
        found = name.fullmatch(folder.name)
        if found and _is_gone(int(found[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _start(target: Path) -> str:
    # A disk may be shared: a process that is not here may still run on another machine.
    machine = sha256(platform.node().encode()).hexdigest()[:8]
    return f".{target.name[:40]}.part-{machine}-"


def _is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):  # somebody else's, or no number of a process
        return False
    return False
