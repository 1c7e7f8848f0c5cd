"""k-means against worked cases and scikit-learn."""

import numpy as np
import pytest
from scipy import stats
from sklearn.cluster import KMeans

from teachgym.teachers.k_means import assign, k_means, spread_out


def inertia(rows, shares):
    """Sum of squared distances from the means of the clusters."""
    means = (shares @ rows) / np.maximum(shares.sum(axis=1), 1e-300)[:, None]
    return sum(
        np.sum(share * ((rows - mean) ** 2).sum(axis=1))
        for share, mean in zip(shares, means, strict=True)
    )


def test_rows_go_to_the_nearest_centre_of_each_clustering():
    rows = np.array([[0.0], [0.4], [1.0]])
    # A clustering with centres 0 and 1, and one whose centres 0.4 and 0.4 tie.
    shares = assign(rows, np.array([[0.0], [1.0], [0.4], [0.4]]), [2, 2])
    assert shares.tolist() == [[1, 1, 0], [0, 0, 1], [0.5] * 3, [0.5] * 3]


def test_lloyd_by_hand():
    # Whichever two it begins with, it ends with the pairs.
    rows = np.array([[0.0], [0.1], [0.9], [1.0]])
    for seed in range(10):
        shares = k_means(rows, [2], np.random.default_rng(seed))
        assert sorted(shares.tolist()) == [[0, 0, 1, 1], [1, 1, 0, 0]]


def test_second_row_is_drawn_by_its_squared_distance():
    # From 0, the others have the squared distances 0.01 and 0.04; of two candidates the second
    # wins if it is among them: it leaves 0.01, the first also 0.01 (0.2 - 0.1) and comes first.
    rows = np.array([[0.0], [0.1], [0.2]])
    rng, counts = np.random.default_rng(0), np.zeros(3)
    for _ in range(3000):
        first, second = spread_out(rows, [2], rng)[:, 0]
        if first == 0.0:
            counts[round(second * 10)] += 1
    # The potentials tie up to rounding: by first candidate, 1/5 and 4/5.
    assert counts[0] == 0
    assert stats.binomtest(int(counts[1]), int(counts.sum()), 0.2).pvalue > 0.001


def test_clusterings_are_as_tight_as_those_of_scikit_learn():
    differences = []
    for seed in range(20):
        rows = np.random.default_rng(seed).random((250, 4))
        shares = k_means(rows, [3, 8], np.random.default_rng(seed))
        for size, mine in ((3, shares[:3]), (8, shares[3:])):
            theirs = KMeans(size, n_init=1, random_state=seed).fit(rows).inertia_
            differences.append(inertia(rows, mine) / theirs - 1)
    assert np.mean(differences) < 0.01


def test_first_rows_lie_apart():
    rng = np.random.default_rng(0)
    blobs = np.concatenate([rng.normal(x, 0.01, (50, 2)) for x in range(6)])
    for seed in range(20):
        chosen = np.round(spread_out(blobs, [6, 1, 6], np.random.default_rng(seed))[:, 0])
        assert len(chosen) == 13
        assert sorted(chosen[:6]) == sorted(chosen[7:]) == list(range(6))


def test_equal_rows_have_clusters():
    shares = k_means(np.zeros((5, 2)), [1, 3], np.random.default_rng(0))
    assert shares == pytest.approx(np.array([[1.0] * 5] + [[1 / 3] * 5] * 3))
