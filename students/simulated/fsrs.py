"""FSRS-6, the free spaced repetition scheduler's model of memory, for many students at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...core.checks import array, number
from .population import Population

DEFAULT_PARAMETERS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
"""The weights w0 to w20 of FSRS-6, as in the package ``fsrs`` 6.3."""

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
"""The grades of a review."""

SHORTEST = 0.001
"""The least stability in days."""


def retrievability(
    elapsed: np.ndarray, stability: np.ndarray, parameters: np.ndarray
) -> np.ndarray:
    """R = (1 + F·t/S)^(-w20), F = 0.9^(-1/w20) - 1: 0.9 when t = S.

    Args:
        elapsed: t, days since the last review, at least 0; inf where there was none.
        stability: S, days, above 0.
        parameters: w, shape (21,).

    Returns:
        The chance of recall, in the broadcast shape, in [0, 1].
    """
    decay = parameters[20]
    factor = 0.9 ** (-1.0 / decay) - 1.0
    return (1.0 + factor * elapsed / stability) ** -decay


def initial_difficulty(grade: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """D0 = w4 - e^(w5 (G - 1)) + 1, not yet clipped to [1, 10]; `grade` G in 1..4."""
    return parameters[4] - np.exp(parameters[5] * (np.asarray(grade) - 1.0)) + 1.0


def next_difficulty(
    difficulty: np.ndarray, grade: np.ndarray, parameters: np.ndarray
) -> np.ndarray:
    """D' = w7 D0(4) + (1 - w7) (D - w6 (G - 3) (10 - D)/9), clipped to [1, 10].

    Args:
        difficulty: D, in [1, 10].
        grade: G, in 1..4.
        parameters: w, shape (21,).
    """
    moved = difficulty - parameters[6] * (grade - 3.0) * (10.0 - difficulty) / 9.0
    target = initial_difficulty(np.array(EASY), parameters)
    return np.clip(parameters[7] * target + (1.0 - parameters[7]) * moved, 1.0, 10.0)


def next_stability(
    stability: np.ndarray,
    difficulty: np.ndarray,
    elapsed: np.ndarray,
    grade: np.ndarray,
    parameters: np.ndarray,
) -> np.ndarray:
    """S' after a review of an item that was reviewed before.

    Less than a day after the last review S' = S·e^(w17 (G - 3 + w18))·S^(-w19), and not below S
    for a grade above Again. Else, with the retrievability R,

        recalled:  S·(1 + e^w8 (11 - D) S^(-w9) (e^(w10 (1 - R)) - 1)·[w15 if Hard]·[w16 if Easy])
        forgotten: min(w11 D^(-w12) ((S + 1)^w13 - 1) e^(w14 (1 - R)), S / e^(w17 w18))

    Args:
        stability: S, days, above 0.
        difficulty: D, in [1, 10].
        elapsed: Days since the last review, at least 0.
        grade: G, in 1..4.
        parameters: w, shape (21,).

    Returns:
        Days, at least 0.001, in the broadcast shape.
    """
    w = parameters
    soon = np.exp(w[17] * (grade - 3.0 + w[18])) * stability ** -w[19]
    soon = stability * np.where(grade >= HARD, np.maximum(soon, 1.0), soon)
    lost = 1.0 - retrievability(elapsed, stability, w)
    bonus = np.where(grade == HARD, w[15], np.where(grade == EASY, w[16], 1.0))
    growth = np.exp(w[8]) * (11.0 - difficulty) * stability ** -w[9] * np.expm1(w[10] * lost)
    recalled = stability * (1.0 + growth * bonus)
    forgotten = w[11] * difficulty ** -w[12] * ((stability + 1.0) ** w[13] - 1.0)
    forgotten = np.minimum(forgotten * np.exp(w[14] * lost), stability / np.exp(w[17] * w[18]))
    later = np.where(grade == AGAIN, forgotten, recalled)
    return np.maximum(np.where(elapsed < 1.0, soon, later), SHORTEST)


class FSRS(Population):
    """Students whose memory follows FSRS-6, the scheduler of Anki; topics are items.

    An item has a stability S (the days until recall has fallen to 0.9) and a difficulty D in
    [1, 10]. It is recalled with R = (1 + F·t/S)^(-w20), t days after its last review. A review with
    a right answer is graded Good, one with a wrong answer Again, and changes S and D as in the
    package ``fsrs`` (`next_stability`, `next_difficulty`), with whose numbers tests compare.
    An item that was never reviewed is not recalled; its first review gives S = w[G - 1] and D0.
    Days count in full here: the package rounds the days since the last review down.

    Ye, Su & Cao 2022, "A stochastic shortest path algorithm for optimizing spaced repetition
    scheduling", is where FSRS comes from; the equations are those of version 6.

    Population: time runs faster in some heads: each student's days are multiplied by a log-normal
    factor of median 1. The first difficulty of each student's item has difficulty_spread·N(0, 1)
    added, then is clipped to [1, 10]. Without spreads the model is FSRS-6 itself.

    Args:
        size: Number of students.
        topics: Number of items.
        levels: 1; the model knows no difficulty that a teacher could choose.
        parameters: The 21 weights w0 to w20, at least 0; w0 to w3 and w20 above 0.
        forgetting_spread: Standard deviation of the logarithm of a student's factor, at least 0.
        difficulty_spread: Standard deviation of the first difficulties, at least 0.

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
        parameters: Sequence[float] | np.ndarray = DEFAULT_PARAMETERS,
        forgetting_spread: float = 0.5,
        difficulty_spread: float = 1.0,
    ) -> None:
        super().__init__(size, topics, levels)
        if np.shape(parameters) != (21,):
            raise ValueError(
                f"parameters must be the 21 weights of FSRS-6, not of shape {np.shape(parameters)}"
            )
        self.parameters = array("parameters", parameters, "[0, inf)", (21,))
        for index in (0, 1, 2, 3, 20):
            number(f"parameters[{index}]", self.parameters[index], "(0, inf)")
        self.forgetting_spread = number("forgetting_spread", forgetting_spread, "[0, inf)")
        self.difficulty_spread = number("difficulty_spread", difficulty_spread, "[0, inf)")

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New students: ``forgetting`` (count,), the others (count, topics).

        ``elapsed`` are days in the student's own time, inf before the first review; until then
        ``stability`` and ``difficulty`` mean nothing. ``shift`` is added to the first difficulty.
        """
        shape = (count, self.topics)
        return {
            "forgetting": np.exp(self.forgetting_spread * rng.standard_normal(count)),
            "shift": self.difficulty_spread * rng.standard_normal(shape),
            "stability": np.ones(shape),
            "difficulty": np.ones(shape),
            "elapsed": np.full(shape, np.inf),
        }

    def expected(self) -> np.ndarray:
        """Chance of recalling each item now, float64 of shape (size, topics, 1)."""
        state = self.state
        return retrievability(state["elapsed"], state["stability"], self.parameters)[:, :, None]

    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Review one item each; see `Cohort.practise`."""
        topic, _ = self.cells(topic, level)
        here = np.arange(self.size), topic
        state, w = self.state, self.parameters
        stability, difficulty = state["stability"][here], state["difficulty"][here]
        elapsed = state["elapsed"][here]
        right = rng.random(self.size) < retrievability(elapsed, stability, w)
        grade = np.where(right, GOOD, AGAIN)
        first = np.isinf(elapsed)
        start = np.clip(initial_difficulty(grade, w) + state["shift"][here], 1.0, 10.0)
        state["stability"][here] = np.where(
            first,
            np.maximum(w[grade - 1], SHORTEST),
            next_stability(stability, difficulty, elapsed, grade, w),
        )
        state["difficulty"][here] = np.where(first, start, next_difficulty(difficulty, grade, w))
        state["elapsed"][here] = 0.0
        return right.astype(np.float32)

    def wait(self, days: float | np.ndarray) -> None:
        """Let days pass: a number, or one per student of shape (size,), at least 0."""
        self.state["elapsed"] += (self.days(days) * self.state["forgetting"])[:, None]
