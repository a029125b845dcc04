"""Worker processes that never outlive the run: stopped at once when it stops, and gone when it is gone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from hepatrial.errors import RunFailed


def in_processes(work: Callable[..., Any], *arguments: Iterable[Any], workers: int) -> Iterator[Any]:
    """Results of ``work`` in order, from several processes; close the iterator to stop them before the end.

    Raises
    ------
    RunFailed
        A process was ended from outside, most often for want of memory.
    """
    before = set(multiprocessing.active_children())
    # Spawned, not forked: JAX's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_with_the_run) as pool:
        try:
            with _interrupts_for_this_process_alone():
                results = [pool.submit(work, *given) for given in zip(*arguments, strict=True)]
            for result in results:
                yield result.result()
        except BaseException as error:
            # Ended processes make the pool give up what is left; to cancel that as well would race with it.
            for process in set(multiprocessing.active_children()) - before:
                process.terminate()
            if isinstance(error, BrokenProcessPool):
                raise RunFailed(_ENDED) from error
            raise


_ENDED = (
    "a worker process was ended from outside\n"
    "  found:   most often this is the system, for want of memory\n"
    "  fix:     run with fewer --workers"
)


@contextmanager
def _interrupts_for_this_process_alone() -> Iterator[None]:
    """Processes started meanwhile never see Ctrl-C, which a terminal sends to all: this process stops them itself."""
    if not hasattr(signal, "pthread_sigmask"):  # not on this system
        yield
        return
    old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


def _leave_with_the_run() -> None:
    """End this worker when the process that started it has ended, however that came about."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
