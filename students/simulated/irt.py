"""Item response theory with gains from practice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...core.checks import array, number
from ...core.prerequisites import check_prerequisites
from .curves import level_difficulties
from .population import Population

D = 1.7
"""Scales the logistic curve to the normal ogive (Birnbaum 1968)."""


def two_parameter_curve(
    ability: np.ndarray, difficulty: np.ndarray | float, discrimination: float
) -> np.ndarray:
    """The two-parameter logistic curve q = 1 / (1 + exp(-D a (θ - b))), D = 1.7 (Birnbaum 1968).

    Args:
        ability: θ, any shape; its dtype is kept.
        difficulty: b on the same scale; broadcasts.
        discrimination: The slope a, above 0.

    Returns:
        Values in [0, 1].
    """
    q = np.subtract(ability, difficulty)
    q *= 0.5 * D * discrimination  # half the logit: the logistic curve as a tanh can't overflow
    np.tanh(q, out=q)
    q *= 0.5
    q += 0.5
    return q


def guessed(q: np.ndarray, guess: float) -> np.ndarray:
    """The three-parameter curve p = c + (1 - c) q, in [c, 1]; c = 0 gives q (Birnbaum 1968)."""
    return guess + (1.0 - guess) * q


def practice_gain(q: np.ndarray, gain: np.ndarray, readiness: np.ndarray | float) -> np.ndarray:
    """What one task adds to the ability: gain · 4q(1 - q) · readiness, any shape, at least 0.

    Most is learned at the student's own level (q = 1/2), hardly anything far above or below it.
    The rule is this library's own; item response theory has no learning.
    """
    return 4.0 * q * (1.0 - q) * gain * readiness


class IRT(Population):
    """Students with one ability a topic, who answer by item response theory and gain by practice.

    A task of topic k at level l is answered right with probability p = c + (1 - c) q, where q =
    1 / (1 + exp(-1.7 a (θ_k - b_l))) (three-parameter logistic model, Birnbaum 1968; with c = 0
    the two-parameter one; with a = 1 too, the one-parameter one). The item difficulties b_l are
    spread evenly over `span`. Each practised task, answered right or wrong, adds to θ_k

        gain · 4q(1 - q) · readiness,

    where the readiness is the least mastery among the prerequisites of k, mastery being q at the
    middle of `span`, and 1 for a topic without prerequisites. Time changes nothing.

    Population: θ_k = ability + student_spread·N(0, 1) + spread·N_k(0, 1); the gain is log-normal
    with median `gain`.

    Args:
        size: Number of students.
        topics: Number of topics.
        levels: Number of levels.
        ability: Mean of the untaught abilities, one or shape (topics,), on the scale of `span`.
        student_spread: Standard deviation between students, at least 0.
        spread: Standard deviation between the topics of a student, at least 0.
        discrimination: The slope a, above 0.
        guess: The chance c of a right answer at no ability, in [0, 1).
        span: Item difficulties (low, high) of the first and last level.
        gain: Median of the largest gain from one task, at least 0.
        gain_spread: Standard deviation of the logarithm of the gain, at least 0.
        prerequisites: Bool array of shape (topics, topics), ``[i, j]`` meaning i before j.

    Raises:
        TypeError: For arguments that are no numbers.
        ValueError: For arguments out of range, and for prerequisites with a cycle.
    """

    def __init__(
        self,
        size: int,
        topics: int,
        levels: int = 1,
        *,
        ability: float | np.ndarray = -1.5,
        student_spread: float = 0.5,
        spread: float = 0.5,
        discrimination: float = 1.0,
        guess: float = 0.0,
        span: tuple[float, float] = (-2.0, 2.0),
        gain: float = 0.1,
        gain_spread: float = 0.3,
        prerequisites: np.ndarray | Sequence[Sequence[bool]] | None = None,
    ) -> None:
        super().__init__(size, topics, levels)
        self.ability = array("ability", ability, "(-inf, inf)", (self.topics,))
        self.student_spread = number("student_spread", student_spread, "[0, inf)")
        self.spread = number("spread", spread, "[0, inf)")
        self.discrimination = number("discrimination", discrimination, "(0, inf)")
        self.guess = number("guess", guess, "[0, 1)")
        self.difficulties = level_difficulties(span, self.levels).astype(np.float32)
        self.middle = float(np.mean(span))
        self.gain = number("gain", gain, "[0, inf)")
        self.gain_spread = number("gain_spread", gain_spread, "[0, inf)")
        self.prerequisites = (
            None if prerequisites is None else check_prerequisites(prerequisites, self.topics)
        )
        self._parents, self._free = _parents(self.prerequisites)
        self._first = np.arange(self.size) * self.topics

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New students: ``ability`` of shape (count, topics) and ``gain`` of shape (count,)."""
        student = self.student_spread * rng.standard_normal((count, 1))
        own = self.spread * rng.standard_normal((count, self.topics))
        gain = self.gain * np.exp(self.gain_spread * rng.standard_normal(count))
        return {
            "ability": (self.ability + student + own).astype(np.float32),
            "gain": gain.astype(np.float32),
        }

    def expected(self) -> np.ndarray:
        """Chance of a right answer to each cell now, float32 of shape (size, topics, levels)."""
        ability = self.state["ability"]
        chances = np.empty((self.size, self.topics, self.levels), dtype=np.float32)
        for level, difficulty in enumerate(self.difficulties):
            chances[:, :, level] = self._chance(
                two_parameter_curve(ability, difficulty, self.discrimination)
            )
        return chances

    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Answer one task each, and gain from it; see `Cohort.practise`."""
        topic, level = self.cells(topic, level)
        state = self.state
        abilities = state["ability"].reshape(-1)  # a view: cells are found by their flat index
        here = self._first + topic
        ability = abilities.take(here)
        q = two_parameter_curve(ability, self.difficulties.take(level), self.discrimination)
        right = rng.random(self.size, dtype=np.float32) < self._chance(q)
        ability += practice_gain(q, state["gain"], self._readiness(abilities, topic))
        abilities[here] = ability
        return right.astype(np.float32)

    def _chance(self, q: np.ndarray) -> np.ndarray:
        return guessed(q, self.guess) if self.guess else q

    def _readiness(self, abilities: np.ndarray, topic: np.ndarray) -> np.ndarray | float:
        """Least mastery among the prerequisites of each student's topic, shape (size,)."""
        if not len(self._parents):
            return 1.0
        # The curve grows with the ability, so the least mastery belongs to the least ability.
        least = abilities.take(self._first + self._parents[0].take(topic))
        for parent in self._parents[1:]:
            np.minimum(least, abilities.take(self._first + parent.take(topic)), out=least)
        mastery = two_parameter_curve(least, self.middle, self.discrimination)
        return np.maximum(mastery, self._free.take(topic), out=mastery)


def _parents(prerequisites: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The prerequisites of each topic as rows of indices.

    Returns:
        Integers of shape (most prerequisites of any topic, topics): a topic with fewer repeats its
        last one, a topic without any holds itself. And float32 of shape (topics,): 1 for a topic
        without prerequisites, else 0.
    """
    if prerequisites is None or not prerequisites.any():
        return np.zeros((0, 0), dtype=np.intp), np.zeros(0, dtype=np.float32)
    rows = [np.flatnonzero(column) for column in prerequisites.T]
    most = max(len(row) for row in rows)
    parents = np.empty((most, len(rows)), dtype=np.intp)
    for topic, row in enumerate(rows):
        parents[:, topic] = np.resize(row, most) if len(row) else topic
    return parents, np.array([len(row) == 0 for row in rows], dtype=np.float32)
