"""The exponential forgetting curve."""

from __future__ import annotations

import numpy as np

from ...core.checks import array, number, whole
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

    Population: ln θ = ln decay + item_spread·N_i(0, 1) + spread·N_ui(0, 1). The first part is the
    item's own, the same for all students as long as `item_seed` is; the second is drawn for each
    student and item. The paper draws items once, ln θ ~ N(ln 0.077, 1), and has one student for
    them; with the defaults, ln θ is distributed so over students and items together, and what is
    hard for one student is mostly hard for others.

    Args:
        size: Number of students.
        topics: Number of items.
        levels: 1; the model knows no difficulty.
        decay: Median of θ, a day, above 0, one or shape (topics,).
        spread: Standard deviation of ln θ between students, at least 0.
        item_spread: Standard deviation of ln θ between items, at least 0.
        item_seed: Fixes the items.

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
        spread: float = 0.6,
        item_spread: float = 0.8,
        item_seed: int = 0,
    ) -> None:
        super().__init__(size, topics, levels)
        # A stream of its own, so that students of the same seed do not get the same numbers.
        own = np.random.SeedSequence(whole("item_seed", item_seed, 0), spawn_key=(0,))
        items = np.random.default_rng(own).standard_normal(self.topics)
        items *= number("item_spread", item_spread, "[0, inf)")
        self.decay = array("decay", decay, "(0, inf)", (self.topics,)) * np.exp(items)
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
