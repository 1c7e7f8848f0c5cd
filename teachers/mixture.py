"""What the teachers that fit a Gaussian mixture to the latest lessons share."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ..core import checks
from ..core.spaces import point_of, points
from .arm_teacher import draw
from .checked import CheckedTeacher
from .gaussian_mixture import Mixture, fit_mixture
from .rows import Rows


class TaskSampler:
    """Draws tasks from a mixture whose Gaussians have a chance each.

    A task comes from the marginal over the task's coordinates, which is the Gaussian without its
    other coordinates.

    Args:
        mixture: The Gaussians.
        probabilities: Shape (k,): the chance of each of them.
        dimensions: How many of the first coordinates are the task.
    """

    def __init__(self, mixture: Mixture, probabilities: np.ndarray, dimensions: int) -> None:
        self.mixture = mixture
        self.probabilities = probabilities
        self._means = mixture.means[:, :dimensions]
        self._factors = np.linalg.cholesky(mixture.covariances[:, :dimensions, :dimensions])

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Draw a Gaussian, then a task from it; shape (dimensions,), clipped to the unit cube."""
        chosen = draw(self.probabilities, rng)
        mean = self._means[chosen]
        task = mean + self._factors[chosen] @ rng.standard_normal(len(mean))
        return np.minimum(np.maximum(task, 0.0), 1.0)


class MixtureTeacher(CheckedTeacher):
    """A teacher that draws tasks from Gaussians fitted to the latest lessons.

    In a discrete space a task of the rows is spread uniformly over its cell, because a density
    fitted to a few repeated points shrinks onto them. A `MultiDiscrete` or `Discrete` action is the
    cell of the drawn point.

    Args:
        action_space: A bounded ``Box``, a ``MultiDiscrete([topics, levels])``, or a ``Discrete``
            with `levels`.
        seed: Seeds the teacher's own generator, which also seeds the fits.
        extra: How many coordinates of a mixture are not the task's.
        warmup: How many lessons come before the first fit.
        fit_every: How many lessons lie between two fits.
        window: How many of the latest rows are fitted.
        components: The least and the largest number of Gaussians.
        exploration: Share of lessons drawn uniformly, in [0, 1].
        start: An easy task, an action of the space: lessons before the first fit are drawn around
            it. None: they are uniform.
        start_deviation: Their standard deviation, as a share of the space's width, > 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
    """

    knowledge: ClassVar[tuple[str, ...]] = ("start", "start_deviation")
    needs_levels = True
    state_fields: ClassVar[tuple[str, ...]] = ("observed", "means", "covariances", "latest")
    growing_fields: ClassVar[tuple[str, ...]] = ("means", "covariances", "latest")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None,
        extra: int,
        warmup: int,
        fit_every: int,
        window: int,
        components: tuple[int, int],
        exploration: float,
        start: Any,
        start_deviation: float,
        levels: int | None,
    ) -> None:
        super().__init__(action_space, seed=seed)
        self.points = points(action_space, levels=levels)
        self.cells = self.points.shape
        try:
            fewest, most = components
        except (TypeError, ValueError):
            raise ValueError(
                f"components must be two numbers, least and largest, not {components!r}"
            ) from None
        fewest = checks.whole("the first of components", fewest)
        most = checks.whole("the second of components", most, fewest)
        self.components = range(fewest, most + 1)
        least = max(fewest, 2)  # a fit needs a row per Gaussian, and two at least
        self.warmup = checks.whole("warmup", warmup, least)
        self.fit_every = checks.whole("fit_every", fit_every)
        self.exploration = checks.share("exploration", exploration)
        self.start_deviation = checks.positive("start_deviation", start_deviation)
        self.start: np.ndarray | None = None
        if start is not None:
            self.start = point_of("start", start, action_space, self.points)
        self._latest = Rows(self.points.dimensions + 1, checks.whole("window", window, least))
        self.observed = 0
        width = self.points.dimensions + extra
        self.means = np.empty((0, width))
        self.covariances = np.empty((0, width, width))
        self._sampler: TaskSampler | None = None

    @abstractmethod
    def probabilities(self, mixture: Mixture) -> np.ndarray:
        """The chance of each Gaussian, shape (k,)."""

    @abstractmethod
    def rows(self) -> np.ndarray:
        """What the mixture is fitted to, shape (n, width), made of `latest`."""

    @property
    def latest(self) -> np.ndarray:
        """The latest lessons, shape (n, d + 1): [point, a number the lesson is judged by]."""
        return self._latest.array

    @latest.setter
    def latest(self, rows: np.ndarray) -> None:
        self._latest.replace(rows)

    def act(self, observation: Any = None) -> Any:
        """Draw a task from the mixture, uniformly, or (before the first fit) around the start."""
        if len(self.means) == 0 and self.start is not None:
            away = self.start_deviation * self.rng.standard_normal(len(self.start))
            return self.points.action(np.clip(self.start + away, 0.0, 1.0))
        if len(self.means) == 0 or self.rng.random() < self.exploration:
            return self.points.action(self.rng.random(self.points.dimensions))
        return self.points.action(self.sampler().draw(self.rng))

    def sampler(self) -> TaskSampler:
        """What draws tasks from the present mixture; made anew when there is another one."""
        mixture = Mixture(self.means, self.covariances)
        made = self._sampler
        if made is None or any(
            mine is not its for mine, its in zip(mixture, made.mixture, strict=True)
        ):
            made = TaskSampler(mixture, self.probabilities(mixture), self.points.dimensions)
            self._sampler = made
        return made

    def remember(self, point: np.ndarray, judged: float) -> None:
        """Append a lesson to `latest`; every `fit_every` lessons, fit the mixture."""
        if self.cells:
            point = point + (self.rng.random(len(point)) - 0.5) * self.points.cell_size
        self._latest.append(np.concatenate((point, (judged,))))
        self.observed += 1
        if self.observed >= self.warmup and (self.observed - self.warmup) % self.fit_every == 0:
            self.means, self.covariances = fit_mixture(self.rows(), self.components, self.rng)
