"""What must be known before what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...domains.graphs import find_cycle


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
    if cycle is not None:
        path = " -> ".join(str(topic) for topic in [*cycle, cycle[0]])
        raise ValueError(
            f"prerequisites must have no cycle, but {path} is one; remove a link of it"
        )
    return before
