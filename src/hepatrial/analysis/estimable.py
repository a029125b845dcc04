"""What data can't tell: an estimate, or None where they hold too little for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hepatrial.errors import InvalidInput, RunFailed, UsageError

T = TypeVar("T")


def estimated(estimate: Callable[[], T]) -> T | None:
    """The estimate, or None where the survival room refuses it.

    It refuses what has no answer: a group without subjects, no event, an effect that runs to infinity, a
    window beyond follow-up. A small trial meets all of these, and its report then shows a dash.
    """
    try:
        return estimate()
    except (InvalidInput, RunFailed, UsageError):
        return None
