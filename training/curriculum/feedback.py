"""What is told to a curriculum: scores, by row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...rewards.checks import validate
from .rows import ROW


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a curriculum made of the scores that it was told.

    Attributes:
        arms: Shape (rows,): arms of the rows that were heard of for the first time.
        scores: Shape (rows,): their mean scores, NaN for a row without any.
        staleness: Shape (rows,): for each, how many rows had been asked for and not been told
            about when it was chosen, those chosen together with it left out.
        repeated: Rows that had been told about before, whose scores were ignored.
    """

    arms: np.ndarray
    scores: np.ndarray
    staleness: np.ndarray
    repeated: int = 0

    @property
    def known(self) -> int:
        """How many of the rows had a score."""
        return int((self.scores == self.scores).sum())


def row_number(row: Any) -> int:
    """The number of a row that was asked for: of the row itself, or the number.

    Raises:
        ValueError: For anything else.
    """
    value = row.get(ROW) if isinstance(row, Mapping) else row
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
        raise ValueError(f"a row must be one that ask() returned, or its {ROW!r}, not {row!r:.80}")
    return int(value)


def grouped(rows: Sequence[Any], scores: Any, name: str = "scores") -> dict[int, list[float]]:
    """The scores of each row, in the order in which rows first occur.

    Args:
        rows: Rows that `ask` returned, or their numbers; one may occur several times.
        scores: A score per row, or a list of scores per row, of any length; in [0, 1], None or NaN
            where there is none.
        name: What gave the scores, for the messages.

    Returns:
        By number of the row, its scores with NaN where there is none.

    Raises:
        ValueError: For scores that do not fit the rows, or that are not in [0, 1].
    """
    given = scores.tolist() if isinstance(scores, np.ndarray) else list(scores)
    if len(given) != len(rows):
        raise ValueError(f"{len(given)} scores for {len(rows)} rows; each row needs an entry")
    groups: dict[int, list[float]] = {}
    for row, entry in zip(rows, given, strict=True):
        group = entry if isinstance(entry, list | tuple | np.ndarray) else [entry]
        plain = [None if _missing(score) else score for score in group]
        values = [
            math.nan if score is None else score for score in validate(name, plain, len(plain))
        ]
        groups.setdefault(row_number(row), []).extend(values)
    return groups


def mean_score(group: Sequence[float]) -> float:
    """The mean of the scores that are not missing, NaN if all are."""
    known = [score for score in group if score == score]
    # Rounding may take the mean of equal scores beyond their range.
    return min(max(math.fsum(known) / len(known), 0.0), 1.0) if known else math.nan


def _missing(score: Any) -> bool:
    return score is None or (isinstance(score, float | np.floating) and score != score)
