"""Teach topics at levels of difficulty."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from ..core.cells import ACTIONS
from ..core.checks import at_least
from ..core.names import lookup
from ..domains import Domain
from ..rewards import Reward
from ..students import Study
from . import rendering
from .base import TeachingEnv
from .factories import StudentSource, resolve_domain
from .grading import Exam
from .observation import observation_space
from .teaching import TeachingReward


class CurriculumEnv(TeachingEnv):
    """One student's life: a teacher picks the lessons, and is paid by what the student learns.

    ## Description
    Each step is a lesson: the student answers `lesson_size` practice tasks of the topic and the
    difficulty that the action names, is scored, and learns. A fixed exam of held-out tasks, the
    same in every episode, shows what it has learned.

    ## Action Space
    | `action` | space | meaning |
    |---|---|---|
    | `"multidiscrete"` | `MultiDiscrete([topics, levels])` | topic, level |
    | `"discrete"` | `Discrete(topics * levels)` | `topic * levels + level` |
    | `"box"` | `Box(0, 1, (2,))` | topic `min(floor(x * topics), topics - 1)`; difficulty |

    ## Observation Space
    `Box(0, 1, (2 * topics * levels + 1,))`, float32. First the smoothed score of each (topic,
    level), by topic, then level (the cell's first score, then `s += 0.2 * (score - s)`; 0 while
    never practised), then each one's share of the lessons so far, then the share of the budget that
    is left. Text is in `info`.

    ## Arguments
    | argument | default | meaning |
    |---|---|---|
    | `domain` | | what is taught: a name or a `Domain` |
    | `student` | | a name, or a factory that returns a student (see `student_factory`) |
    | `update` | `None` | name of a language model's learning rule; `None` is `"grpo"` |
    | `update_options` | `None` | arguments of the learning rule |
    | `student_options` | `None` | arguments of a named student |
    | `reward` | `None` | scores the answers: a name or a callable; by default the domain's own |
    | `budget` | `200` | lessons in an episode |
    | `lesson_size` | `8` | tasks in a lesson |
    | `lessons_per_update` | `1` | lessons that share one weight update |
    | `action` | `"multidiscrete"` | kind of action space |
    | `teaching_reward` | `"gain"` | what the teacher is paid |
    | `exam_size` | `200` | tasks in the exam |
    | `exam_every` | `10` | lessons between exams; one is also sat at reset and at the end |
    | `exam_seed` | `0` | fixes the exam's tasks |
    | `render_mode` | `None` | `"ansi"` or `"rgb_array"` |

    Unknown names, values out of range and unfit objects raise ValueError or TypeError.

    ## References
    Portelas et al., "Teacher algorithms for curriculum learning of deep RL in continuously
    parameterized environments", 2019 (arXiv 1910.07224); Matiisen et al., "Teacher-student
    curriculum learning", 2017 (arXiv 1707.00183).

    ## Version History
    v0: initial version.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi", "rgb_array"], "render_fps": 4}  # noqa: RUF012

    def __init__(
        self,
        domain: str | Domain,
        student: StudentSource,
        *,
        update: str | None = None,
        update_options: Mapping[str, Any] | None = None,
        student_options: Mapping[str, Any] | None = None,
        reward: str | Reward | None = None,
        budget: int = 200,
        lesson_size: int = 8,
        lessons_per_update: int = 1,
        action: str = "multidiscrete",
        teaching_reward: str | TeachingReward = "gain",
        exam_size: int = 200,
        exam_every: int = 10,
        exam_seed: int = 0,
        render_mode: str | None = None,
    ) -> None:
        self.domain = resolve_domain(domain)
        self.lesson_size = at_least("lesson_size", lesson_size, 1)
        self.exam_size = at_least("exam_size", exam_size, 1)
        self.exam_seed = at_least("exam_seed", exam_seed, 0)
        self.actions = lookup("action", action, ACTIONS)(self.domain)
        self.action_space = self.actions.space
        self.observation_space = observation_space(len(self.domain.topics), self.domain.levels)
        super().__init__(
            student,
            reward=self.domain.reward if reward is None else reward,
            exam=partial(Exam, self.domain, self.exam_size, self.exam_seed),
            topics=self.domain.topics,
            levels=self.domain.levels,
            update=update,
            update_options=update_options,
            student_options=student_options,
            budget=budget,
            lessons_per_update=lessons_per_update,
            teaching_reward=teaching_reward,
            exam_every=exam_every,
            render_mode=render_mode,
        )

    def lesson(self, action: Any) -> Study:
        """Practise tasks of the topic and the difficulty that the action names."""
        self.cell = self.actions.cell(action)
        sample = partial(self.domain.sample, self.cell.topic, self.cell.difficulty, self.rng)
        return self.ask([sample() for _ in range(self.lesson_size)])

    def observation(self) -> np.ndarray:
        """Smoothed scores, shares of practice, and the share of the budget that is left."""
        return self.record.vector(self.budget)

    @property
    def action_facts(self) -> dict[str, Any]:
        """The topics' names; levels or bins where the action space does not show them."""
        return {**self.actions.facts(), "topic_names": self.domain.topics}

    def picture(self, mode: str) -> Any:
        """Mastery and practice of each cell, and the last lesson or the budget spent."""
        if mode == "ansi":
            return rendering.classroom(
                self.domain, self.record, self.budget, self.exam_result, self.last_lesson
            )
        return rendering.heat_map(self.record, self.exam_result, self.budget)

    def settings(self) -> dict[str, Any]:
        """What must agree for a saved episode to be continued."""
        return {
            "topics": list(self.domain.topics),
            "levels": self.domain.levels,
            "action": self.actions.kind,
            "lesson_size": self.lesson_size,
            "exam_size": self.exam_size,
            "exam_seed": self.exam_seed,
            **super().settings(),
        }
