"""What the processes of one run tell each other."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any


def process_count() -> int:
    """How many processes take part, 1 where torch is not distributed."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.distributed.is_available():
        return 1
    return int(torch.distributed.get_world_size()) if torch.distributed.is_initialized() else 1


def gather(value: Any) -> list[Any]:
    """What every process has, in their order; all must call this at the same point."""
    count = process_count()
    if count == 1:
        return [value]
    import torch.distributed

    values: list[Any] = [None] * count
    torch.distributed.all_gather_object(values, value)
    return values


def check_agreement(views: list[Mapping[str, Any]]) -> None:
    """Compare what processes hold; each item has its name.

    Raises:
        RuntimeError: Where a process differs from the first; it says in what.
    """
    for process, view in enumerate(views):
        for name, value in views[0].items():
            if view[name] != value:
                raise RuntimeError(
                    f"process {process} disagrees with process 0 about the curriculum: {name} is "
                    f"{view[name]!r:.200} there and {value!r:.200} here; every process must make "
                    "it with the same data, teacher and seed, and none may ask or tell on its own"
                )


def raise_first(errors: list[str | None]) -> None:
    """Let every process fail where one has, as the others would wait for it.

    Raises:
        RuntimeError: With the first of the messages, if there is one.
    """
    for process, error in enumerate(errors):
        if error is not None:
            raise RuntimeError(f"process {process} failed: {error}")
