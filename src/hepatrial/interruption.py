"""Work that Ctrl-C does not break off half-way: tidying up, and starting a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class _Undisturbed:
    depth = 0
    asked = False


@contextmanager
def undisturbed() -> Iterator[None]:
    """A block that the command line's signals do not break off; `KeyboardInterrupt` is raised at its end instead.

    A mask of signals would not do: Python hears in the main thread what any thread of a library was sent.
    """
    _Undisturbed.depth += 1
    try:
        yield
    finally:
        _Undisturbed.depth -= 1
    if _Undisturbed.asked and _Undisturbed.depth == 0:
        _Undisturbed.asked = False
        raise KeyboardInterrupt


def put_off() -> bool:
    """Whether an interruption must wait; if so it is raised at the end of the block that is `undisturbed`."""
    if _Undisturbed.depth == 0:
        return False
    _Undisturbed.asked = True
    return True
