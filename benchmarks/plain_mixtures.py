"""ALP-GMM and Covar-GMM, plainly written with scikit-learn: what ours are held against.

No checks, no options, no other spaces than the unit cube: what Portelas et al. (2019, arXiv
1910.07224) and Moulin-Frier et al. (2014) describe, with a `GaussianMixture` for each number of
Gaussians, neighbours by NumPy and tasks by `Generator.multivariate_normal`.
"""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

FIT_EVERY = 250
KNOWN_BEFORE_PROGRESS = 5
EXPLORATION = 0.2


class PlainMixture:
    """What both share.

    Args:
        dimensions: Of a task.
        seed: Seeds its generator and the fits.
    """

    def __init__(self, dimensions: int, seed: int) -> None:
        self.dimensions = dimensions
        self.rng = np.random.default_rng(seed)
        self.latest: list[np.ndarray] = []
        self.mixture: GaussianMixture | None = None
        self.chances = np.empty(0)

    def weights(self, mixture: GaussianMixture) -> np.ndarray:
        """How much each Gaussian attracts, shape (k,), >= 0."""
        raise NotImplementedError

    def row(self, task: np.ndarray, score: float) -> np.ndarray:
        """What the mixture is fitted to."""
        raise NotImplementedError

    def act(self) -> np.ndarray:
        """A task in the unit cube."""
        if self.mixture is None or self.rng.random() < EXPLORATION:
            return self.rng.random(self.dimensions)
        chosen = self.rng.choice(len(self.chances), p=self.chances)
        drawn = self.rng.multivariate_normal(
            self.mixture.means_[chosen], self.mixture.covariances_[chosen]
        )
        return np.clip(drawn[: self.dimensions], 0.0, 1.0)

    def observe(self, task: np.ndarray, score: float) -> None:
        """Learn from a lesson."""
        self.latest.append(self.row(task, score))
        if len(self.latest) < FIT_EVERY:
            return
        rows = np.array(self.latest)
        self.latest = []
        random_state = int(self.rng.integers(2**31 - 1))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            fits = [GaussianMixture(k, random_state=random_state).fit(rows) for k in range(2, 11)]
        self.mixture = min(fits, key=lambda fit: fit.aic(rows))
        weights = self.weights(self.mixture)
        uniform = np.full(len(weights), 1.0 / len(weights))
        self.chances = weights / weights.sum() if weights.sum() > 0 else uniform


class PlainALPGMM(PlainMixture):
    """Rows [task, ALP]; a Gaussian attracts by its mean ALP."""

    def __init__(self, dimensions: int, seed: int) -> None:
        super().__init__(dimensions, seed)
        self.tasks = np.empty((1024, dimensions))
        self.scores = np.empty(1024)
        self.known = 0

    def weights(self, mixture: GaussianMixture) -> np.ndarray:
        """Mean ALP."""
        return np.maximum(mixture.means_[:, -1], 0.0)

    def row(self, task: np.ndarray, score: float) -> np.ndarray:
        """Compare with the nearest earlier task."""
        known, progress = self.known, 0.0
        if known > KNOWN_BEFORE_PROGRESS:
            distances = np.linalg.norm(self.tasks[:known] - task, axis=1)
            progress = abs(score - self.scores[np.argmin(distances)])
        if known == len(self.tasks):
            self.tasks = np.concatenate([self.tasks, np.empty_like(self.tasks)])
            self.scores = np.concatenate([self.scores, np.empty_like(self.scores)])
        self.tasks[known], self.scores[known] = task, score
        self.known += 1
        return np.append(task, progress)


class PlainCovarGMM(PlainMixture):
    """Rows [task, time, score]; a Gaussian attracts by its covariance of time and score."""

    def weights(self, mixture: GaussianMixture) -> np.ndarray:
        """Covariance of time and score, where it is positive."""
        return np.maximum(mixture.covariances_[:, -2, -1], 0.0)

    def row(self, task: np.ndarray, score: float) -> np.ndarray:
        """Time is the place in the batch."""
        return np.concatenate([task, [len(self.latest) / FIT_EVERY, score]])


PLAIN: dict[str, type[PlainMixture]] = {"alp_gmm": PlainALPGMM, "covar_gmm": PlainCovarGMM}
