"""Students as arrays, drawn from a population."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import numpy as np

from ...core.checks import array
from .cohort import Cohort


class Population(Cohort):
    """A cohort whose students are wholly described by named arrays, students first.

    A model says in `draw` what a new student is; its update rules work on `state`.

    Raises:
        ValueError: If a model that knows no difficulty is given several levels.
    """

    graded: ClassVar[bool] = True
    """Whether the model knows tasks of different difficulty (several levels)."""

    def __init__(self, size: int, topics: int, levels: int = 1) -> None:
        super().__init__(size, topics, levels)
        if self.levels > 1 and not self.graded:
            raise ValueError(
                f"{type(self).__name__} knows no difficulty: levels must be 1, not {levels}"
            )
        self._state: dict[str, np.ndarray] | None = None

    @property
    def state(self) -> dict[str, np.ndarray]:
        """Parameters and state by name, each of shape (size, ...); the arrays, not copies.

        Raises:
            RuntimeError: Before the first reset.
        """
        if self._state is None:
            raise RuntimeError("there are no students yet: call reset(rng) first")
        return self._state

    @abstractmethod
    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New, untaught students: fresh arrays of shape (count, ...) by name."""

    def reset(self, rng: np.random.Generator, students: np.ndarray | None = None) -> None:
        """Replace students by new, untaught ones from the population.

        Args:
            rng: Parameters and states are drawn from it, for the replaced students only.
            students: Bool mask of shape (size,); None replaces all. The others stay as they are.

        Raises:
            TypeError: If the mask does not hold bools.
            ValueError: If the mask has another shape.
        """
        if students is None:
            self._state = self.draw(self.size, rng)
            return
        mask, state = np.asarray(students), self.state
        if mask.dtype != bool:
            raise TypeError(f"students must be a mask of bools, not {mask.dtype}")
        if mask.shape != (self.size,):
            raise ValueError(f"students must have shape ({self.size},), not {mask.shape}")
        for name, values in self.draw(int(np.count_nonzero(mask)), rng).items():
            state[name][mask] = values

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of the arrays of `state`, by name."""
        return {name: values.copy() for name, values in self.state.items()}

    def load_state_dict(self, state: dict[str, np.ndarray]) -> None:
        """Continue from what `state_dict` returned.

        Raises:
            ValueError: If it is that of another number of students.
        """
        for name, values in state.items():
            if len(values) != self.size:
                raise ValueError(
                    f"this state does not fit: {name} is of {len(values)} students, and here are "
                    f"{self.size}"
                )
        self._state = {name: np.array(values) for name, values in state.items()}

    @contextmanager
    def unchanged(self, students: np.ndarray) -> Iterator[None]:
        """Let some students (a bool mask of shape (size,)) leave a block as they entered it."""
        before = {name: values[students] for name, values in self.state.items()}
        yield
        for name, values in self.state.items():
            rows = before[name]
            if values.shape[1:] != rows.shape[1:]:
                # A ring that was doubled in the block: twice the same, as it doubles.
                rows = np.concatenate([rows] * (values.shape[1] // rows.shape[1]), axis=1)
            values[students] = rows

    def cells(self, topic: np.ndarray, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Topic and level of each student's lesson, checked, as intp arrays of shape (size,).

        Raises:
            TypeError: If they are no integers.
            ValueError: If a shape does not fit, or an index is out of range.
        """
        return (
            _indices("topic", topic, self.size, self.topics),
            _indices("level", level, self.size, self.levels),
        )

    def days(self, days: float | np.ndarray) -> np.ndarray:
        """The days that pass for each student, checked, float64 of shape (size,).

        Raises:
            TypeError: If they are no numbers.
            ValueError: If they are negative, not finite, or of another shape.
        """
        return array("days", days, "[0, inf)", (self.size,))


def _indices(name: str, values: np.ndarray, size: int, count: int) -> np.ndarray:
    """The values as intp array of shape (size,), each in 0..count-1."""
    given = np.asarray(values)
    if given.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold integers, not {given.dtype}")
    if given.shape != (size,):
        raise ValueError(f"{name} must have shape ({size},), one a student, not {given.shape}")
    indices = given.astype(np.intp, copy=False)
    # Seen as unsigned numbers, the negative ones are too large as well: one pass finds both.
    if indices.view(np.uintp).max() >= count:
        wrong = given[(given < 0) | (given >= count)][0]
        raise ValueError(f"{name} must be in 0..{count - 1}, but holds {wrong}")
    return indices
