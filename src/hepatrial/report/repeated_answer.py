"""Make the answer in a folder again by the command that its manifest holds, and compare."""

from __future__ import annotations

import json
import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hepatrial.errors import RunFailed
from hepatrial.report.evidence_folder import RESULT
from hepatrial.report.reproduce import damaged, moved_versions, require_unchanged
from hepatrial.report.run_folder import MANIFEST, file_hashes

ANSWERS = (
    ("evidence", "meta"),
    ("evidence", "network"),
    ("evidence", "indication"),
    ("evidence", "surrogates"),
    ("evidence", "reconstruct"),
    ("resistance",),
    ("liver",),
    ("validate",),
    ("agents",),
    ("combine",),
    ("predict",),
)
"""Commands that write the folder of an answer."""
NEEDED = {"command": str, "versions": dict, "registry": str, "inputs": dict, "files": dict}
"""What such a manifest must hold, with its type."""
NOT_TAKEN = ("--out", "--force")
"""Where an answer goes is never taken from a manifest: it might replace another folder."""
MOST_SHOWN = 5
"""Numbers of a result that a message names."""


def is_answer(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest is that of an answer, and not of a run."""
    return "command" in manifest


def repeat_answer(folder: Path, manifest: Mapping[str, Any], command: Callable[[list[str]], None]) -> int:
    """Repeat the command of a folder, compare every file that it wrote, and return their number.

    Parameters
    ----------
    manifest
        Of the folder, as read.
    command
        Runs ``hepatrial`` with these arguments, in silence.

    Raises
    ------
    InvalidInput
        The manifest is not one that an answer writes.
    RunFailed
        Files differ, in the folder or from the repeated answer, or what the command read is gone. The message says
        which, and whether versions, the registry or the files that it read have changed.
    """
    arguments = _arguments(folder, manifest)
    wrote: dict[str, str] = manifest["files"]
    require_unchanged(folder, wrote, made="answer", again="give the command again")
    _require_inputs(folder, manifest)
    with tempfile.TemporaryDirectory() as scratch:
        again = Path(scratch) / "again"
        command([*arguments, "--out", str(again)])
        new = {name: digest for name, digest in file_hashes(again).items() if name != MANIFEST}
        different = sorted(name for name in wrote.keys() | new.keys() if wrote.get(name) != new.get(name))
        if different:
            now = json.loads((again / MANIFEST).read_text(encoding="utf-8"))
            numbers = list(_numbers(_result(folder), _result(again)))
            raise RunFailed(_difference(different, numbers, manifest, now))
    return len(wrote)


def _arguments(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    file = folder / MANIFEST
    for key, kind in NEEDED.items():
        if not isinstance(manifest.get(key), kind):
            found = f"no {key}" if key not in manifest else f"{key}: {manifest[key]!r}"
            raise damaged(file, found, tuple(NEEDED), "give the command again with --out and --force")
    try:
        program, *arguments = shlex.split(manifest["command"]) or [""]
    except ValueError:
        program, arguments = "", []
    known = program == "hepatrial" and any(tuple(arguments[: len(answer)]) == answer for answer in ANSWERS)
    if not known or any(word.split("=")[0] in NOT_TAKEN for word in arguments):
        allowed = tuple(" ".join(("hepatrial", *answer)) for answer in ANSWERS)
        raise damaged(
            file,
            f"command: {manifest['command']!r}",
            allowed,
            "give the command again with --out and --force",
        )
    return arguments


def _require_inputs(folder: Path, manifest: Mapping[str, Any]) -> None:
    lost = [name for name in manifest["inputs"] if not Path(name).is_file()]
    if lost:
        raise RunFailed(
            f"files that the answer of {folder} was made from are not there\n  found:   {', '.join(lost)}: missing\n"
            f"  allowed: what this command read: {manifest['command']}\n"
            "  fix:     put them back, or go to the folder in which the command was given"
        )


def _result(folder: Path) -> Any:
    return json.loads((folder / RESULT).read_text(encoding="utf-8"))


def _numbers(then: Any, now: Any, path: str = "") -> Iterator[str]:
    """Where two results differ, the innermost places, in the order of the result."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*then, *now)):
            yield from _numbers(then.get(key), now.get(key), f"{path}.{key}" if path else key)
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for place, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from _numbers(one, other, f"{path}[{place}]")
    elif then != now:
        yield f"{path}: {_shown(then)} then, {_shown(now)} now"


def _shown(value: Any) -> str:
    if isinstance(value, (list, dict)):
        return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _difference(
    different: list[str], numbers: list[str], then: Mapping[str, Any], now: Mapping[str, Any]
) -> str:
    lines = [
        f"the repeated answer differs in {len(different)} of {len(then['files'])} files",
        f"  found:   {', '.join(different)}",
        *(f"           {RESULT}: {text}" for text in numbers[:MOST_SHOWN]),
    ]
    if len(numbers) > MOST_SHOWN:
        lines.append(f"           and {len(numbers) - MOST_SHOWN} further places of {RESULT}")
    return "\n".join([*lines, "  allowed: no difference", f"  fix:     {_fix(then, now)}"])


def _fix(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    causes = []
    moved = moved_versions(then["versions"], now["versions"])
    if moved:
        causes.append(f"install the versions of that answer: {moved}")
    if then["registry"] != now["registry"]:
        causes.append(
            "the registry of published trials has changed since; the version of that answer holds the old one"
        )
    inputs = sorted(
        name
        for name in then["inputs"].keys() | now["inputs"].keys()
        if then["inputs"].get(name) != now["inputs"].get(name)
    )
    if inputs:
        causes.append(f"files of your own have changed, came or went since: {', '.join(inputs)}")
    return "; ".join(causes) or (
        "versions, registry and files read are the same, so this may be a defect: report it with both folders"
    )
