"""SPDL: a Gaussian that moves from easy tasks to the target as fast as the student follows."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

from ...core import checks
from ...core.spaces import point_of, points
from ..checked import CheckedTeacher
from ..rows import Rows
from .gaussian import divergence, log_density, pack, unpack

RECOVERED = 0.95
"""Share of the threshold that the expected score must keep, as in the authors' code."""

MAX_LOG_RATIO = 50.0
"""Importance weights are at most exp of this, so that a step that is too long does not overflow."""

MAX_DRAWS = 100
"""How often a task outside the space is drawn again before it is moved to the border."""


def expected_score(
    vector: np.ndarray, tasks: np.ndarray, scores: np.ndarray, old: np.ndarray
) -> tuple[float, np.ndarray]:
    """Expected score under a new distribution, by importance sampling, and its gradient.

    Mean of p(task) / p_old(task) * score (Klink et al. 2021).

    Args:
        vector: The new Gaussian, see `teachgym.teachers.continuous.gaussian`.
        tasks: Shape (n, d): drawn from the old one.
        scores: Shape (n,), in [0, 1].
        old: The old Gaussian.
    """
    logs, gradients = log_density(vector, tasks)
    ratio = np.exp(np.minimum(logs - log_density(old, tasks)[0], MAX_LOG_RATIO))
    weighted = ratio * scores / len(scores)
    return float(weighted.sum()), weighted @ gradients


def next_distribution(
    old: np.ndarray,
    tasks: np.ndarray,
    scores: np.ndarray,
    target: tuple[np.ndarray, np.ndarray],
    *,
    threshold: float,
    reached: bool,
    max_divergence: float,
    least_deviation: float,
) -> np.ndarray:
    """The distribution of tasks after a batch of lessons (Klink et al. 2021).

    Before the threshold was `reached`: the Gaussian p with the highest expected score of those with
    KL(p || old) <= `max_divergence`. From then on: the one with the least KL(p || target) of those
    that also have an expected score of at least `threshold`. A mean outside the unit cube is moved
    to its border.

    Args:
        old: The old Gaussian, see `teachgym.teachers.continuous.gaussian`.
        tasks: Shape (n, d), in the unit cube.
        scores: Shape (n,), in [0, 1].
        target: Mean and Cholesky factor of the target, shapes (d,) and (d, d).
        threshold: Expected score to be kept, in [0, 1].
        reached: Whether the expected score has been that high.
        max_divergence: Limit of a step, in nats.
        least_deviation: The diagonal of the Cholesky factor is at least this.

    Returns:
        The new Gaussian; the old one if none is found that is better, or if neither comes near the
        threshold.
    """
    from scipy.optimize import minimize

    # In coordinates in which the old Gaussian is N(0, 1), the vector of zeros: divergences and
    # importance weights stay the same, and all variables are of one size.
    d = tasks.shape[1]
    old_mean, old_factor = unpack(old, d)
    tasks = np.linalg.solve(old_factor, (tasks - old_mean).T).T
    aim = (
        np.linalg.solve(old_factor, target[0] - old_mean),
        np.linalg.solve(old_factor, target[1]),
    )
    origin = np.zeros(len(old))

    def score(vector: np.ndarray) -> tuple[float, np.ndarray]:
        return expected_score(vector, tasks, scores, origin)

    def step(vector: np.ndarray) -> tuple[float, np.ndarray]:
        return divergence(vector, origin[:d], np.eye(d))

    def objective(vector: np.ndarray) -> tuple[float, np.ndarray]:
        if reached:
            return divergence(vector, *aim)
        value, gradient = score(vector)
        return -value, -gradient

    near = {
        "type": "ineq",
        "fun": lambda vector: max_divergence - step(vector)[0],
        "jac": lambda vector: -step(vector)[1],
    }
    good = {
        "type": "ineq",
        "fun": lambda vector: score(vector)[0] - threshold,
        "jac": lambda vector: score(vector)[1],
    }
    # No Gaussian within the limit is beyond these bounds: every term of KL(new || old) is positive.
    widest, root = np.sqrt(2.0 * max_divergence), np.sqrt(max_divergence)
    low, high = np.full(len(old), -widest), np.full(len(old), widest)
    floor = np.log(np.minimum(least_deviation / np.diag(old_factor), 1.0))
    low[d : 2 * d] = np.maximum(-root - max_divergence, floor)
    high[d : 2 * d] = root
    found = minimize(
        objective,
        origin,
        jac=True,
        method="SLSQP",
        bounds=list(zip(low, high, strict=True)),
        constraints=[near, good] if reached else [near],
    ).x
    if not np.all(np.isfinite(found)) or step(found)[0] > 1.01 * max_divergence:
        return old
    if reached and max(score(origin)[0], score(found)[0]) < RECOVERED * threshold:
        return old
    if objective(found)[0] > objective(origin)[0]:
        return old
    mean, factor = unpack(found, d)
    return pack(np.clip(old_mean + old_factor @ mean, 0.0, 1.0), old_factor @ factor)


class SPDL(CheckedTeacher):
    """SPDL: a Gaussian that moves to the target while scores stay high (Klink et al. 2020).

    Self-paced deep reinforcement learning ("Self-Paced Deep Reinforcement Learning", 2020, arXiv
    2004.11812), in the later form that holds the expected score above a threshold ("A Probabilistic
    Interpretation of Self-Paced Learning with Applications to Reinforcement Learning", 2021, arXiv
    2102.13176). Tasks come from a Gaussian with full covariance. Every `update_every` lessons it
    changes, by at most `max_divergence` in KL(new || old): towards higher expected scores until
    they reach `threshold` for the first time, then towards the target, as far as the expected score
    stays at or above `threshold`. The authors take the value function of the student for the
    expected score of a task; a teacher that sees scores only takes the score of the lesson.

    In a discrete space a task is spread uniformly over its cell, and a `MultiDiscrete` or
    `Discrete` action is the cell of the drawn point. Points outside the space are drawn again.

    Expert knowledge: an easy `start`, the `target`, and the score that counts as success.

    Args:
        action_space: A bounded ``Box``, a ``MultiDiscrete([topics, levels])``, or a ``Discrete``
            with `levels`.
        seed: Seeds the teacher's own generator.
        start: The mean task to begin with, an action of the space; None draws one, as TeachMyAgent
            does without expert knowledge.
        start_deviation: Its standard deviation, as a share of the space's width, > 0.
        target: The mean task to end with, an action; None: the middle of the space.
        target_deviation: Its standard deviation, as a share of the space's width, > 0. The default
            covers the space, as in TeachMyAgent.
        threshold: Expected score to be kept, in [0, 1].
        max_divergence: Limit of a step, in nats, > 0.
        least_deviation: The standard deviation does not fall below this, unless that of the start
            or the target is smaller; as a share of the space's width, > 0.
        update_every: How many lessons lie between two steps, at least 2.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.

    Attributes:
        gaussian: The distribution of tasks, see `teachgym.teachers.continuous.gaussian`.
        reached: Whether the mean score has reached the threshold.
    """

    knowledge = ("start", "start_deviation", "target", "target_deviation", "threshold")
    needs_levels = True
    state_fields = ("gaussian", "reached", "recent")
    growing_fields = ("recent",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        start: Any = None,
        start_deviation: float = 0.1,
        target: Any = None,
        target_deviation: float = 0.25,
        threshold: float = 0.5,
        max_divergence: float = 0.1,
        least_deviation: float = 0.02,
        update_every: int = 100,
        levels: int | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed)
        self.points = points(action_space, levels=levels)
        self.cells = self.points.shape
        axes = self.points.dimensions
        self.threshold = checks.share("threshold", threshold)
        self.max_divergence = checks.positive("max_divergence", max_divergence)
        self.update_every = checks.whole("update_every", update_every, 2)
        deviation = checks.positive("target_deviation", target_deviation)
        self.least_deviation = min(checks.positive("least_deviation", least_deviation), deviation)
        middle = np.full(axes, 0.5)
        if target is not None:
            middle = point_of("target", target, action_space, self.points)
        self.target = (middle, deviation * np.eye(axes))
        if start is None:
            point = self.rng.random(axes)
        else:
            point = point_of("start", start, action_space, self.points)
        self.gaussian = pack(
            point, checks.positive("start_deviation", start_deviation) * np.eye(axes)
        )
        self.reached = False
        self._recent = Rows(axes + 1, self.update_every)

    @property
    def recent(self) -> np.ndarray:
        """The lessons since the last step, shape (n, d + 1): [point, score]."""
        return self._recent.array

    @recent.setter
    def recent(self, rows: np.ndarray) -> None:
        self._recent.replace(rows)

    def act(self, observation: Any = None) -> Any:
        """Draw a task from the Gaussian."""
        mean, factor = unpack(self.gaussian, self.points.dimensions)
        for _ in range(MAX_DRAWS):
            task = mean + factor @ self.rng.standard_normal(len(mean))
            if np.all((task >= 0.0) & (task <= 1.0)):
                break
        return self.points.action(np.clip(task, 0.0, 1.0))

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Remember the lesson; every `update_every` lessons, move the Gaussian."""
        checked = self.check(action, score)
        point = self.points.point(action)
        spread = (self.rng.random(len(point)) - 0.5) * self.points.cell_size
        self._recent.append(np.append(point + spread, checked))
        if len(self._recent) < self.update_every:
            return
        scores = self.recent[:, -1]
        self.reached = self.reached or bool(scores.mean() >= self.threshold)
        self.gaussian = next_distribution(
            self.gaussian,
            self.recent[:, :-1],
            scores,
            self.target,
            threshold=self.threshold,
            reached=self.reached,
            max_divergence=self.max_divergence,
            least_deviation=self.least_deviation,
        )
        self.recent = np.empty((0, self.points.dimensions + 1))
