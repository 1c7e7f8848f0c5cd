"""k-means for several numbers of clusters at once: where the fits of mixtures begin.

Clusterings of different sizes lie behind one another in one array, so that each step of all of them
is a few operations of NumPy: the clusters of the first clustering come first, then those of the
second, and so on. `sizes` are their numbers of clusters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MAX_ITERATIONS = 10
"""Lloyd's last steps move few rows, and the fit of a mixture goes on from here in any case."""


def segment_starts(sizes: Sequence[int] | np.ndarray) -> np.ndarray:
    """Where the parts of a stacked array begin, as `np.add.reduceat` wants it; shape (parts,)."""
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)


def spread_out(rows: np.ndarray, sizes: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    """Rows that lie far from one another, drawn by greedy k-means++; shape (clusters, width).

    The first of a clustering is any row. Each further one is the best of 2 + ⌊ln k⌋ candidates
    (k: the largest size), drawn in proportion to the squared distance from the nearest row so far:
    the one that leaves the least sum of squared distances (Arthur & Vassilvitskii 2007, "k-means++:
    the advantages of careful seeding", section 7; as in scikit-learn).

    Args:
        rows: Shape (n, width).
        sizes: Clusters of each clustering; rows may come twice if there are fewer different ones.
        rng: Draws.
    """
    trials = 2 + int(np.log(max(sizes)))
    wanted = np.array(sizes)
    chosen = np.empty((len(wanted), max(sizes)), dtype=np.intp)
    squares = np.einsum("ij,ij->i", rows, rows)
    chosen[:, 0] = rng.integers(len(rows), size=len(wanted))
    nearest = _squared_distances(rows, squares, chosen[:, 0])
    for place in range(1, max(sizes)):
        open_ones = np.flatnonzero(wanted > place)
        bounds = np.cumsum(nearest[open_ones], axis=1)
        drawn = rng.random((len(open_ones), trials)) * bounds[:, -1:]
        candidates = np.count_nonzero(bounds[:, None, :] <= drawn[:, :, None], axis=2)
        candidates = np.minimum(candidates, len(rows) - 1)  # for distances that are all 0
        distances = _squared_distances(rows, squares, candidates.ravel())
        left = distances.reshape(len(open_ones), trials, len(rows))
        np.minimum(left, nearest[open_ones][:, None, :], out=left)
        best = (np.arange(len(open_ones)), left.sum(axis=2).argmin(axis=1))
        chosen[open_ones, place] = candidates[best]
        nearest[open_ones] = left[best]
    return rows[np.concatenate([line[:size] for line, size in zip(chosen, sizes, strict=True)])]


def assign(rows: np.ndarray, centres: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """The share of each cluster in each row, shape (clusters, n), 1 for its nearest centre.

    Args:
        rows: Shape (n, width).
        centres: Shape (clusters, width), of all clusterings.
        sizes: Clusters of each clustering.

    Returns:
        Centres of one clustering that are equally near to a row have equal shares in it.
    """
    starts = segment_starts(sizes)
    # |row|^2 is the same for all centres.
    distances = np.einsum("ij,ij->i", centres, centres)[:, None] - 2.0 * (centres @ rows.T)
    nearest = distances == np.repeat(np.minimum.reduceat(distances, starts), sizes, axis=0)
    shares = nearest.astype(float)
    ways = np.add.reduceat(shares, starts)
    if ways.max() > 1.0:
        shares /= np.repeat(ways, sizes, axis=0)
    return shares


def k_means(rows: np.ndarray, sizes: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    """Cluster rows by Lloyd's algorithm, once for each size; shape (clusters, n), as `assign`.

    Args:
        rows: Shape (n, width), n >= 1.
        sizes: Numbers of clusters, each at least 1.
        rng: Draws where it begins.
    """
    centres = spread_out(rows, sizes, rng)
    shares = assign(rows, centres, sizes)
    for _ in range(MAX_ITERATIONS):
        counts = shares.sum(axis=1)
        means = (shares @ rows) / np.maximum(counts, 1e-300)[:, None]
        centres = np.where(counts[:, None] > 0, means, centres)  # an empty cluster stays
        before, shares = shares, assign(rows, centres, sizes)
        if np.array_equal(before, shares):
            break
    return shares


def _squared_distances(rows: np.ndarray, squares: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Of rows from the rows with these indices, shape (centres, rows), >= 0."""
    products = rows[centres] @ rows.T
    return np.maximum(squares[centres][:, None] - 2.0 * products + squares, 0.0)
