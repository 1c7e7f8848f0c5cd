"""Covar-GMM: a Gaussian mixture over tasks, time and scores."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

from ..arm_teacher import normalise
from ..gaussian_mixture import Mixture
from ..mixture import MixtureTeacher


def with_time(rows: np.ndarray) -> np.ndarray:
    """Rows [task, time, score] of rows [task, score]; time is the row's place, in [0, 1).

    Args:
        rows: Shape (n, d + 1), oldest first.

    Returns:
        Shape (n, d + 2); the times are 0, 1/n, ..., (n - 1)/n.
    """
    return np.insert(rows, -1, np.arange(len(rows)) / len(rows), axis=1)


def component_probabilities(mixture: Mixture, absolute: bool) -> np.ndarray:
    """The chance of each Gaussian, by how its score changes with time; shape (k,).

    Args:
        mixture: Gaussians over rows [task, time, score].
        absolute: Proportional to |cov(time, score)|, else to max(0, cov(time, score)).

    Returns:
        Uniform if all weights are 0.
    """
    covariance = mixture.covariances[:, -2, -1]
    return normalise(np.abs(covariance) if absolute else np.maximum(covariance, 0.0))


class CovarGMM(MixtureTeacher):
    """Covar-GMM: draws tasks where scores rise with time (Moulin-Frier et al. 2014).

    "Self-organization of early vocal development in infants and machines: the role of intrinsic
    motivation" (Frontiers in Psychology 4:1006), as Portelas et al. (2019, arXiv 1910.07224)
    compare it with ALP-GMM. Gaussian mixtures are fitted to the latest rows [task, time, score],
    with the number of Gaussians chosen by AIC. A task comes from a Gaussian drawn in proportion to
    its covariance of time and score, those that fall counting as 0; or now and then uniformly from
    the whole space.

    The defaults are those of Portelas et al., made for thousands of lessons: with a budget of some
    hundred lessons make `warmup`, `fit_every` and `window` smaller. There time is the place of a
    lesson between two fits; here it is the place in the window, which is the same thing as long as
    `window` equals `fit_every`.

    Expert knowledge: an easy `start`.

    In a discrete space a task is spread uniformly over its cell, because a density fitted to a few
    repeated points shrinks onto them. A `MultiDiscrete` or `Discrete` action is the cell of the
    drawn point.

    Args:
        action_space: A bounded ``Box``, a ``MultiDiscrete([topics, levels])``, or a ``Discrete``
            with `levels`.
        seed: Seeds the teacher's own generator, which also seeds the fits.
        warmup: How many lessons come before the first fit.
        fit_every: How many lessons lie between two fits.
        window: How many of the latest rows are fitted.
        components: The least and the largest number of Gaussians.
        exploration: Share of lessons drawn uniformly, in [0, 1].
        absolute: Whether falling scores (forgetting) attract as much as rising ones.
        start: An easy task, an action of the space: lessons before the first fit are drawn around
            it. None: they are uniform.
        start_deviation: Their standard deviation, as a share of the space's width, > 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
    """

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        warmup: int = 250,
        fit_every: int = 250,
        window: int = 250,
        components: tuple[int, int] = (2, 10),
        exploration: float = 0.2,
        absolute: bool = False,
        start: Any = None,
        start_deviation: float = 0.1,
        levels: int | None = None,
    ) -> None:
        super().__init__(
            action_space,
            seed=seed,
            extra=2,
            warmup=warmup,
            fit_every=fit_every,
            window=window,
            components=components,
            exploration=exploration,
            start=start,
            start_deviation=start_deviation,
            levels=levels,
        )
        self.absolute = bool(absolute)

    def probabilities(self, mixture: Mixture) -> np.ndarray:
        """The chance of each Gaussian, by its covariance of time and score."""
        return component_probabilities(mixture, self.absolute)

    def rows(self) -> np.ndarray:
        """The rows [point, time, score]."""
        return with_time(self.latest)

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Remember the lesson's score; every `fit_every` lessons, fit the mixture."""
        checked = self.check(action, score)
        self.remember(self.points.point(action), checked)
