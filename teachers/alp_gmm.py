"""ALP-GMM: a Gaussian mixture over tasks and the learning progress made on them."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

from ..core import checks
from .arm_teacher import normalise
from .gaussian_mixture import Mixture
from .mixture import MixtureTeacher
from .neighbours import Neighbours

KNOWN_BEFORE_PROGRESS = 5
"""Progress is 0 until more tasks than this are known, as in the authors' code (teachDeepRL)."""


def absolute_learning_progress(known: Neighbours, point: np.ndarray, score: float) -> float:
    """|score - score of the nearest earlier task| (Portelas et al. 2019, section 4).

    Args:
        known: Earlier tasks and their scores.
        point: Shape (d,): the task.
        score: Its score.

    Returns:
        0 while no more than `KNOWN_BEFORE_PROGRESS` tasks are known.
    """
    if len(known) <= KNOWN_BEFORE_PROGRESS:
        return 0.0
    return abs(score - float(known.array[known.nearest(point), -1]))


def component_probabilities(mixture: Mixture) -> np.ndarray:
    """The chance of each Gaussian: proportional to its mean ALP, uniform if all are 0; (k,)."""
    return normalise(np.maximum(mixture.means[:, -1], 0.0))


class ALPGMM(MixtureTeacher):
    """ALP-GMM: draws tasks where the absolute learning progress is high (Portelas et al. 2019).

    "Teacher algorithms for curriculum learning of Deep RL in continuously parameterized
    environments" (arXiv 1910.07224). The absolute learning progress (ALP) of a lesson is the
    distance of its score from that of the nearest earlier lesson. Gaussian mixtures are fitted to
    the latest rows [task, ALP], the number of Gaussians chosen by AIC. A task comes from a Gaussian
    drawn in proportion to its mean ALP, or now and then uniformly from the whole space.

    The defaults are the paper's, made for thousands of lessons: with a budget of some hundred
    lessons make `warmup`, `fit_every` and `window` smaller, or most of it is uniform. `memory` cuts
    the history in which neighbours are sought; with all of it, ALP stays high where the student was
    taught long ago (on the paper's toy landscape a memory of 500 lessons masters twice as many
    cells).

    Expert knowledge: an easy `start`.

    In a discrete space a task is the centre of its cell when neighbours are sought; in the rows of
    the mixture it is spread uniformly over its cell, because a density fitted to a few repeated
    points shrinks onto them. A `MultiDiscrete` or `Discrete` action is the cell of the drawn point.

    Args:
        action_space: A bounded ``Box``, a ``MultiDiscrete([topics, levels])``, or a ``Discrete``
            with `levels`.
        seed: Seeds the teacher's own generator, which also seeds the fits.
        warmup: How many lessons come before the first fit.
        fit_every: How many lessons lie between two fits.
        window: How many of the latest rows are fitted.
        memory: How many of the latest lessons neighbours are sought in, at least 6; None: all.
        components: The least and the largest number of Gaussians.
        exploration: Share of lessons drawn uniformly, in [0, 1].
        start: An easy task, an action of the space: lessons before the first fit are drawn around
            it. None: they are uniform.
        start_deviation: Their standard deviation, as a share of the space's width, > 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
    """

    family = "continuous"
    state_fields = (*MixtureTeacher.state_fields, "history")
    growing_fields = (*MixtureTeacher.growing_fields, "history")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        warmup: int = 250,
        fit_every: int = 250,
        window: int = 250,
        memory: int | None = None,
        components: tuple[int, int] = (2, 10),
        exploration: float = 0.2,
        start: Any = None,
        start_deviation: float = 0.1,
        levels: int | None = None,
    ) -> None:
        super().__init__(
            action_space,
            seed=seed,
            extra=1,
            warmup=warmup,
            fit_every=fit_every,
            window=window,
            components=components,
            exploration=exploration,
            start=start,
            start_deviation=start_deviation,
            levels=levels,
        )
        if memory is not None:
            memory = checks.whole("memory", memory, KNOWN_BEFORE_PROGRESS + 1)
        self._history = Neighbours(self.points.dimensions, memory)

    @property
    def history(self) -> np.ndarray:
        """The lessons that neighbours are sought in, shape (n, d + 1): [point, score]."""
        return self._history.array

    @history.setter
    def history(self, rows: np.ndarray) -> None:
        self._history.replace(rows)

    def probabilities(self, mixture: Mixture) -> np.ndarray:
        """The chance of each Gaussian: proportional to its mean ALP."""
        return component_probabilities(mixture)

    def rows(self) -> np.ndarray:
        """The rows [point, ALP], which are `latest`."""
        return self.latest

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Measure the lesson's ALP; every `fit_every` lessons, fit the mixture."""
        checked = self.check(action, score)
        point = self.points.point(action)
        progress = absolute_learning_progress(self._history, point, checked)
        self._history.append(point, checked)
        self.remember(point, progress)
