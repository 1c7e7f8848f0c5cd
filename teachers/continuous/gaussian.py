"""A Gaussian over tasks, and its divergence from another one, with gradients.

A Gaussian in d dimensions is a vector of d (d + 3) / 2 numbers: the mean, the logarithms of the
diagonal of the covariance's Cholesky factor, and the entries below it, row by row. Every such
vector is a Gaussian, so that an optimiser may choose freely.
"""

from __future__ import annotations

import numpy as np


def pack(mean: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """The vector of a Gaussian.

    Args:
        mean: Shape (d,).
        factor: Shape (d, d): lower triangular, with a positive diagonal.
    """
    return np.concatenate([mean, np.log(np.diag(factor)), factor[_below(len(mean))]])


def unpack(vector: np.ndarray, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and Cholesky factor of the Gaussian, shapes (d,) and (d, d)."""
    factor = np.diag(np.exp(vector[d : 2 * d]))
    factor[_below(d)] = vector[2 * d :]
    return vector[:d], factor


def divergence(
    vector: np.ndarray, mean: np.ndarray, factor: np.ndarray
) -> tuple[float, np.ndarray]:
    """KL(p || q) in nats of a Gaussian p from a Gaussian q, and its gradient.

    Args:
        vector: The Gaussian p, see above.
        mean: Shape (d,): the mean of q.
        factor: Shape (d, d): the Cholesky factor of its covariance.

    Returns:
        The divergence, and its derivative by `vector`.
    """
    d = len(mean)
    own_mean, own_factor = unpack(vector, d)
    offset = np.linalg.solve(factor, own_mean - mean)
    ratio = np.linalg.solve(factor, own_factor)
    logs = np.log(np.diag(factor)).sum() - vector[d : 2 * d].sum()
    value = 0.5 * (np.sum(ratio**2) + offset @ offset - d) + logs
    by_mean = np.linalg.solve(factor.T, offset)
    by_factor = np.linalg.solve(factor.T, ratio)
    by_log = np.diag(by_factor) * np.diag(own_factor) - 1.0
    return float(value), np.concatenate([by_mean, by_log, by_factor[_below(d)]])


def log_density(vector: np.ndarray, tasks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log density of a Gaussian, without the constant, and its gradient.

    Args:
        vector: The Gaussian, see above.
        tasks: Shape (n, d).

    Returns:
        Shape (n,), and its derivative by `vector`, shape (n, d (d + 3) / 2).
    """
    d = tasks.shape[1]
    mean, factor = unpack(vector, d)
    scaled = np.linalg.solve(factor, (tasks - mean).T).T
    values = -0.5 * np.sum(scaled**2, axis=1) - vector[d : 2 * d].sum()
    by_mean = np.linalg.solve(factor.T, scaled.T).T
    by_factor = by_mean[:, :, None] * scaled[:, None, :]
    by_log = np.einsum("nii->ni", by_factor) * np.diag(factor) - 1.0
    return values, np.concatenate([by_mean, by_log, by_factor[:, *_below(d)]], axis=1)


def _below(d: int) -> tuple[np.ndarray, np.ndarray]:
    return np.tril_indices(d, -1)
