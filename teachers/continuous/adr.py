"""ADR: a box of tasks that widens where its boundaries are mastered."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

from ...core import checks
from ...core.spaces import point_of, points
from ..checked import CheckedTeacher


def moved_bounds(
    bounds: np.ndarray,
    side: int,
    axis: int,
    mean: float,
    *,
    widen_at: float,
    narrow_at: float,
    step: float,
) -> np.ndarray:
    """The box after the lessons at one of its boundaries (OpenAI et al. 2019, algorithm 1).

    Args:
        bounds: Shape (2, d): lower and upper bounds, in [0, 1].
        side: 0 for the lower boundary, 1 for the upper one.
        axis: Its coordinate.
        mean: Mean score of the lessons there.
        widen_at: A mean of at least this moves the boundary outwards, to the end of the space.
        narrow_at: A mean of at most this moves it inwards, to the opposite boundary.
        step: How far it moves.

    Returns:
        New bounds of shape (2, d).
    """
    moved = bounds.copy()
    inwards = step if side == 0 else -step
    low, high = (0.0, bounds[1, axis]) if side == 0 else (bounds[0, axis], 1.0)
    if mean >= widen_at:
        moved[side, axis] = np.clip(bounds[side, axis] - inwards, low, high)
    elif mean <= narrow_at:
        moved[side, axis] = np.clip(bounds[side, axis] + inwards, low, high)
    return moved


def draw_task(bounds: np.ndarray, at_boundary: float, rng: np.random.Generator) -> np.ndarray:
    """Draw uniformly from the box, now and then at a boundary; shape (d,).

    Args:
        bounds: Shape (2, d): lower and upper bounds.
        at_boundary: The chance that one coordinate, equally likely any of them, is put at its lower
            or upper bound, equally likely either.
        rng: Draws.
    """
    low, high = bounds
    task = low + rng.random(len(low)) * (high - low)
    if rng.random() < at_boundary:
        axis, side = rng.integers(len(low)), rng.integers(2)
        task[axis] = bounds[side, axis]
    return task


class ADR(CheckedTeacher):
    """ADR: a box of tasks that grows where its boundaries are mastered (OpenAI et al. 2019).

    Automatic domain randomization, from "Solving Rubik's Cube with a Robot Hand" (arXiv
    1910.07113). Tasks are drawn uniformly from a box, which at first is a single task. With
    probability `at_boundary` one coordinate is put at one of its two bounds. Each bound has a
    buffer of the scores of lessons at it. Once it holds `buffer` scores it is emptied, and the
    bound moves outwards by `step` if their mean is at least `widen_at`, inwards if it is at most
    `narrow_at`.

    A lesson counts for a bound if its task lies at the bound of that coordinate, whoever proposed
    it; lessons proposed before the bound moved do not count. In a discrete space that is the cell
    that holds the bound. A `MultiDiscrete` or `Discrete` action is the cell of the drawn point.

    Expert knowledge: an easy `start`, and the scores that count as success and as failure.
    `buffer` and `at_boundary` are TeachMyAgent's; `widen_at` and `narrow_at`, which depend on the
    scores, are those of `Progression`.

    Args:
        action_space: A bounded ``Box``, a ``MultiDiscrete([topics, levels])``, or a ``Discrete``
            with `levels`.
        seed: Seeds the teacher's own generator.
        start: The task to begin with, an action of the space; None draws one, as TeachMyAgent does
            without expert knowledge.
        widen_at: Mean score that widens the box, in [0, 1].
        narrow_at: Mean score that narrows it, below `widen_at`.
        step: How far a bound moves, as a share of the space's width, in (0, 1].
        buffer: How many lessons at a bound are awaited.
        at_boundary: Share of lessons at a bound, in [0, 1].
        levels: Number of ordered levels per topic, for a ``Discrete`` space.

    Attributes:
        bounds: Shape (2, d): lower and upper bounds of the box, in the unit cube.
        scores: Shape (2, d): sums of the scores in the buffers.
        filled: Shape (2, d): how many scores they hold.
    """

    knowledge = ("start", "widen_at", "narrow_at")
    needs_levels = True
    state_fields = ("bounds", "scores", "filled")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        start: Any = None,
        widen_at: float = 0.8,
        narrow_at: float = 0.3,
        step: float = 0.05,
        buffer: int = 10,
        at_boundary: float = 0.5,
        levels: int | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed)
        self.points = points(action_space, levels=levels)
        self.cells = self.points.shape
        self.widen_at = checks.share("widen_at", widen_at)
        self.narrow_at = checks.share("narrow_at", narrow_at)
        if self.narrow_at >= self.widen_at:
            raise ValueError(f"narrow_at={narrow_at!r} must be below widen_at={widen_at!r}")
        self.step = checks.rate("step", step)
        self.buffer = checks.whole("buffer", buffer)
        self.at_boundary = checks.share("at_boundary", at_boundary)
        if start is None:
            point = self.rng.random(self.points.dimensions)
        else:
            point = point_of("start", start, action_space, self.points)
        self.bounds = np.stack([point, point])
        self.scores = np.zeros(self.bounds.shape)
        self.filled = np.zeros(self.bounds.shape, dtype=np.int64)

    def act(self, observation: Any = None) -> Any:
        """Draw a task from the box, now and then at a boundary."""
        return self.points.action(draw_task(self.bounds, self.at_boundary, self.rng))

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Count the lesson at the bounds that its task lies at, and move those that are full."""
        checked = self.check(action, score)
        point = self.points.point(action)
        # The space rounds what it is given: a bound is compared as the task that it would be.
        at = np.stack([self.points.point(self.points.action(b)) for b in self.bounds]) == point
        self.scores[at] += checked
        self.filled[at] += 1
        for side, axis in zip(*np.nonzero(self.filled >= self.buffer), strict=True):
            self.bounds = moved_bounds(
                self.bounds,
                int(side),
                int(axis),
                float(self.scores[side, axis] / self.filled[side, axis]),
                widen_at=self.widen_at,
                narrow_at=self.narrow_at,
                step=self.step,
            )
            self.scores[side, axis], self.filled[side, axis] = 0.0, 0
