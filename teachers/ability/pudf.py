"""PUDF: what is not too hard for the ability that was measured last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import DrawingTeacher, mix
from ..post_training.sampling import draw
from .irt import rasch_mode
from .items import check_difficulties

LOWEST = -5.0
"""The best ability before any was measured, as in the authors' code."""


def next_capacity(
    ability: float, capacity: float, best: float, stuck_step: float
) -> tuple[float, float]:
    """The capacity that the next epoch is cut at, and the best ability so far, in logits.

    If the ability is the best so far, it is the capacity; else the capacity rises by a step (Meng
    et al. 2024, DDS-MAE).

    Args:
        ability: The ability that was measured after an epoch.
        capacity: What that epoch was cut at.
        best: The best ability measured before.
        stuck_step: The step.
    """
    if ability > best:
        return ability, ability
    return capacity + stuck_step, best


def not_too_hard(difficulties: np.ndarray, capacity: float, minimum: int) -> np.ndarray:
    """The uniform distribution over the items with b <= capacity, shape (items,).

    Args:
        difficulties: b, shape (items,).
        capacity: In logits.
        minimum: If fewer items than this are within it, the so many easiest ones are taken, and
            those that tie with the hardest of them.
    """
    within = difficulties <= capacity
    if within.sum() < minimum:
        within = difficulties <= np.partition(difficulties, minimum - 1)[minimum - 1]
    return within / within.sum()


class PUDF(DrawingTeacher):
    """Draws tasks that are no harder than the student's measured ability (Meng et al. 2024).

    "A Psychology-based Unified Dynamic Framework for Curriculum Learning" (arXiv 2408.05326).
    Difficulties b come from item response theory: the Rasch model, fitted to the answers of an
    artificial crowd (`rasch_difficulties` does this). After each epoch the model's ability theta is
    its MAP estimate under the same model, with the prior N(0, 1), from its answers, and the next
    epoch holds all examples with b <= theta; where theta is not the best so far, the limit of
    the last epoch rises by 0.1 instead. If too few examples are left, the easiest ones are taken.

    The authors measure theta on a development set, before the first epoch and after each. Here
    the lessons of the epoch measure it, so the first epoch has the prior's mean as its limit, and
    an item is a (topic, level) cell, drawn uniformly among those within the limit. So theta depends
    a little on what was asked: to fail harder items than before says less against the student,
    and the limit then falls to theta and climbs anew. With `exploration` some lessons come from
    beyond the limit, as those of a development set do.

    Args:
        action_space: A space with ordered levels: ``MultiDiscrete([topics, levels])``, ``Discrete``
            with `levels`, or ``Box`` with `bins`. For n items without an order give ``levels=n``
            and their difficulties.
        seed: Seeds the teacher's own generator.
        difficulties: Expert knowledge: b in logits, in [-10, 10]: one per level, per arm, or a
            table (topics, levels). None: levels in equal steps from -2 to 2.
        epoch: Lessons between two measurements of the ability.
        stuck_step: How far the limit rises when the ability did not, in logits, >= 0.
        minimum: How many arms are taught at least.
        answers: How many answers a lesson's score counts for, > 0.
        exploration: Share of lessons drawn uniformly from all arms, in [0, 1].
        levels: Number of levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    needs_levels = True
    state_fields = ("right", "wrong", "lessons", "capacity", "best")
    knowledge: ClassVar[tuple[str, ...]] = ("difficulties",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        difficulties: Any = None,
        epoch: int = 50,
        stuck_step: float = 0.1,
        minimum: int = 1,
        answers: float = 1.0,
        exploration: float = 0.0,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        per_topic = self.arms.shape[-1]
        shape = (self.arms.n // per_topic, per_topic)
        self.difficulties = check_difficulties(difficulties, shape).ravel()
        self.epoch = checks.whole("epoch", epoch)
        self.stuck_step = checks.non_negative("stuck_step", stuck_step)
        self.minimum = min(checks.whole("minimum", minimum), self.arms.n)
        self.answers = checks.positive("answers", answers)
        self.exploration = checks.share("exploration", exploration)
        self.right = np.zeros(self.arms.n)
        self.wrong = np.zeros(self.arms.n)
        self.lessons = 0
        self.capacity = 0.0
        self.best = LOWEST

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        chosen = not_too_hard(self.difficulties, self.capacity, self.minimum)
        return mix(chosen, self.exploration)

    def choose(self) -> int:
        """Draw an arm."""
        return draw(self.probabilities(), self.rng)

    def learn(self, arm: int, score: float) -> None:
        """Count the answers; at the end of an epoch measure the ability and move the limit."""
        self.right[arm] += self.answers * score
        self.wrong[arm] += self.answers * (1.0 - score)
        self.lessons += 1
        if self.lessons < self.epoch:
            return
        ability = rasch_mode(self.difficulties, self.right, self.wrong)
        self.capacity, self.best = next_capacity(ability, self.capacity, self.best, self.stuck_step)
        self.right[:] = self.wrong[:] = 0.0
        self.lessons = 0
