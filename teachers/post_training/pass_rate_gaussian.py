"""Profile all tasks once, then move from those that are mostly passed to those that are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import ArmTeacher
from .sampling import draw

UNKNOWN = 0.5
"""Pass rate of an arm whose profile has no score yet."""


def target_mean(lesson: int, lessons: int, start: float, end: float) -> float:
    """The mean pass rate that is aimed at: from start to end in a line.

    Args:
        lesson: Lessons given, in 0..lessons.
        lessons: Lessons of the whole way.
        start: In [0, 1].
        end: In [0, 1].
    """
    return start + (end - start) * lesson / lessons


def gaussian(rates: np.ndarray, mean: float, deviation: float) -> np.ndarray:
    """Probabilities proportional to exp(-(p - mean)^2 / (2 deviation^2)), shape (n,).

    Args:
        rates: Shape (n,): pass rates p in [0, 1]. Those of 1 get no probability, unless all are 1.
        mean: The mean pass rate that is aimed at.
        deviation: Standard deviation, > 0.
    """
    exponents = -0.5 * ((rates - mean) / deviation) ** 2
    passed = rates == 1.0
    if not passed.all():
        exponents = np.where(passed, -np.inf, exponents)
    weights = np.exp(exponents - exponents.max())
    return weights / weights.sum()


def next_topic(credits: np.ndarray, shares: np.ndarray) -> tuple[int, np.ndarray]:
    """The topic that is most behind its share, and all topics' credits after its lesson.

    Args:
        credits: Shape (topics,): lessons each topic is behind its share, 0 at first.
        shares: Shape (topics,): shares of the lessons, with sum 1.
    """
    credits = credits + shares
    topic = int(np.argmax(np.where(shares > 0, credits, -np.inf)))
    credits[topic] -= 1.0
    return topic, credits


class PassRateGaussian(ArmTeacher):
    """Draws levels by a Gaussian over profiled pass rates whose mean falls (NVIDIA 2025).

    The curriculum of the Nemotron 3 Nano report (section 3.2.2): the pass rates of all tasks are
    profiled once; those that are always passed are dropped; then each domain's tasks are sampled
    by a Gaussian over pass rate whose mean falls linearly during training, and each domain has a
    fixed share of every batch. At a plateau the tasks are profiled anew.

    Here this is done per arm, a (topic, level) cell. First each arm has `profile` lessons in turn,
    whose mean score is its pass rate p. Then topics take turns by their shares, and a level is
    drawn in proportion to exp(-(p - mean)^2 / (2 deviation^2)) while the mean goes from `start` to
    `end` in `lessons` lessons. A topic whose levels were all always passed is left out, unless all
    topics are. After the last lesson, or when `reprofile` is called, it begins again with the
    profile. Arms without levels are of one topic. Means and deviation are of this library.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        profile: Lessons for each arm's pass rate.
        lessons: Lessons from one profile to the next.
        start: Mean pass rate that is aimed at after a profile, in [0, 1].
        end: The same before the next profile.
        deviation: Standard deviation of the Gaussian, > 0.
        shares: Expert knowledge, shape (topics,): weights >= 0 of the topics; None for equal ones.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    knowledge = ("start", "end", "shares")
    state_fields = ("rates", "totals", "counts", "turn", "lesson", "credits")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        profile: int = 1,
        lessons: int = 500,
        start: float = 0.8,
        end: float = 0.2,
        deviation: float = 0.15,
        shares: Any = None,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.profile = checks.whole("profile", profile)
        self.lessons = checks.whole("lessons", lessons)
        self.start = checks.share("start", start)
        self.end = checks.share("end", end)
        self.deviation = checks.positive("deviation", deviation)
        self.levels = self.arms.shape[-1]
        self.shares = _shares(shares, self.arms.n // self.levels)
        self.credits = np.zeros(len(self.shares))
        self.rates = np.full(self.arms.n, UNKNOWN)
        self.reprofile()

    def reprofile(self) -> None:
        """Begin again with a profile; an arm keeps its pass rate until it has a new one."""
        self.totals = np.zeros(self.arms.n)
        self.counts = np.zeros(self.arms.n, dtype=np.int64)
        self.turn = 0
        self.lesson = 0

    def choose(self) -> int:
        """The next arm of the profile, or a topic in its turn and a level by the Gaussian."""
        if self.lesson == self.lessons:
            self.reprofile()
        if self.turn < self.profile * self.arms.n:
            arm = self.turn % self.arms.n
            self.turn += 1
            return arm
        rates = self.rates.reshape(-1, self.levels)
        shares = np.where((rates < 1.0).any(axis=1), self.shares, 0.0)
        if shares.sum() == 0.0:
            shares = self.shares
        topic, self.credits = next_topic(self.credits, shares / shares.sum())
        level = draw(self.probabilities(topic), self.rng)
        self.lesson += 1
        return topic * self.levels + level

    def probabilities(self, topic: int) -> np.ndarray:
        """The distribution that the topic's levels are drawn from, shape (levels,)."""
        mean = target_mean(self.lesson, self.lessons, self.start, self.end)
        rates = self.rates[topic * self.levels : (topic + 1) * self.levels]
        return gaussian(rates, mean, self.deviation)

    def learn(self, arm: int, score: float) -> None:
        """Add a score to the arm's profile while it is incomplete."""
        if self.counts[arm] < self.profile:
            self.totals[arm] += score
            self.counts[arm] += 1
            self.rates[arm] = self.totals[arm] / self.counts[arm]


def _shares(shares: Any, topics: int) -> np.ndarray:
    if shares is None:
        return np.full(topics, 1.0 / topics)
    weights = np.asarray(shares, dtype=float)
    if weights.shape != (topics,):
        raise ValueError(
            f"shares must have one weight for each of the {topics} topics, not {shares!r}"
        )
    if not (np.all(np.isfinite(weights)) and weights.min() >= 0.0 and weights.sum() > 0.0):
        raise ValueError(f"shares must be finite weights >= 0, one at least > 0, not {shares!r}")
    return weights / weights.sum()
