"""The exponential forgetting curve."""

from __future__ import annotations

import numpy as np

from .parameters import array, number
from .population import Population


def recall(elapsed: np.ndarray, decay: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """The chance of recall p = exp(-θ Δ / s) (Reddy, Levine & Dragan 2017).

    Args:
        elapsed: Δ, days since the last review, at least 0; inf where there was none.
        decay: θ, the item's decay rate a day, above 0.
        strength: s, the memory's strength, above 0.

    Returns:
        The broadcast shape, in [0, 1].
    """
    return np.exp(-decay * elapsed / strength)


class EFC(Population):
    """Students who forget along an exponential curve (Reddy, Levine & Dragan 2017).

    "Accelerating human learning with deep reinforcement learning". Topics are items. An item is
    recalled with p = exp(-θ Δ / s), Δ days after its last review. The strength s is 1 at first, and
    each review, right or wrong, adds 1 and sets Δ to 0. An item that was never reviewed is not
    recalled.

    Population: ln θ ~ N(ln decay, spread²) for each student and item; the defaults are the paper's.

    Args:
        size: Number of students.
        topics: Number of items.
        levels: 1; the model knows no difficulty.
        decay: Median of θ, a day, above 0, one or shape (topics,).
        spread: Standard deviation of ln θ, at least 0.

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
        decay: float | np.ndarray = 0.077,
        spread: float = 1.0,
    ) -> None:
        super().__init__(size, topics, levels)
        self.decay = array("decay", decay, "(0, inf)", (self.topics,))
        self.spread = number("spread", spread, "[0, inf)")

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New students: ``decay``, ``strength`` and ``elapsed`` days, all (count, topics)."""
        shape = (count, self.topics)
        return {
            "decay": self.decay * np.exp(self.spread * rng.standard_normal(shape)),
            "strength": np.ones(shape),
            "elapsed": np.full(shape, np.inf),
        }

    def expected(self) -> np.ndarray:
        """Chance of recalling each item now, float64 of shape (size, topics, 1)."""
        state = self.state
        return recall(state["elapsed"], state["decay"], state["strength"])[:, :, None]

    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Review one item each; see `Cohort.practise`."""
        topic, _ = self.cells(topic, level)
        here = np.arange(self.size), topic
        state = self.state
        chance = recall(state["elapsed"][here], state["decay"][here], state["strength"][here])
        right = rng.random(self.size) < chance
        state["strength"][here] += 1.0
        state["elapsed"][here] = 0.0
        return right.astype(np.float32)

    def wait(self, days: float | np.ndarray) -> None:
        """Let days pass: a number, or one per student of shape (size,), at least 0."""
        self.state["elapsed"] += self.days(days)[:, None]
