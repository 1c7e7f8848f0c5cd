"""A log as sequences: the answers of one student, all or those that ask for one concept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .logs import InteractionLog


@dataclass(frozen=True, eq=False)
class Sequences:
    """The tags (or rows) of a log, sequence by sequence, the longest sequences first.

    The tags of sequence i are ``order[starts[i]:starts[i] + lengths[i]]``, in the order of time.

    Attributes:
        order: Shape (tags,), indices into the log's tags.
        starts: Shape (sequences,), where each begins in `order`.
        lengths: Shape (sequences,), falling.
        concept: Shape (sequences,), the concept of each; 0 where it has several.
    """

    order: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    concept: np.ndarray

    def steps(self) -> Iterator[np.ndarray]:
        """The tags at the first place of each sequence, then those at the second, and so on.

        Each time there are fewer, for sequences end; those left are always the first ones.
        """
        ends = np.searchsorted(-self.lengths, -np.arange(self.lengths.max(initial=0)), "left")
        for place, count in enumerate(ends):
            yield self.order[self.starts[:count] + place]


def sequences(log: InteractionLog) -> Sequences:
    """The sequences of a log, one for each student and concept that met."""
    key = log.tags.astype(np.int64) * len(log.students) + log.student[log.tag_row]
    order = np.argsort(key, kind="stable")
    keys, starts, lengths = np.unique(key[order], return_index=True, return_counts=True)
    longest = np.argsort(-lengths, kind="stable")
    concept = keys[longest] // len(log.students)
    return Sequences(order, starts[longest], lengths[longest], concept)


def earlier(parts: Sequences, values: np.ndarray) -> np.ndarray:
    """Sum over the earlier tags of the same sequence of a number per tag, shape (tags,)."""
    sums = np.zeros(len(values))
    ordered = values[parts.order].astype(float)
    before = np.cumsum(ordered) - ordered
    begin = np.zeros(len(values), dtype=np.int64)
    begin[parts.starts] = 1
    starts = np.sort(parts.starts)
    sums[parts.order] = before - before[starts][np.cumsum(begin) - 1]
    return sums


def by_student(offsets: np.ndarray) -> Sequences:
    """One sequence a student.

    Args:
        offsets: Where each student's part begins, and the end: of rows, or of tags.
    """
    lengths = np.diff(offsets)
    longest = np.argsort(-lengths, kind="stable")
    return Sequences(
        np.arange(offsets[-1]), offsets[longest], lengths[longest], np.zeros_like(longest)
    )
