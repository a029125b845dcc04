"""Messages that say which arm, curve or file they are of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from hepatrial.errors import InvalidInput


@contextmanager
def said_of(name: str) -> Iterator[None]:
    """Every issue raised within begins with ``name``."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(
            tuple(replace(issue, what=f"{name}: {issue.what}") for issue in error.issues)
        ) from None
