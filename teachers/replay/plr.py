"""Prioritized Level Replay: repeat the tasks that still have something to teach."""

from __future__ import annotations

from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core import checks
from ..checked import CheckedTeacher
from ..post_training.groups import as_groups
from .potential import POTENTIALS, learning_potential
from .ranking import Ranking, rank_weights, replay_probabilities
from .tasks import tasks

WARMUP = 100
"""At most so many tasks are awaited by default before one is repeated."""


class PLR(CheckedTeacher):
    """Prioritized Level Replay: repeats tasks by rank of learning potential (Jiang et al. 2021).

    "Prioritized Level Replay" (arXiv 2010.03934), as in the authors' code (facebookresearch/dcd).
    Tasks that were practised are kept in a buffer. With probability `replay` one of them is
    repeated, drawn with the probability

        (1 - staleness) rank^(-1 / temperature) / Z + staleness age / (sum of ages)

    where the rank is that of its learning potential, the largest first, and its age the number of
    lessons since it was last drawn. Else a task that is not in the buffer is drawn uniformly. It
    enters the full buffer in place of the task that was the least likely to be repeated, if that
    one's learning potential is not larger.

    A task is an arm of a discrete space, or a point of a ``Box``. Once the buffer holds every arm,
    all lessons are repetitions, as in the paper's finite sets of levels.

    A teacher does not see the errors of the student's value function, from which the paper takes
    the learning potential. The choice of `potential` is this library's own, see
    `learning_potential`. With "change", a new point of a Box is compared with the nearest one in
    the buffer, as ALP-GMM does; a new arm counts as 1, the largest change, so that it is soon
    practised once more. Tied tasks are ranked at random.

    `act` may be called several times before `observe`: what is drawn for a batch is no longer
    stale, and the ranks stay until the scores come. A new arm may then be drawn twice.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box``.
        seed: Seeds the teacher's own generator.
        capacity: How many tasks the buffer holds; every arm if there are fewer.
        replay: Share of lessons that repeat a task, in [0, 1].
        staleness: Share of these drawn by age, in [0, 1].
        temperature: The smaller, the more the first ranks count; > 0.
        potential: "change", "learnability" or "variance".
        rate: Rate of the running means of a task's score and potential, in (0, 1]; 1, the authors'
            value, takes the last lesson alone. Below 1 for "learnability" where a lesson is one
            answer that is right or wrong.
        warmup: How many tasks the buffer must hold before one is repeated. None is half its
            capacity, as in the authors' options, but at most 100: half of 4000 is more than a
            short course has.

    Attributes:
        tasks: Shape (capacity, width): the tasks in the buffer, in its first `size` rows.
        values: Shape (capacity,): their mean scores.
        potentials: Shape (capacity,): their learning potentials.
        last: Shape (capacity,): when they were last drawn, in lessons; of those that were never
            repeated, when they entered.
    """

    takes_scores = True
    knowledge: ClassVar[tuple[str, ...]] = ()
    state_fields: ClassVar[tuple[str, ...]] = (
        "tasks",
        "values",
        "potentials",
        "last",
        "size",
        "clock",
        "order",
    )
    growing_fields = ("order",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        capacity: int = 4000,
        replay: float = 0.8,
        staleness: float = 0.3,
        temperature: float = 0.3,
        potential: str = "change",
        rate: float = 1.0,
        warmup: int | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed)
        self.space = tasks(action_space)
        capacity = checks.whole("capacity", capacity)
        if self.space.count is not None:
            capacity = min(capacity, self.space.count)
        self.replay = checks.share("replay", replay)
        self.staleness = checks.share("staleness", staleness)
        temperature = checks.positive("temperature", temperature)
        self.potential = checks.choice("potential", potential, POTENTIALS)
        self.rate = checks.rate("rate", rate)
        if warmup is None:
            warmup = min(max(capacity // 2, 1), WARMUP)
        self.warmup = min(checks.whole("warmup", warmup), capacity)
        self.tasks = np.zeros((capacity, self.space.width), dtype=self.space.dtype)
        self.values = np.zeros(capacity)
        self.potentials = np.zeros(capacity)
        self.last = np.zeros(capacity, dtype=np.int64)
        self.size = self.clock = 0
        self._weights = rank_weights(capacity, temperature)
        self._bounds = np.cumsum(self._weights)
        self._ranking = Ranking(capacity)
        self._slots: dict[int | bytes, int] = {}

    @property
    def order(self) -> np.ndarray:
        """The rows of the buffer by rank, the largest potential first; shape (size,)."""
        return self._ranking.order

    @order.setter
    def order(self, order: np.ndarray) -> None:
        self._ranking.fill(order, self.potentials)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned, see `CheckedTeacher.load_state_dict`."""
        super().load_state_dict(state)
        self._slots = {self.space.key(row): i for i, row in enumerate(self.tasks[: self.size])}

    def probabilities(self) -> np.ndarray:
        """How likely each task of the buffer is to be repeated next, shape (size,)."""
        result = np.empty(self.size)
        result[self.order] = self._by_rank()
        return result

    def act(self, observation: Any = None) -> Any:
        """Repeat a task of the buffer, or draw a new one."""
        return self.space.action(self.repeat() if self.repeats() else self.fresh())

    def repeats(self) -> bool:
        """Draw whether a task is repeated."""
        if self.size < self.warmup:
            return False
        return self.size == self.space.count or bool(self.rng.random() < self.replay)

    def repeat(self) -> np.ndarray:
        """Draw a task of the buffer."""
        self.clock += 1
        slot = self._stale() if self.rng.random() < self.staleness else self._ranked()
        self.last[slot] = self.clock
        return self.tasks[slot]

    def fresh(self) -> np.ndarray:
        """Draw a new task."""
        self.clock += 1
        return self.space.draw(self.rng, self._slots)

    def held(self, task: np.ndarray) -> bool:
        """Whether the buffer has the task."""
        return self.space.key(task) in self._slots

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Update a task of the buffer, or let a new one in if it deserves it.

        Args:
            action: The lesson's action.
            score: Its mean score in [0, 1].
            observation: Not used.
            reward: Not used.
            scores: Shape (tasks, completions): the scores of all its answers in [0, 1], NaN where
                there is none; only "variance" uses them.

        Raises:
            ValueError: For an action outside the space, or scores that are not in [0, 1].
        """
        checked = self.check(action, score)
        groups = None if scores is None else as_groups(scores)
        task = self.space.row(action)
        slot = self._slots.get(self.space.key(task))
        if slot is None:
            before = self._expected(task) if self.potential == "change" else None
            potential = learning_potential(self.potential, checked, before, checked, groups)
            self._admit(task, checked, potential)
            return
        before = float(self.values[slot])
        mean = before + self.rate * (checked - before)
        shown = learning_potential(self.potential, checked, before, mean, groups)
        # p (1 - p) is that of a running mean already.
        rate = 1.0 if self.potential == "learnability" else self.rate
        old = float(self.potentials[slot])
        self._set(slot, mean, old + rate * (shown - old))

    def _expected(self, task: np.ndarray) -> float | None:
        """The score of the nearest task in the buffer."""
        nearest = self.space.nearest(task, self.tasks[: self.size])
        return None if nearest is None else float(self.values[nearest])

    def _admit(self, task: np.ndarray, score: float, potential: float) -> None:
        slot = self.size
        if slot == len(self.tasks):
            slot = int(self.order[self._by_rank().argmin()])
            if self.potentials[slot] > potential:
                return
            del self._slots[self.space.key(self.tasks[slot])]
        else:
            self.size += 1
        self.tasks[slot], self.last[slot] = task, self.clock
        self._slots[self.space.key(task)] = slot
        self._set(slot, score, potential)

    def _set(self, slot: int, value: float, potential: float) -> None:
        # Not its age: with late feedback, what was drawn long ago would count as fresh.
        self.values[slot], self.potentials[slot] = value, potential
        self._ranking.put(slot, potential, self.rng)

    def _ranked(self) -> int:
        """Draw by rank. The weights belong to ranks: their sums never change."""
        bounds = self._bounds[: self.size]
        rank = int(bounds.searchsorted(self.rng.random() * bounds[-1], "right"))
        return int(self._ranking.order[min(rank, self.size - 1)])

    def _stale(self) -> int:
        """Draw by age."""
        bounds = np.cumsum(self.clock - self.last[: self.size])
        if bounds[-1] == 0:
            return int(self.rng.integers(self.size))
        return int(bounds.searchsorted(self.rng.integers(bounds[-1]), "right"))

    def _by_rank(self) -> np.ndarray:
        """Probabilities of being repeated, by rank, shape (size,)."""
        ages = self.clock - self.last[self.order]
        return replay_probabilities(self._weights[: self.size], ages, self.staleness)
