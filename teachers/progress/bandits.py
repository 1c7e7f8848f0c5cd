"""Classic bandits, paid by how much an arm's score changes."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import DrawingTeacher, mix
from .greedy import greedy

FORGOTTEN = 1e-9
"""A discounted count of at most this is as good as none."""


def credit(
    count: np.ndarray, total: np.ndarray, arm: int, progress: float, discount: float
) -> tuple[np.ndarray, np.ndarray]:
    """Counts and sums after one lesson's progress (Kocsis & Szepesvári 2006, discounted UCB).

    Args:
        count: Shape (arms,): the discounted number of times that an arm was paid.
        total: Shape (arms,): the discounted sum of what it was paid.
        arm: The arm that is paid.
        progress: What it is paid, in [0, 1].
        discount: What the past of every arm is multiplied by, in (0, 1]; 1 forgets nothing.

    Returns:
        New counts and sums, both of shape (arms,).
    """
    count, total = discount * count, discount * total
    count[arm] += 1.0
    total[arm] += progress
    return count, total


def mean_progress(count: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Mean progress of every arm, shape (arms,); inf for one that was never paid."""
    return np.divide(total, count, out=np.full(len(count), np.inf), where=count > FORGOTTEN)


def upper_bound(count: np.ndarray, total: np.ndarray, exploration: float) -> np.ndarray:
    """Mean + exploration * sqrt(2 ln N / n), N being the sum of all n (Auer et al. 2002, UCB1).

    Args:
        count: Shape (arms,): n, how often each arm was paid.
        total: Shape (arms,): the sum of what it was paid.
        exploration: Factor of the bonus; the paper's is 1.

    Returns:
        Shape (arms,); inf for an arm that was never paid.
    """
    played = max(float(count.sum()), 1.0)
    variance = np.divide(
        2.0 * np.log(played), count, out=np.zeros(len(count)), where=count > FORGOTTEN
    )
    return mean_progress(count, total) + exploration * np.sqrt(variance)


class ProgressBandit(DrawingTeacher):
    """A bandit whose arms are paid the absolute change of their score.

        progress   = |score - mean of the arm's scores so far|
        mean score <- mean score + smoothing (score - mean score)
        count      <- discount count,  total <- discount total  (of every arm)
        count[arm] <- count[arm] + 1,  total[arm] <- total[arm] + progress

    An arm's first score has nothing to compare with: it sets the mean and pays nothing. Arms that
    were never paid, or so long ago that nothing of it is left, come first in `UCB1` and
    `EpsilonGreedyProgress`. Without feedback in between, a batch is chosen on the same counts.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        smoothing: Rate of the arm's mean score, in (0, 1]; at 1 a score is compared with the arm's
            last one alone.
        discount: What past progress is multiplied by at each lesson, in (0, 1]. The plain algorithm
            has 1; as a student's progress comes to an end, a little less follows it better.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = ("mean_scores", "count", "total")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        smoothing: float = 0.2,
        discount: float = 1.0,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.smoothing = checks.rate("smoothing", smoothing)
        self.discount = checks.rate("discount", discount)
        self.mean_scores = np.full(self.arms.n, np.nan)
        self.count = np.zeros(self.arms.n)
        self.total = np.zeros(self.arms.n)

    def learn(self, arm: int, score: float) -> None:
        """Pay the arm for the change of its score."""
        mean = self.mean_scores[arm]
        if np.isnan(mean):
            self.mean_scores[arm] = score
            return
        self.mean_scores[arm] = mean + self.smoothing * (score - mean)
        self.count, self.total = credit(
            self.count, self.total, arm, abs(score - mean), self.discount
        )


class UCB1(ProgressBandit):
    """UCB1 on learning progress: the largest upper confidence bound (Auer et al. 2002).

    "Finite-time Analysis of the Multiarmed Bandit Problem": take the arm with the largest

        mean progress + exploration sqrt(2 ln N / n)

    where n counts what the arm was paid and N is the sum over all arms; ties are broken at random.
    Progress is paid as in `ProgressBandit`. It is mostly far below 1, and the bonus is made for
    rewards that fill [0, 1]: at `exploration` 1 the choice is close to a round of all arms for the
    first thousands of lessons, 0.1 is livelier.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        exploration: Factor of the bonus, >= 0; the paper's is 1.
        smoothing: Rate of the arm's mean score, in (0, 1].
        discount: What past progress is multiplied by at each lesson, in (0, 1].
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        exploration: float = 1.0,
        smoothing: float = 0.2,
        discount: float = 1.0,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(
            action_space,
            seed=seed,
            smoothing=smoothing,
            discount=discount,
            levels=levels,
            bins=bins,
        )
        self.exploration = checks.non_negative("exploration", exploration)

    def probabilities(self) -> np.ndarray:
        """The arms with the largest bound, shape (arms,)."""
        return greedy(upper_bound(self.count, self.total, self.exploration))


class Thompson(ProgressBandit):
    """Thompson sampling on learning progress, with a Beta belief per arm (Thompson 1933).

    Progress in [0, 1] counts as that part of a success and the rest of a failure, so an arm's
    belief is

        Beta(prior[0] + total, prior[1] + count - total)

    with the sums of `ProgressBandit`. One number is drawn from every belief, and the arm with the
    largest is taken (Chapelle & Li 2011, "An Empirical Evaluation of Thompson Sampling", algorithm
    2; with a discount, Raj & Kalyani 2017, arXiv 1707.09727).

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        prior: Successes and failures that each arm begins with, both > 0.
        smoothing: Rate of the arm's mean score, in (0, 1].
        discount: What past progress is multiplied by at each lesson, in (0, 1].
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        prior: tuple[float, float] = (1.0, 1.0),
        smoothing: float = 0.2,
        discount: float = 1.0,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(
            action_space,
            seed=seed,
            smoothing=smoothing,
            discount=discount,
            levels=levels,
            bins=bins,
        )
        if not isinstance(prior, Sequence) or isinstance(prior, str) or len(prior) != 2:
            raise ValueError(f"prior must be a pair of numbers > 0, not {prior!r}")
        self.prior = (checks.positive("prior", prior[0]), checks.positive("prior", prior[1]))

    def probabilities(self) -> np.ndarray:
        """The arm with the largest number drawn from its belief: changes with every call."""
        successes = self.prior[0] + self.total
        failures = self.prior[1] + self.count - self.total
        return greedy(self.rng.beta(successes, failures))


class EpsilonGreedyProgress(ProgressBandit):
    """The arm with the largest mean progress, and now and then any arm.

    Epsilon-greedy action values (Sutton & Barto 2018, section 2.4) on the progress of
    `ProgressBandit`: with probability 1 - epsilon the arm of the largest mean progress, ties broken
    at random, else an arm drawn uniformly.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        epsilon: Share of lessons drawn uniformly from all arms, in [0, 1].
        smoothing: Rate of the arm's mean score, in (0, 1].
        discount: What past progress is multiplied by at each lesson, in (0, 1]. It fades counts and
            sums alike: an arm's mean stays as it was until the arm is paid again or forgotten.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        epsilon: float = 0.1,
        smoothing: float = 0.2,
        discount: float = 1.0,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(
            action_space,
            seed=seed,
            smoothing=smoothing,
            discount=discount,
            levels=levels,
            bins=bins,
        )
        self.epsilon = checks.share("epsilon", epsilon)

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        return mix(greedy(mean_progress(self.count, self.total)), self.epsilon)
