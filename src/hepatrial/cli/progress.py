"""Progress of long work, on stderr: a bar with time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, int, int], None]
"""Called with the name of the step, what is done of it and its total."""

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def shown_progress(*, silent: bool) -> Iterator[Report | None]:
    """Yield what a long function reports its progress to; None when nothing shall be shown."""
    if silent:
        yield None
    elif sys.stderr.isatty():
        with _bars() as report:
            yield report
    else:
        yield _Lines()


@contextmanager
def _bars() -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=total)
            progress.update(tasks[step], completed=done, total=total)

        yield report


class _Lines:
    """Reports a step when it starts and then at most every few seconds, with the time left."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._step = ""
        self._started = self._last = float("-inf")

    def __call__(self, step: str, done: int, total: int) -> None:
        now = self._clock()
        if step != self._step:
            self._step, self._started = step, now
        if now - self._last < SECONDS_BETWEEN_LINES:
            return
        self._last = now
        left = ""
        if 0 < done < total:
            seconds = (now - self._started) * (total - done) / done
            left = f", about {seconds:.0f} s left"
        share = f" {100 * done // total}%" if total else ""
        print(f"{step}{share}{left}", file=sys.stderr, flush=True)
