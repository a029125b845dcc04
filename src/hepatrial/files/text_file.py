"""Reading a small text file in UTF-8, or a message that says what it is instead."""

from __future__ import annotations

import codecs
from pathlib import Path

from hepatrial.errors import Issue, Location
from hepatrial.files.document import YamlError

MAX_BYTES = 200_000
"""Twenty times the largest file that ships; reading YAML of this size takes seconds at most."""

_OTHER_MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
"""Byte order marks of encodings that some editors and shells write by default."""


def read_text(path: Path, kind: str) -> str:
    """Read a small UTF-8 text file, with or without a byte order mark.

    Parameters
    ----------
    kind
        What the file should be, for the message that it is too large: "a protocol".

    Raises
    ------
    YamlError
        With the remedy, if the file cannot be read, is too large, or is not text in UTF-8.
    """
    raw = _bytes_of(path)
    if len(raw) > MAX_BYTES:
        raise _refused(
            path,
            f"the file is too large for {kind}",
            found=f"more than {MAX_BYTES:,} bytes",
            allowed=f"at most {MAX_BYTES:,} bytes",
            fix="check that this is the right file",
        )
    if raw[:2] in _OTHER_MARKS:
        raise _not_utf8(path, 1, _OTHER_MARKS[raw[:2]])
    if b"\x00" in raw:
        raise _refused(
            path,
            "this is not a text file",
            found="a byte of value 0",
            allowed="YAML text in UTF-8",
            fix="check that this is the right file",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _not_utf8(path, line, f"byte 0x{raw[error.start]:02x}") from error


def waits_for_a_writer(path: Path) -> bool:
    """Whether opening it would wait for whoever opens its other end, as a named pipe does; the shell's has a writer."""
    return path.is_fifo() and not path.is_relative_to("/dev")


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise _refused(path, "this is a folder, not a file", fix="give the YAML file inside it")
        if waits_for_a_writer(path):
            raise _refused(path, "this is not a file", found="a pipe", fix="give a YAML file, or /dev/stdin")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # a path with a byte of value 0 is a ValueError
        reason = getattr(error, "strerror", None) or str(error)
        fix = "check the path and the permission to read it"
        raise _refused(path, "the file cannot be read", found=reason, fix=fix) from error


def _not_utf8(path: Path, line: int, found: str) -> YamlError:
    return YamlError(
        Issue(
            "the file is not in UTF-8",
            Location(str(path), line),
            found=found,
            allowed="YAML text in UTF-8",
            fix="save the file with the encoding UTF-8",
            rule="file",
        )
    )


def _refused(
    path: Path, what: str, *, fix: str, found: str | None = None, allowed: str | None = None
) -> YamlError:
    return YamlError(Issue(what, Location(str(path)), found, allowed, fix, rule="file"))
