"""Tasks that the student solves as often as wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core import checks
from .ability_teacher import AbilityTeacher


class AbilityMatching(AbilityTeacher):
    """Chooses the task whose chance of success is nearest a target (Eggen & Verschoor 2006).

    "Optimal Testing With Easy or Difficult Items in Computerized Adaptive Testing" takes the item
    whose chance of a right answer at the estimated ability is nearest a wanted one, such as 0.6 or
    0.7, instead of the most informative one, as students like to succeed. Practice systems do the
    same (Klinkenberg, Straatemeier & van der Maas 2011, "Computer adaptive practice of Maths
    ability using a new item response model for on the fly ability and difficulty estimation").

    The ability of each topic is estimated as `MaximumInformation` does it, and the arm with the
    least ``|p(theta) - target|`` is chosen, p(theta) = c + (1 - c) logistic(a (theta - b)).

    Args:
        action_space: A space with ordered levels: ``MultiDiscrete([topics, levels])``, ``Discrete``
            with `levels`, or ``Box`` with `bins`. For n items without an order give ``levels=n``
            and their difficulties.
        seed: Seeds the teacher's own generator.
        target: The wanted chance of a right answer, in [0, 1], mostly 0.5 to 0.7.
        difficulties: Expert knowledge: b in logits, in [-10, 10]: one per level, per arm, or a
            table (topics, levels). None: levels in equal steps from -2 to 2. `rasch_difficulties`
            estimates them from a crowd's answers.
        discriminations: Expert knowledge: a > 0, one number or as the difficulties, without the
            constant 1.7.
        guessing: Expert knowledge: c in [0, 1), the chance of a right guess, likewise.
        estimator: "eap" or "map".
        forgetting: Share of a topic's evidence that its next lesson takes away, in [0, 1].
        answers: How many answers a lesson's score counts for, > 0.
        topics: "uniform" draws a topic, and takes its nearest arm; "best" takes the nearest of all.
        randomesque: One of how many of the nearest arms is drawn; in each topic, if topics are
            drawn.
        exploration: Share of lessons drawn uniformly from all arms, in [0, 1].
        levels: Number of levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    knowledge: ClassVar[tuple[str, ...]] = (*AbilityTeacher.knowledge, "target")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        target: float = 0.6,
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
        super().__init__(
            action_space,
            seed=seed,
            difficulties=difficulties,
            discriminations=discriminations,
            guessing=guessing,
            estimator=estimator,
            forgetting=forgetting,
            answers=answers,
            topics=topics,
            randomesque=randomesque,
            exploration=exploration,
            levels=levels,
            bins=bins,
        )
        self.target = checks.share("target", target)

    def values(self) -> np.ndarray:
        """Minus the distance of each arm's chance from the target, shape (topics, levels)."""
        return -np.abs(self.chances() - self.target)
