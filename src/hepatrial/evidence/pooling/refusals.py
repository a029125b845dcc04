"""How this room refuses data and calls: what was found, what is allowed, how to mend it."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from hepatrial.errors import InvalidInput, Issue, UsageError, near_miss

Choice = TypeVar("Choice", bound=StrEnum)


def invalid(what: str, found: str, allowed: str, fix: str) -> InvalidInput:
    """The error for data that break a rule."""
    return InvalidInput((Issue(what=what, found=found, allowed=allowed, fix=fix),))


def misuse(what: str, found: str, allowed: str, fix: str) -> UsageError:
    """The error for a call that asks for something it cannot mean."""
    return UsageError(str(Issue(what=what, found=found, allowed=allowed, fix=fix)))


def chosen(kind: type[Choice], value: str, argument: str) -> Choice:
    """A member of an enumeration from itself or its text, or `UsageError` with the near miss."""
    try:
        return kind(value)
    except ValueError:
        allowed = tuple(member.value for member in kind)
        meant = near_miss(str(value), allowed)
        raise misuse(
            f"{argument}: no such choice",
            repr(value),
            ", ".join(allowed),
            f"did you mean {meant}?" if meant else f"choose one of them for {argument}",
        ) from None
