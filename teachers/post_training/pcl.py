"""PCL: a value model predicts success, and what is nearest one half is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core import checks
from ...core.spaces import points
from ..checked import CheckedTeacher
from ..continuous.mlp import backward, forward, initial_weights, rmsprop
from ..rows import Rows
from .sampling import nearest


def features(points: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """What the value model sees of tasks.

    A continuous coordinate x becomes 2 x - 1. In a discrete space so does the last one, the level;
    of each other one, such as the topic, whose values have no order, every value has a feature that
    is 1 for it and else 0.

    Args:
        points: Shape (n, d), in the unit cube.
        shape: Cells per axis where the space is discrete, else empty.

    Returns:
        Shape (n, features).
    """
    if not shape:
        return 2.0 * points - 1.0
    columns = [
        np.eye(size)[np.minimum((points[:, axis] * size).astype(int), size - 1)]
        for axis, size in enumerate(shape[:-1])
    ]
    return np.column_stack([*columns, 2.0 * points[:, -1] - 1.0])


def success_rates(weights: np.ndarray, widths: Sequence[int], inputs: np.ndarray) -> np.ndarray:
    """V(x): the logistic function of the network's output, shape (n,), in [0, 1]."""
    return _logistic(forward(weights, widths, inputs)[-1][:, 0])


def value_loss(
    weights: np.ndarray, widths: Sequence[int], inputs: np.ndarray, scores: np.ndarray
) -> tuple[float, np.ndarray]:
    """The mean of (V(x) - s)^2 over lessons, s being a lesson's mean score (Gao et al. 2025).

    Args:
        weights: The network.
        widths: Sizes of its layers; the last is 1.
        inputs: Shape (n, widths[0]).
        scores: Shape (n,), in [0, 1].

    Returns:
        The loss, and its gradient by the weights.
    """
    values = forward(weights, widths, inputs)
    predicted = _logistic(values[-1][:, 0])
    miss = predicted - scores
    slope = 2.0 * miss * predicted * (1.0 - predicted) / len(scores)
    return float(np.mean(miss**2)), backward(weights, widths, values, slope[:, None])[0]


def _logistic(values: np.ndarray) -> np.ndarray:
    # As a hyperbolic tangent, which can't overflow.
    return 0.5 + 0.5 * np.tanh(0.5 * values)


class PCL(CheckedTeacher):
    """Keeps the candidate whose predicted success is nearest one half (Gao et al. 2025).

    "Prompt Curriculum Learning for Efficient LLM Post-Training" (arXiv 2510.01135). A value
    model V(x) predicts how likely the student is to answer a prompt right. Of several times as many
    prompts as are needed, drawn uniformly, those are trained on whose V(x) is nearest `target`; the
    scores of their answers then train V, by the squared error of their mean. Nothing is answered
    only to be filtered out.

    In the paper V is a language model that reads the prompt, and learns from each batch of prompts
    once. A teacher knows no text: here V is a small network (fully connected, leaky ReLU, the
    logistic function at its end) of the task, see `features`. One candidate is kept for each
    lesson, and each lesson is followed by one step of RMSProp on the last `batch` lessons. The
    sizes and the learning rate are this library's own choice.

    In a discrete space the candidates are different cells; ties are broken at random. Within a
    batch, V stays as it is until the scores come.

    Args:
        action_space: A bounded ``Box``, a ``MultiDiscrete([topics, levels])``, or a ``Discrete``
            with `levels`.
        seed: Seeds the teacher's own generator.
        pool: How many candidates are drawn for each that is kept; all cells if there are fewer.
        target: The success rate that is wanted, in [0, 1].
        batch: On how many of the last lessons V is trained after each lesson.
        hidden: Units in each of the two hidden layers.
        learning_rate: Of RMSProp, > 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.

    Attributes:
        weights: The network, as one vector.
        squares: RMSProp's running squares, of the same shape.
        recent: Shape (n, d + 1): points and scores of the last lessons.
    """

    needs_levels = True
    knowledge: ClassVar[tuple[str, ...]] = ("target",)
    state_fields = ("weights", "squares", "recent")
    growing_fields = ("recent",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        pool: int = 4,
        target: float = 0.5,
        batch: int = 32,
        hidden: int = 32,
        learning_rate: float = 0.003,
        levels: int | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed)
        self.points = points(action_space, levels=levels)
        self.cells = self.points.shape
        self.pool = checks.whole("pool", pool)
        self.target = checks.share("target", target)
        self.learning_rate = checks.positive("learning_rate", learning_rate)
        axes = self.points.dimensions
        self._recent = Rows(axes + 1, checks.whole("batch", batch))
        hidden = checks.whole("hidden", hidden)
        inputs = features(np.zeros((1, axes)), self.cells).shape[1]
        self.widths = (inputs, hidden, hidden, 1)
        self.weights = initial_weights(self.widths, self.rng)
        self.squares = np.zeros_like(self.weights)

    @property
    def recent(self) -> np.ndarray:
        """The last lessons, shape (n, d + 1): [point, score]."""
        return self._recent.array

    @recent.setter
    def recent(self, rows: np.ndarray) -> None:
        self._recent.replace(rows)

    def predict(self, points: np.ndarray) -> np.ndarray:
        """V of tasks: predicted success rates of shape (n,), of points of shape (n, d)."""
        return success_rates(self.weights, self.widths, features(points, self.cells))

    def act(self, observation: Any = None) -> Any:
        """Draw candidates, and keep the one nearest the target."""
        candidates = self._candidates()
        kept = nearest(self.predict(candidates), self.target, self.rng)
        return self.points.action(candidates[kept])

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Remember the lesson, and train V on the last ones."""
        checked = self.check(action, score)
        self._recent.append(np.append(self.points.point(action), checked))
        inputs = features(self.recent[:, :-1], self.cells)
        _, gradient = value_loss(self.weights, self.widths, inputs, self.recent[:, -1])
        self.weights, self.squares = rmsprop(
            self.weights, self.squares, gradient, self.learning_rate
        )

    def _candidates(self) -> np.ndarray:
        """Points drawn uniformly, shape (candidates, d)."""
        if not self.cells:
            return self.rng.random((self.pool, self.points.dimensions))
        cells = int(np.prod(self.cells))
        drawn = self.rng.choice(cells, min(self.pool, cells), replace=False)
        return (np.column_stack(np.unravel_index(drawn, self.cells)) + 0.5) * self.points.cell_size
