"""Goal GAN: a generator of tasks that are neither too hard nor too easy."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

from ...core import checks
from ...core.spaces import point_of, points
from ..checked import CheckedTeacher
from ..rows import Rows
from .mlp import backward, forward, initial_weights, rmsprop

BATCH = 64
"""How many labelled and how many generated tasks a training step sees."""

EXAMPLES = 1000
"""How many tasks the generator is trained on before the first lesson."""


def intermediate(scores: np.ndarray, lowest: float, highest: float) -> np.ndarray:
    """Which tasks are neither too hard nor too easy: scores in [lowest, highest]; bool, (n,)."""
    return (scores >= lowest) & (scores <= highest)


def discriminator_loss(
    discriminator: np.ndarray, widths: tuple[int, ...], tasks: np.ndarray, labels: np.ndarray
) -> tuple[float, np.ndarray]:
    """Least squares: mean of (D(task) - 1)^2 for good tasks, (D(task) + 1)^2 for others.

    The labelled least-squares GAN of Florensa et al. (2018); generated tasks count as not good.

    Args:
        discriminator: Weights.
        widths: Its layers.
        tasks: Shape (n, d), in [-1, 1].
        labels: Bool of shape (n,): which tasks are good.

    Returns:
        The loss and its derivative by the weights.
    """
    values = forward(discriminator, widths, tasks)
    miss = values[-1] - np.where(labels, 1.0, -1.0)[:, None]
    gradient, _ = backward(discriminator, widths, values, 2.0 * miss / len(miss))
    return float(np.mean(miss**2)), gradient


def generator_loss(
    generator: np.ndarray,
    generator_widths: tuple[int, ...],
    discriminator: np.ndarray,
    discriminator_widths: tuple[int, ...],
    noise: np.ndarray,
) -> tuple[float, np.ndarray]:
    """Mean of (D(G(noise)) - 1)^2, as in the authors' code: generated tasks should pass as good.

    Args:
        generator: Weights.
        generator_widths: Its layers.
        discriminator: Weights.
        discriminator_widths: Its layers.
        noise: Shape (n, d), standard normal.

    Returns:
        The loss and its derivative by the generator's weights.
    """
    inner = forward(generator, generator_widths, noise)
    tasks = np.tanh(inner[-1])
    outer = forward(discriminator, discriminator_widths, tasks)
    miss = outer[-1] - 1.0
    _, by_task = backward(discriminator, discriminator_widths, outer, 2.0 * miss / len(miss))
    gradient, _ = backward(generator, generator_widths, inner, by_task * (1.0 - tasks**2))
    return float(np.mean(miss**2)), gradient


class GoalGAN(CheckedTeacher):
    """Goal GAN: generates tasks of intermediate difficulty (Florensa et al. 2018).

    "Automatic Goal Generation for Reinforcement Learning Agents" (arXiv 1705.06366). A lesson's
    task is good if its score lies between `lowest` and `highest`. Every `update_every` lessons a
    least-squares GAN is trained on their tasks: the discriminator learns to tell good tasks from
    others and from generated ones, the generator to make tasks that it takes for good. Without a
    good task among them nothing is trained. Tasks come from the generator, plus Gaussian noise; a
    share of `replay` from earlier ones with a score above `highest`, which are kept if they are
    far enough from each other, so that the student does not forget them. Before the first lesson
    the generator is trained on tasks around an easy `start`, or on the whole space.

    The authors try each task several times; here one lesson's mean score stands for that, so that a
    lesson should have several tasks. `lowest` and `highest` are the paper's, the learning rate and
    the rules of training those of the authors' code, with smaller networks (they are in NumPy).

    In a discrete space a task is the centre of its cell, and a `MultiDiscrete` or `Discrete` action
    is the cell of the generated point.

    Expert knowledge: an easy `start`, and the scores that are too low and too high.

    Args:
        action_space: A bounded ``Box``, a ``MultiDiscrete([topics, levels])``, or a ``Discrete``
            with `levels`.
        seed: Seeds the teacher's own generator.
        start: The mean of the first tasks, an action of the space; None: the whole space.
        start_deviation: Their standard deviation, as a share of the space's width, > 0.
        lowest: Least score of a good task, in [0, 1].
        highest: Largest score of a good task, above `lowest`.
        update_every: How many lessons lie between two trainings.
        steps: How many steps a training has.
        first_steps: How many steps the training before the first lesson has.
        hidden: Units in each of the two hidden layers of both networks.
        learning_rate: Of RMSProp, > 0.
        noise: Standard deviation of the noise on tasks, as a share of the space's width, >= 0.
        replay: Share of lessons that repeat mastered tasks, in [0, 1].
        distance: Mastered tasks are kept if they are farther than this from all others, as a share
            of the space's diagonal, >= 0.
        memory: How many mastered tasks are kept, the latest ones.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
    """

    knowledge = ("start", "start_deviation", "lowest", "highest")
    needs_levels = True
    state_fields = (
        "generator",
        "generator_squares",
        "discriminator",
        "discriminator_squares",
        "recent",
        "mastered",
    )
    growing_fields = ("recent", "mastered")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        start: Any = None,
        start_deviation: float = 0.1,
        lowest: float = 0.1,
        highest: float = 0.9,
        update_every: int = 100,
        steps: int = 250,
        first_steps: int = 500,
        hidden: int = 64,
        learning_rate: float = 1e-3,
        noise: float = 0.05,
        replay: float = 0.2,
        distance: float = 0.05,
        memory: int = 1000,
        levels: int | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed)
        self.points = points(action_space, levels=levels)
        self.cells = self.points.shape
        self.lowest = checks.share("lowest", lowest)
        self.highest = checks.share("highest", highest)
        if self.lowest >= self.highest:
            raise ValueError(f"lowest={lowest!r} must be below highest={highest!r}")
        self.update_every = checks.whole("update_every", update_every)
        self.steps = checks.whole("steps", steps)
        self.learning_rate = checks.positive("learning_rate", learning_rate)
        self.noise = checks.non_negative("noise", noise)
        self.replay = checks.share("replay", replay)
        axes = self.points.dimensions
        self.distance = checks.non_negative("distance", distance) * np.sqrt(axes)
        hidden = checks.whole("hidden", hidden)
        self.widths = ((axes, hidden, hidden, axes), (axes, hidden, hidden, 1))
        self.generator, self.discriminator = (initial_weights(w, self.rng) for w in self.widths)
        self.generator_squares = np.zeros_like(self.generator)
        self.discriminator_squares = np.zeros_like(self.discriminator)
        self._recent = Rows(axes + 1, self.update_every)
        self._mastered = Rows(axes, checks.whole("memory", memory))
        deviation = checks.positive("start_deviation", start_deviation)
        if start is None:
            tasks = self.rng.random((EXAMPLES, axes))
        else:
            mean = point_of("start", start, action_space, self.points)
            tasks = np.clip(mean + deviation * self.rng.standard_normal((EXAMPLES, axes)), 0, 1)
        self._train(tasks, np.ones(EXAMPLES, dtype=bool), checks.whole("first_steps", first_steps))

    @property
    def recent(self) -> np.ndarray:
        """The lessons since the last training, shape (n, d + 1): [point, score]."""
        return self._recent.array

    @recent.setter
    def recent(self, rows: np.ndarray) -> None:
        self._recent.replace(rows)

    @property
    def mastered(self) -> np.ndarray:
        """The points of mastered tasks, shape (n, d)."""
        return self._mastered.array

    @mastered.setter
    def mastered(self, rows: np.ndarray) -> None:
        self._mastered.replace(rows)

    def generate(self, count: int) -> np.ndarray:
        """Tasks from the generator, without noise; shape (count, d), in the unit cube."""
        noise = self.rng.standard_normal((count, self.points.dimensions))
        return (np.tanh(forward(self.generator, self.widths[0], noise)[-1]) + 1.0) / 2.0

    def act(self, observation: Any = None) -> Any:
        """Generate a task, or repeat a mastered one."""
        if self.rng.random() < self.replay and len(self.mastered):
            task = self.mastered[self.rng.integers(len(self.mastered))]
        else:
            task = self.generate(1)[0]
        task = task + self.noise * self.rng.standard_normal(len(task))
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
        """Remember the lesson; every `update_every` lessons, train the networks."""
        checked = self.check(action, score)
        point = self.points.point(action)
        if checked > self.highest and np.all(
            np.linalg.norm(self.mastered - point, axis=1) > self.distance
        ):
            self._mastered.append(point)
        self._recent.append(np.append(point, checked))
        if len(self._recent) < self.update_every:
            return
        good = intermediate(self.recent[:, -1], self.lowest, self.highest)
        if good.any():
            self._train(self.recent[:, :-1], good, self.steps)
        self.recent = np.empty((0, self.points.dimensions + 1))

    def _train(self, tasks: np.ndarray, good: np.ndarray, steps: int) -> None:
        inner, outer = self.widths
        labels = np.zeros(2 * BATCH, dtype=bool)
        for _ in range(steps):
            chosen = self.rng.integers(len(tasks), size=BATCH)
            noise = self.rng.standard_normal((BATCH, self.points.dimensions))
            generated = np.tanh(forward(self.generator, inner, noise)[-1])
            labels[:BATCH] = good[chosen]
            both = np.concatenate([2.0 * tasks[chosen] - 1.0, generated])
            _, gradient = discriminator_loss(self.discriminator, outer, both, labels)
            self.discriminator, self.discriminator_squares = rmsprop(
                self.discriminator, self.discriminator_squares, gradient, self.learning_rate
            )
            _, gradient = generator_loss(self.generator, inner, self.discriminator, outer, noise)
            self.generator, self.generator_squares = rmsprop(
                self.generator, self.generator_squares, gradient, self.learning_rate
            )
