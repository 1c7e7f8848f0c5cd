"""What must be known before what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def find_cycle(prerequisites: np.ndarray) -> list[int] | None:
    """A cycle as the topics on it, each before the next and the last before the first.

    Args:
        prerequisites: Bool of shape (topics, topics).

    Returns:
        The topics, or None where there is no cycle.
    """
    left = np.ones(len(prerequisites), dtype=bool)
    while True:
        free = left & ~prerequisites[left].any(axis=0)
        if not free.any():
            break
        left &= ~free
    if not left.any():
        return None
    # Each topic that is left has a prerequisite among them: going back must come to a repetition.
    path = [int(np.flatnonzero(left)[0])]
    while True:
        before = int(np.flatnonzero(left & prerequisites[:, path[-1]])[0])
        if before in path:
            return path[path.index(before) :][::-1]
        path.append(before)


def check_prerequisites(
    matrix: np.ndarray | Sequence[Sequence[int]], topics: int | None = None
) -> np.ndarray:
    """The prerequisites as a bool array of shape (topics, topics), a copy.

    Args:
        matrix: Bools (or 0 and 1); ``[i, j]`` means that topic i comes before topic j.
        topics: The number of topics that the matrix must have, if it is known.

    Raises:
        TypeError: If the matrix holds anything else.
        ValueError: If it is not square, does not fit the topics, or holds a cycle, which is named.
    """
    try:
        given = np.asarray(matrix)
        binary = given.dtype.kind in "biuf" and np.isin(given, (0, 1)).all()
    except ValueError:  # rows of different lengths
        binary = False
    if not binary:
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
    if cycle is not None:
        path = " -> ".join(str(topic) for topic in [*cycle, cycle[0]])
        raise ValueError(
            f"prerequisites must have no cycle, but {path} is one; remove a link of it"
        )
    return before
