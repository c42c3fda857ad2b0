# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch on Dask: the same line-by-line work on a cluster of this machine, or of whoever answers at a scheduler's address.

Dask does a line again when the worker that had it is lost. Nothing is lost with the scheduler either, for each line's files say
by themselves that it is done: the batch is run again, and goes on.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from ..errors import ParlanceError

LOCAL: Final = "local"
AHEAD: Final = 8
"""Lines a worker may be ahead of the report."""
RETRIES: Final = 3
"""How often a line is given to another worker when one is lost."""
T = TypeVar("T")
R = TypeVar("R")


def each(work: Callable[[T], R], items: Iterable[T], scheduler: str, jobs: int) -> Iterator[R]:
    """`work(item)` of each item, in their order; only so many are read ahead as the workers need.

    scheduler: its address, or LOCAL for `jobs` processes here.
    Raises ParlanceError where Dask is not installed, nobody answers, or the scheduler goes away.
    """
    with _client(scheduler, jobs) as client:
        from distributed import CancelledError
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        waiting: deque[Any] = deque()
        try:
            for item in items:
                waiting.append(client.submit(work, item, pure=False, retries=RETRIES))
                if len(waiting) >= max(len(client.nthreads()), jobs, 1) * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except KilledWorker as error:
            raise ParlanceError(
                "A line ended every worker that tried it, perhaps for want of memory; look at the last one in the report."
            ) from error
        except (CommClosedError, CancelledError, TimeoutError, OSError) as error:
            raise ParlanceError(
                "The Dask scheduler went away; start it again and run the batch again: what is done is kept."
            ) from error
        finally:
            for future in waiting:
                future.release()


@contextmanager
def _client(scheduler: str, jobs: int) -> Iterator[Any]:
    try:
        import distributed
    except ImportError as error:
        raise ParlanceError("Dask is not installed here; install it with: pip install parlance[batch].") from error
    # What it says of a scheduler that goes is pages long; one sentence says it here.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    make: Any = distributed.Client  # Dask has no types for these
    cluster_of: Any = distributed.LocalCluster
    if scheduler != LOCAL:
        try:
            client = make(scheduler, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise ParlanceError(f"No Dask scheduler answers at “{scheduler}”; check the address, or use “{LOCAL}”.") from error
        with client:
            yield client
        return
    # A thread each: onnxruntime gets its share of the cores, and Python waits for nobody. No dashboard: it opens a port.
    with (
        cluster_of(n_workers=max(jobs, 1), threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        make(cluster, set_as_default=False) as client,
    ):
        yield client
