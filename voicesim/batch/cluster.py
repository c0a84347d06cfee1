"""A Dask cluster as an executor: one that runs somewhere, or a local one of single-thread processes."""

from __future__ import annotations

import os
from concurrent.futures import Executor
from contextlib import ExitStack
from typing import Any, cast

from voicesim.errors import UsageError

LOCAL = "local"
CONNECT_WITHIN_S = 20
CALLS_PER_THREAD = 2
"""In the cluster at once for each of its threads, so that none waits for the next call to travel."""


def open_cluster(stack: ExitStack, address: str, workers: int = 0) -> tuple[Executor, int]:
    """An executor on the scheduler at `address` ("local" starts one), closed with `stack`, and how many calls at once.

    Raises UsageError when Dask is missing or nobody answers.
    """
    try:
        import distributed
    except ImportError as error:
        raise UsageError('--cluster needs Dask: pip install "voicesim[cluster]"') from error
    dask: Any = distributed
    if address == LOCAL:
        count = workers or os.cpu_count() or 1
        local = dask.LocalCluster(n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None)
        client: Any = stack.enter_context(dask.Client(stack.enter_context(local)))
    else:
        try:
            client = stack.enter_context(dask.Client(address, timeout=CONNECT_WITHIN_S))
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(f"--cluster {address}: no Dask scheduler answers there ({error})") from error
        count = sum(client.nthreads().values())
        if count == 0:
            raise UsageError(
                f"--cluster {address}: the scheduler has no workers; start some with `dask worker {address}`"
            )
    executor = stack.enter_context(cast("Executor", client.get_executor(pure=False)))
    return executor, CALLS_PER_THREAD * count
