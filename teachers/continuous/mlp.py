"""A small network in NumPy: fully connected, leaky ReLU between layers, linear at the end.

Its weights are one vector: for each layer the matrix of shape (in, out), row by row, then the
biases of shape (out,). `widths` are the sizes of the layers, input first.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

SLOPE = 0.2
"""Slope of the leaky ReLU below 0."""


def initial_weights(widths: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    """Uniform weights of variance 2 / (in + out) and biases of 0 (Glorot and Bengio 2010)."""
    parts: list[np.ndarray] = []
    for before, after in pairwise(widths):
        limit = np.sqrt(6.0 / (before + after))
        parts += [rng.uniform(-limit, limit, before * after), np.zeros(after)]
    return np.concatenate(parts)


def forward(weights: np.ndarray, widths: Sequence[int], inputs: np.ndarray) -> list[np.ndarray]:
    """The values of all layers, the inputs of shape (n, widths[0]) first, the outputs last."""
    values = [inputs]
    layers = _layers(weights, widths)
    for index, (matrix, biases) in enumerate(layers):
        sums = values[-1] @ matrix + biases
        last = index == len(layers) - 1
        values.append(sums if last else np.where(sums > 0, sums, SLOPE * sums))
    return values


def backward(
    weights: np.ndarray, widths: Sequence[int], values: list[np.ndarray], gradient: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Gradients by the weights and by the inputs.

    Args:
        weights: The network.
        widths: Sizes of its layers.
        values: What `forward` returned.
        gradient: Shape (n, widths[-1]): the derivative of a loss by the outputs.

    Returns:
        Its derivatives by the weights, as one vector, and by the inputs, shape (n, widths[0]).
    """
    parts: list[np.ndarray] = []
    layers = _layers(weights, widths)
    for index in range(len(layers) - 1, -1, -1):
        parts = [(values[index].T @ gradient).ravel(), gradient.sum(axis=0), *parts]
        gradient = gradient @ layers[index][0].T
        if index > 0:
            gradient = gradient * np.where(values[index] > 0, 1.0, SLOPE)
    return np.concatenate(parts), gradient


def rmsprop(
    weights: np.ndarray, squares: np.ndarray, gradient: np.ndarray, learning_rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """One step of RMSProp: running squares s of the gradient g, then w - rate * g / sqrt(s).

    The squares decay by 0.9 a step, as in the lecture that RMSProp comes from (Hinton 2012).
    """
    squares = 0.9 * squares + 0.1 * gradient**2
    return weights - learning_rate * gradient / np.sqrt(squares + 1e-10), squares


def adam(
    weights: np.ndarray,
    moments: np.ndarray,
    gradient: np.ndarray,
    learning_rate: float,
    step: int,
) -> tuple[np.ndarray, np.ndarray]:
    """One step of Adam with its usual constants 0.9, 0.999 and 1e-8 (Kingma and Ba 2015).

    Args:
        weights: Shape (n,).
        moments: Shape (2, n): running means of the gradient and of its square, 0 at first.
        gradient: Shape (n,).
        learning_rate: The paper's alpha.
        step: Number of the step, from 1 on.

    Returns:
        The new weights and moments.
    """
    mean = 0.9 * moments[0] + 0.1 * gradient
    square = 0.999 * moments[1] + 0.001 * gradient**2
    unbiased = np.sqrt(square / (1.0 - 0.999**step)) + 1e-8
    return weights - learning_rate * mean / (1.0 - 0.9**step) / unbiased, np.stack([mean, square])


def _layers(weights: np.ndarray, widths: Sequence[int]) -> list[tuple[np.ndarray, np.ndarray]]:
    layers: list[tuple[np.ndarray, np.ndarray]] = []
    start = 0
    for before, after in pairwise(widths):
        middle, end = start + before * after, start + (before + 1) * after
        layers.append((weights[start:middle].reshape(before, after), weights[middle:end]))
        start = end
    return layers
