"""What is taught: one exercise (`Task`) and a source of exercises (`Domain`)."""

from __future__ import annotations

import hashlib
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Integral
from typing import Any

import numpy as np

from ..core.cells import difficulty_of
from ..core.streams import stream

MAX_TRIES = 1000
"""How often `Domain.sample` and `Domain.exam` draw again before they give up on a cell."""


@dataclass(frozen=True, slots=True)
class Task:
    """One exercise.

    Attributes:
        prompt: What the student reads.
        answer: The reference answer.
        topic: Index into `Domain.topics`.
        difficulty: In [0, 1], comparable within a topic.
        metadata: Anything JSON-able that a reward needs beyond the answer.
        instruction: The same in plain language, for models that follow instructions; None where
            the prompt is plain language.
        parameters: Of a parametric task, such as an RL agent's environment; empty for texts.
    """

    prompt: str
    answer: str
    topic: int
    difficulty: float
    metadata: Mapping[str, Any] = field(default_factory=dict, hash=False)
    instruction: str | None = field(default=None, kw_only=True)
    parameters: tuple[float, ...] = field(default=(), kw_only=True)


def prompt_rank(prompt: str) -> float:
    """The blake2b hash of a prompt as a number in [0, 1): what splits exam from practice."""
    digest = hashlib.blake2b(prompt.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def check_options(
    levels: int,
    exam_share: float,
    *,
    wording: str = "short",
    at_least: int = 1,
    at_most: int | None = None,
) -> None:
    """Refuse what the constructors of domains can't take.

    Args:
        levels: Must be in ``at_least..at_most``.
        exam_share: Must be in (0, 1).
        wording: Must be ``"short"`` or ``"long"``.
        at_least: Fewest levels.
        at_most: Most levels, None for no limit.

    Raises:
        ValueError: For the first that does not fit.
    """
    is_count = isinstance(levels, Integral)
    if not is_count or levels < at_least or (at_most is not None and levels > at_most):
        wanted = f"at least {at_least}" if at_most is None else f"in {at_least}..{at_most}"
        raise ValueError(f"levels must be {wanted}, not {levels!r}")
    if wording not in ("short", "long"):
        raise ValueError(f"wording must be 'short' or 'long', not {wording!r}")
    if not 0 < exam_share < 1:
        raise ValueError(f"exam_share must be in (0, 1), not {exam_share!r}")


class Domain(ABC):
    """A source of tasks over topics and difficulty levels, with a held-out exam.

    Exam and practice are disjoint by construction, cell by cell (a cell is one topic at one level).
    Where `enumerate` lists all tasks of a cell, they are ranked by `prompt_rank` and the first
    ``ceil(exam_share * n)`` belong to the exam, but at least one stays for practice. Elsewhere a
    task belongs to the exam if its rank falls below `exam_share`. Subclasses must give the cells
    of one domain prompts that differ between cells.

    Attributes:
        topics: Names of the topics.
        levels: How many difficulty levels a discrete action space offers.
        prerequisites: Bool array of shape (topics, topics), ``[i, j]`` meaning that i comes
            before j, or None.
        exam_share: Share of each cell's prompts that is held out, in (0, 1).
        reward: Name of the reward that scores this domain's answers by default.
    """

    topics: tuple[str, ...]
    levels: int
    prerequisites: np.ndarray | None = None
    exam_share: float = 0.2
    reward: str = "exact_match"

    @abstractmethod
    def generate(self, topic: int, level: int, rng: np.random.Generator) -> Task:
        """Draw any task of a cell, exam or practice. `topic` and `level` are in range."""

    def enumerate(self, topic: int, level: int) -> Sequence[Task] | None:
        """All tasks of a cell where they are few enough to list, else None."""
        return None

    def level(self, difficulty: float) -> int:
        """The level of a difficulty in [0, 1]: ``min(floor(difficulty * levels), levels - 1)``."""
        if not 0.0 <= difficulty <= 1.0:
            raise ValueError(f"difficulty must be in [0, 1], not {difficulty!r}")
        return min(math.floor(difficulty * self.levels), self.levels - 1)

    def difficulty(self, level: int) -> float:
        """The difficulty of a level, 0 for the lowest and 1 for the highest.

        ``level(difficulty(k)) == k`` for every level.
        """
        if not 0 <= level < self.levels:
            raise ValueError(f"level must be in 0..{self.levels - 1}, not {level!r}")
        return difficulty_of(level, self.levels)

    def sample(self, topic: int, difficulty: float, rng: np.random.Generator) -> Task:
        """Draw a practice task.

        Args:
            topic: Index into `topics`.
            difficulty: In [0, 1].
            rng: Where the randomness comes from.

        Raises:
            ValueError: For a topic or difficulty out of range, or a cell that has no practice task.
        """
        self._check_topic(topic)
        level = self.level(difficulty)
        pool = self._pools(topic, level)
        if pool is not None:
            return pool[1][rng.integers(len(pool[1]))]
        return self._draw(topic, level, rng, exam=False)

    def exam(self, size: int, seed: int) -> list[Task]:
        """Held-out tasks, none of which `sample` can return, stratified over the cells.

        Every cell gets ``size / cells`` tasks; what remains goes one each to cells chosen by the
        seed. A cell with fewer held-out tasks than its part repeats them, so that each cell keeps
        its weight in the mean. Tasks are ordered by topic, then level.

        Args:
            size: Number of tasks, at least 1.
            seed: The same seed gives the same exam.
        """
        if size < 1:
            raise ValueError(f"an exam needs at least one task, not {size!r}")
        rng = stream(seed, "exam")
        cells = [
            (topic, level) for topic in range(len(self.topics)) for level in range(self.levels)
        ]
        counts = np.full(len(cells), size // len(cells))
        counts[rng.permutation(len(cells))[: size % len(cells)]] += 1
        return [
            task
            for (topic, level), count in zip(cells, counts, strict=True)
            for task in self._exam_cell(topic, level, int(count), rng)
        ]

    def _exam_cell(
        self, topic: int, level: int, count: int, rng: np.random.Generator
    ) -> list[Task]:
        pool = self._pools(topic, level)
        if pool is None:
            tasks: dict[str, Task] = {}
            for _ in range(MAX_TRIES):
                if len(tasks) == count:
                    break
                task = self._draw(topic, level, rng, exam=True)
                tasks.setdefault(task.prompt, task)
            drawn = list(tasks.values())
        else:
            drawn = [pool[0][i] for i in rng.permutation(len(pool[0]))[:count]]
        return [drawn[i % len(drawn)] for i in range(count)]

    def _draw(self, topic: int, level: int, rng: np.random.Generator, *, exam: bool) -> Task:
        for _ in range(MAX_TRIES):
            task = self.generate(topic, level, rng)
            if (prompt_rank(task.prompt) < self.exam_share) == exam:
                return task
        kind = "exam" if exam else "practice"
        raise ValueError(
            f"found no {kind} task for topic {self.topics[topic]!r}, level {level}, in {MAX_TRIES} "
            f"draws; give the cell more tasks or change exam_share={self.exam_share}"
        )

    @cached_property
    def _split(self) -> dict[tuple[int, int], tuple[list[Task], list[Task]] | None]:
        return {}

    def _pools(self, topic: int, level: int) -> tuple[list[Task], list[Task]] | None:
        """The (exam, practice) tasks of an enumerable cell, else None."""
        if (topic, level) not in self._split:
            listed = self.enumerate(topic, level)
            self._split[topic, level] = (
                None if listed is None else self._divide(listed, self.topics[topic], level)
            )
        return self._split[topic, level]

    def _divide(
        self, tasks: Sequence[Task], topic: str, level: int
    ) -> tuple[list[Task], list[Task]]:
        distinct = {task.prompt: task for task in tasks}
        if len(distinct) < 2:
            raise ValueError(
                f"topic {topic!r}, level {level}, has {len(distinct)} distinct task(s); it needs "
                "at least two, one for the exam and one for practice"
            )
        ranked = sorted(distinct.values(), key=lambda task: (prompt_rank(task.prompt), task.prompt))
        held_out = min(math.ceil(self.exam_share * len(ranked)), len(ranked) - 1)
        return ranked[:held_out], ranked[held_out:]

    def _check_topic(self, topic: int) -> None:
        if not 0 <= topic < len(self.topics):
            raise ValueError(f"topic must be in 0..{len(self.topics) - 1}, not {topic!r}")
