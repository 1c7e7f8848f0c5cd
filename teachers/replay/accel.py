"""ACCEL: look for more to learn beside what is being learned."""

from __future__ import annotations

from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core import checks
from ...core.spaces import Points, point_of, points
from .robust_plr import RobustPLR


def edited(
    point: np.ndarray, cell_size: np.ndarray, changes: int, step: float, rng: np.random.Generator
) -> np.ndarray:
    """A point that differs a little (Parker-Holder et al. 2022: random edits).

    Each change picks one coordinate. A continuous one moves by a number drawn uniformly from
    [-step, step], and stays within [0, 1]. In a discrete space the last coordinate, the level,
    moves to one of the levels beside it, and another one, such as the topic, to any other value.

    Args:
        point: Shape (d,), in the unit cube.
        cell_size: Shape (d,): the width of a cell, 0 where the space is continuous.
        changes: How many changes are made, one after the other.
        step: The largest move of a continuous coordinate.
        rng: Draws coordinates and moves.

    Returns:
        A new point of shape (d,).
    """
    result = point.copy()
    for _ in range(changes):
        axis = int(rng.integers(len(point)))
        size = cell_size[axis]
        if size == 0:
            result[axis] = min(max(result[axis] + step * rng.uniform(-1.0, 1.0), 0.0), 1.0)
            continue
        values = round(1.0 / size)
        index = min(int(result[axis] / size), values - 1)
        if axis < len(point) - 1:
            # The others, counted on from this one; itself if there is no other.
            index = (index + int(rng.integers(1, max(values, 2)))) % values
        else:
            beside = [i for i in (index - 1, index + 1) if 0 <= i < values]
            index = beside[int(rng.integers(len(beside)))] if beside else index
        result[axis] = (index + 0.5) * size
    return result


class ACCEL(RobustPLR):
    """Robust PLR that looks at edits of the tasks it repeats, too (Parker-Holder et al. 2022).

    "Evolving Curricula with Regret-Based Environment Design" (arXiv 2203.01302), as in the
    authors' code (facebookresearch/dcd). With probability `editing` a repeated task is edited: the
    next `edits` lessons look at copies of it that were changed a little, see `edited`; they enter
    the buffer of `PLR` if their learning potential is large enough. So tasks get harder step by
    step where the student can follow. What is new and no edit is only looked at too, see
    `RobustPLR`.

    An edit that the buffer holds already is not looked at again; the next lesson is then chosen as
    in `RobustPLR`. Edits are made when a task is proposed, not when its score comes, so that the
    feedback may come in batches.

    Expert knowledge: an easy `start`. The authors let new tasks be simple ones, such as empty
    rooms, and have edits make them harder; new tasks are then drawn near the start.

    The authors edit a batch of tasks at once, of which they take the easiest; here each lesson is
    one task. They make 3 changes to the eight parameters of a walker's terrain and 5 to the tiles
    of a maze; here 1 is the default, as spaces have few axes.

    Args:
        action_space: A bounded ``Box``, a ``MultiDiscrete([topics, levels])``, or a ``Discrete``
            with `levels`.
        seed: Seeds the teacher's own generator.
        start: An easy task, an action of the space; None draws new tasks uniformly.
        start_deviation: Standard deviation of new tasks around it, > 0, as a share of the width.
        editing: Share of repeated tasks that are edited, in [0, 1]. The authors' is 1: then about
            half of all lessons are for looking, which is much where lessons are counted.
        edits: How many edits of such a task are looked at.
        changes: How many changes make an edit.
        step: The largest change of a coordinate of a ``Box``, as a share of its width, in (0, 1].
        capacity: How many tasks the buffer holds; every arm if there are fewer.
        replay: Share of lessons that repeat a task, in [0, 1], edits not counted.
        staleness: Share of these drawn by age, in [0, 1].
        temperature: The smaller, the more the first ranks count; > 0.
        potential: "change", "learnability" or "variance".
        rate: Rate of the running means of a task's score and potential, in (0, 1].
        warmup: How many tasks the buffer must hold before one is repeated; by default as in `PLR`.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
    """

    needs_levels = True
    knowledge: ClassVar[tuple[str, ...]] = ("start", "start_deviation")
    state_fields: ClassVar[tuple[str, ...]] = (*RobustPLR.state_fields, "parent", "due")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        start: Any = None,
        start_deviation: float = 0.1,
        editing: float = 1.0,
        edits: int = 1,
        changes: int = 1,
        step: float = 0.1,
        capacity: int = 4000,
        replay: float = 0.8,
        staleness: float = 0.3,
        temperature: float = 0.3,
        potential: str = "change",
        rate: float = 1.0,
        warmup: int | None = None,
        levels: int | None = None,
    ) -> None:
        super().__init__(
            action_space,
            seed=seed,
            capacity=capacity,
            replay=replay,
            staleness=staleness,
            temperature=temperature,
            potential=potential,
            rate=rate,
            warmup=warmup,
        )
        self.points: Points = points(action_space, levels=levels)
        self.cells = self.points.shape
        self.editing = checks.share("editing", editing)
        self.edits = checks.whole("edits", edits)
        self.changes = checks.whole("changes", changes)
        self.step = checks.rate("step", step)
        self.start_deviation = checks.positive("start_deviation", start_deviation)
        self.start = None if start is None else point_of("start", start, action_space, self.points)
        # The repeated task, as a point, and how many of its edits are still to be looked at.
        self.parent = np.zeros(self.points.dimensions)
        self.due = 0

    def act(self, observation: Any = None) -> Any:
        """Look at an edit of the task that was just repeated, or go on as `RobustPLR` does."""
        while self.due:
            self.due -= 1
            point = edited(self.parent, self.points.cell_size, self.changes, self.step, self.rng)
            action = self.points.action(point)
            if not self.held(self.space.row(action)):
                self.clock += 1
                self.only_looks = True
                return action
        action = super().act(observation)
        if not self.only_looks and self.rng.random() < self.editing:
            self.parent, self.due = self.points.point(action), self.edits
        return action

    def fresh(self) -> np.ndarray:
        """Draw a new task, near the start if there is one.

        In a discrete space what lies near it may be in the buffer; any other arm is drawn then.
        """
        if self.start is not None:
            noise = self.start_deviation * self.rng.standard_normal(len(self.start))
            near = self.points.action(np.clip(self.start + noise, 0.0, 1.0))
            task = self.space.row(near)
            if not self.held(task):
                self.clock += 1
                return task
        return super().fresh()
