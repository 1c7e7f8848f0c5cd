"""Performance factors analysis."""

from __future__ import annotations

import numpy as np

from ...core.checks import array, number
from .curves import level_chances, level_difficulties, logistic
from .population import Population


def pfa_logit(
    ease: np.ndarray,
    wins: np.ndarray,
    fails: np.ndarray,
    win_gain: np.ndarray | float,
    fail_gain: np.ndarray | float,
) -> np.ndarray:
    """The log-odds m = beta + gamma·wins + rho·fails (Pavlik, Cen & Koedinger 2009).

    Args:
        ease: beta of the topic, any shape.
        wins: Right answers in the topic so far, at least 0.
        fails: Wrong answers in the topic so far, at least 0.
        win_gain: gamma.
        fail_gain: rho.

    Returns:
        The broadcast shape. A task of several topics has the sum over its topics.
    """
    return ease + win_gain * wins + fail_gain * fails


class PFA(Population):
    """Students who learn from each right answer and each wrong one (Pavlik, Cen & Koedinger 2009).

    A task of topic k at level l is answered right with p = 1 / (1 + exp(-(m_k - b_l))), where
    m_k = beta_k + gamma·wins_k + rho·fails_k counts the answers in the topic so far, and the item
    difficulties b_l are spread evenly over `span` (0 for a single level: the model as published).
    Time changes nothing.

    Population: beta_k = ease + student_spread·N(0, 1) + spread·N_k(0, 1); gamma and rho of a
    student are multiplied by one log-normal factor of median 1.

    Args:
        size: Number of students.
        topics: Number of topics.
        levels: Number of levels.
        ease: Mean of beta, one or shape (topics,), on the scale of `span`.
        student_spread: Standard deviation of beta between students, at least 0.
        spread: Standard deviation of beta between the topics of a student, at least 0.
        span: Item difficulties (low, high) of the first and last level.
        win_gain: gamma, one or shape (topics,).
        fail_gain: rho, one or shape (topics,); negative where errors show more than they teach.
        gain_spread: Standard deviation of the logarithm of a student's factor, at least 0.

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
        ease: float | np.ndarray = -1.5,
        student_spread: float = 0.5,
        spread: float = 0.5,
        span: tuple[float, float] = (-2.0, 2.0),
        win_gain: float | np.ndarray = 0.2,
        fail_gain: float | np.ndarray = 0.05,
        gain_spread: float = 0.3,
    ) -> None:
        super().__init__(size, topics, levels)
        shape = (self.topics,)
        self.ease = array("ease", ease, "(-inf, inf)", shape)
        self.student_spread = number("student_spread", student_spread, "[0, inf)")
        self.spread = number("spread", spread, "[0, inf)")
        self.difficulties = level_difficulties(span, self.levels)
        self.win_gain = array("win_gain", win_gain, "(-inf, inf)", shape)
        self.fail_gain = array("fail_gain", fail_gain, "(-inf, inf)", shape)
        self.gain_spread = number("gain_spread", gain_spread, "[0, inf)")

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New students: ``pace`` (count,); ``ease``, ``wins``, ``fails`` (count, topics)."""
        shape = (count, self.topics)
        student = self.student_spread * rng.standard_normal((count, 1))
        own = self.spread * rng.standard_normal(shape)
        return {
            "ease": self.ease + student + own,
            "pace": np.exp(self.gain_spread * rng.standard_normal(count)),
            "wins": np.zeros(shape),
            "fails": np.zeros(shape),
        }

    def expected(self) -> np.ndarray:
        """Chance of a right answer to each cell now, float64 of shape (size, topics, levels)."""
        state, pace = self.state, self.state["pace"][:, None]
        logit = pfa_logit(
            state["ease"],
            state["wins"],
            state["fails"],
            pace * self.win_gain,
            pace * self.fail_gain,
        )
        return level_chances(logit, self.difficulties)

    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Answer one task each, and count the answer; see `Cohort.practise`."""
        topic, level = self.cells(topic, level)
        here = np.arange(self.size), topic
        state, pace = self.state, self.state["pace"]
        logit = pfa_logit(
            state["ease"][here],
            state["wins"][here],
            state["fails"][here],
            pace * self.win_gain[topic],
            pace * self.fail_gain[topic],
        )
        right = rng.random(self.size) < logistic(logit - self.difficulties[level])
        state["wins"][here] += right
        state["fails"][here] += ~right
        return right.astype(np.float32)
