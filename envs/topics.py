"""Teach whole topics: the teacher chooses the topic alone."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

import gymnasium as gym
import numpy as np

from ..core.cells import Cell
from ..core.checks import at_least
from ..domains import Domain
from ..students import Study
from .curriculum import CurriculumEnv
from .factories import StudentSource
from .grading import Exam


class TopicsEnv(CurriculumEnv):
    """Teach topics at levels that are drawn task by task.

    ## Description
    Each step is a lesson of `lesson_size` practice tasks of one topic, each at a level of its own,
    all levels equally likely. A lesson that the teacher only looks at has `look_size` tasks.

    ## Action Space
    `Discrete(topics)`: the topic.

    ## Observation Space
    `Box(0, 1, (2 * topics * levels + 1,))`, as in `CurriculumEnv`, where a lesson counts as one of
    the lowest level.

    ## Arguments
    | argument | default | meaning |
    |---|---|---|
    | `domain` | | what is taught: a name or a `Domain` |
    | `student` | | a name, or a factory that returns a student (see `student_factory`) |
    | `look_size` | `60` | tasks in a lesson that is only looked at |
    | `exam_topics` | `None` | topics that the exam is about, as indices; `None` is all of them |

    All further arguments are those of `CurriculumEnv`; `exam_size` counts the tasks of all topics.

    ## References
    Lopez-Paz and Ranzato, "Gradient episodic memory for continual learning", 2017 (arXiv
    1706.08840), for topics that are taught in turn.

    ## Version History
    v0: initial version.
    """

    def __init__(
        self,
        domain: str | Domain,
        student: StudentSource,
        *,
        look_size: int = 60,
        exam_topics: Collection[int] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(domain, student, **options)
        self.look_size = at_least("look_size", look_size, 1)
        self.exam_topics = exam_topics
        self.action_space = gym.spaces.Discrete(len(self.topics))
        self._make_exam = partial(
            Exam, self.domain, self.exam_size, self.exam_seed, topics=exam_topics
        )

    def lesson(self, action: Any) -> Study:
        """Practise tasks of a topic."""
        if not self.action_space.contains(action):
            raise ValueError(f"action {action!r} is not in the action space {self.action_space}")
        self.cell = Cell(int(action), 0, 0.0)
        size = self.look_size if self.looks else self.lesson_size
        levels = self.rng.integers(self.levels, size=size)
        # The words come from a generator of their own: topics draw different amounts.
        words = np.random.default_rng(self.rng.integers(2**63))
        difficulties = [self.domain.difficulty(int(level)) for level in levels]
        return self.ask([self.domain.sample(self.cell.topic, d, words) for d in difficulties])

    def settings(self) -> dict[str, Any]:
        """What must agree for a saved episode to be continued."""
        topics = None if self.exam_topics is None else sorted(self.exam_topics)
        return {**super().settings(), "look_size": self.look_size, "exam_topics": topics}

    @property
    def action_facts(self) -> dict[str, Any]:
        """The topics' names."""
        return {"topic_names": self.topics}
