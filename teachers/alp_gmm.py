"""ALP-GMM: a Gaussian mixture over tasks and the learning progress made on them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np

from . import checks
from .arm_teacher import normalise
from .checked import CheckedTeacher
from .rows import Rows
from .spaces import points

KNOWN_BEFORE_PROGRESS = 5
"""Progress is 0 until more tasks than this are known, as in the authors' code (teachDeepRL)."""


def nearest(known: np.ndarray, point: np.ndarray) -> int:
    """Index of the Euclidean nearest neighbour; the latest one of those that tie.

    The latest, because it says most about the student of today: in a discrete space every earlier
    lesson of the same cell ties.

    Args:
        known: Shape (n, d), n >= 1, oldest first.
        point: Shape (d,).
    """
    offset = known - point
    distance = np.einsum("ij,ij->i", offset, offset)
    return len(known) - 1 - int(np.argmin(distance[::-1]))


def absolute_learning_progress(
    known: np.ndarray, scores: np.ndarray, point: np.ndarray, score: float
) -> float:
    """|score - score of the nearest earlier task| (Portelas et al. 2019, section 4).

    Args:
        known: Shape (n, d): earlier tasks, oldest first.
        scores: Shape (n,): their scores.
        point: Shape (d,): the task.
        score: Its score.

    Returns:
        0 while n is at most `KNOWN_BEFORE_PROGRESS`.
    """
    if len(known) <= KNOWN_BEFORE_PROGRESS:
        return 0.0
    return abs(score - float(scores[nearest(known, point)]))


class Mixture(NamedTuple):
    """Gaussians over rows [task, ALP].

    Attributes:
        means: Shape (k, d + 1).
        covariances: Shape (k, d + 1, d + 1).
    """

    means: np.ndarray
    covariances: np.ndarray


def fit_mixture(rows: np.ndarray, components: Sequence[int], random_state: int) -> Mixture:
    """Fit one mixture per number of components, and keep the one with the least AIC.

    Args:
        rows: Shape (n, d + 1).
        components: Numbers of Gaussians to try; those above n are left out.
        random_state: Seeds the fits.
    """
    # 1.9 s when cold: whoever chooses another teacher does not pay for it.
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    with warnings.catch_warnings(), np.errstate(under="ignore"):
        # Fewer distinct rows than Gaussians is no fault of the user's.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fits = [
            GaussianMixture(k, covariance_type="full", random_state=random_state).fit(rows)
            for k in components
            if k <= len(rows)
        ]
    best = fits[int(np.argmin([fit.aic(rows) for fit in fits]))]
    return Mixture(best.means_, best.covariances_)


def component_probabilities(mixture: Mixture) -> np.ndarray:
    """The chance of each Gaussian: proportional to its mean ALP, uniform if all are 0; (k,)."""
    return normalise(np.maximum(mixture.means[:, -1], 0.0))


def draw_task(mixture: Mixture, rng: np.random.Generator) -> np.ndarray:
    """Draw a Gaussian by its mean ALP, then a task from it; shape (d,), clipped to the unit cube.

    The task is drawn from the marginal over the task coordinates, which is the Gaussian without its
    ALP coordinate.
    """
    chosen = rng.choice(len(mixture.means), p=component_probabilities(mixture))
    mean, covariance = mixture.means[chosen, :-1], mixture.covariances[chosen, :-1, :-1]
    return np.clip(rng.multivariate_normal(mean, covariance, method="cholesky"), 0.0, 1.0)


class ALPGMM(CheckedTeacher):
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

    In a discrete space a task is the centre of its cell when neighbours are sought; in the rows of
    the mixture it is spread uniformly over its cell, because a density fitted to a few repeated
    points shrinks onto them. A `MultiDiscrete` or `Discrete` action is the cell of the drawn point.

    Args:
        action_space: A bounded ``Box``, a ``MultiDiscrete([topics, levels])``, or a ``Discrete``
            with `levels`.
        seed: Seeds the teacher's own generator, which also seeds the fits.
        warmup: How many lessons are uniform before the first fit.
        fit_every: How many lessons lie between two fits.
        window: How many of the latest rows are fitted.
        memory: How many of the latest lessons neighbours are sought in, at least 6; None: all.
        components: The least and the largest number of Gaussians.
        exploration: Share of lessons drawn uniformly, in [0, 1].
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
    """

    needs_levels = True
    state_fields = ("observed", "means", "covariances", "history", "latest")
    growing_fields = ("means", "covariances", "history", "latest")

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
        levels: int | None = None,
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
        fewest = checks.count("the first of components", fewest)
        most = checks.count("the second of components", most, fewest)
        self.components = range(fewest, most + 1)
        least = max(fewest, 2)  # a fit needs a row per Gaussian, and two at least
        self.warmup = checks.count("warmup", warmup, least)
        self.fit_every = checks.count("fit_every", fit_every)
        self.exploration = checks.share("exploration", exploration)
        width = self.points.dimensions + 1
        self._latest = Rows(width, checks.count("window", window, least))
        if memory is not None:
            memory = checks.count("memory", memory, KNOWN_BEFORE_PROGRESS + 1)
        self._history = Rows(width, memory)
        self.observed = 0
        self.means = np.empty((0, width))
        self.covariances = np.empty((0, width, width))

    @property
    def history(self) -> np.ndarray:
        """The lessons that neighbours are sought in, shape (n, d + 1): [point, score]."""
        return self._history.array

    @history.setter
    def history(self, rows: np.ndarray) -> None:
        self._history.replace(rows)

    @property
    def latest(self) -> np.ndarray:
        """The rows that the next fit is made of, shape (n, d + 1): [point, ALP]."""
        return self._latest.array

    @latest.setter
    def latest(self, rows: np.ndarray) -> None:
        self._latest.replace(rows)

    def act(self, observation: Any = None) -> Any:
        """Draw a task from the mixture, or uniformly."""
        if len(self.means) == 0 or self.rng.random() < self.exploration:
            return self.points.action(self.rng.random(self.points.dimensions))
        return self.points.action(draw_task(Mixture(self.means, self.covariances), self.rng))

    def observe(
        self, action: Any, score: float, *, observation: Any = None, reward: float | None = None
    ) -> None:
        """Measure the lesson's ALP; every `fit_every` lessons, fit the mixture."""
        checked = self.check(action, score)
        point = self.points.point(action)
        progress = absolute_learning_progress(
            self.history[:, :-1], self.history[:, -1], point, checked
        )
        self._history.append(np.append(point, checked))
        spread = (self.rng.random(len(point)) - 0.5) * self.points.cell_size
        self._latest.append(np.append(point + spread, progress))
        self.observed += 1
        if self.observed >= self.warmup and (self.observed - self.warmup) % self.fit_every == 0:
            random_state = int(self.rng.integers(2**31 - 1))
            self.means, self.covariances = fit_mixture(self.latest, self.components, random_state)
