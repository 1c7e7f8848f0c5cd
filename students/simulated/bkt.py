"""Bayesian knowledge tracing."""

from __future__ import annotations

import numpy as np

from ...core.checks import array, number
from .curves import shift_logit
from .population import Population


def right_probability(
    known: np.ndarray, guess: np.ndarray | float, slip: np.ndarray | float
) -> np.ndarray:
    """P(right) = L (1 - S) + (1 - L) G (Corbett & Anderson 1995).

    Args:
        known: L, the probability that the skill is known, in [0, 1].
        guess: G, the chance of a right answer to a skill that is not known, in [0, 1].
        slip: S, the chance of a wrong answer to a known skill, in [0, 1].

    Returns:
        The broadcast shape, in [0, 1].
    """
    return known * (1.0 - slip) + (1.0 - known) * guess


def posterior(
    known: np.ndarray,
    right: np.ndarray,
    guess: np.ndarray | float,
    slip: np.ndarray | float,
) -> np.ndarray:
    """L', the probability that the skill was known, given the answer (Bayes' rule).

    Args:
        known: L before the answer, in [0, 1].
        right: Whether the answer was right (bool).
        guess: G, in [0, 1].
        slip: S, in [0, 1].

    Returns:
        The broadcast shape, in [0, 1].
    """
    likelihood_known = np.where(right, 1.0 - slip, slip)
    likelihood_unknown = np.where(right, guess, 1.0 - np.asarray(guess))
    joint = known * likelihood_known
    evidence = joint + (1.0 - known) * likelihood_unknown
    # An answer that can't be given is never seen; what is known then stays as it was.
    return np.divide(joint, evidence, out=known + np.zeros_like(evidence), where=evidence > 0)


def transition(
    known: np.ndarray, learn: np.ndarray | float, forget: np.ndarray | float
) -> np.ndarray:
    """L ← L' (1 - F) + (1 - L') T: an opportunity to learn, and to forget; in [0, 1]."""
    return known * (1.0 - forget) + (1.0 - known) * learn


class BKT(Population):
    """Students whose skills are known or not, one bit a topic (Corbett & Anderson 1995).

    The bit is hidden. The state is its probability L given all answers so far, so the answers have
    exactly the law of a student who has the bit, and `expected` is the mean over what the bit may
    be. A task of a topic is answered right with P = L (1 - S) + (1 - L) G; the answer gives L' by
    Bayes' rule, and practice L ← L' (1 - F) + (1 - L') T. Topics do not influence each other.

    Population, as in individualised BKT (Yudelson et al. 2013), where students differ in prior
    knowledge and in speed of learning: the log-odds of the first L are logit(known) +
    known_spread·N(0, 1) for each student and topic, those of T are logit(learn) +
    learn_spread·N(0, 1) for each student.

    Args:
        size: Number of students.
        topics: Number of topics.
        levels: 1; the model knows no difficulty.
        known: Median of the first L, in [0, 1]; as the next four one number or shape (topics,).
        learn: Median of T, in [0, 1].
        guess: G, in [0, 1].
        slip: S, in [0, 1]; G + S must be below 1, else right answers would speak against knowing.
        forget: F, in [0, 1].
        known_spread: Standard deviation of the log-odds of the first L, at least 0.
        learn_spread: Standard deviation of the log-odds of T, at least 0.

    Raises:
        TypeError: For arguments that are no numbers.
        ValueError: For arguments out of range.
    """

    graded = False

    def __init__(
        self,
        size: int,
        topics: int,
        levels: int = 1,
        *,
        known: float | np.ndarray = 0.3,
        learn: float | np.ndarray = 0.15,
        guess: float | np.ndarray = 0.2,
        slip: float | np.ndarray = 0.1,
        forget: float | np.ndarray = 0.0,
        known_spread: float = 0.5,
        learn_spread: float = 0.5,
    ) -> None:
        super().__init__(size, topics, levels)
        shape = (self.topics,)
        self.known = array("known", known, "[0, 1]", shape)
        self.learn = array("learn", learn, "[0, 1]", shape)
        self.guess = array("guess", guess, "[0, 1]", shape)
        self.slip = array("slip", slip, "[0, 1]", shape)
        self.forget = array("forget", forget, "[0, 1]", shape)
        self.known_spread = number("known_spread", known_spread, "[0, inf)")
        self.learn_spread = number("learn_spread", learn_spread, "[0, inf)")
        if (self.guess + self.slip >= 1).any():
            raise ValueError(
                f"guess + slip must be below 1, not {(self.guess + self.slip).max():g}"
            )

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New students: ``known`` and ``learn``, both of shape (count, topics)."""
        known = self.known_spread * rng.standard_normal((count, self.topics))
        learn = self.learn_spread * rng.standard_normal((count, 1))
        return {"known": shift_logit(self.known, known), "learn": shift_logit(self.learn, learn)}

    def expected(self) -> np.ndarray:
        """Chance of a right answer to each topic now, float64 of shape (size, topics, 1)."""
        return right_probability(self.state["known"], self.guess, self.slip)[:, :, None]

    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Answer one task each, and learn from it; see `Cohort.practise`."""
        topic, _ = self.cells(topic, level)
        here = np.arange(self.size), topic
        known, guess, slip = self.state["known"][here], self.guess[topic], self.slip[topic]
        right = rng.random(self.size) < right_probability(known, guess, slip)
        self.state["known"][here] = transition(
            posterior(known, right, guess, slip), self.state["learn"][here], self.forget[topic]
        )
        return right.astype(np.float32)
