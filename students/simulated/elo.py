"""The Elo rating as a student who learns."""

from __future__ import annotations

import numpy as np

from ...core.checks import array, number
from .curves import level_chances, level_difficulties, logistic
from .population import Population


def elo_update(
    ability: np.ndarray,
    probability: np.ndarray,
    right: np.ndarray,
    right_rate: np.ndarray | float,
    wrong_rate: np.ndarray | float,
) -> np.ndarray:
    """θ ← θ + K (y - p), with a K of its own for right and for wrong answers.

    With both equal this is Elo's rule (Elo 1978; Pelánek 2016, "Applications of the Elo rating
    system in adaptive educational systems"); different ones are the PFA-Elo extension of Papoušek,
    Pelánek & Stanislav (2014).

    Args:
        ability: θ, any shape.
        probability: p, the chance that the answer was right, in [0, 1].
        right: y, whether it was right (bool).
        right_rate: K after a right answer, at least 0.
        wrong_rate: K after a wrong answer, at least 0.

    Returns:
        The new abilities, in the broadcast shape.
    """
    return ability + np.where(right, right_rate, wrong_rate) * (right - probability)


class Elo(Population):
    """Students whose ability in a topic is an Elo rating that moves with their answers.

    A task of topic k at level l is answered right with p = 1 / (1 + exp(-(θ_k - b_l))), the item
    difficulties b_l being spread evenly over `span`; then θ_k ← θ_k + K (y - p), where K is
    `right_rate` after a right answer (y = 1) and `wrong_rate` after a wrong one.

    Elo's own rule has one K. It tracks an ability that something else changes: where the rating
    itself answers, its mean stays where it is, because E[y - p] = 0. So right answers teach more
    here than wrong ones take: a task adds (right_rate - wrong_rate) p (1 - p) in the mean. Equal
    rates give Elo's rule. The item difficulties stay what they are: students don't meet.

    Population: θ_k = ability + student_spread·N(0, 1) + spread·N_k(0, 1); both rates of a student
    are multiplied by one log-normal factor of median 1.

    Args:
        size: Number of students.
        topics: Number of topics.
        levels: Number of levels.
        ability: Mean of the untaught abilities, one or shape (topics,), on the scale of `span`.
        student_spread: Standard deviation between students, at least 0.
        spread: Standard deviation between the topics of a student, at least 0.
        span: Item difficulties (low, high) of the first and last level.
        right_rate: K after a right answer, at least 0.
        wrong_rate: K after a wrong answer, at least 0.
        rate_spread: Standard deviation of the logarithm of a student's factor, at least 0.

    Raises:
        TypeError: For arguments that are no numbers.
        ValueError: For arguments out of range.
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
        span: tuple[float, float] = (-2.0, 2.0),
        right_rate: float = 0.4,
        wrong_rate: float = 0.1,
        rate_spread: float = 0.3,
    ) -> None:
        super().__init__(size, topics, levels)
        self.ability = array("ability", ability, "(-inf, inf)", (self.topics,))
        self.student_spread = number("student_spread", student_spread, "[0, inf)")
        self.spread = number("spread", spread, "[0, inf)")
        self.difficulties = level_difficulties(span, self.levels)
        self.right_rate = number("right_rate", right_rate, "[0, inf)")
        self.wrong_rate = number("wrong_rate", wrong_rate, "[0, inf)")
        self.rate_spread = number("rate_spread", rate_spread, "[0, inf)")

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New students: ``ability`` of shape (count, topics) and ``pace`` of shape (count,)."""
        student = self.student_spread * rng.standard_normal((count, 1))
        own = self.spread * rng.standard_normal((count, self.topics))
        pace = np.exp(self.rate_spread * rng.standard_normal(count))
        return {"ability": self.ability + student + own, "pace": pace}

    def expected(self) -> np.ndarray:
        """Chance of a right answer to each cell now, float64 of shape (size, topics, levels)."""
        return level_chances(self.state["ability"], self.difficulties)

    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Answer one task each, and learn from it; see `Cohort.practise`."""
        topic, level = self.cells(topic, level)
        here = np.arange(self.size), topic
        ability, pace = self.state["ability"][here], self.state["pace"]
        probability = logistic(ability - self.difficulties[level])
        right = rng.random(self.size) < probability
        self.state["ability"][here] = elo_update(
            ability, probability, right, pace * self.right_rate, pace * self.wrong_rate
        )
        return right.astype(np.float32)
