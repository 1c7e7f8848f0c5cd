"""Half-life regression."""

from __future__ import annotations

import numpy as np

from ...core.checks import array, number
from .population import Population

SHORTEST = 15 / (24 * 60)
"""The least half-life in days (15 minutes), as in the authors' code."""

LONGEST = 274.0
"""The largest half-life in days (nine months), as in the authors' code."""


def half_life(weights: np.ndarray, right: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """The half-life h = 2^(Θ·x) days, x = (√(1 + right), √(1 + wrong), 1) (Settles & Meeder 2016).

    Args:
        weights: Θ, shape (..., 3).
        right: Right answers to the item so far, shape (...).
        wrong: Wrong answers to the item so far, shape (...).

    Returns:
        Days, shape (...), clipped to 15 minutes and 274 days as in the authors' code.
    """
    exponent = (
        weights[..., 0] * np.sqrt(1.0 + right)
        + weights[..., 1] * np.sqrt(1.0 + wrong)
        + weights[..., 2]
    )
    return np.clip(np.exp2(np.minimum(exponent, 10.0)), SHORTEST, LONGEST)  # 2^10 > 274


def recall(elapsed: np.ndarray, halves: np.ndarray) -> np.ndarray:
    """The chance of recall p = 2^(-Δ/h), `elapsed` being Δ days (inf: never seen), `halves` h."""
    return np.exp2(-elapsed / halves)


class HLR(Population):
    """Students who forget by half-life regression (Settles & Meeder 2016); topics are items.

    An item is recalled with p = 2^(-Δ/h), Δ days after its last review, where the half-life is
    h = 2^(Θ·x) days, x = (√(1 + right), √(1 + wrong), 1), clipped to [15 minutes, 274 days]. An
    item that was never reviewed is not recalled. Each review counts as right or wrong, and sets Δ
    to 0. The weights are this library's own choice: the half-life is about three days after a first
    review (which is wrong, as nothing is known yet), and eight after five right answers more.

    Population: Θ = weights + spreads·N(0, 1) for each student; its last component, the bias, has
    item_spread·N(0, 1) added for each item, in the place of the authors' lexeme tags.

    Args:
        size: Number of students.
        topics: Number of items.
        levels: 1; the model knows no difficulty.
        weights: Means of Θ for right answers, wrong answers and bias, shape (3,).
        spreads: Standard deviations of Θ between students, shape (3,), at least 0.
        item_spread: Standard deviation of the bias between a student's items, at least 0.

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
        weights: tuple[float, float, float] = (1.0, -0.3, 1.0),
        spreads: tuple[float, float, float] = (0.2, 0.1, 0.5),
        item_spread: float = 0.5,
    ) -> None:
        super().__init__(size, topics, levels)
        self.weights = array("weights", weights, "(-inf, inf)", (3,))
        self.spreads = array("spreads", spreads, "[0, inf)", (3,))
        self.item_spread = number("item_spread", item_spread, "[0, inf)")

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New students: ``weights`` (count, topics, 3), the others (count, topics).

        ``right`` and ``wrong`` count answers; ``elapsed`` are the days since the last review, inf
        before the first.
        """
        shape = (count, self.topics)
        student = self.weights + self.spreads * rng.standard_normal((count, 3))
        weights = np.repeat(student[:, None, :], self.topics, axis=1)
        weights[..., 2] += self.item_spread * rng.standard_normal(shape)
        return {
            "weights": weights,
            "right": np.zeros(shape),
            "wrong": np.zeros(shape),
            "elapsed": np.full(shape, np.inf),
        }

    def expected(self) -> np.ndarray:
        """Chance of recalling each item now, float64 of shape (size, topics, 1)."""
        return self._recall()[:, :, None]

    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Review one item each; see `Cohort.practise`."""
        topic, _ = self.cells(topic, level)
        here = np.arange(self.size), topic
        state = self.state
        halves = half_life(state["weights"][here], state["right"][here], state["wrong"][here])
        right = rng.random(self.size) < recall(state["elapsed"][here], halves)
        state["right"][here] += right
        state["wrong"][here] += ~right
        state["elapsed"][here] = 0.0
        return right.astype(np.float32)

    def wait(self, days: float | np.ndarray) -> None:
        """Let days pass: a number, or one per student of shape (size,), at least 0."""
        self.state["elapsed"] += self.days(days)[:, None]

    def _recall(self) -> np.ndarray:
        state = self.state
        return recall(state["elapsed"], half_life(state["weights"], state["right"], state["wrong"]))
