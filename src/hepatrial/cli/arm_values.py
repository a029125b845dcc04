"""Options that give a value for each arm: ``NAME=VALUE``, or values alone in the order of the arms."""

from __future__ import annotations

import re
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
            raise _unreadable(option, text, read, example) from None
    return found


def whole(text: str) -> int:
    """A whole number above 0; ValueError for anything else."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def count(text: str) -> int:
    """A whole number, 0 or above."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def number(text: str) -> float:
    """A positive number."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError(text)
    return value


def two_numbers(text: str) -> tuple[float, float]:
    """Two positive numbers with a comma between them, the lower one first."""
    first, second = map(number, text.split(","))
    if first >= second:
        raise ValueError(text)
    return first, second


def probability(text: str) -> float:
    """A p value: above 0, at most 1."""
    value = number(text)
    if value > 1:
        raise ValueError(text)
    return value


def time_and_percent(text: str) -> tuple[float, float]:
    """``12:44``, 44 % at 12; a share (0.44) is refused, since it would pass for less than 1 %."""
    time, percent = map(number, text.split(":"))
    if not 1 <= percent <= 100:
        raise ValueError(text)
    return time, percent


_ALLOWED: dict[Callable[[str], object], str] = {
    whole: "a whole number, 1 or more",
    count: "a whole number, 0 or more",
    number: "a number above 0, decimals with a point",
    two_numbers: "two numbers above 0, decimals with a point, the lower first, a comma between them",
    probability: "a probability: above 0, at most 1",
    time_and_percent: "a time, a colon, and per cent from 1 to 100",
}
_DECIMAL_COMMA = re.compile(r"(?P<before>(?:.*=)?)(?P<whole>\d+),(?P<decimals>\d+)")


def _unreadable(option: str, text: str, read: Callable[[str], object], example: str) -> UsageError:
    comma = _DECIMAL_COMMA.fullmatch(text) if read in (number, probability) else None
    fix = f"{option} {comma['before']}{comma['whole']}.{comma['decimals']}" if comma else example
    return _refused(option, text, _ALLOWED[read], f"write {fix}")


def read_option(option: str, text: str | None, read: Callable[[str], T], example: str) -> T | None:
    """The value of an option that is given once; None where it is left out."""
    if text is None:
        return None
    try:
        return read(text)
    except ValueError:
        raise _unreadable(option, text, read, example) from None


def _refused(option: str, found: str, allowed: str, fix: str, *, what: str = "cannot be read") -> UsageError:
    return UsageError(f"{option} {what}\n  found:   {found}\n  allowed: {allowed}\n  fix:     {fix}")
