"""Teach ten concepts to the students of the knowledge structure based simulator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from ...core.checks import at_least
from ...core.names import lookup
from ...students.simulated.kss import CAP, CONCEPTS, KSS
from .batch import Info, Outcome, StudentBatch, everyone
from .cohorts import practised
from .records import Records
from .single import SimulatedEnv
from .vector import SimulatedVectorEnv

OBSERVATIONS = dict.fromkeys(("answers", "full"))
LOWEST = -4.0
"""Below any student's ability; maps abilities to [0, 1]."""
ONE_HOT = np.eye(CONCEPTS + 1, CONCEPTS, dtype=np.float32)


class KSSBatch(StudentBatch):
    """The law of `KSSEnv`, which see; `size` is the number of students."""

    def __init__(
        self,
        size: int,
        *,
        budget: int = 20,
        observation: str = "answers",
        difficulties: Sequence[float] | None = None,
        difficulty_seed: int = 10,
    ) -> None:
        lookup("observation", observation, OBSERVATIONS)
        box = gym.spaces.Box(0.0, 1.0, (4 * CONCEPTS + 1,), np.float32)
        super().__init__(size, budget, gym.spaces.Discrete(CONCEPTS), box)
        self.full = observation == "full"
        seed = at_least("difficulty_seed", difficulty_seed, 0)
        self.cohort = KSS(self.size, difficulties=difficulties, difficulty_seed=seed)
        self.topics = tuple(f"concept {i}" for i in range(CONCEPTS))
        self.records = Records(self.size, CONCEPTS, rate=1.0)
        self._level = np.zeros(self.size, dtype=np.intp)
        self._targets = np.ones(self.size, dtype=np.float32)
        self._known = np.zeros(self.size, dtype=np.float32)
        self._possible = np.ones(self.size, dtype=np.float32)

    kept = ("_targets", "_known", "_possible")

    @property
    def parts(self) -> dict[str, Any]:
        """The students, and what the teacher has seen of them."""
        return {"cohort": self.cohort, "records": self.records}

    def mastery(self) -> np.ndarray:
        """1 where a concept would be answered right, else 0, shape (size, 10, 1)."""
        return self.cohort.expected()

    def observe(self) -> np.ndarray:
        """Last answers (or abilities), shares of practice, targets, last lesson, budget left."""
        observation = np.empty((self.size, 4 * CONCEPTS + 1), dtype=np.float32)
        self.records.write(observation[:, : 2 * CONCEPTS], self.lessons)
        if self.full:
            ability = self.cohort.state["ability"]
            observation[:, :CONCEPTS] = (ability - LOWEST) / (CAP - LOWEST)
        observation[:, 2 * CONCEPTS : 3 * CONCEPTS] = self.cohort.state["target"]
        observation[:, 3 * CONCEPTS : -1] = ONE_HOT.take(self.cohort.state["last"], axis=0)
        observation[:, -1] = 1.0 - self.lessons / self.budget
        return observation

    def _begin(
        self, rng: np.random.Generator, students: np.ndarray | None, mask: np.ndarray
    ) -> Info:
        self.cohort.reset(rng, students)
        self.records.reset(students)
        new = np.flatnonzero(mask)
        target = self.cohort.state["target"][new]
        targets, known = _count(target), _count(target * self.cohort.known()[new])
        self._targets[new], self._known[new] = targets, known
        # At most concept 0 is known to an untaught student: this is never 0.
        self._possible[new] = targets - known
        exam = np.zeros(self.size, dtype=np.float32)
        exam[new] = known / targets
        return {"exam": exam, "_exam": mask}

    def _teach(self, actions: np.ndarray, rng: np.random.Generator) -> Outcome:
        score = practised(self.cohort, actions, self._level, rng, self.looks)
        self.records.add(actions, score)
        known = _count(self.cohort.state["target"] * self.cohort.known())
        rewards = (known - self._known) / self._possible
        self._known = known
        info = everyone(self.size, score=score, exam=known / self._targets)
        return Outcome(rewards, known == self._targets, info)


def _count(concepts: np.ndarray) -> np.ndarray:
    """How many concepts are marked with a 1 for each student, float32 of shape (students,)."""
    return concepts @ np.ones(CONCEPTS, dtype=np.float32)


class KSSEnv(SimulatedEnv):
    """Bring a student to know its target concepts, along a structure of ten concepts.

    ## Description
    The knowledge structure based simulator (KSS) of EduSim. Each step is a lesson on one of ten
    concepts, then a question on it. A lesson counts only if its concept is near the last one that
    counted, and teaches hardly anything while the direct prerequisites are weak; what is learned
    spreads to the successors. See `teachgym.students.simulated.kss.KSS` for the equations. Only the
    students are drawn at random; lessons and answers are not.

    ## Action Space
    `Discrete(10)`: the concept.

    ## Observation Space
    `Box(0, 1, (41,))`, float32. For each concept the last answer (1 right, 0 wrong or never asked);
    each one's share of the lessons so far; 1 for the target concepts; 1 for the last lesson that
    counted; then the share of the budget that is left. With `observation="full"` the abilities,
    mapped from [-4, 5] to [0, 1], replace the last answers.

    ## Rewards
    The change in the number of target concepts that are known (would be answered right), over the
    number of those that were not known at the start: the return of an episode is
    `(final - initial) / (full - initial)`.

    `info` holds `score` (1 for a right answer, else 0) and `exam` (share of the targets known).

    ## Starting State
    An untaught student: `a_i = randint(-3, 0) - 0.1 i`, with 3 to 10 random target concepts.

    ## Episode End
    The episode terminates when the budget of lessons is spent, or all targets are known.

    ## Arguments
    | argument | default | meaning |
    |---|---|---|
    | `budget` | `20` | lessons in an episode |
    | `observation` | `"answers"` | `"full"` shows the abilities |
    | `difficulties` | `None` | ten difficulties in [0, 5]; `None` draws them |
    | `difficulty_seed` | `10` | fixes the drawn difficulties |

    ## References
    Liu et al., "Exploiting cognitive structure for adaptive learning", KDD 2019 (arXiv 1905.12470);
    EduSim, https://github.com/bigdata-ustc/EduSim. EduSim's students keep what they learned in
    earlier episodes; here each episode has a new one.

    ## Version History
    v0: initial version.
    """

    batch_type = KSSBatch


class KSSVectorEnv(SimulatedVectorEnv):
    """`KSSEnv` for `num_envs` students at once; arguments as there."""

    batch_type = KSSBatch
