"""TMS: skills that are mastered one after another, by transition matrices."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from ...core.checks import array, whole
from ...core.names import lookup
from ...domains.graphs import named_graph
from .population import Population

_TREE_PERCENT = """
82 82 62 75 83 0 0 62 50 74 72 0 0 83 70 79 72 0 0 76 75 51 79 0 0 71 82 61 73 0 0
0 80 0 70 0 54 0 78 0 81 0 65 0 75 0 57 0 66 0 67 0 80 0 65 0 62 0 83 0 75 0
0 70 78 0 0 0 0 78 62 0 0 0 0 75 52 0 0 0 0 69 75 0 0 0 0 55 81 0 0 0 0
0 0 0 77 75 0 0 0 0 80 72 0 0 0 0 78 78 0 0 0 0 82 82 0 0 0 0 65 72 0 0
0 72 82 77 70 75 79 81 64 80 79 79 82 64 81 79 78 83 75 0 0 0 0 0 0 0 0 0 0 0 0
0 0 0 0 0 0 0 71 76 71 81 73 77 0 0 0 0 0 0 77 81 75 63 72 64 0 0 0 0 0 0
0 0 0 0 0 0 0 69 80 82 81 73 67 81 83 62 82 69 51 0 0 0 0 0 0 0 0 0 0 0 0
"""
"""EduSim's chances of success in percent, a line per lesson, a column per state of `tree`."""


class Chain(NamedTuple):
    """States of mastery, and how lessons lead from one to another.

    Attributes:
        mastery: Bool of shape (states, skills).
        initial: The states in which students start, each equally likely.
        success: Integers of shape (lessons, states): the state that a lesson can lead to.
        chance: Float32 of shape (lessons, states): the chance that it does, else nothing changes.
    """

    mastery: np.ndarray
    initial: np.ndarray
    success: np.ndarray
    chance: np.ndarray


@cache
def binary() -> Chain:
    """Two skills in a row, states 00, 10 and 11 (Tang et al. 2019, study I; EduSim's "binary")."""
    return Chain(
        np.array([[0, 0], [1, 0], [1, 1]], dtype=bool),
        np.array([0, 1]),
        np.array([[1, 1, 2], [0, 2, 2]]),
        np.array([[0.6, 0.0, 0.0], [0.0, 0.7, 0.0]], dtype=np.float32),
    )


@cache
def tree() -> Chain:
    """Seven skills in a tree (Tang et al. 2019, study II; EduSim's "tree").

    The edges are 0→1, 0→2, 0→4, 2→3, 4→5, 4→6; the 31 states are those in which each mastered
    skill's parent is mastered. Lesson j can teach skill j once its parent is mastered. Lesson 0
    goes on to skill 2, then 3, and lesson 4 to skill 6. Students start with at most two skills.
    """
    parents = named_graph("tms_tree").prerequisites
    left = ((), (1,), (2,), (1, 2), (2, 3), (1, 2, 3))
    right = ((), (4,), (4, 5), (4, 6), (4, 5, 6))
    sets = [set(), *({0, *one, *other} for other in right for one in left)]
    mastery = np.array([[skill in known for skill in range(7)] for known in sets])
    success = np.tile(np.arange(len(sets)), (7, 1))
    for lesson in range(7):
        for state, known in enumerate(sets):
            for skill in {0: (0, 2, 3), 4: (4, 6)}.get(lesson, (lesson,)):
                if skill not in known and set(np.flatnonzero(parents[:, skill])) <= known:
                    success[lesson, state] = sets.index(known | {skill})
                    break
    percent = [[int(n) for n in line.split()] for line in _TREE_PERCENT.split("\n") if line]
    initial = np.flatnonzero(mastery.sum(axis=1) <= 2)
    return Chain(mastery, initial, success, np.array(percent, dtype=np.float32) / 100)


SYSTEMS: dict[str, Callable[[], Chain]] = {"binary": binary, "tree": tree}
"""The systems by name."""


def dina(mastery: np.ndarray, guess: np.ndarray, slip: np.ndarray) -> np.ndarray:
    """Chance of a right answer: 1 - s with the skill, g without it (DINA; Junker & Sijtsma 2001).

    Args:
        mastery: Bool; broadcasts with the items' parameters.
        guess: g in [0, 1].
        slip: s in [0, 1].
    """
    return np.where(mastery, 1.0 - slip, guess)


class TMS(Population):
    """Students of the transition matrix based simulator (Tang et al. 2019), as in EduSim.

    A student is in one of a few states, each a set of mastered skills. A lesson leads to the next
    state with a chance that belongs to the lesson and the state, and changes nothing otherwise.
    Nothing is forgotten. The answer to an item of a skill is right with the chance g without the
    skill, 1 - s with it (DINA), and is drawn: EduSim shows the chance itself.

    Population: each initial state is equally likely. The items' g and s are drawn once, from
    U(0.1, 0.3), and belong to the simulator, not to the students.

    Args:
        size: Number of students.
        topics: Number of skills, 2 for "binary" and 7 for "tree"; None takes it from the system.
        levels: Must be 1.
        system: A name in `SYSTEMS`.
        items: Items of each skill, at least 1.
        item_seed: Fixes the items.
        guess: g, a number or shape (skills, items), instead of the drawn ones.
        slip: s, likewise.

    Raises:
        TypeError: For arguments that are no numbers.
        ValueError: For an unknown system, or arguments out of range.
    """

    graded = False

    def __init__(
        self,
        size: int,
        topics: int | None = None,
        levels: int = 1,
        *,
        system: str = "binary",
        items: int = 2,
        item_seed: int = 0,
        guess: float | np.ndarray | None = None,
        slip: float | np.ndarray | None = None,
    ) -> None:
        self.chain = lookup("system", system, SYSTEMS)()
        skills = self.chain.mastery.shape[1]
        super().__init__(size, skills, levels)
        if topics not in (None, skills):
            raise ValueError(f"the system {system!r} has {skills} skills: topics can't be {topics}")
        shape = (skills, whole("items", items, 1))
        rng = np.random.default_rng(whole("item_seed", item_seed, 0))
        drawn = rng.uniform(0.1, 0.3, (2, *shape))
        self.guess, self.slip = (
            array(name, drawn[i] if given is None else given, "[0, 1]", shape)
            for i, (name, given) in enumerate((("guess", guess), ("slip", slip)))
        )
        # The chance of a right answer to each item in each state, for look-ups.
        mastery = self.chain.mastery[:, :, None]
        self._right = dina(mastery, self.guess, self.slip).astype(np.float32)

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New students: ``state``, integers of shape (count,)."""
        return {"state": rng.choice(self.chain.initial, count)}

    def mastery(self) -> np.ndarray:
        """The skills that are mastered, bool of shape (size, skills)."""
        return self.chain.mastery.take(self.state["state"], axis=0)

    def expected(self) -> np.ndarray:
        """Chance of a right answer to a random item of each skill, of shape (size, skills, 1)."""
        return self._right.mean(axis=2, keepdims=True).take(self.state["state"], axis=0)

    def learn(self, lesson: np.ndarray, rng: np.random.Generator) -> None:
        """Give a lesson without a question.

        Args:
            lesson: Shape (size,), integers in 0..skills-1.
            rng: Decides who learns.
        """
        state = self.state["state"]
        flat = lesson * len(self.chain.mastery) + state
        learns = rng.random(self.size, dtype=np.float32) < self.chain.chance.reshape(-1).take(flat)
        np.copyto(state, self.chain.success.reshape(-1).take(flat), where=learns)

    def answers(self, rng: np.random.Generator, students: np.ndarray | None = None) -> np.ndarray:
        """Answer every item.

        Args:
            rng: The answers are drawn from it.
            students: Who answers, a bool mask of shape (size,); None is everybody.

        Returns:
            Float32 of shape (who answers, skills, items), 1 right and 0 wrong.
        """
        state = self.state["state"]
        chance = self._right.take(state if students is None else state[students], axis=0)
        return (rng.random(chance.shape, dtype=np.float32) < chance).astype(np.float32)

    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Learn, then answer a random item of the skill; see `Cohort.practise`."""
        topic, level = self.cells(topic, level)
        self.learn(topic, rng)
        chance = self.expected()[np.arange(self.size), topic, 0]
        return (rng.random(self.size, dtype=np.float32) < chance).astype(np.float32)
