"""Teach topics that build on one another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...core.cells import CELL_SPACES
from ...core.checks import at_least, number
from ...core.names import lookup
from ...domains.graphs import load_graph
from ..observation import observation_space
from .batch import Info, Outcome, StudentBatch, everyone
from .cohorts import CohortSource, chances, make_cohort, practised
from .records import Records
from .single import SimulatedEnv
from .vector import SimulatedVectorEnv

REWARDS = dict.fromkeys(("gain", "score", "progress"))
OBSERVATIONS = dict.fromkeys(("smoothed", "full"))


class KnowledgeGraphBatch(StudentBatch):
    """The law of `KnowledgeGraphEnv`, which see; `size` is the number of students."""

    def __init__(
        self,
        size: int,
        *,
        graph: str | Path = "random",
        topics: int | None = None,
        levels: int = 4,
        graph_seed: int = 0,
        student: CohortSource = "irt",
        student_options: Mapping[str, Any] | None = None,
        budget: int = 200,
        interval: float = 0.0,
        action: str = "multidiscrete",
        observation: str = "smoothed",
        teaching_reward: str = "gain",
        exam_every: int = 10,
    ) -> None:
        count = 10 if topics is None else at_least("topics", topics, 1)
        self.graph = load_graph(graph, count, at_least("graph_seed", graph_seed, 0))
        if topics not in (None, len(self.graph.topics)):
            raise ValueError(f"topics={topics}, but the graph {graph!r} has others: leave it out")
        self.topics, self.levels = self.graph.topics, at_least("levels", levels, 1)
        spaces = {name: CELL_SPACES[name] for name in ("multidiscrete", "discrete")}
        space = lookup("action", action, spaces)(len(self.topics), self.levels)
        super().__init__(size, budget, space, observation_space(len(self.topics), self.levels))
        lookup("observation", observation, OBSERVATIONS)
        lookup("teaching_reward", teaching_reward, REWARDS)
        self.full, self.teaching_reward = observation == "full", teaching_reward
        self.exam_every = at_least("exam_every", exam_every, 1)
        self.interval = number("interval", interval, "[0, inf)")
        self.cohort = make_cohort(
            student,
            student_options,
            self.size,
            len(self.topics),
            self.levels,
            prerequisites=self.graph.prerequisites,
        )
        self.records = Records(self.size, len(self.topics) * self.levels)
        self._exam = np.zeros(self.size, dtype=np.float32)
        self._next_exam = np.zeros(self.size, dtype=np.int32)

    kept = ("_exam", "_next_exam")

    @property
    def parts(self) -> dict[str, Any]:
        """The students, and what the teacher has seen of them."""
        return {"cohort": self.cohort, "records": self.records}

    def mastery(self) -> np.ndarray:
        """Chances of a right answer, shape (size, topics, levels)."""
        return chances(self.cohort).reshape(self.size, len(self.topics), self.levels)

    def cell(self, action: Any) -> tuple[int, int]:
        """Topic and level."""
        topic, level = np.divmod(action, self.levels) if np.ndim(action) == 0 else action
        return int(topic), int(level)

    @property
    def action_facts(self) -> dict[str, Any]:
        """The topics' names, their levels where the space does not show them, and the interval."""
        levels = {"levels": self.levels} if self.action_space.shape == () else {}
        interval = {"interval": self.interval} if self.interval else {}
        return {"topic_names": self.graph.topics, **levels, **interval}

    def exam(self) -> np.ndarray:
        """Expected score of an exam with one task of each cell, float32 of shape (size,)."""
        return chances(self.cohort).mean(axis=1).astype(np.float32, copy=False)

    def observe(self) -> np.ndarray:
        """Smoothed scores (or true mastery), shares of practice, share of the budget left."""
        cells = len(self.topics) * self.levels
        observation = np.empty((self.size, 2 * cells + 1), dtype=np.float32)
        if self.full:
            observation[:, :cells] = chances(self.cohort)
            self.records.shares(observation[:, cells:-1], self.lessons)
        else:
            self.records.write(observation[:, :-1], self.lessons)
        observation[:, -1] = 1.0 - self.lessons / self.budget
        return observation

    def _begin(
        self, rng: np.random.Generator, students: np.ndarray | None, mask: np.ndarray
    ) -> Info:
        self.cohort.reset(rng, students)
        self.records.reset(students)
        exam = self.exam()
        self._exam[mask] = exam[mask]
        self._next_exam[mask] = min(self.exam_every, self.budget)
        exam[~mask] = 0.0
        return {"exam": exam, "_exam": mask}

    def _teach(self, actions: np.ndarray, rng: np.random.Generator) -> Outcome:
        if actions.ndim == 2:
            topic, level = actions[:, 0], actions[:, 1]
            cell = topic * self.levels + level
        else:
            cell = actions
            topic, level = np.divmod(cell, self.levels)
        score = practised(self.cohort, topic, level, rng, self.looks)
        progress = self.records.add(cell, score)
        if self.interval:
            self.cohort.wait(self.interval)
        info = everyone(self.size, score=score)
        gain = np.zeros(self.size, dtype=np.float32)
        due = self.lessons == self._next_exam
        if due.any():
            exam = np.where(due, self.exam(), self._exam)
            gain = exam - self._exam
            self._exam = exam
            self._next_exam[due] += self.exam_every
            np.minimum(self._next_exam, self.budget, out=self._next_exam)
            info.update({"exam": np.where(due, exam, np.float32(0.0)), "_exam": due})
        rewards = {"gain": gain, "score": score.copy(), "progress": progress}
        return Outcome(rewards[self.teaching_reward], None, info)


class KnowledgeGraphEnv(SimulatedEnv):
    """Teach topics with prerequisites to a student who learns by practice.

    ## Description
    Each step is a lesson: the student answers one task of the topic and the level that the action
    names, and learns; then `interval` days pass, in which models that know time forget. What a
    lesson teaches depends on the student's model. With `"irt"`, tasks near the student's ability
    teach most, and a topic whose prerequisites are not mastered hardly anything. With `"psi_kt"`,
    what is known of a topic raises those that it comes before, as days pass. Other models do not
    know prerequisites. A new student, with parameters of its own, comes in every episode; the graph
    stays.

    ## Action Space
    | `action` | space | meaning |
    |---|---|---|
    | `"multidiscrete"` | `MultiDiscrete([topics, levels])` | topic, level |
    | `"discrete"` | `Discrete(topics * levels)` | `topic * levels + level` |

    ## Observation Space
    `Box(0, 1, (2 * topics * levels + 1,))`, float32, as in `CurriculumEnv`: the smoothed score of
    each (topic, level) (the cell's first score, then `s += 0.2 * (score - s)`; 0 while never
    practised), each one's share of the lessons so far, and the share of the budget that is left.
    With `observation="full"` the student's chance of a right answer to each cell replaces the
    smoothed scores.

    ## Rewards
    | `teaching_reward` | reward of a step |
    |---|---|
    | `"gain"` | change of the exam since the last exam, 0 where none was sat |
    | `"score"` | 1 for a right answer, else 0 |
    | `"progress"` | `abs(score - smoothed score of the cell before)`, 0 at its first lesson |

    The exam is the expected score, computed from the student's state: its mean chance of a right
    answer over all topics and levels. It is sat at reset, every `exam_every` lessons and at the
    end; so with `"gain"`, the return of an episode is what the student learned.

    `info` holds `score` and, whenever an exam was sat, `exam`.

    ## Starting State
    An untaught student from the population of the model.

    ## Episode End
    The episode terminates when the budget of lessons is spent.

    ## Arguments
    | argument | default | meaning |
    |---|---|---|
    | `graph` | `"random"` | or a name in `domains.graphs.NAMED`, or a JSON or GraphML file |
    | `topics` | `None` | number of topics of a random graph; `None` is 10 |
    | `levels` | `4` | number of difficulty levels |
    | `graph_seed` | `0` | fixes a random graph |
    | `student` | `"irt"` | a name in `students.simulated.COHORTS`, or what makes a `Cohort` |
    | `student_options` | `None` | further arguments of the student's model |
    | `budget` | `200` | lessons in an episode |
    | `interval` | `0.0` | days from one lesson to the next |
    | `action` | `"multidiscrete"` | kind of action space |
    | `observation` | `"smoothed"` | `"full"` shows the true mastery |
    | `teaching_reward` | `"gain"` | what the teacher is paid |
    | `exam_every` | `10` | lessons between exams |

    ## References
    Birnbaum, "Some latent trait models", 1968; Doroudi et al., "Where's the reward? A review of
    reinforcement learning for instructional sequencing", 2019.

    ## Version History
    v0: initial version.
    """

    batch_type = KnowledgeGraphBatch


class KnowledgeGraphVectorEnv(SimulatedVectorEnv):
    """`KnowledgeGraphEnv` for `num_envs` students at once; arguments as there."""

    batch_type = KnowledgeGraphBatch
