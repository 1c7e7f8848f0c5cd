"""One view of every action space for teachers of arms, and one for teachers of points.

A bandit chooses among arms 0..n-1, ALP-GMM among points of the unit cube. These classes turn an arm
or a point into an element of the action space, and an element back:

==============================  ==================================  ================================
space                           `arms`                              `points`
==============================  ==================================  ================================
``Discrete(n)``                 n arms without an order             refused
``Discrete(n)`` with levels     index = topic * levels + level      (topic, level) bins
``MultiDiscrete([t, ..., l])``  every combination; last axis level  one bin per value and axis
``Box``                         a grid, given ``bins``              rescaled to the unit cube
==============================  ==================================  ================================

Bins cut [0, 1] into n equal parts: ``bin = min(floor(x * n), n - 1)``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import gymnasium as gym
import numpy as np

from . import checks

MAX_DRAWS = 100
"""How often `Grid.action` draws again when rounding pushes a point out of its bin."""


class Arms(Protocol):
    """An action space as arms.

    Attributes:
        shape: Cells per axis. An arm is the index of a cell in C order.
        ordered: Whether the last axis is one of levels, so that arm = topic * levels + level.
        n: Number of arms.
    """

    shape: tuple[int, ...]
    ordered: bool
    n: int

    def action(self, arm: int, rng: np.random.Generator) -> Any:
        """An element of the space that belongs to the arm."""

    def arm(self, action: Any) -> int:
        """The arm that an element of the space belongs to."""


class Points(Protocol):
    """An action space as the unit cube.

    Attributes:
        dimensions: Number of coordinates.
        shape: Cells per axis where the space is discrete, else empty.
        cell_size: Shape (dimensions,): the width of a bin where the space is discrete, else 0.
    """

    dimensions: int
    shape: tuple[int, ...]
    cell_size: np.ndarray

    def action(self, point: np.ndarray) -> Any:
        """The element of the space at a point of shape (dimensions,) in the unit cube."""

    def point(self, action: Any) -> np.ndarray:
        """The point of an element; the centre of its bin where the space is discrete."""


class Cells:
    """The `Arms` of a ``Discrete`` or ``MultiDiscrete`` space.

    Args:
        space: The space.
        levels: Number of ordered levels per topic, for spaces that do not tell.

    Raises:
        ValueError: If `levels` does not divide a ``Discrete`` or contradicts a ``MultiDiscrete``.
        TypeError: For another kind of space.
    """

    def __init__(self, space: gym.Space, *, levels: int | None = None) -> None:
        if isinstance(space, gym.spaces.Discrete):
            sizes: tuple[int, ...] = (int(space.n),)
        elif isinstance(space, gym.spaces.MultiDiscrete):
            if space.nvec.ndim != 1:
                raise ValueError(f"a MultiDiscrete must have one axis of sizes, unlike {space}")
            sizes = tuple(int(size) for size in space.nvec)
        else:
            raise _unknown(space)
        self.space = space
        self._sizes = sizes
        self.n = math.prod(sizes)
        self.ordered = len(sizes) > 1 or levels is not None
        self.shape = sizes
        if levels is not None:
            levels = checks.whole("levels", levels)
            if len(sizes) > 1 and levels != sizes[-1]:
                raise ValueError(f"levels={levels} contradicts the last axis of {space}")
            if self.n % levels:
                raise ValueError(
                    f"levels={levels} does not divide {space}; index = topic * levels + level "
                    "needs n = topics * levels"
                )
            if len(sizes) == 1:
                self.shape = (self.n // levels, levels)

    def action(self, arm: int, rng: np.random.Generator | None = None) -> Any:
        """The element of the space; nothing is drawn."""
        if isinstance(self.space, gym.spaces.Discrete):
            return np.int64(arm + self.space.start)
        # For a few axes, whole numbers of Python are faster than `np.unravel_index`.
        index = []
        for size in reversed(self._sizes):
            arm, place = divmod(arm, size)
            index.append(place)
        return np.array(index[::-1], dtype=self.space.dtype) + self.space.start

    def arm(self, action: Any) -> int:
        """The arm of an element."""
        if isinstance(self.space, gym.spaces.Discrete):
            return int(action) - int(self.space.start)
        arm = 0
        places = (np.asarray(action) - self.space.start).tolist()
        for size, place in zip(self._sizes, places, strict=True):
            arm = arm * size + place
        return arm


class CellPoints:
    """The `Points` of a discrete space: each cell is a bin, its centre stands for it.

    Raises:
        ValueError: For a ``Discrete`` whose arms have no order because `levels` is missing.
    """

    def __init__(self, space: gym.Space, *, levels: int | None = None) -> None:
        self.cells = Cells(space, levels=levels)
        require_levels(self.cells, space)
        self.shape = self.cells.shape
        self.sizes = np.array(self.shape)
        self.dimensions = len(self.shape)
        self.cell_size = 1.0 / self.sizes

    def action(self, point: np.ndarray) -> Any:
        """The cell that holds the point."""
        # Here and below, numbers of Python as in `Cells`.
        arm = 0
        for x, size in zip(point.tolist(), self.shape, strict=True):
            arm = arm * size + min(int(x * size), size - 1)
        return self.cells.action(arm)

    def point(self, action: Any) -> np.ndarray:
        """The centre of the cell."""
        arm, centre = self.cells.arm(action), []
        for size in reversed(self.shape):
            arm, place = divmod(arm, size)
            centre.append((place + 0.5) / size)
        return np.array(centre[::-1])


class Cube:
    """The `Points` of a bounded ``Box``: each coordinate rescaled to [0, 1].

    Raises:
        ValueError: For infinite bounds or a dtype that is not floating.
        TypeError: For another kind of space.
    """

    def __init__(self, space: gym.Space) -> None:
        if not isinstance(space, gym.spaces.Box):
            raise _unknown(space)
        if not np.issubdtype(space.dtype, np.floating):
            raise ValueError(f"a Box must hold floats, unlike {space}")
        self.space = space
        self.low = space.low.ravel().astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            self.width = space.high.ravel().astype(np.float64) - self.low
        if not np.all(np.isfinite(self.width)):
            raise ValueError(f"every bound of a Box must be finite, unlike {space}")
        self._divisor = np.where(self.width > 0, self.width, np.inf)
        self.dimensions = self.low.size
        self.shape: tuple[int, ...] = ()
        self.cell_size = np.zeros(self.dimensions)

    def action(self, point: np.ndarray) -> np.ndarray:
        """The element of the space, rounded to its dtype."""
        value = (self.low + point * self.width).astype(self.space.dtype)
        # Here and below: `np.clip` takes three times as long on a few numbers.
        return np.minimum(
            np.maximum(value.reshape(self.space.shape), self.space.low), self.space.high
        )

    def point(self, action: Any) -> np.ndarray:
        """The rescaled element; 0 along an axis of width 0."""
        offset = np.asarray(action, dtype=np.float64).ravel() - self.low
        return np.minimum(np.maximum(offset / self._divisor, 0.0), 1.0)


class Grid:
    """The `Arms` of a ``Box``: a grid of equal bins, the last axis one of levels.

    Args:
        space: A bounded Box.
        bins: Bins per axis; one number stands for every axis.
        levels: If given, must be the last of `bins`.

    Raises:
        ValueError: For bins that are missing, do not fit the Box, or are not whole numbers >= 1.
    """

    def __init__(
        self, space: gym.Space, *, bins: int | Sequence[int] | None, levels: int | None = None
    ) -> None:
        self.cube = Cube(space)
        if bins is None:
            raise ValueError(
                f"a teacher that chooses among arms cuts {space} into bins: give bins=, such as "
                "bins=(topics, levels)"
            )
        axes = self.cube.dimensions
        per_axis = list(bins) if isinstance(bins, Sequence | np.ndarray) else [bins] * axes
        if len(per_axis) != axes:
            raise ValueError(f"bins={bins!r} has {len(per_axis)} numbers for {axes} axes")
        self.shape = tuple(checks.whole("bins", number) for number in per_axis)
        if levels is not None and levels != self.shape[-1]:
            raise ValueError(f"levels={levels} contradicts the last of bins={bins!r}")
        self.sizes = np.array(self.shape)
        self.ordered = True
        self.n = math.prod(self.shape)

    def action(self, arm: int, rng: np.random.Generator) -> np.ndarray:
        """A point drawn uniformly from the bin, so that difficulties vary within a level."""
        index = np.array(np.unravel_index(arm, self.shape))
        for _ in range(MAX_DRAWS):
            action = self.cube.action((index + rng.random(len(index))) / self.sizes)
            if self.arm(action) == arm:
                return action
        raise ValueError(f"bins={self.shape} are finer than the numbers that {self.cube.space} has")

    def arm(self, action: Any) -> int:
        """The bin that holds the element."""
        return int(np.ravel_multi_index(_bins(self.cube.point(action), self.sizes), self.shape))


def arms(
    space: gym.Space,
    *,
    levels: int | None = None,
    bins: int | Sequence[int] | None = None,
) -> Arms:
    """An action space as arms, see the table above.

    Args:
        space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box``.
        levels: Number of ordered levels per topic; only a ``Discrete`` needs to be told.
        bins: Bins per axis of a ``Box``.
    """
    if isinstance(space, gym.spaces.Box):
        return Grid(space, bins=bins, levels=levels)
    if bins is not None:
        raise ValueError(f"bins= is for a Box; {space} has its cells already")
    return Cells(space, levels=levels)


def points(space: gym.Space, *, levels: int | None = None) -> Points:
    """An action space as the unit cube, see the table above.

    Args:
        space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box``.
        levels: Number of ordered levels per topic; only a ``Discrete`` needs to be told.
    """
    if isinstance(space, gym.spaces.Box):
        return Cube(space)
    return CellPoints(space, levels=levels)


def point_of(name: str, task: Any, space: gym.Space, points: Points) -> np.ndarray:
    """The point of a task that the user named; shape (d,), in the unit cube.

    Args:
        name: The argument's name, for the message.
        task: An element of the space, or numbers that make one.
        space: The action space.
        points: The same space as points.

    Raises:
        ValueError: If it is not in the space.
    """
    dtype = space.dtype if isinstance(space, gym.spaces.Box) else None
    try:
        action = np.asarray(task, dtype=dtype)
        inside = space.contains(action)
    except (TypeError, ValueError):
        inside = False
    if not inside:
        raise ValueError(f"{name} must be an action of {space}, not {task!r}")
    return points.point(action)


def contains(space: gym.Space, action: Any) -> bool:
    """Whether an action is in a space, as `space.contains` says.

    An array of the space's own type and shape is answered in a third of the time: `contains` is a
    good part of what a lesson costs.
    """
    if isinstance(action, np.ndarray) and action.dtype == space.dtype:
        if type(space) is gym.spaces.Box and action.shape == space.shape:
            return bool((action >= space.low).all() and (action <= space.high).all())
        if type(space) is gym.spaces.MultiDiscrete and action.shape == space.shape:
            index = action - space.start
            if action.ndim == 1:  # numbers of Python as in `Cells`
                places = zip(index.tolist(), space.nvec.tolist(), strict=True)
                return all(0 <= place < size for place, size in places)
            return bool((index >= 0).all() and (index < space.nvec).all())
    return bool(space.contains(action))


def require_levels(cells: Arms, space: gym.Space) -> None:
    """Refuse arms without an order.

    Raises:
        ValueError: If the arms have no levels.
    """
    if not cells.ordered:
        raise ValueError(
            f"this teacher needs ordered levels, and {space} has arms without an order: give "
            "levels= (index = topic * levels + level), or use a MultiDiscrete([topics, levels])"
        )


def _bins(point: np.ndarray, sizes: np.ndarray) -> tuple[int, ...]:
    return tuple(np.minimum(np.floor(point * sizes), sizes - 1).astype(int))


def _unknown(space: gym.Space) -> TypeError:
    return TypeError(f"teachers know Discrete, MultiDiscrete and Box spaces, not {space!r}")
