"""Many calls through any `concurrent.futures.Executor`, results as they come or in the order asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import TypeVar

from voicesim.batch.rows import CallRows, failed_rows
from voicesim.batch.sources import CallSource
from voicesim.errors import EngineError, UsageError

KILLED_TWICE = "scoring it ended the worker process twice (out of memory, or a damaged file): left out"
_LOST_WORKER = ("KilledWorker", "CommClosedError", "CancelledError")
"""What dask.distributed raises when the worker of a task is gone; named, so that Dask need not be installed."""
Done = tuple[CallSource, CallRows]
T = TypeVar("T")


def score_all(
    calls: Iterable[CallSource],
    score: Callable[[CallSource], CallRows],
    executor: Executor,
    *,
    at_once: int,
    ordered: bool = False,
) -> Iterator[Done]:
    """Every call with its rows, at most `at_once` of them in the executor at a time.

    A call whose worker died is scored again; when that kills a worker too, it becomes an error row. With `ordered` the
    results come in the order of `calls`, else as they are finished. Raises EngineError or UsageError when the engines
    cannot be loaded at all.
    """
    done = _as_finished(calls, score, executor, at_once)
    return _in_order(done) if ordered else ((call, rows) for _, call, rows in done)


def _as_finished(
    calls: Iterable[CallSource], score: Callable[[CallSource], CallRows], executor: Executor, at_once: int
) -> Iterator[tuple[int, CallSource, CallRows]]:
    waiting = enumerate(calls)
    again: deque[tuple[int, CallSource]] = deque()
    killed: set[int] = set()
    running: dict[Future[CallRows], tuple[int, CallSource]] = {}
    while True:
        while len(running) < at_once:
            following = again.popleft() if again else next(waiting, None)
            if following is None:
                break
            running[executor.submit(score, following[1])] = following
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            number, call = running.pop(future)
            rows = _outcome(future, call)
            if rows is None and number not in killed:
                killed.add(number)
                again.append((number, call))
            else:
                yield number, call, rows or failed_rows(call, f"{call.location}: {KILLED_TWICE}")


def _outcome(future: Future[CallRows], call: CallSource) -> CallRows | None:
    """The rows, or None when the worker died under the call."""
    try:
        return future.result()
    except BrokenExecutor:
        return None
    except (EngineError, UsageError):
        raise
    except Exception as error:  # noqa: BLE001 - what a worker could not even turn into a row
        if type(error).__name__ in _LOST_WORKER:
            return None
        return failed_rows(call, f"{call.location}: unexpected {type(error).__name__}: {error}")


def _in_order(done: Iterator[tuple[int, CallSource, CallRows]]) -> Iterator[Done]:
    held: dict[int, Done] = {}
    following = 0
    for number, call, rows in done:
        held[number] = (call, rows)
        while following in held:
            yield held.pop(following)
            following += 1
