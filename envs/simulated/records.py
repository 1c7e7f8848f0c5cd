"""What a teacher sees of many students: smoothed scores and shares of practice, kept up to date."""

from __future__ import annotations

import numpy as np

from ..observation import RATE


class Records:
    """Scores and practice of each cell in each student's episode; `LessonRecord` by the thousand.

    Args:
        size: Number of students.
        cells: Number of cells (a topic at a level, an item).
        rate: Rate of the smoothing; 1 keeps the last score.

    Attributes:
        scores: Smoothed scores, float32 of shape (size, cells). The first score of a cell counts
            whole; from then on ``s ← s + rate·(score - s)``. 0 while never practised.
        practice: Number of lessons, float32 of shape (size, cells).
    """

    def __init__(self, size: int, cells: int, rate: float = RATE) -> None:
        self.scores = np.zeros((size, cells), dtype=np.float32)
        self.practice = np.zeros((size, cells), dtype=np.float32)
        self._rate = np.float32(rate)
        self._first = np.arange(size) * cells

    def reset(self, students: np.ndarray | None) -> None:
        """Forget all about some students (a bool mask), None for all."""
        for array in (self.scores, self.practice):
            array[... if students is None else students] = 0.0

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of both arrays."""
        return {"scores": self.scores.copy(), "practice": self.practice.copy()}

    def load_state_dict(self, state: dict[str, np.ndarray]) -> None:
        """Continue from what `state_dict` returned."""
        self.scores[...], self.practice[...] = state["scores"], state["practice"]

    def add(self, cells: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Take in one lesson for each student.

        Args:
            cells: Shape (size,), integers.
            scores: Shape (size,), float32 in [0, 1].

        Returns:
            What was learned of each student, shape (size,): ``|score - smoothed score before|``,
            0 where the cell was never practised.
        """
        flat = self._first + cells
        practice, smoothed = self.practice.reshape(-1), self.scores.reshape(-1)
        count, old = practice.take(flat), smoothed.take(flat)
        change = scores - old
        again = np.minimum(count, 1.0)
        smoothed[flat] = old + change * (1.0 - again * (1.0 - self._rate))
        practice[flat] = count + 1.0
        return np.abs(change) * again

    def write(self, out: np.ndarray, lessons: np.ndarray) -> None:
        """Fill in scores, then shares of practice.

        Args:
            out: Float32 of shape (size, 2·cells); all of it is written.
            lessons: Lessons of each student's episode, shape (size,).
        """
        cells = self.scores.shape[1]
        out[:, :cells] = self.scores
        self.shares(out[:, cells:], lessons)

    def shares(self, out: np.ndarray, lessons: np.ndarray) -> None:
        """Fill in shares of practice, shape (size, cells)."""
        share = np.float32(1.0) / np.maximum(lessons, 1).astype(np.float32)
        np.multiply(self.practice, share[:, None], out=out)
