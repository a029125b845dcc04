"""What a run may be asked for, on the command line and in Python.

Bounds are wide enough for any sensible run, and narrow enough to catch a slip."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from typing import Any

from hepatrial.errors import UsageError, near_miss

MAX_PATIENTS = 5_000_000
MAX_REPLICATES = 100_000
MAX_SEED = 2**63 - 1
MAX_WORKERS = 256
FEWEST_DRAWS, MOST_DRAWS = 8, 2000
FIGURE_FORMATS = ("png", "svg")
PRECISIONS = ("float32", "float64")


def checked_number(name: str, value: Any, lowest: int, highest: int, example: int) -> int:
    """A whole number within bounds; raises `UsageError`."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or not lowest <= value <= highest:
        raise UsageError(
            f"{name} is not a whole number in range\n  found:   {_shown(value)}\n"
            f"  allowed: {lowest} to {highest}\n  fix:     for example {name}={example}"
        )
    return int(value)


def checked_name(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    """One of some names; raises `UsageError` with the near miss."""
    if not isinstance(value, str) or value not in allowed:
        meant = near_miss(value, allowed) if isinstance(value, str) else None
        raise UsageError(
            f"{name} is not one that is known\n  found:   {_shown(value)}\n  allowed: {', '.join(allowed)}\n"
            f"  fix:     {f'did you mean {meant!r}?' if meant else f'for example {allowed[-1]!r}'}"
        )
    return value


def checked_names(name: str, values: Any, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """A list of names out of some, each once; raises `UsageError`."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise UsageError(
            f"{name} is not a list of names\n  found:   {_shown(values)}\n"
            f"  allowed: a list of {', '.join(allowed)}\n  fix:     for example {name}=[{allowed[0]!r}]"
        )
    return tuple(dict.fromkeys(checked_name(name, value, allowed) for value in values))


def _shown(value: Any) -> str:
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({type(value).__name__})"
