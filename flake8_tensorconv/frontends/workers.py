"""Processes that share the work, and that never outlive the one that started them."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def spread(
    work: Callable[[str], T],
    items: Sequence[str],
    processes: int,
    start: Callable[..., None],
    arguments: tuple[Any, ...],
) -> Iterator[T]:
    """Yield `work(item)` for each item in order, from several processes.

    Args:
        work: a function of a module.
        items: what to work on.
        processes: how many to start.
        start: what each calls first, with `arguments`.
        arguments: its arguments.

    Raises:
        concurrent.futures.process.BrokenProcessPool: a process died.
    """
    pool = ProcessPoolExecutor(processes, initializer=_begin, initargs=(start, arguments))
    try:
        yield from pool.map(work, items, chunksize=4)
    except BaseException:
        # Nobody waits for the rest: after an interrupt, or when the reader has gone.
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    pool.shutdown()


def _begin(start: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    start(*arguments)


def _end_with_parent() -> None:
    """Wait for the parent's end, however it came, and follow."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)
