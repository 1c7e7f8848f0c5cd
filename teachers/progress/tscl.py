"""Teacher-student curriculum learning: teach what changes fastest."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import DrawingTeacher, mix
from .greedy import greedy

POLICIES = ("epsilon_greedy", "boltzmann")


def slope(times: np.ndarray, scores: np.ndarray) -> float:
    """The slope of the least-squares line through scores over times.

    Args:
        times: Shape (n,), n >= 2, not all the same.
        scores: Shape (n,).
    """
    offset = times - times.mean()
    return float(offset @ scores / (offset @ offset))


def boltzmann(values: np.ndarray, temperature: float) -> np.ndarray:
    """Softmax of values / temperature, shape (arms,)."""
    weights = np.exp((values - values.max()) / temperature)
    return weights / weights.sum()


class TSCL(DrawingTeacher):
    """What the four algorithms of teacher-student curriculum learning share.

    "Teacher-Student Curriculum Learning" (Matiisen et al. 2017, arXiv 1707.00183) estimates for
    every task how fast its score changes, and practises the task with the largest absolute value:
    where the student learns, or forgets. The algorithms differ in the estimate.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        policy: "epsilon_greedy" takes the largest value but for a uniform share, ties broken at
            random; "boltzmann" draws by a softmax of the values.
        epsilon: For "epsilon_greedy": the uniform share, in [0, 1].
        temperature: For "boltzmann": what values are divided by, > 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        policy: str = "epsilon_greedy",
        epsilon: float = 0.1,
        temperature: float = 0.0004,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.policy = checks.choice("policy", policy, POLICIES)
        self.epsilon = checks.share("epsilon", epsilon)
        self.temperature = checks.positive("temperature", temperature)

    @abstractmethod
    def progress(self) -> np.ndarray:
        """The estimated change of every arm's score, shape (arms,)."""

    def probabilities(self) -> np.ndarray:
        """The distribution that the next arm is drawn from, shape (arms,)."""
        values = np.abs(self.progress())
        if self.policy == "boltzmann":
            return boltzmann(values, self.temperature)
        return mix(greedy(values), self.epsilon)


class TSCLOnline(TSCL):
    """A running mean of the change of each arm's score (Matiisen et al. 2017, "Online").

    From "Teacher-Student Curriculum Learning" (arXiv 1707.00183).

        change = score - the arm's last score, 0 before the first
        Q <- Q + learning_rate (change - Q)

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        learning_rate: The paper's alpha, in (0, 1].
        policy: "epsilon_greedy" or "boltzmann", on the absolute Q.
        epsilon: For "epsilon_greedy": the uniform share, in [0, 1].
        temperature: For "boltzmann": what values are divided by, > 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = ("value", "last")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        learning_rate: float = 0.1,
        policy: str = "epsilon_greedy",
        epsilon: float = 0.1,
        temperature: float = 0.0004,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(
            action_space,
            seed=seed,
            policy=policy,
            epsilon=epsilon,
            temperature=temperature,
            levels=levels,
            bins=bins,
        )
        self.learning_rate = checks.rate("learning_rate", learning_rate)
        self.value = np.zeros(self.arms.n)
        self.last = np.zeros(self.arms.n)

    def progress(self) -> np.ndarray:
        """Q, shape (arms,)."""
        return self.value

    def learn(self, arm: int, score: float) -> None:
        """Move the arm's value towards the change of its score."""
        change = score - self.last[arm]
        self.last[arm] = score
        self.value[arm] += self.learning_rate * (change - self.value[arm])


class TSCLNaive(TSCL):
    """Practises an arm some times in a row and fits a line (Matiisen et al. 2017, "Naive").

    From "Teacher-Student Curriculum Learning" (arXiv 1707.00183).

    An arm is kept until `practice` of its scores have arrived; then a new one is drawn. Whenever
    an arm has `practice` scores, also by somebody else's lessons, they are used up:

        Q <- Q + learning_rate (slope of the scores over 0, 1, ..., practice - 1 - Q)

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        practice: How many lessons an arm is practised for, the paper's K, >= 2.
        learning_rate: The paper's alpha, in (0, 1].
        policy: "epsilon_greedy" or "boltzmann", on the absolute Q.
        epsilon: For "epsilon_greedy": the uniform share, in [0, 1].
        temperature: For "boltzmann": what values are divided by, > 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = ("value", "scores", "filled", "current")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        practice: int = 10,
        learning_rate: float = 0.1,
        policy: str = "epsilon_greedy",
        epsilon: float = 0.1,
        temperature: float = 0.0004,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(
            action_space,
            seed=seed,
            policy=policy,
            epsilon=epsilon,
            temperature=temperature,
            levels=levels,
            bins=bins,
        )
        self.practice = checks.whole("practice", practice, 2)
        self.learning_rate = checks.rate("learning_rate", learning_rate)
        self.value = np.zeros(self.arms.n)
        self.scores = np.zeros((self.arms.n, self.practice))
        self.filled = np.zeros(self.arms.n, dtype=np.int64)
        self.current = -1  # the arm that is practised, -1 if the next one is to be drawn

    def progress(self) -> np.ndarray:
        """Q, shape (arms,)."""
        return self.value

    def choose(self) -> int:
        """The arm that is practised, or a new one."""
        if self.current < 0:
            self.current = super().choose()
        return self.current

    def learn(self, arm: int, score: float) -> None:
        """Note the score, and fit the line once there are enough."""
        self.scores[arm, self.filled[arm]] = score
        self.filled[arm] += 1
        if self.filled[arm] < self.practice:
            return
        steepness = slope(np.arange(self.practice), self.scores[arm])
        self.value[arm] += self.learning_rate * (steepness - self.value[arm])
        self.filled[arm] = 0
        if arm == self.current:
            self.current = -1


class TSCLWindow(TSCL):
    """Fits a line to the last scores of each arm (Matiisen et al. 2017, "Window").

    From "Teacher-Student Curriculum Learning" (arXiv 1707.00183).

    An arm's value is the slope of its last `window` scores over time, which counts lessons of all
    arms; it is 1, the most that a slope can be, while there are fewer than two scores. As in the
    authors' code the slope itself is used, without a running mean.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        window: How many scores are kept for each arm, the paper's K, >= 2.
        policy: "epsilon_greedy" or "boltzmann", on the absolute slope.
        epsilon: For "epsilon_greedy": the uniform share, in [0, 1].
        temperature: For "boltzmann": what values are divided by, > 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = ("slopes", "scores", "times", "seen", "time")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        window: int = 10,
        policy: str = "epsilon_greedy",
        epsilon: float = 0.1,
        temperature: float = 0.0004,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(
            action_space,
            seed=seed,
            policy=policy,
            epsilon=epsilon,
            temperature=temperature,
            levels=levels,
            bins=bins,
        )
        self.window = checks.whole("window", window, 2)
        self.slopes = np.ones(self.arms.n)
        self.scores = np.zeros((self.arms.n, self.window))
        self.times = np.zeros((self.arms.n, self.window))
        self.seen = np.zeros(self.arms.n, dtype=np.int64)
        self.time = 0

    def progress(self) -> np.ndarray:
        """The slopes, shape (arms,)."""
        return self.slopes

    def learn(self, arm: int, score: float) -> None:
        """Fit the arm's line anew."""
        place = self.seen[arm] % self.window  # of the oldest: the order does not matter
        self.scores[arm, place], self.times[arm, place] = score, self.time
        self.time += 1
        self.seen[arm] += 1
        if (kept := min(self.seen[arm], self.window)) > 1:
            self.slopes[arm] = slope(self.times[arm, :kept], self.scores[arm, :kept])


class TSCLSampling(TSCL):
    """Draws one recent change per arm and takes the largest (Matiisen et al. 2017, "Sampling").

    From "Teacher-Student Curriculum Learning" (arXiv 1707.00183).

    Each arm keeps its last `window` changes of score (the first one from 0). To choose, one of them
    is drawn for every arm, 1 for an arm without any, and the largest absolute one wins: what
    Thompson sampling does with a belief. The paper does without a uniform share, and then an arm
    whose changes are all 0 may never be tried again; the authors' code has a share of 0.1.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        window: How many changes are kept for each arm, the paper's K.
        policy: "epsilon_greedy" or "boltzmann", on the absolute changes drawn.
        epsilon: For "epsilon_greedy": the uniform share, in [0, 1].
        temperature: For "boltzmann": what values are divided by, > 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = ("changes", "last", "seen")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        window: int = 10,
        policy: str = "epsilon_greedy",
        epsilon: float = 0.1,
        temperature: float = 0.0004,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(
            action_space,
            seed=seed,
            policy=policy,
            epsilon=epsilon,
            temperature=temperature,
            levels=levels,
            bins=bins,
        )
        self.window = checks.whole("window", window)
        self.changes = np.ones((self.arms.n, self.window))
        self.last = np.zeros(self.arms.n)
        self.seen = np.zeros(self.arms.n, dtype=np.int64)

    def progress(self) -> np.ndarray:
        """One change drawn for every arm, shape (arms,): differs with every call."""
        # An arm without changes has place 0 as well, and a 1 there.
        kept = np.minimum(self.seen, self.window)
        places = (self.rng.random(self.arms.n) * kept).astype(np.int64)
        return self.changes[np.arange(self.arms.n), places]

    def learn(self, arm: int, score: float) -> None:
        """Keep the change of the arm's score."""
        self.changes[arm, self.seen[arm] % self.window] = score - self.last[arm]
        self.last[arm] = score
        self.seen[arm] += 1
