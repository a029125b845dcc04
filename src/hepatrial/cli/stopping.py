"""Stopping on Ctrl-C, on request of the system, and when the terminal goes: wherever the signal strikes.

A signal raises `KeyboardInterrupt` in whatever runs. Python drops it in a callback that cannot raise (JAX has one in
garbage collection). So the request is kept as well: it is raised again a moment later, and at the next progress.
"""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType
from typing import Any

from hepatrial.interruption import put_off

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that ask to stop; not every system has all of them."""
SECONDS_BETWEEN = 0.5
"""A second signal within this time of the first is the same wish: Ctrl-C reaches a whole group, and its parent may."""
SECONDS_TO_TRY_AGAIN = 0.05


class _Request:
    """Whether somebody has asked to stop, and when it was last raised."""

    asked: bool = False
    raised_at_s: float = float("-inf")


def listen() -> None:
    """From now on signals that ask to stop raise `KeyboardInterrupt`, also where the first one was dropped."""
    for number in STOPPING:
        # nohup ignores SIGHUP for the command that it starts.
        if number == getattr(signal, "SIGHUP", None) and signal.getsignal(number) == signal.SIG_IGN:
            continue
        signal.signal(number, _stop)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _again)
    sys.unraisablehook = _dropped


def tidied() -> None:
    """Nothing is left to tidy up: a signal ends the process as it does anywhere."""
    _Request.asked = False
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0.0)
    for number in STOPPING:
        if signal.getsignal(number) is _stop:
            signal.signal(number, signal.SIG_DFL)


def stop_if_asked() -> None:
    """Raise `KeyboardInterrupt` if somebody has asked to stop and it went unheard."""
    if _Request.asked:
        _raise()


def _stop(number: int, frame: FrameType | None) -> None:
    _Request.asked = True
    if time.monotonic() - _Request.raised_at_s > SECONDS_BETWEEN and not put_off():
        _raise()


def _again(number: int, frame: FrameType | None) -> None:
    """The timer of `_dropped`."""
    if _Request.asked and not put_off():
        _raise()


def _raise() -> None:
    _Request.raised_at_s = time.monotonic()
    raise KeyboardInterrupt


def _dropped(failure: Any) -> None:
    """Python's hook for errors where none can be raised."""
    if not issubclass(failure.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(failure)
    elif hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, SECONDS_TO_TRY_AGAIN)
