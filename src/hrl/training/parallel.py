"""Several things at a time: what they bring, in order, or the first failure."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")


def side_by_side(
    work: Callable[[int], T],
    places: Iterable[int],
    *,
    workers: int,
    name: str,
    halt: threading.Event | None = None,
) -> list[T]:
    """What `work` gives for each place, in their order.

    Args:
        work: called in several threads.
        places: what it is called with.
        workers: threads.
        name: of the threads, after `hrl-`.
        halt: set after a failure, so that work under way can end early; None: it is brought to its end.

    Raises:
        Exception: the first failure by place, once everything that had begun has ended; the rest never
            begins.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix=f"hrl-{name}")
    halt = halt or threading.Event()
    try:
        futures = [pool.submit(work, place) for place in places]
        wait(futures, return_when=FIRST_EXCEPTION)
    finally:
        halt.set()
        pool.shutdown(wait=True, cancel_futures=True)
    return [future.result() for future in futures]
