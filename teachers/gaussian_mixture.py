"""Gaussian mixtures with full covariances, fitted for several numbers of components at once.

Expectation-maximisation as scikit-learn's `GaussianMixture` does it by default: it begins at
k-means, adds 1e-6 to the variances, and stops when the mean log-likelihood changes by less than
1e-3. All mixtures take their steps together, in a few operations of NumPy over the components of
all of them, stacked as in `k_means`; those that have settled are left out. A Gaussian's log density
is linear in a row's numbers and their products, and so is what it learns from a row: both steps are
one matrix product with those.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .k_means import k_means, segment_starts

REGULARISATION = 1e-6
"""Added to every variance, so that equal rows have a density."""

TOLERANCE = 1e-3
"""A fit has settled when its mean log-likelihood changes by less than this."""

MAX_ITERATIONS = 100
"""A fit that has not settled by then is taken as it is."""

EMPTY = 1e-6
"""A component that holds fewer rows than this is left out of the result."""


class Mixture(NamedTuple):
    """Gaussians over rows [task, what is known of the lesson].

    Attributes:
        means: Shape (k, width).
        covariances: Shape (k, width, width).
    """

    means: np.ndarray
    covariances: np.ndarray


class Components(NamedTuple):
    """Weighted Gaussians of one or more mixtures, one behind the other.

    Attributes:
        weights: Shape (m,): each one's share of the rows; they add up to 1 within a mixture.
        means: Shape (m, width).
        covariances: Shape (m, width, width).
    """

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray


def features(rows: np.ndarray) -> np.ndarray:
    """1, the numbers of each row, and their products x_i x_j with i <= j.

    Args:
        rows: Shape (n, width).

    Returns:
        Shape (n, 1 + width + width (width + 1) / 2).
    """
    first, second = _pairs(rows.shape[1])
    ones = np.ones((len(rows), 1))
    return np.concatenate([ones, rows, rows[:, first] * rows[:, second]], axis=1)


def maximisation(responsibilities: np.ndarray, described: np.ndarray, width: int) -> Components:
    """The Gaussians that fit rows best, given each one's share in each row (the M step).

    Args:
        responsibilities: Shape (m, n), each row's shares adding up to 1 within a mixture.
        described: What `features` returned for the rows, which lie around 0: variances are
            differences of mean squares.
        width: Numbers in a row.
    """
    moments = responsibilities @ described
    counts = moments[:, 0] + 10.0 * np.finfo(float).eps
    moments /= counts[:, None]
    means = moments[:, 1 : 1 + width]
    covariances = moments[:, _places(width)] - means[:, :, None] * means[:, None, :]
    np.einsum("kii->ki", covariances)[:] += REGULARISATION
    return Components(counts / len(described), means, covariances)


def log_densities(components: Components, described: np.ndarray) -> np.ndarray:
    """log(weight) + log density of each Gaussian at each row, shape (m, n).

    Args:
        components: The Gaussians.
        described: What `features` returned for the rows, shape (n, ...).
    """
    weights, means, covariances = components
    width = means.shape[1]
    factors = np.linalg.cholesky(covariances)
    precisions = np.linalg.inv(covariances)
    log_determinants = 2.0 * np.log(np.einsum("kii->ki", factors)).sum(axis=1)
    linear = np.einsum("kij,kj->ki", precisions, means)
    constant = width * np.log(2.0 * np.pi) + log_determinants + np.sum(linear * means, axis=1)
    coefficients = np.empty((len(means), described.shape[1]))
    coefficients[:, 0] = np.log(weights) - 0.5 * constant
    coefficients[:, 1 : 1 + width] = linear
    # Each product of different numbers stands for two entries of the matrix.
    np.einsum("kii->ki", precisions)[:] *= 0.5
    np.negative(precisions[:, *_pairs(width)], out=coefficients[:, 1 + width :])
    return coefficients @ described.T


def expectation(densities: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each component's share in each row, and how likely the rows are (the E step).

    Args:
        densities: Shape (m, n): what `log_densities` returned.
        sizes: Shape (mixtures,): how many of the components belong to each mixture.

    Returns:
        Responsibilities of shape (m, n), and mean log-likelihoods of shape (mixtures,).
    """
    starts = segment_starts(sizes)
    top = np.maximum.reduceat(densities, starts)
    shares = densities - np.repeat(top, sizes, axis=0)
    np.exp(shares, out=shares)
    total = np.add.reduceat(shares, starts)
    shares /= np.repeat(total, sizes, axis=0)
    return shares, np.mean(top + np.log(total), axis=1)


def akaike(log_likelihood: float, rows: int, size: int, width: int) -> float:
    """Akaike's information criterion, 2 (free parameters) - 2 (log-likelihood of all rows).

    Args:
        log_likelihood: The mean over the rows.
        rows: How many rows.
        size: Number of Gaussians.
        width: Numbers in a row.
    """
    parameters = size * (width + width * (width + 1) // 2) + size - 1
    return 2.0 * parameters - 2.0 * rows * log_likelihood


def fit_all(
    rows: np.ndarray, sizes: Sequence[int], rng: np.random.Generator
) -> dict[int, tuple[Components, float]]:
    """Fit a mixture of each size.

    Args:
        rows: Shape (n, width).
        sizes: Different numbers of components, each at least 1.
        rng: Draws where the fits begin.

    Returns:
        For each size the components, and the rows' mean log-likelihood under them.
    """
    centre = rows.mean(axis=0)
    centred = rows - centre
    described = features(centred)
    width = rows.shape[1]
    running = np.array(sizes)
    fits: dict[int, tuple[Components, float]] = {}
    with np.errstate(under="ignore"):  # densities far away
        responsibilities = k_means(centred, sizes, rng)
        before = np.full(len(running), -np.inf)
        for iteration in range(1, MAX_ITERATIONS + 1):
            components = maximisation(responsibilities, described, width)
            densities = log_densities(components, described)
            responsibilities, likelihoods = expectation(densities, running)
            settled = np.abs(likelihoods - before) < TOLERANCE
            if iteration == MAX_ITERATIONS:
                settled[:] = True
            before = likelihoods
            if not settled.any():
                continue
            starts = segment_starts(running)
            for place in np.flatnonzero(settled):
                part = slice(starts[place], starts[place] + running[place])
                weights, means, covariances = (field[part] for field in components)
                fit = Components(weights, means + centre, covariances)
                fits[int(running[place])] = fit, float(likelihoods[place])
            responsibilities = responsibilities[np.repeat(~settled, running)]
            running, before = running[~settled], before[~settled]
            if len(running) == 0:
                break
    return fits


def fit_mixture(rows: np.ndarray, sizes: Sequence[int], rng: np.random.Generator) -> Mixture:
    """Fit a mixture of each size, and keep the one with the least AIC.

    Args:
        rows: Shape (n, width).
        sizes: Different numbers of Gaussians to try; those above n are left out.
        rng: Draws where the fits begin.

    Returns:
        Gaussians without any row, which there may be if there are fewer different rows than
        Gaussians, are left out.
    """
    fits = fit_all(rows, [size for size in sizes if size <= len(rows)], rng)
    width = rows.shape[1]
    best = min(sorted(fits), key=lambda size: akaike(fits[size][1], len(rows), size, width))
    weights, means, covariances = fits[best][0]
    held = weights * len(rows) >= EMPTY
    return Mixture(means[held], covariances[held])


@lru_cache(maxsize=16)
def _pairs(width: int) -> tuple[np.ndarray, np.ndarray]:
    """All i <= j below `width`, in the order of `features`; kept, as it is asked at each step."""
    return np.triu_indices(width)


@lru_cache(maxsize=16)
def _places(width: int) -> np.ndarray:
    """Where `features` has the product x_i x_j, shape (width, width)."""
    places = np.empty((width, width), dtype=np.intp)
    first, second = _pairs(width)
    places[first, second] = places[second, first] = np.arange(len(first)) + 1 + width
    return places
