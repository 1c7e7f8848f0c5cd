"""An invertible network from noise to tasks, given a condition: a conditional Real NVP.

Noise of a standard normal distribution goes through couplings and a sigmoid into the open unit cube
(Dinh et al. 2017, arXiv 1605.08803). A coupling scales and shifts some coordinates by what a small
network makes of the others and of the condition, so that it can be undone, and the density of a
task is known. The coordinates of a block's couplings are those of Racanière et al. (2020, arXiv
1909.12892): the second half, the first half, every other one. All weights are one vector.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .mlp import backward, forward, initial_weights

LEAST_SCALE = 0.01
"""No coupling scales by less, so that it can be undone."""

OFFSET = float(np.log(np.expm1(1.0 - LEAST_SCALE)))
"""Added to what the network says of the scale: a network of zeros scales by 1."""

EDGE = 1e-4
"""Tasks are kept this far from the faces of the cube, where noise would be infinite."""


class Coupling(NamedTuple):
    """One step of a flow.

    Attributes:
        kept: Coordinates that stay, and are looked at.
        moved: Coordinates that are scaled and shifted.
        widths: Layers of its network: kept + 1 numbers in, a scale and a shift for each moved out.
        part: Where its weights are.
    """

    kept: np.ndarray
    moved: np.ndarray
    widths: tuple[int, ...]
    part: slice


class Step(NamedTuple):
    """What a coupling has done to rows, for the gradient.

    Attributes:
        values: All layers of its network.
        slope: Derivative of the scale by what the network says; shape (n, moved).
        scale: Shape (n, moved).
        inner: The moved coordinates on the side of the noise; shape (n, moved).
    """

    values: list[np.ndarray]
    slope: np.ndarray
    scale: np.ndarray
    inner: np.ndarray


class Passage(NamedTuple):
    """Rows that went through a flow, in either direction.

    Attributes:
        noise: Shape (n, d).
        tasks: Shape (n, d), in (0, 1).
        log_densities: Shape (n,): of the tasks, given their conditions.
        steps: What each coupling has done, the one next to the noise first.
    """

    noise: np.ndarray
    tasks: np.ndarray
    log_densities: np.ndarray
    steps: list[Step]


class Flow:
    """The layout of a flow; its weights are kept by who uses it.

    Args:
        dimensions: Coordinates of a task.
        blocks: Groups of up to three couplings.
        hidden: Units in each of the two hidden layers of a coupling's network.
    """

    def __init__(self, dimensions: int, blocks: int, hidden: int) -> None:
        self.dimensions = dimensions
        everything, half = np.arange(dimensions), dimensions // 2
        self.couplings: list[Coupling] = []
        self.size = 0
        for moved in [everything[half:], everything[:half], everything[1::2]] * blocks:
            if len(moved) == 0:
                continue
            kept = np.setdiff1d(everything, moved)
            widths = (len(kept) + 1, hidden, hidden, 2 * len(moved))
            size = sum((a + 1) * b for a, b in pairwise(widths))
            part = slice(self.size, self.size + size)
            self.couplings.append(Coupling(kept, moved, widths, part))
            self.size += size

    def initial_weights(self, rng: np.random.Generator) -> np.ndarray:
        """Random weights, but for the last layers, which are 0: at first nothing is moved."""
        parts = []
        for coupling in self.couplings:
            weights = initial_weights(coupling.widths, rng)
            weights[-(coupling.widths[-2] + 1) * coupling.widths[-1] :] = 0.0
            parts.append(weights)
        return np.concatenate(parts)

    def generate(self, weights: np.ndarray, noise: np.ndarray, conditions: np.ndarray) -> Passage:
        """Tasks from noise.

        Args:
            weights: All of the flow.
            noise: Shape (n, d).
            conditions: Shape (n,).
        """
        inner, steps = noise.copy(), []
        log_densities = _standard_normal(noise)
        for coupling in self.couplings:
            values, slope, scale, shift = _network(weights, coupling, inner, conditions)
            moved = inner[:, coupling.moved]
            steps.append(Step(values, slope, scale, moved))
            inner[:, coupling.moved] = moved * scale + shift
            log_densities -= np.log(scale).sum(axis=1)
        log_densities += (np.logaddexp(0.0, inner) + np.logaddexp(0.0, -inner)).sum(axis=1)
        return Passage(noise, sigmoid(inner), log_densities, steps)

    def infer(self, weights: np.ndarray, tasks: np.ndarray, conditions: np.ndarray) -> Passage:
        """The noise that tasks come from.

        Args:
            weights: All of the flow.
            tasks: Shape (n, d), in [0, 1]; moved off the faces by `EDGE`.
            conditions: Shape (n,).
        """
        tasks = np.clip(tasks, EDGE, 1.0 - EDGE)
        outer, steps = np.log(tasks) - np.log1p(-tasks), []
        log_densities = -(np.log(tasks) + np.log1p(-tasks)).sum(axis=1)
        for coupling in reversed(self.couplings):
            values, slope, scale, shift = _network(weights, coupling, outer, conditions)
            moved = (outer[:, coupling.moved] - shift) / scale
            steps.append(Step(values, slope, scale, moved))
            outer[:, coupling.moved] = moved
            log_densities -= np.log(scale).sum(axis=1)
        return Passage(outer, tasks, log_densities + _standard_normal(outer), steps[::-1])

    def generate_backward(
        self,
        weights: np.ndarray,
        passage: Passage,
        by_tasks: np.ndarray,
        by_log_densities: np.ndarray,
    ) -> np.ndarray:
        """The derivative of a loss by the weights, through `generate`.

        Args:
            weights: All of the flow.
            passage: What `generate` returned.
            by_tasks: The loss's derivative by the tasks, shape (n, d).
            by_log_densities: Its derivative by their log densities, shape (n,).
        """
        tasks, by_density = passage.tasks, by_log_densities[:, None]
        gradient = np.empty(self.size)
        by_inner = by_tasks * tasks * (1.0 - tasks) + by_density * (2.0 * tasks - 1.0)
        for coupling, step in zip(self.couplings[::-1], passage.steps[::-1], strict=True):
            by_moved = by_inner[:, coupling.moved]
            by_scale = by_moved * step.inner - by_density / step.scale
            self._backward(weights, gradient, coupling, step, by_scale, by_moved, by_inner)
            by_inner[:, coupling.moved] = by_moved * step.scale
        return gradient

    def infer_backward(
        self, weights: np.ndarray, passage: Passage, by_log_densities: np.ndarray
    ) -> np.ndarray:
        """The derivative of a loss by the weights, through `infer`.

        Args:
            weights: All of the flow.
            passage: What `infer` returned.
            by_log_densities: The loss's derivative by the log densities, shape (n,).
        """
        by_density = by_log_densities[:, None]
        gradient = np.empty(self.size)
        by_outer = -passage.noise * by_density
        for coupling, step in zip(self.couplings, passage.steps, strict=True):
            by_moved = by_outer[:, coupling.moved] / step.scale
            by_scale = -by_moved * step.inner - by_density / step.scale
            self._backward(weights, gradient, coupling, step, by_scale, -by_moved, by_outer)
            by_outer[:, coupling.moved] = by_moved
        return gradient

    def _backward(
        self,
        weights: np.ndarray,
        gradient: np.ndarray,
        coupling: Coupling,
        step: Step,
        by_scale: np.ndarray,
        by_shift: np.ndarray,
        by_rows: np.ndarray,
    ) -> None:
        """Through a coupling's network: fills its part of the gradient, adds to what was kept."""
        by_outputs = np.concatenate([by_scale * step.slope, by_shift], axis=1)
        gradient[coupling.part], by_inputs = backward(
            weights[coupling.part], coupling.widths, step.values, by_outputs
        )
        by_rows[:, coupling.kept] += by_inputs[:, :-1]


def sigmoid(values: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-value)), for values of any size."""
    return 0.5 * (1.0 + np.tanh(0.5 * values))


def _network(
    weights: np.ndarray, coupling: Coupling, rows: np.ndarray, conditions: np.ndarray
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray, np.ndarray]:
    """Its layers, and slopes, scales and shifts; shape (n, moved) each."""
    inputs = np.concatenate([rows[:, coupling.kept], conditions[:, None]], axis=1)
    values = forward(weights[coupling.part], coupling.widths, inputs)
    size = len(coupling.moved)
    said, shift = values[-1][:, :size] + OFFSET, values[-1][:, size:]
    return values, sigmoid(said), LEAST_SCALE + np.logaddexp(0.0, said), shift


def _standard_normal(noise: np.ndarray) -> np.ndarray:
    """Log densities, shape (n,)."""
    return -0.5 * (noise**2 + np.log(2.0 * np.pi)).sum(axis=1)
