"""Decide which item to review, before it is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np

from ...core.checks import at_least, number
from ...core.names import lookup
from ...students.simulated.cohort import Cohort
from .batch import Info, Outcome, StudentBatch, everyone
from .cohorts import CohortSource, chances, make_cohort, practised
from .records import Records
from .single import SimulatedEnv
from .vector import SimulatedVectorEnv

OBSERVATIONS = dict.fromkeys(("answers", "full"))
REWARDS = dict.fromkeys(("recall", "log_recall", "exam"))
LEAST = 1e-6
"""A chance of recall below this counts as this where its logarithm is taken."""


class SpacedRepetitionBatch(StudentBatch):
    """The law of `SpacedRepetitionEnv`, which see; `size` is the number of students."""

    def __init__(
        self,
        size: int,
        *,
        items: int = 30,
        student: CohortSource = "efc",
        student_options: Mapping[str, Any] | None = None,
        budget: int = 200,
        interval: float = 5.0,
        observation: str = "answers",
        teaching_reward: str = "recall",
        exam_after: float = 30.0,
    ) -> None:
        items = at_least("items", items, 1)
        box = gym.spaces.Box(0.0, 1.0, (3 * items + 1,), np.float32)
        super().__init__(size, budget, gym.spaces.Discrete(items), box)
        lookup("observation", observation, OBSERVATIONS)
        lookup("teaching_reward", teaching_reward, REWARDS)
        self.full, self.teaching_reward = observation == "full", teaching_reward
        self.interval = number("interval", interval, "(0, inf)")
        self.exam_after = number("exam_after", exam_after, "[0, inf)")
        self.items = items
        self.cohort = make_cohort(student, student_options, self.size, items)
        if type(self.cohort).wait is Cohort.wait:
            raise ValueError(
                f"student={student!r} knows no time, and forgets nothing: take one that does, such "
                "as 'efc', 'hlr', 'das3h' or 'fsrs'"
            )
        self.topics = tuple(f"item {i}" for i in range(items))
        self.records = Records(self.size, items, rate=1.0)
        self._level = np.zeros(self.size, dtype=np.intp)
        self._rows = np.arange(self.size)
        self._reviewed = np.full((self.size, items), -np.inf, dtype=np.float32)

    kept = ("_reviewed",)

    @property
    def parts(self) -> dict[str, Any]:
        """The students, and what the teacher has seen of them."""
        return {"cohort": self.cohort, "records": self.records}

    def mastery(self) -> np.ndarray:
        """Chance of recalling each item now, shape (size, items, 1)."""
        return self.recall()[:, :, None]

    @property
    def action_facts(self) -> dict[str, Any]:
        """The topics' names, and the days from one review to the next."""
        return super().action_facts | {"interval": self.interval}

    def recall(self) -> np.ndarray:
        """Chance of recalling each item now, of shape (size, items)."""
        return chances(self.cohort)

    def observe(self) -> np.ndarray:
        """Last answers (or recall), shares of practice, recency, share of the budget left."""
        observation = np.empty((self.size, 3 * self.items + 1), dtype=np.float32)
        self.records.write(observation[:, : 2 * self.items], self.lessons)
        if self.full:
            observation[:, : self.items] = self.recall()
        now = (self.lessons * self.interval).astype(np.float32)
        elapsed = now[:, None] - self._reviewed
        # Logarithmic, so that items of long ago can be told apart.
        recency = 1.0 - np.log1p(elapsed) / np.log1p(self.budget * self.interval)
        observation[:, 2 * self.items : -1] = np.maximum(recency, 0.0)
        observation[:, -1] = 1.0 - self.lessons / self.budget
        return observation

    def _begin(
        self, rng: np.random.Generator, students: np.ndarray | None, mask: np.ndarray
    ) -> Info:
        self.cohort.reset(rng, students)
        self.records.reset(students)
        self._reviewed[mask] = -np.inf
        exam = self.recall().mean(axis=1)
        return {"exam": np.where(mask, exam, 0.0).astype(np.float32), "_exam": mask}

    def _teach(self, actions: np.ndarray, rng: np.random.Generator) -> Outcome:
        score = practised(self.cohort, actions, self._level, rng, self.looks)
        self.records.add(actions, score)
        reviewed = slice(None) if self.looks is None else ~self.looks
        now = (self.lessons - 1) * self.interval
        self._reviewed[self._rows[reviewed], actions[reviewed]] = now[reviewed]
        last = self.lessons >= self.budget
        days = self.exam_after if self.teaching_reward == "exam" else self.interval
        self.cohort.wait(np.where(last, days, self.interval))
        recall = self.recall()
        exam = recall.mean(axis=1).astype(np.float32)
        if self.teaching_reward == "recall":
            rewards = exam.copy()
        elif self.teaching_reward == "exam":
            rewards = np.where(last, exam, np.float32(0.0))
        else:
            rewards = np.log(np.maximum(recall, LEAST)).mean(axis=1).astype(np.float32)
        return Outcome(rewards, None, everyone(self.size, score=score, exam=exam))


class SpacedRepetitionEnv(SimulatedEnv):
    """Review items with a student who forgets.

    ## Description
    Each step is the review of one item: the student answers, which strengthens the memory of the
    item, and then `interval` days pass. How an item is remembered and forgotten depends on the
    student's model; an item that was never reviewed is mostly unknown. A new student, with
    parameters of its own, comes in every episode. The sizes (30 items, 200 reviews, a delay of 5)
    are those of code that descends from Reddy, Levine and Dragan's; that the delay is in days is
    our reading. There are too many items for the budget, so that some must be let go.

    ## Action Space
    `Discrete(items)`: the item.

    ## Observation Space
    `Box(0, 1, (3 * items + 1,))`, float32: the last answer to each item (1 right, 0 wrong or never
    asked), each one's share of the reviews so far, its recency `1 - ln(1 + d) / ln(1 + D)` of d
    days since its last review and D days in the episode (0 before the first), and the share of
    the budget that is left. With `observation="full"` the chance of recalling each item now
    replaces the last answers.

    ## Rewards
    | `teaching_reward` | reward of a step |
    |---|---|
    | `"recall"` | mean chance of recall over all items when the next review is due |
    | `"log_recall"` | mean of its natural logarithm, each chance counting as 1e-6 at least |
    | `"exam"` | mean chance of recall `exam_after` days after the last review, at the end alone |

    `info` holds `score` (1 for a right answer, else 0) and `exam`, the mean chance of recall when
    the next review is due; at the end, with `teaching_reward="exam"`, that after `exam_after` days.

    ## Starting State
    A student from the population of the model who has reviewed nothing.

    ## Episode End
    The episode terminates when the budget of reviews is spent.

    ## Arguments
    | argument | default | meaning |
    |---|---|---|
    | `items` | `30` | number of items |
    | `student` | `"efc"` | a name in `students.simulated.COHORTS`, or what makes a `Cohort` |
    | `student_options` | `None` | further arguments of the student's model |
    | `budget` | `200` | reviews in an episode |
    | `interval` | `5.0` | days from one review to the next; schedulers take it as an option too |
    | `observation` | `"answers"` | `"full"` shows the chance of recall |
    | `teaching_reward` | `"recall"` | what the teacher is paid |
    | `exam_after` | `30.0` | days from the last review to the exam of `"exam"` |

    The student's model must know time: `"efc"`, `"hlr"`, `"das3h"`, `"fsrs"` or `"psi_kt"`.

    ## References
    Reddy, Levine and Dragan, "Accelerating human learning with deep reinforcement learning", 2017.

    ## Version History
    v0: initial version.
    """

    batch_type = SpacedRepetitionBatch


class SpacedRepetitionVectorEnv(SimulatedVectorEnv):
    """`SpacedRepetitionEnv` for `num_envs` students at once; arguments as there."""

    batch_type = SpacedRepetitionBatch
