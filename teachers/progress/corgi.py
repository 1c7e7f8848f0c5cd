"""CORGI: all subjects at one level, then all at the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import ArmTeacher

CURRICULA = ("interleaving", "blocking")


def block(lesson: int, lessons: int, blocks: int) -> tuple[int, int]:
    """Which of some equal blocks of lessons one is in, and its place there, both from 0.

    Args:
        lesson: In 0..lessons - 1.
        lessons: Lessons of all blocks; a remainder goes one by one to some of them.
        blocks: At most `lessons`.
    """
    index = lesson * blocks // lessons
    return index, lesson + index * lessons // -blocks  # minus the block's first lesson, rounded up


def interleaving(lesson: int, lessons: int, topics: int, levels: int) -> tuple[int, int]:
    """Rank of the topic, and level: topics in turn at one level, then at the next.

    Args:
        lesson: In 0..lessons - 1.
        lessons: Lessons of the curriculum, at least one per level.
        topics: Number of topics.
        levels: Number of levels.
    """
    level, place = block(lesson, lessons, levels)
    return place % topics, level


def blocking(lesson: int, lessons: int, topics: int, levels: int) -> tuple[int, int]:
    """Rank of the topic, and level: one topic through all its levels, then the next topic.

    Arguments as for `interleaving`; at least one lesson per topic and level.
    """
    return divmod(block(lesson, lessons, topics * levels)[0], levels)


class CORGI(ArmTeacher):
    """Interleaves the subjects at one level of Bloom's taxonomy, then raises it (Lee et al. 2023).

    "Instruction Tuning with Human Curriculum" (arXiv 2310.09518; CORGI is its data set and model)
    orders its data as a school does: tasks have a subject and a level of Bloom's taxonomy, such as
    remembering, understanding, applying. "interleaving", their curriculum, goes through all
    subjects at the lowest level, then through all at the next. "blocking", which they compare it
    with, finishes a subject at all its levels before the next one begins; it did worse.

    Here a topic is a subject and its levels are those of the taxonomy. The curriculum takes
    `lessons` lessons, the same number for each level (in blocking, for each level of each topic);
    then it begins again, as the next epoch over ordered data does. Scores are not looked at.
    Without `order` the topics come in random order, in interleaving drawn anew for each round.

    Args:
        action_space: A space with ordered levels: ``MultiDiscrete([topics, levels])``, ``Discrete``
            with `levels`, or ``Box`` with `bins`.
        seed: Seeds the teacher's own generator.
        curriculum: "interleaving" or "blocking".
        lessons: How many lessons the curriculum takes: mostly the budget.
        order: Expert knowledge: all topics from the basic to the advanced ones, as the paper's
            follow the stages of education. None: random.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    needs_levels = True
    state_fields = ("lesson", "sequence")
    knowledge: ClassVar[tuple[str, ...]] = ("order",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        curriculum: str = "interleaving",
        lessons: int = 1000,
        order: Sequence[int] | None = None,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.levels = self.arms.shape[-1]
        self.topics = self.arms.n // self.levels
        self.curriculum = checks.choice("curriculum", curriculum, CURRICULA)
        blocks = self.levels * (self.topics if curriculum == "blocking" else 1)
        self.lessons = checks.whole("lessons", lessons, blocks)
        self.order = None if order is None else _order(order, self.topics)
        self.lesson = 0
        self.sequence = np.arange(self.topics) if self.order is None else self.order.copy()

    def choose(self) -> int:
        """The next lesson of the curriculum."""
        rank_and_level = interleaving if self.curriculum == "interleaving" else blocking
        rank, level = rank_and_level(self.lesson, self.lessons, self.topics, self.levels)
        if self.order is None and self._round_begins(rank):
            self.sequence = self.rng.permutation(self.topics)
        self.lesson = (self.lesson + 1) % self.lessons
        return int(self.sequence[rank]) * self.levels + level

    def learn(self, arm: int, score: float) -> None:
        """Nothing is learned."""

    def _round_begins(self, rank: int) -> bool:
        return rank == 0 if self.curriculum == "interleaving" else self.lesson == 0


def _order(order: Any, topics: int) -> np.ndarray:
    given = list(order) if isinstance(order, (Sequence, np.ndarray)) else None
    try:
        complete = given is not None and sorted(given) == list(range(topics))
    except (TypeError, ValueError):
        complete = False
    if not complete:
        raise ValueError(f"order must hold each of the topics 0..{topics - 1} once, not {order!r}")
    return np.array(given, dtype=np.int64)
