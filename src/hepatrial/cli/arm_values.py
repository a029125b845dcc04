"""Options that give a value for each arm: ``NAME=VALUE``, or values alone in the order of the arms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from hepatrial.errors import UsageError, near_miss

T = TypeVar("T")


def by_arm(
    option: str, given: Sequence[str] | None, arms: Sequence[str], read: Callable[[str], T], example: str
) -> dict[str, T]:
    """Values by arm; an arm that none is given for is not in it.

    Raises
    ------
    UsageError
        A value that cannot be read, an arm that is not there, twice the same arm, more values than arms.
    """
    found: dict[str, T] = {}
    for place, text in enumerate(given or ()):
        name, separator, value = text.rpartition("=")
        if not separator:
            if place >= len(arms):
                raise _refused(option, f"{len(given or ())}, for {', '.join(arms)}", "one an arm", example)
            name = arms[place]
        if name not in arms:
            meant = near_miss(name, tuple(arms))
            fix = f"did you mean {meant}={value}?" if meant else example
            raise _refused(option, name, ", ".join(arms), fix, what="names an arm that is not there")
        if name in found:
            raise _refused(option, f"{name} twice", "one value an arm", example)
        try:
            found[name] = read(value)
        except ValueError:
            raise _refused(option, text, example, f"write {example}") from None
    return found


def whole(text: str) -> int:
    """A whole number above 0; ValueError for anything else."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def number(text: str) -> float:
    """A positive number."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError(text)
    return value


def two_numbers(text: str) -> tuple[float, float]:
    """Two positive numbers with a comma between them."""
    first, second = text.split(",")
    return number(first), number(second)


def read_option(option: str, text: str | None, read: Callable[[str], T], example: str) -> T | None:
    """The value of an option that is given once; None where it is left out."""
    if text is None:
        return None
    try:
        return read(text)
    except ValueError:
        raise _refused(option, text, example, f"write {example}") from None


def _refused(option: str, found: str, allowed: str, fix: str, *, what: str = "cannot be read") -> UsageError:
    return UsageError(f"{option} {what}\n  found:   {found}\n  allowed: {allowed}\n  fix:     {fix}")
