"""What must be known before what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def check_prerequisites(
    matrix: np.ndarray | Sequence[Sequence[bool]], topics: int | None = None
) -> np.ndarray:
    """The prerequisites as a bool array of shape (topics, topics), a copy.

    Args:
        matrix: Bools (or 0 and 1); ``[i, j]`` means that topic i comes before topic j.
        topics: The number of topics that the matrix must have, if it is known.

    Raises:
        TypeError: If the matrix holds anything else.
        ValueError: If it is not square, does not fit the topics, or holds a cycle, which is named.
    """
    given = np.asarray(matrix)
    if given.dtype.kind not in "biuf" or not np.isin(given, (0, 1)).all():
        raise TypeError("prerequisites must hold True and False (or 1 and 0) alone")
    if given.ndim != 2 or given.shape[0] != given.shape[1]:
        raise ValueError(f"prerequisites must have shape (topics, topics), not {given.shape}")
    if topics is not None and len(given) != topics:
        raise ValueError(
            f"prerequisites must have shape ({topics}, {topics}) for {topics} topics, "
            f"not {given.shape}"
        )
    before = given.astype(bool)
    cycle = find_cycle(before)
    if cycle:
        path = " -> ".join(str(topic) for topic in [*cycle, cycle[0]])
        raise ValueError(
            f"prerequisites must have no cycle, but {path} is one; remove a link of it"
        )
    return before


def find_cycle(before: np.ndarray) -> list[int]:
    """Topics of one cycle in order, each before the next and the last before the first.

    Args:
        before: Bool array of shape (topics, topics).

    Returns:
        The topics, or an empty list where there is no cycle.
    """
    left = np.ones(len(before), dtype=bool)
    while True:  # take away what has no prerequisite among the rest, until nothing changes
        free = left & ~before[left].any(axis=0)
        if not free.any():
            break
        left &= ~free
    if not left.any():
        return []
    # Each topic that is left has a prerequisite that is left: walk back until one comes again.
    walk = [int(np.flatnonzero(left)[0])]
    while True:
        previous = int(np.flatnonzero(before[:, walk[-1]] & left)[0])
        if previous in walk:
            return walk[walk.index(previous) :][::-1]
        walk.append(previous)
