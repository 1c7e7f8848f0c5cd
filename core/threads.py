"""A fixed number of threads, so that numbers do not depend on what else a machine does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from .checks import at_least


@contextmanager
def limited_threads(threads: int | None) -> Iterator[None]:
    """Let numerical libraries use this many threads inside the block, torch included.

    Sums are added up in another order with another number of threads, which changes the last bits
    and, after many updates, what a student learns.

    Args:
        threads: At least 1, or None to change nothing.

    Raises:
        ValueError: For a number below 1.
    """
    if threads is None:
        yield
        return
    at_least("threads", threads, 1)
    from threadpoolctl import threadpool_limits

    # A torch that is imported inside the block reads its number of threads from here.
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = str(threads)
    torch = sys.modules.get("torch")
    torch_before = torch.get_num_threads() if torch else None
    if torch:
        torch.set_num_threads(threads)
    try:
        with threadpool_limits(threads):
            yield
    finally:
        if torch:
            torch.set_num_threads(torch_before)
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before
