"""Worker processes that can be stopped at any moment, and that never outlive the run.

Each worker has a pipe of its own, so that one which is ended in the middle of an answer is noticed and spoils nothing
for the others. The standard library's pool shares one pipe among its workers, and waits for ever when that happens.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from hepatrial.errors import RunFailed, UsageError
from hepatrial.interruption import undisturbed

SECONDS_TO_END = 5.0
NO_GUARD = 79
"""Exit code of a worker that met the user's own script asking for workers, while it read that script to start."""


@dataclass(frozen=True, slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection

    def ended_with(self, code: int) -> bool:
        self.process.join(SECONDS_TO_END)
        return self.process.exitcode == code

    def stop(self) -> None:
        self.process.terminate()
        self.process.join(SECONDS_TO_END)
        if self.process.is_alive():
            self.process.kill()
        self.pipe.close()


@dataclass(frozen=True, slots=True)
class Team:
    """Worker processes that stay: what one has loaded and compiled it keeps for its next task."""

    members: tuple[_Worker, ...]

    def answers(self, tasks: Sequence[Any], homes: Sequence[int] | None = None) -> Iterator[Any]:
        """Answers in the order of the tasks.

        Parameters
        ----------
        homes
            By task the number of the worker that should have it, modulo their number, since it has had one like it. A
            worker without such a task takes one of another's.

        Raises
        ------
        RunFailed, UsageError
            As `in_processes`.
        """
        try:
            yield from _in_order(self.members, tasks, homes)
        except (EOFError, ConnectionError) as error:
            if any(worker.ended_with(NO_GUARD) for worker in self.members):
                raise _without_guard() from error
            raise RunFailed(
                "a worker process was ended from outside\n"
                "  found:   most often the system ends it, for want of memory\n"
                "  fix:     run with fewer --workers"
            ) from error


@contextmanager
def team_of(work: Callable[[Any], Any], workers: int) -> Iterator[Team]:
    """So many processes that answer tasks by ``work``, stopped at the end of the block."""
    # A worker reads the script first; the standard library tells by the same mark that it does.
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise SystemExit(NO_GUARD)
    members: list[_Worker] = []
    try:
        with undisturbed(), _interrupts_for_this_process_alone():
            for number in range(workers):
                members.append(_started(work, number))
        yield Team(tuple(members))
    finally:
        with undisturbed():
            for worker in members:
                worker.stop()


def in_processes(work: Callable[[Any], Any], tasks: Sequence[Any], workers: int) -> Iterator[Any]:
    """Results of ``work`` for each of ``tasks``, in order; close the iterator to stop before the end.

    Raises
    ------
    RunFailed
        A worker was ended from outside, most often for want of memory. Errors of ``work`` are raised as they are.
    UsageError
        The script that was started has no ``if __name__ == "__main__":``, so that every worker would run it anew.
    """
    with team_of(work, min(workers, len(tasks))) as team:
        yield from team.answers(tasks)


def _without_guard() -> UsageError:
    return UsageError(
        "worker processes read the script that is run, and this one would simulate again in each of them\n"
        '  found:   a script that asks for workers without `if __name__ == "__main__":`\n'
        "  allowed: workers where the script's own work stands under that line; one process anywhere\n"
        '  fix:     put the work under `if __name__ == "__main__":`, or simulate with workers=1'
    )


def _started(work: Callable[[Any], Any], number: int) -> _Worker:
    # Spawned, not forked: JAX's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work, number), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _keep_to_one_core(number: int) -> None:
    """Give the worker of this number a core of its own, in turn, where the system can.

    XLA starts a waiting thread for every core that it may use: two workers free to use both cores then get 1.5 times
    the work of one done, kept to a core each 1.95 times.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = sorted(os.sched_getaffinity(0))
    with suppress(OSError):
        os.sched_setaffinity(0, {cores[number % len(cores)]})


def _serve(pipe: Connection, work: Callable[[Any], Any], number: int) -> None:
    """What a worker does: answer tasks until the run has gone."""
    _keep_to_one_core(number)
    while True:
        try:
            task = pipe.recv()
        except (EOFError, ConnectionError):
            return
        try:
            answer = True, work(task)
        except Exception as error:
            error.add_note(f"in a worker process:\n{traceback.format_exc()}")
            answer = False, error
        try:
            pipe.send(answer)
        except ConnectionError:
            return


def _in_order(members: Sequence[_Worker], tasks: Sequence[Any], homes: Sequence[int] | None) -> Iterator[Any]:
    """Keep all workers busy, and yield answers in the order of the tasks."""
    waiting = _queues(len(members), len(tasks), homes)
    busy: dict[Connection, tuple[int, int]] = {}

    def give(member: int) -> None:
        own = waiting[member] if homes is not None else waiting[0]
        queue = own or max(waiting, key=len)
        if queue:
            number = queue.popleft() if queue is own else queue.pop()
            members[member].pipe.send(tasks[number])
            busy[members[member].pipe] = (member, number)

    for member in range(len(members)):
        give(member)
    early: dict[int, Any] = {}
    due = 0
    while busy:
        for pipe in wait(list(busy)):
            good, answer = pipe.recv()
            if not good:
                raise answer
            member, number = busy.pop(pipe)
            early[number] = answer
            give(member)
        while due in early:
            yield early.pop(due)
            due += 1


def _queues(members: int, tasks: int, homes: Sequence[int] | None) -> list[deque[int]]:
    """Numbers of the tasks that wait, by worker; in one queue for all where no task has a home."""
    if homes is None:
        return [deque(range(tasks))]
    queues: list[deque[int]] = [deque() for _ in range(members)]
    for number in range(tasks):
        queues[homes[number] % members].append(number)
    return queues


@contextmanager
def _interrupts_for_this_process_alone() -> Iterator[None]:
    """Processes started meanwhile never see Ctrl-C, which a terminal sends to all: this process stops them itself."""
    if not hasattr(signal, "pthread_sigmask"):  # not on this system
        yield
        return
    resource_tracker.ensure_running()  # it would let the signal through again when it is started among the workers
    old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)
