"""Setter-Solver: a generator of tasks as hard as it is asked for, led by a judge of the student."""

from __future__ import annotations

from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core import checks
from ...core.spaces import point_of, points
from ..checked import CheckedTeacher
from ..rows import Rows
from .flow import Flow, sigmoid
from .mlp import adam, backward, forward, initial_weights

BATCH = 64
"""How many lessons, and how many generated tasks, a training step sees."""

EXAMPLES = 1000
"""How many tasks the setter is trained on before the first lesson."""

MARGIN = 0.01
"""Wished feasibilities stay this far from 0 and 1, where the logit is infinite."""


def logit(share: np.ndarray) -> np.ndarray:
    """log(share / (1 - share))."""
    return np.log(share) - np.log1p(-share)


def judge_loss(
    judge: np.ndarray, widths: tuple[int, ...], tasks: np.ndarray, scores: np.ndarray
) -> tuple[float, np.ndarray]:
    """Cross-entropy of the scores under the judge's chances (Racanière et al. 2020).

    Args:
        judge: Weights of the network whose output is the logit of the chance of success.
        widths: Its layers.
        tasks: Shape (n, d), in [0, 1].
        scores: Shape (n,), in [0, 1]: shares of success.

    Returns:
        The mean in nats, and its derivative by the weights.
    """
    values = forward(judge, widths, 2.0 * tasks - 1.0)
    logits = values[-1][:, 0]
    loss = np.mean(np.logaddexp(0.0, logits) - scores * logits)
    by_logits = (sigmoid(logits) - scores) / len(tasks)
    gradient, _ = backward(judge, widths, values, by_logits[:, None])
    return float(loss), gradient


def validity_loss(
    setter: np.ndarray,
    flow: Flow,
    tasks: np.ndarray,
    scores: np.ndarray,
    wished: np.ndarray,
) -> tuple[float, np.ndarray]:
    """Mean of -log p(task | wish) over solved tasks (Racanière et al. 2020).

    Args:
        setter: Weights of the flow.
        flow: Its layout.
        tasks: Shape (n, d), in [0, 1].
        scores: Shape (n,), in [0, 1]: how much of a task was solved, and so counts.
        wished: Shape (n,), in (0, 1): feasibilities, drawn anew.

    Returns:
        The mean in nats, weighted by the scores, and its derivative by the weights; 0 if all scores
        are 0.
    """
    total = scores.sum()
    if total == 0.0:
        return 0.0, np.zeros(flow.size)
    passage = flow.infer(setter, tasks, 2.0 * wished - 1.0)
    shares = scores / total
    gradient = flow.infer_backward(setter, passage, -shares)
    return -float(shares @ passage.log_densities), gradient


def generated_loss(
    setter: np.ndarray,
    flow: Flow,
    judge: np.ndarray,
    widths: tuple[int, ...],
    noise: np.ndarray,
    wished: np.ndarray,
    *,
    feasibility: float = 1.0,
    coverage: float = 1.0,
) -> tuple[float, np.ndarray]:
    """The losses of generated tasks (Racanière et al. 2020).

        feasibility: mean of (J(task) - logit(wish))^2, J being the judge's logit
        coverage:    mean of log p(task | wish), the negative entropy

    Args:
        setter: Weights of the flow.
        flow: Its layout.
        judge: Weights of the judge, which learns nothing here.
        widths: The judge's layers.
        noise: Shape (n, d), standard normal.
        wished: Shape (n,), in (0, 1): feasibilities.
        feasibility: Factor of the first loss.
        coverage: Factor of the second one.

    Returns:
        Their sum, and its derivative by the setter's weights.
    """
    count = len(noise)
    passage = flow.generate(setter, noise, 2.0 * wished - 1.0)
    values = forward(judge, widths, 2.0 * passage.tasks - 1.0)
    miss = values[-1][:, 0] - logit(wished)
    by_logits = 2.0 * feasibility * miss / count
    _, by_inputs = backward(judge, widths, values, by_logits[:, None])
    by_densities = np.full(count, coverage / count)
    gradient = flow.generate_backward(setter, passage, 2.0 * by_inputs, by_densities)
    loss = feasibility * np.mean(miss**2) + coverage * np.mean(passage.log_densities)
    return float(loss), gradient


class SetterSolver(CheckedTeacher):
    """Setter-Solver: generates tasks of a wished feasibility (Racanière et al. 2020).

    "Automated curricula through setter-solver interactions" (arXiv 1909.12892). A judge learns from
    the lessons how likely the student is to succeed at a task. A setter, an invertible network from
    noise and a wished feasibility to tasks (see `flow`), learns to generate tasks that

    - the student has solved before (validity: their likelihood, whatever the wish),
    - are as feasible as wished, in the judge's opinion (feasibility: squared distance of logits),
    - are different (coverage: entropy).

    The three losses have equal weights. Each lesson wishes for a feasibility of its own, uniform in
    [0.01, 0.99].

    In the paper, as in TeachMyAgent (Romac et al. 2021, arXiv 2103.09815), success is 0 or 1. Here
    a score counts as a share of success: it is what the judge predicts, and how much a task counts
    as solved. TeachMyAgent takes the likelihood given the feasibility that a lesson wished for;
    here wishes are drawn anew, so that lessons of anybody count. Every `update_every` lessons both
    networks take `steps` steps of Adam over the latest `memory` lessons, so that the judge knows
    the student of today. Before the first lesson the setter is trained on tasks around an easy
    `start`, or on the whole space. These rules, and the sizes of the networks, which are in NumPy,
    are of this library.

    In a discrete space a task is spread uniformly over its cell, and a `MultiDiscrete` or
    `Discrete` action is the cell of the generated point.

    Expert knowledge: an easy `start`.

    Args:
        action_space: A bounded ``Box``, a ``MultiDiscrete([topics, levels])``, or a ``Discrete``
            with `levels`.
        seed: Seeds the teacher's own generator.
        start: The mean of the first tasks, an action of the space; None: the whole space.
        start_deviation: Their standard deviation, as a share of the space's width, > 0.
        update_every: How many lessons lie between two trainings.
        steps: How many steps a training has.
        first_steps: How many steps the training before the first lesson has.
        memory: How many of the latest lessons are trained on.
        blocks: Blocks of the setter, up to three couplings each.
        hidden: Units in each of the two hidden layers of the judge, and of each coupling.
        learning_rate: Of Adam, > 0.
        noise: Solved tasks are spread by up to this share of the space's width, >= 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
    """

    knowledge: ClassVar[tuple[str, ...]] = ("start", "start_deviation")
    needs_levels = True
    state_fields = (
        "setter",
        "setter_moments",
        "judge",
        "judge_moments",
        "setter_steps",
        "judge_steps",
        "waiting",
        "lessons",
    )
    growing_fields = ("lessons",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        start: Any = None,
        start_deviation: float = 0.1,
        update_every: int = 100,
        steps: int = 50,
        first_steps: int = 200,
        memory: int = 500,
        blocks: int = 2,
        hidden: int = 32,
        learning_rate: float = 3e-3,
        noise: float = 0.01,
        levels: int | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed)
        self.points = points(action_space, levels=levels)
        self.cells = self.points.shape
        axes = self.points.dimensions
        self.update_every = checks.whole("update_every", update_every)
        self.steps = checks.whole("steps", steps)
        self.learning_rate = checks.positive("learning_rate", learning_rate)
        self.noise = checks.non_negative("noise", noise)
        hidden = checks.whole("hidden", hidden)
        self.flow = Flow(axes, checks.whole("blocks", blocks), hidden)
        self.widths = (axes, hidden, hidden, 1)
        self.setter = self.flow.initial_weights(self.rng)
        self.judge = initial_weights(self.widths, self.rng)
        self.setter_moments = np.zeros((2, len(self.setter)))
        self.judge_moments = np.zeros((2, len(self.judge)))
        self.setter_steps = self.judge_steps = 0
        self._lessons = Rows(axes + 1, checks.whole("memory", memory))
        self.waiting = 0
        deviation = checks.positive("start_deviation", start_deviation)
        if start is None:
            tasks = self.rng.random((EXAMPLES, axes))
        else:
            mean = point_of("start", start, action_space, self.points)
            tasks = np.clip(mean + deviation * self.rng.standard_normal((EXAMPLES, axes)), 0, 1)
        for _ in range(checks.whole("first_steps", first_steps)):
            chosen = tasks[self.rng.integers(EXAMPLES, size=BATCH)]
            _, gradient = validity_loss(
                self.setter, self.flow, chosen, np.ones(BATCH), self._wishes()
            )
            self._step_setter(gradient)

    @property
    def lessons(self) -> np.ndarray:
        """The latest lessons, shape (n, d + 1): [point, score]."""
        return self._lessons.array

    @lessons.setter
    def lessons(self, rows: np.ndarray) -> None:
        self._lessons.replace(rows)

    def generate(self, wished: np.ndarray) -> np.ndarray:
        """Tasks of these feasibilities of shape (n,), in (0, 1); shape (n, d), in the unit cube."""
        noise = self.rng.standard_normal((len(wished), self.points.dimensions))
        return self.flow.generate(self.setter, noise, 2.0 * wished - 1.0).tasks

    def judged(self, tasks: np.ndarray) -> np.ndarray:
        """What the judge expects the scores of tasks of shape (n, d) to be; shape (n,)."""
        return sigmoid(forward(self.judge, self.widths, 2.0 * tasks - 1.0)[-1][:, 0])

    def act(self, observation: Any = None) -> Any:
        """Generate a task of a feasibility that is drawn uniformly."""
        return self.points.action(self.generate(self._wishes(1))[0])

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Remember the lesson; every `update_every` lessons, train judge and setter."""
        checked = self.check(action, score)
        self._lessons.append(np.append(self.points.point(action), checked))
        self.waiting += 1
        if self.waiting >= self.update_every:
            self.waiting = 0
            for _ in range(self.steps):
                self._train()

    def _wishes(self, count: int = BATCH) -> np.ndarray:
        return self.rng.uniform(MARGIN, 1.0 - MARGIN, count)

    def _train(self) -> None:
        """One step of the judge and one of the setter."""
        chosen = self.lessons[self.rng.integers(len(self.lessons), size=BATCH)]
        tasks, scores = chosen[:, :-1], chosen[:, -1]
        width = self.points.cell_size if self.cells else self.noise
        tasks = np.clip(tasks + (self.rng.random(tasks.shape) - 0.5) * width, 0.0, 1.0)
        _, gradient = judge_loss(self.judge, self.widths, tasks, scores)
        self.judge_steps += 1
        self.judge, self.judge_moments = adam(
            self.judge, self.judge_moments, gradient, self.learning_rate, self.judge_steps
        )
        _, valid = validity_loss(self.setter, self.flow, tasks, scores, self._wishes())
        noise = self.rng.standard_normal((BATCH, self.points.dimensions))
        _, generated = generated_loss(
            self.setter, self.flow, self.judge, self.widths, noise, self._wishes()
        )
        self._step_setter(valid + generated)

    def _step_setter(self, gradient: np.ndarray) -> None:
        self.setter_steps += 1
        self.setter, self.setter_moments = adam(
            self.setter, self.setter_moments, gradient, self.learning_rate, self.setter_steps
        )
