"""Teach tasks from a continuous space."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

from ...core.checks import at_least
from ...core.names import lookup
from ...students.simulated.landscape import FULL, MASTERED, Landscape, cell_of
from .batch import Info, Outcome, StudentBatch, everyone
from .single import SimulatedEnv
from .vector import SimulatedVectorEnv

OBSERVATIONS = dict.fromkeys(("last", "full"))
REWARDS = dict.fromkeys(("gain", "score", "progress"))


class LandscapeBatch(StudentBatch):
    """The law of `LandscapeEnv`, which see; `size` is the number of students."""

    def __init__(
        self,
        size: int,
        *,
        dimensions: int = 2,
        cells: int = 10,
        irrelevant: int = 0,
        unfeasible: float = 0.0,
        trivial: float = 0.0,
        rugged: bool = False,
        forgetting: int = 0,
        diverse: bool = False,
        budget: int = 20_000,
        observation: str = "last",
        teaching_reward: str = "gain",
    ) -> None:
        lookup("observation", observation, OBSERVATIONS)
        lookup("teaching_reward", teaching_reward, REWARDS)
        self.full, self.teaching_reward = observation == "full", teaching_reward
        self.students = Landscape(
            at_least("num_envs", size, 1),
            dimensions=at_least("dimensions", dimensions, 1),
            cells=at_least("cells", cells, 1),
            unfeasible=unfeasible,
            trivial=trivial,
            rugged=rugged,
            diverse=diverse,
        )
        axes = dimensions + at_least("irrelevant", irrelevant, 0)
        shown = axes + 2 + (self.students.competence.shape[1] if self.full else 0)
        super().__init__(
            size,
            budget,
            gym.spaces.Box(0.0, 1.0, (axes,), np.float32),
            gym.spaces.Box(0.0, 1.0, (shown,), np.float32),
        )
        self.topics = tuple(f"x = {i + 1}" for i in range(cells)) if dimensions > 1 else ("all",)
        self.levels = cells
        times = at_least("forgetting", forgetting, 0)
        self._forgets = [self.budget * k // (times + 1) for k in range(1, times + 1)]
        self._last = np.zeros((self.size, axes + 1), dtype=np.float32)
        self._mastered = np.zeros(self.size, dtype=np.float32)

    kept = ("_last", "_mastered")

    @property
    def parts(self) -> dict[str, Any]:
        """The students."""
        return {"students": self.students}

    def mastery(self) -> np.ndarray:
        """Share of the cells that are mastered, by the first two coordinates that count."""
        known = (self.students.competence > MASTERED).astype(np.float32)
        return known.reshape(self.size, len(self.topics), self.levels, -1).mean(axis=3)

    def cell(self, action: Any) -> tuple[int, int]:
        """The cell of the first two coordinates that count; the first alone is a level."""
        index = cell_of(np.asarray(action, dtype=float)[None], self.students.cells)[0]
        counting = index[: self.students.dimensions].tolist()
        return (counting[0], counting[1]) if len(counting) > 1 else (0, counting[0])

    def observe(self) -> np.ndarray:
        """Last task, its score, share of the budget left; with "full" the competence between."""
        observation = np.empty((self.size, *self.observation_space.shape), dtype=np.float32)
        last = self._last.shape[1]
        observation[:, :last] = self._last
        if self.full:
            np.divide(self.students.competence, FULL, out=observation[:, last:-1])
        observation[:, -1] = 1.0 - self.lessons / self.budget
        return observation

    def _begin(
        self, rng: np.random.Generator, students: np.ndarray | None, mask: np.ndarray
    ) -> Info:
        self.students.reset(rng, students)
        self._last[mask] = 0.0
        self._mastered[mask] = 0.0
        return {"exam": np.zeros(self.size, dtype=np.float32), "_exam": mask}

    def _teach(self, actions: np.ndarray, rng: np.random.Generator) -> Outcome:
        score, progress, newly = self.students.practise(
            actions[:, : self.students.dimensions], self.looks
        )
        self._last[:, :-1], self._last[:, -1] = actions, score
        mastered = self._mastered + newly
        for lesson in self._forgets:
            forgets = self.lessons == lesson
            if forgets.any():
                self.students.forget(forgets)
                mastered[forgets] = 0.0
        cells = np.float32(self.students.competence.shape[1])
        gain, self._mastered = (mastered - self._mastered) / cells, mastered
        rewards = {"gain": gain, "score": score.copy(), "progress": progress}
        info = everyone(self.size, score=score, exam=mastered / cells)
        return Outcome(rewards[self.teaching_reward], None, info)


class LandscapeEnv(SimulatedEnv):
    """Teach tasks from a continuous space, of which neighbours prepare for neighbours.

    ## Description
    The toy landscape on which ALP-GMM was first shown. The space is cut into cells; practice raises
    the competence of a cell by 1, up to 100, once a neighbour towards the easiest corner has a
    competence of 75. Nothing is random but the students of some variants. The five challenges of
    TeachMyAgent are arguments, and registered as environments of their own:

    | id | arguments | what is harder |
    |---|---|---|
    | `LandscapeIrrelevant-v0` | `irrelevant=10` | ten more coordinates that do not count |
    | `LandscapeUnfeasible-v0` | `unfeasible=0.8` | four fifths of the space can't be learned |
    | `LandscapeTrivial-v0` | `trivial=0.8` | four fifths of the space are known already |
    | `LandscapeRugged-v0` | `rugged=True` | the quarters of each dimension are moved about |
    | `LandscapeForgetting-v0` | `forgetting=2` | at one and two thirds all is forgotten |
    | `LandscapeDiverse-v0` | `diverse=True` | easiest corner and pace differ between students |

    ## Action Space
    `Box(0, 1, (dimensions + irrelevant,))`: the task.

    ## Observation Space
    `Box(0, 1, (dimensions + irrelevant + 2,))`, float32: the last task, its score (both 0 before
    the first lesson), and the share of the budget that is left. With `observation="full"` the
    competence of each cell / 100, the last dimension running fastest, stands before the last entry.

    ## Rewards
    | `teaching_reward` | reward of a step |
    |---|---|
    | `"gain"` | change of the share of the cells that are mastered (competence above 75) |
    | `"score"` | the task's competence / 100 after the lesson; 0 if unfeasible, 1 if trivial |
    | `"progress"` | what the lesson added to it |

    `info` holds `score` and `exam`, the share of the cells that are mastered.

    ## Starting State
    No competence anywhere.

    ## Episode End
    The episode terminates when the budget of lessons is spent.

    ## Arguments
    | argument | default | meaning |
    |---|---|---|
    | `dimensions` | `2` | dimensions that count |
    | `cells` | `10` | cells along a dimension |
    | `irrelevant` | `0` | further dimensions, which do not count |
    | `unfeasible` | `0.0` | share of the space, away from the easiest corner, never learned |
    | `trivial` | `0.0` | share of the space, at the easiest corner, known from the start |
    | `rugged` | `False` | whether the quarters of each dimension are moved about |
    | `forgetting` | `0` | how often, at equal distances, all is forgotten |
    | `diverse` | `False` | whether students differ |
    | `budget` | `20000` | lessons in an episode |
    | `observation` | `"last"` | `"full"` shows the competence |
    | `teaching_reward` | `"gain"` | what the teacher is paid |

    ## References
    Portelas et al., "Teacher algorithms for curriculum learning of deep RL in continuously
    parameterized environments", 2019 (arXiv 1910.07224), and its code, teachDeepRL; Romac et al.,
    "TeachMyAgent: a benchmark for automatic curriculum learning in deep RL", 2021 (arXiv
    2103.09815).

    ## Version History
    v0: initial version.
    """

    batch_type = LandscapeBatch


class LandscapeVectorEnv(SimulatedVectorEnv):
    """`LandscapeEnv` for `num_envs` students at once; arguments as there."""

    batch_type = LandscapeBatch
