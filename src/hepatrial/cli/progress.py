"""Progress of long work, on stderr: a bar with time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hepatrial.cli.stopping import stop_if_asked

Report = Callable[[str, int, int], None]
"""Called with the name of the step, what is done of it and its total."""

SECONDS_BETWEEN_LINES = 5.0
SHORTEST_MEASUREMENT_S = 0.5
"""A rate that is measured over less time than this says nothing of the time left."""


@contextmanager
def shown_progress(*, silent: bool) -> Iterator[Report]:
    """Yield what a long function reports its progress to; a report is also where a run may be stopped."""
    if silent:
        yield _stoppable(lambda step, done, total: None)
    elif sys.stderr.isatty():
        with _bars() as report:
            yield _stoppable(report)
    else:
        yield _stoppable(Lines(lambda line: print(line, file=sys.stderr, flush=True)))


def _stoppable(report: Report) -> Report:
    def stop_or_report(step: str, done: int, total: int) -> None:
        stop_if_asked()
        report(step, done, total)

    return stop_or_report


@dataclass(slots=True)
class Rate:
    """How fast a step goes on, measured from its second report: the first holds the time to get going."""

    first_done: int = -1
    first_at_s: float = 0.0

    def seconds_left(self, done: int, total: int, now_s: float) -> float | None:
        """Seconds that what is missing takes at the rate so far; None while that is not known."""
        if self.first_done < 0:
            if done > 0:
                self.first_done, self.first_at_s = done, now_s
            return None
        elapsed = now_s - self.first_at_s
        if done <= self.first_done or elapsed < SHORTEST_MEASUREMENT_S:
            return None
        return elapsed * (total - done) / (done - self.first_done)


class Lines:
    """Writes a line when a step starts and ends, and in between every few seconds one with the time left."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._write, self._clock = write, clock
        self._step = ""
        self._started = self._last = 0.0
        self._rate = Rate()

    def __call__(self, step: str, done: int, total: int) -> None:
        now = self._clock()
        if step != self._step:
            self._step, self._started, self._last, self._rate = step, now, now, Rate()
            self._write(f"{step}: {total:,} to do" if done == 0 else f"{step}: {done:,} of {total:,}")
        left = self._rate.seconds_left(done, total, now)
        if 0 < done == total:
            self._write(f"{step}: done in {duration(now - self._started)}")
        elif done > 0 and now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            ending = "" if left is None else f", about {duration(left)} left"
            self._write(f"{step}: {done:,} of {total:,} ({100 * done // total}%){ending}")


def duration(seconds: float) -> str:
    """Seconds as a reader says them: ``8 s``, ``3 min 20 s``, ``2 h 5 min``."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


@contextmanager
def _bars() -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn

    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[left]}"),
    )
    tasks: dict[str, tuple[TaskID, Rate]] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=total, left="starting"), Rate()
            task, rate = tasks[step]
            seconds = rate.seconds_left(done, total, time.monotonic())
            left = "starting" if done == 0 else "" if seconds is None else f"{duration(seconds)} left"
            progress.update(task, completed=done, total=total, left="done" if done == total else left)

        yield report
