"""What teachers share that estimate an ability per topic."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import DrawingTeacher, mix
from ..learnability import top_k
from ..post_training.sampling import draw
from . import irt
from .items import check_difficulties, check_discriminations, check_guessing

ESTIMATORS = ("eap", "map")
TOPICS = ("uniform", "best")
STEP = 0.1
"""Distance of the grid's points in logits, small beside the spread of any posterior here."""
REACH = 4.0
"""The grid covers at least [-4, 4]: all but 6e-5 of the prior."""
BEYOND = 2.0
"""How far the grid goes beyond the easiest and the hardest item."""
DECIMALS = 12
"""Values that differ by less are ties, so that rounding does not break them."""


def ability_grid(difficulties: np.ndarray) -> np.ndarray:
    """Abilities in equal steps of 0.1 logits that hold -4, 4 and all difficulties, shape (points,).

    Args:
        difficulties: In logits, any shape.
    """
    low = min(-REACH, float(difficulties.min()) - BEYOND)
    high = max(REACH, float(difficulties.max()) + BEYOND)
    return STEP * np.arange(np.floor(low / STEP), np.ceil(high / STEP) + 1)


class AbilityTeacher(DrawingTeacher):
    """Estimates the student's ability in each topic, and chooses arms by a value that it gives.

    After a lesson with score s on an arm with chance p(theta), the evidence about the topic's
    ability, a log-likelihood on a grid of abilities theta, becomes

        evidence <- (1 - forgetting) evidence + answers (s ln p + (1 - s) ln(1 - p))

    and the ability is the mean (EAP) or the mode (MAP) of exp(evidence) N(theta; 0, 1).

    The arm with the largest value is chosen; with `randomesque` > 1 one of the so many largest.

    Args:
        action_space: A space with ordered levels: ``MultiDiscrete([topics, levels])``, ``Discrete``
            with `levels`, or ``Box`` with `bins`.
        seed: Seeds the teacher's own generator.
        difficulties: In logits, one per level, per arm, or a table (topics, levels).
        discriminations: > 0, one number or as the difficulties.
        guessing: In [0, 1), one number or as the difficulties.
        estimator: "eap" or "map".
        forgetting: Share of a topic's evidence that its next lesson takes away, in [0, 1].
        answers: How many answers a lesson's score counts for, > 0.
        topics: "uniform" draws a topic, and chooses within it; "best" chooses among all arms.
        randomesque: One of how many arms is drawn: in all, or in each topic.
        exploration: Share of lessons drawn uniformly from all arms, in [0, 1].
        levels: Number of levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    needs_levels = True
    state_fields = ("evidence", "abilities")
    knowledge: ClassVar[tuple[str, ...]] = ("difficulties", "discriminations", "guessing")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        difficulties: Any = None,
        discriminations: Any = 1.0,
        guessing: Any = 0.0,
        estimator: str = "eap",
        forgetting: float = 0.1,
        answers: float = 1.0,
        topics: str = "uniform",
        randomesque: int = 1,
        exploration: float = 0.0,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.levels = self.arms.shape[-1]
        shape = (self.arms.n // self.levels, self.levels)
        self.difficulties = check_difficulties(difficulties, shape)
        self.discriminations = check_discriminations(discriminations, shape)
        self.guessing = check_guessing(guessing, shape)
        self.guesses = bool(self.guessing.any())
        self.estimator = checks.choice("estimator", estimator, ESTIMATORS)
        self.forgetting = checks.share("forgetting", forgetting)
        self.answers = checks.positive("answers", answers)
        self.topics = checks.choice("topics", topics, TOPICS)
        self.randomesque = checks.whole("randomesque", randomesque)
        self.exploration = checks.share("exploration", exploration)
        self.grid = ability_grid(self.difficulties)
        self.prior = -0.5 * self.grid**2
        parameters = (self.difficulties, self.discriminations, self.guessing)
        self.log_right, self.log_wrong = irt.log_chances(
            self.grid, *(table.reshape(-1, 1) for table in parameters)
        )
        self.evidence = np.zeros((shape[0], len(self.grid)))
        self.abilities = np.zeros(shape[0])

    @abstractmethod
    def values(self) -> np.ndarray:
        """What speaks for each arm now, shape (topics, levels)."""

    def chances(self) -> np.ndarray:
        """The chance of a right answer to each arm at the topics' abilities, (topics, levels)."""
        return irt.chance(
            self.abilities[:, None], self.difficulties, self.discriminations, self.guessing
        )

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        values = self.values().round(DECIMALS)
        if self.topics == "best":
            values = values.reshape(1, -1)
        chosen = top_k(values, self.randomesque).ravel() / len(values)
        return mix(chosen, self.exploration)

    def choose(self) -> int:
        """Draw an arm."""
        return draw(self.probabilities(), self.rng)

    def learn(self, arm: int, score: float) -> None:
        """Add the score to the topic's evidence, and estimate the ability anew."""
        topic = arm // self.levels
        evidence = self.evidence[topic]
        evidence *= 1.0 - self.forgetting
        evidence += self.answers * (
            score * self.log_right[arm] + (1.0 - score) * self.log_wrong[arm]
        )
        estimate = irt.posterior_mean if self.estimator == "eap" else irt.posterior_mode
        self.abilities[topic] = estimate(self.grid, self.prior + evidence)
