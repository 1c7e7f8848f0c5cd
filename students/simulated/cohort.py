"""The contract of students by the thousand: one object holds them all, students first."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager

import numpy as np

from ...core.checks import whole


class Cohort(ABC):
    """Simulated students who learn by practice, side by side and without regard to each other.

    Every array has the students as its first axis. One class serves the single environment
    (``size=1``) and the native vector environment (thousands). A cohort draws all randomness from
    the generators it is given, so the same generator state and the same lessons repeat everything.

    A student is drawn from a population: parameters that no teacher sees, then the untaught state.

    Attributes:
        size: Number of students, at least 1.
        topics: Number of topics (concepts, items).
        levels: Number of difficulty levels of each topic, 1 for models without difficulty.
    """

    def __init__(self, size: int, topics: int, levels: int = 1) -> None:
        self.size = whole("size", size, 1)
        self.topics = whole("topics", topics, 1)
        self.levels = whole("levels", levels, 1)

    @abstractmethod
    def reset(self, rng: np.random.Generator, students: np.ndarray | None = None) -> None:
        """Replace students by new, untaught ones from the population.

        Args:
            rng: Parameters and states are drawn from it.
            students: Bool mask of shape (size,); None replaces all. The others stay as they are.
        """

    @abstractmethod
    def expected(self) -> np.ndarray:
        """Chance of a right answer to each cell now, shape (size, topics, levels), in [0, 1].

        Its mean over the cells is the expected score of an exam. Changes nothing; the array is the
        caller's.
        """

    @abstractmethod
    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """One lesson: each student answers one task of a cell and learns from it.

        Args:
            topic: Shape (size,), integers in 0..topics-1.
            level: Shape (size,), integers in 0..levels-1.
            rng: The answers are drawn from it.

        Returns:
            Whether each answer was right, float32 of shape (size,), 0 or 1.
        """

    def unchanged(self, students: np.ndarray) -> AbstractContextManager[None]:
        """Let some students (a bool mask of shape (size,)) leave a block as they entered it.

        Raises:
            TypeError: If this model can't; a `Population` can.
        """
        raise TypeError(
            f"{type(self).__name__} can't teach some students and only look at others: define "
            "unchanged(self, students), or inherit from "
            "teachgym.students.simulated.population.Population"
        )

    def state_dict(self) -> dict[str, np.ndarray]:
        """All that changes, as arrays.

        Raises:
            TypeError: If this model can't be saved; a `Population` can.
        """
        raise TypeError(
            f"{type(self).__name__} has no state_dict and load_state_dict, so a run with it can't "
            "be saved; define both, or inherit from "
            "teachgym.students.simulated.population.Population"
        )

    def load_state_dict(self, state: dict[str, np.ndarray]) -> None:
        """Continue from what `state_dict` returned.

        Raises:
            TypeError: If this model can't be saved.
        """
        self.state_dict()

    def wait(self, days: float | np.ndarray) -> None:  # noqa: B027 - most models know no time
        """Let time pass: a number of days, at least 0, or one per student of shape (size,)."""
