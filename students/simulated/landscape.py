"""The toy landscape: tasks in a continuous space, learned outwards from the easiest corner."""

from __future__ import annotations

import itertools

import numpy as np

from ...core.checks import flag, number

UNLOCKS = 75.0
"""Competence at which a cell unlocks its neighbours."""
MASTERED = 75.0
"""A cell counts as mastered above this competence."""
FULL = 100.0
"""The highest competence."""
PIECES = 4
"""Pieces into which a rugged landscape cuts each dimension."""


def cell_of(tasks: np.ndarray, cells: int) -> np.ndarray:
    """The cell of each task along each dimension: min(⌊x·cells⌋, cells - 1).

    Args:
        tasks: Any shape, in [0, 1].
        cells: Cells along a dimension.

    Returns:
        Integers of the same shape.
    """
    return np.minimum((tasks * cells).astype(np.intp), cells - 1)


def unlocked(competence: np.ndarray, cell: np.ndarray, cells: int) -> np.ndarray:
    """Whether a cell can be learned in (teachDeepRL's toy environment; Portelas et al. 2019).

    The cell at the origin can. Another can if one of the cells at index i or i - 1 in every
    dimension, itself excluded, has a competence of at least 75.

    Args:
        competence: Shape (size, cells^dimensions), in [0, 100].
        cell: Shape (size, dimensions), integers in 0..cells-1.
        cells: Cells along a dimension.

    Returns:
        Bool of shape (size,).
    """
    size, dimensions = cell.shape
    strides = cells ** np.arange(dimensions - 1, -1, -1)
    here = np.arange(size) * competence.shape[1] + cell @ strides
    flat = competence.reshape(-1)
    opened = (cell == 0).all(axis=1)
    for back in itertools.product((0, 1), repeat=dimensions):
        if any(back):
            exists = (cell >= back).all(axis=1)
            there = np.where(exists, here - int(np.dot(back, strides)), here)
            opened |= exists & (flat.take(there) >= UNLOCKS)
    return opened


def shuffled(tasks: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Move the pieces of each dimension about (the rugged difficulty of TeachMyAgent, 2021).

    Args:
        tasks: Shape (size, dimensions), in [0, 1].
        order: Shape (size, dimensions, 4), permutations: where each quarter really lies.

    Returns:
        The tasks as the student sees them, in [0, 1].
    """
    piece = cell_of(tasks, PIECES)
    there = np.take_along_axis(order, piece[..., None], axis=2)[..., 0]
    return (there + tasks * PIECES - piece) / PIECES


KEPT = ("competence", "_order", "_far", "_pace")
"""The arrays that describe the students."""


class Landscape:
    """Students who learn tasks in [0, 1]^dimensions, neighbouring cells from neighbouring cells.

    Each dimension is cut into equal cells. Practice raises the competence of an unlocked cell (see
    `unlocked`) by 1, up to 100; without practice nothing changes. Tasks can lie outside the cells:
    unfeasible ones are never learned, trivial ones always known. They are the outer and the inner
    corner of the space, with the cells between them.

    Population: without variants all students are alike. On a rugged landscape each student has the
    quarters of each dimension in an order of its own. Diverse students have their easiest corner in
    any corner of the space, equally likely, and gain `pace` instead of 1, where log2 of the pace is
    uniform in [-1, 1].

    Args:
        size: Number of students.
        dimensions: Dimensions that count, at least 1.
        cells: Cells along a dimension, at least 1.
        unfeasible: Share of the space whose tasks are unfeasible, in [0, 1).
        trivial: Share of the space whose tasks are trivial, in [0, 1).
        rugged: Whether each dimension is cut and its pieces are moved about.
        diverse: Whether students differ in easiest corner and pace.

    Attributes:
        competence: Float32 of shape (size, cells^dimensions), in [0, 100], the last dimension
            running fastest.

    Raises:
        TypeError: For `rugged` or `diverse` that is neither True nor False.
        ValueError: For shares out of range, or that leave nothing to learn.
    """

    def __init__(
        self,
        size: int,
        *,
        dimensions: int = 2,
        cells: int = 10,
        unfeasible: float = 0.0,
        trivial: float = 0.0,
        rugged: bool = False,
        diverse: bool = False,
    ) -> None:
        self.size, self.dimensions, self.cells = size, dimensions, cells
        self.rugged, self.diverse = flag("rugged", rugged), flag("diverse", diverse)
        # Along each axis, tasks below `inner` are trivial and those above `outer` unfeasible.
        self.outer = (1.0 - number("unfeasible", unfeasible, "[0, 1)")) ** (1.0 / dimensions)
        self.inner = number("trivial", trivial, "[0, 1)") ** (1.0 / dimensions)
        if self.inner >= self.outer:
            raise ValueError(
                f"trivial={trivial} and unfeasible={unfeasible} leave nothing to learn: their sum "
                "must be below 1"
            )
        self.competence = np.zeros((size, cells**dimensions), dtype=np.float32)
        self._strides = cells ** np.arange(dimensions - 1, -1, -1)
        self._order = np.zeros((size, dimensions, PIECES), dtype=np.intp)
        self._far = np.zeros((size, dimensions), dtype=bool)
        self._pace = np.ones(size, dtype=np.float32)

    def reset(self, rng: np.random.Generator, students: np.ndarray | None = None) -> None:
        """Replace students (a bool mask, None for all) by new, untaught ones."""
        new = np.arange(self.size) if students is None else np.flatnonzero(students)
        self.competence[new] = 0.0
        if self.rugged:
            sorted_pieces = np.tile(np.arange(PIECES), (len(new), self.dimensions, 1))
            self._order[new] = rng.permuted(sorted_pieces, axis=2)
        if self.diverse:
            self._far[new] = rng.random((len(new), self.dimensions)) < 0.5
            self._pace[new] = 2.0 ** rng.uniform(-1.0, 1.0, len(new))

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of all arrays: competence, and what differs between students."""
        return {name: getattr(self, name).copy() for name in KEPT}

    def load_state_dict(self, state: dict[str, np.ndarray]) -> None:
        """Continue from what `state_dict` returned."""
        for name in KEPT:
            getattr(self, name)[...] = state[name]

    def forget(self, students: np.ndarray) -> None:
        """Students (a bool mask) lose all competence; who they are stays."""
        self.competence[students] = 0.0

    def practise(
        self, tasks: np.ndarray, looks: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """One lesson: each student practises one task.

        Args:
            tasks: Shape (size, dimensions), in [0, 1].
            looks: Who only shows the competence of now and gains none: a bool mask of shape
                (size,), or None for nobody.

        Returns:
            The score (the task's competence / 100 afterwards), what was gained of it, and how much
            the number of mastered cells has changed; float32 of shape (size,) each.
        """
        tasks = np.where(self._far, 1.0 - tasks, tasks) if self.diverse else tasks
        tasks = shuffled(tasks, self._order) if self.rugged else tasks
        trivial = (tasks < self.inner).all(axis=1)
        learnable = ~trivial & (tasks <= self.outer).all(axis=1)
        stretched = np.clip((tasks - self.inner) / (self.outer - self.inner), 0.0, 1.0)
        cell = cell_of(stretched, self.cells)
        flat = self.competence.reshape(-1)
        here = np.arange(self.size) * self.competence.shape[1] + cell @ self._strides
        before = flat.take(here)
        gains = learnable & unlocked(self.competence, cell, self.cells)
        if looks is not None:
            gains &= ~looks
        after = np.minimum(before + self._pace * gains, np.float32(FULL))
        flat[here] = after
        score = np.where(learnable, after / np.float32(FULL), trivial.astype(np.float32))
        newly = (after > MASTERED).astype(np.float32) - (before > MASTERED)
        return score, (after - before) / np.float32(FULL), newly.astype(np.float32)

    def mastered(self) -> np.ndarray:
        """Share of the cells that are mastered, float32 of shape (size,), in [0, 1]."""
        return (self.competence > MASTERED).mean(axis=1, dtype=np.float32)
