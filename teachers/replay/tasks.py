"""Action spaces as sets of tasks that can be remembered and recognised."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

import gymnasium as gym
import numpy as np

from ...core.spaces import Cells, Cube


class Tasks(Protocol):
    """An action space as tasks. A task is stored as a row, and recognised by its key.

    Attributes:
        width: Numbers in a row.
        dtype: Their type.
        count: How many tasks there are, None if they can't be counted.
    """

    width: int
    dtype: np.dtype
    count: int | None

    def row(self, action: Any) -> np.ndarray:
        """The row of an action, shape (width,)."""

    def action(self, row: np.ndarray) -> Any:
        """The action of a row."""

    def key(self, row: np.ndarray) -> int | bytes:
        """What is equal for equal tasks alone."""

    def draw(self, rng: np.random.Generator, held: Collection[Any]) -> np.ndarray:
        """A task drawn uniformly; not one of those whose keys are held, where they are counted."""

    def nearest(self, row: np.ndarray, rows: np.ndarray) -> int | None:
        """The index of the nearest of some tasks of shape (n, width); None if there is none."""


class ArmTasks:
    """The `Tasks` of a ``Discrete`` or ``MultiDiscrete``: its arms. None is nearer than another."""

    def __init__(self, space: gym.Space) -> None:
        self.cells = Cells(space)
        self.width, self.dtype = 1, np.dtype(np.int64)
        self.count: int | None = self.cells.n

    def row(self, action: Any) -> np.ndarray:
        """The arm, shape (1,)."""
        return np.array([self.cells.arm(action)])

    def action(self, row: np.ndarray) -> Any:
        """The action of the arm."""
        return self.cells.action(int(row[0]))

    def key(self, row: np.ndarray) -> int:
        """The arm."""
        return int(row[0])

    def draw(self, rng: np.random.Generator, held: Collection[Any]) -> np.ndarray:
        """An arm that is not held, drawn uniformly; one at least must be left."""
        if 2 * len(held) <= self.cells.n:
            # Two draws on average at most, however many arms there are.
            while (arm := int(rng.integers(self.cells.n))) in held:
                pass
            return np.array([arm])
        free = np.ones(self.cells.n, dtype=bool)
        free[list(held)] = False
        return rng.choice(np.flatnonzero(free), 1)

    def nearest(self, row: np.ndarray, rows: np.ndarray) -> int | None:
        """None: arms are not compared with one another."""
        return None


class PointTasks:
    """The `Tasks` of a bounded ``Box``: its points, as numbers of the space's own type.

    They are stored as they are, so that a repeated task is the same to the last bit.
    """

    def __init__(self, space: gym.spaces.Box) -> None:
        self.cube = Cube(space)
        self.width, self.dtype = self.cube.dimensions, np.dtype(space.dtype)
        self.count: int | None = None
        self._space = space
        # An axis without a width does not count for distances.
        self._scale = 1.0 / np.where(self.cube.width > 0, self.cube.width, np.inf)

    def row(self, action: Any) -> np.ndarray:
        """The action as one row; -0.0 becomes 0.0, which is equal to it."""
        return np.asarray(action, dtype=self.dtype).reshape(-1) + self.dtype.type(0)

    def action(self, row: np.ndarray) -> np.ndarray:
        """A new array of the space's shape."""
        return row.reshape(self._space.shape).copy()

    def key(self, row: np.ndarray) -> bytes:
        """The row's bytes."""
        return row.tobytes()

    def draw(self, rng: np.random.Generator, held: Collection[Any]) -> np.ndarray:
        """A point drawn uniformly."""
        return self.row(self.cube.action(rng.random(self.width)))

    def nearest(self, row: np.ndarray, rows: np.ndarray) -> int | None:
        """The nearest point, by the Euclidean distance in the unit cube."""
        if not len(rows):
            return None
        difference = (rows - row) * self._scale
        return int(np.einsum("ij,ij->i", difference, difference).argmin())


def tasks(space: gym.Space) -> Tasks:
    """An action space as tasks.

    Args:
        space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box``.
    """
    return PointTasks(space) if isinstance(space, gym.spaces.Box) else ArmTasks(space)
