"""Worker processes, each an executor of its own, so that one that dies takes only its own call with it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing.process import BaseProcess
from typing import Any

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class WorkerPool(Executor):
    """`workers` spawned processes, one call at a time each. A dead process is replaced; its future raises.

    Submit no more than `workers` calls at once: a further one waits for the least busy process.
    """

    def __init__(self, workers: int) -> None:
        self._lock = threading.Lock()
        self._pools: list[ProcessPoolExecutor | None] = [None] * workers
        self._given: list[list[Future[Any]]] = [[] for _ in range(workers)]

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run in the least busy process; the future raises BrokenExecutor when that process dies."""
        with self._lock:
            self._given = [[future for future in given if not future.done()] for given in self._given]
            slot = min(range(len(self._given)), key=lambda index: len(self._given[index]))
            try:
                future = self._process(slot).submit(fn, *args, **kwargs)
            except BrokenExecutor:
                self._pools[slot] = None
                future = self._process(slot).submit(fn, *args, **kwargs)
            self._given[slot].append(future)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes."""
        for pool in self._pools:
            if pool is not None:
                pool.shutdown(wait, cancel_futures=cancel_futures)

    def process_ids(self) -> list[int]:
        """The processes that are running now."""
        return [pid for pool in self._pools if pool is not None for pid in (pool._processes or {})]

    def _process(self, slot: int) -> ProcessPoolExecutor:
        pool = self._pools[slot]
        if pool is None:
            spawn = multiprocessing.get_context("spawn")
            pool = ProcessPoolExecutor(1, mp_context=spawn, initializer=_leave_with_parent)
            with _one_thread_each():
                pool.submit(os.getpid)  # starts the process now, with this environment
            self._pools[slot] = pool
        return pool


def _leave_with_parent() -> None:
    """In a worker: end when the batch was killed, instead of waiting for calls for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(process: BaseProcess) -> None:
    process.join()
    os._exit(1)


class _one_thread_each:  # noqa: N801 - used like a function
    """Libraries that read these variables when they load then leave the other cores to the other workers."""

    def __enter__(self) -> None:
        self._before = {name: os.environ.get(name) for name in _ONE_THREAD}
        os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))

    def __exit__(self, *exception: object) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
