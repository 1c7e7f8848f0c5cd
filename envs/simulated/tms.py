"""Teach skills to the students of the transition matrix based simulator."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

from ...core.checks import at_least
from ...core.names import lookup
from ...students.simulated.tms import TMS
from .batch import Info, Outcome, StudentBatch, everyone
from .records import Records
from .single import SimulatedEnv
from .vector import SimulatedVectorEnv

OBSERVATIONS = dict.fromkeys(("answers", "full"))


class TMSBatch(StudentBatch):
    """The law of `TMSEnv`, which see; `size` is the number of students."""

    def __init__(
        self,
        size: int,
        *,
        system: str = "binary",
        budget: int = 20,
        observation: str = "answers",
        items: int = 2,
        item_seed: int = 0,
    ) -> None:
        lookup("observation", observation, OBSERVATIONS)
        self.full = observation == "full"
        size = at_least("num_envs", size, 1)
        seed = at_least("item_seed", item_seed, 0)
        self.cohort = TMS(size, system=system, items=items, item_seed=seed)
        skills = self.cohort.topics
        shown = skills if self.full else self.cohort.guess.size
        box = gym.spaces.Box(0.0, 1.0, (shown + skills + 1,), np.float32)
        super().__init__(size, budget, gym.spaces.Discrete(skills), box)
        self.topics = tuple(f"skill {i}" for i in range(skills))
        self.records = Records(self.size, skills)
        self._answers = np.zeros((self.size, *self.cohort.guess.shape), dtype=np.float32)
        self._mastered = np.zeros(self.size, dtype=np.float32)
        self._rows = np.arange(self.size)

    kept = ("_answers", "_mastered")

    @property
    def parts(self) -> dict[str, Any]:
        """The students, and what the teacher has seen of them."""
        return {"cohort": self.cohort, "records": self.records}

    def mastery(self) -> np.ndarray:
        """1 where a skill is mastered, else 0, shape (size, skills, 1)."""
        return self.cohort.mastery().astype(np.float32)[:, :, None]

    def observe(self) -> np.ndarray:
        """Answers of the last exam (or mastery), shares of practice, share of the budget left."""
        observation = np.empty((self.size, *self.observation_space.shape), dtype=np.float32)
        shown = observation.shape[1] - self.cohort.topics - 1
        shows = self.cohort.mastery() if self.full else self._answers.reshape(self.size, -1)
        observation[:, :shown] = shows
        self.records.shares(observation[:, shown:-1], self.lessons)
        observation[:, -1] = 1.0 - self.lessons / self.budget
        return observation

    def _begin(
        self, rng: np.random.Generator, students: np.ndarray | None, mask: np.ndarray
    ) -> Info:
        self.cohort.reset(rng, students)
        self.records.reset(students)
        # Only the new students answer: what is drawn does not depend on who is beside them.
        self._answers[mask] = self.cohort.answers(rng, students)
        self._mastered[mask] = self._count()[mask]
        share = self._mastered / np.float32(self.cohort.topics)
        return {"exam": np.where(mask, share, np.float32(0.0)), "_exam": mask}

    def _teach(self, actions: np.ndarray, rng: np.random.Generator) -> Outcome:
        if self.looks is None:
            self.cohort.learn(actions, rng)
        elif not self.looks.all():
            with self.cohort.unchanged(self.looks):
                self.cohort.learn(actions, rng)
        self._answers = self.cohort.answers(rng)
        score = self._answers[self._rows, actions].mean(axis=1)
        self.records.add(actions, score)
        mastered = self._count()
        rewards, self._mastered = mastered - self._mastered, mastered
        share = mastered / np.float32(self.cohort.topics)
        info = everyone(self.size, score=score, exam=share)
        return Outcome(rewards, mastered == self.cohort.topics, info)

    def _count(self) -> np.ndarray:
        """How many skills each student masters, float32 of shape (size,)."""
        return self.cohort.mastery().sum(axis=1, dtype=np.float32)


class TMSEnv(SimulatedEnv):
    """Teach skills that are mastered one after another, with chances that depend on the state.

    ## Description
    The transition matrix based simulator (TMS) of EduSim. A student is in one of a few states, each
    a set of mastered skills; a lesson leads to the next state with a chance that belongs to the
    lesson and the state. After each lesson the student sits an exam of some items for every skill,
    and guesses and slips. See `teachgym.students.simulated.tms.TMS` for the equations.

    ## Action Space
    `Discrete(skills)`: the lesson; 2 with `system="binary"`, 7 with `"tree"`.

    ## Observation Space
    `Box(0, 1, (skills * items + skills + 1,))`, float32: the answers to the last exam (1 right, 0
    wrong; by skill, then item), each lesson's share of the lessons so far, and the share of the
    budget that is left. With `observation="full"` the skills' mastery (0 or 1) replaces the
    answers.

    ## Rewards
    The change in the number of mastered skills.

    `info` holds `score` (share of right answers to the items of the lesson's skill) and `exam`
    (share of the skills that are mastered).

    ## Starting State
    `"binary"`: no skill, or the first, equally likely. `"tree"`: one of the five states with at
    most two skills, equally likely. A first exam has been sat.

    ## Episode End
    The episode terminates when the budget of lessons is spent, or all skills are mastered.

    ## Arguments
    | argument | default | meaning |
    |---|---|---|
    | `system` | `"binary"` | `"binary"` (two skills in a row) or `"tree"` (seven skills) |
    | `budget` | `20` | lessons in an episode |
    | `observation` | `"answers"` | `"full"` shows the mastery |
    | `items` | `2` | items of each skill in the exam |
    | `item_seed` | `0` | fixes how easily the items are guessed and slipped |

    ## References
    Tang et al., "A reinforcement learning approach to personalized learning recommendation
    systems", British Journal of Mathematical and Statistical Psychology 72(1), 2019; EduSim,
    https://github.com/bigdata-ustc/EduSim. EduSim shows the chances of right answers; here answers
    are drawn.

    ## Version History
    v0: initial version.
    """

    batch_type = TMSBatch


class TMSVectorEnv(SimulatedVectorEnv):
    """`TMSEnv` for `num_envs` students at once; arguments as there."""

    batch_type = TMSBatch
