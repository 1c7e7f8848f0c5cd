"""The sample of a stream, and percentiles against NumPy's."""

import numpy as np
import pytest
from scipy import stats

from teachgym.teachers.reservoir import Reservoir, percentile


def test_percentiles_by_hand():
    ordered = np.arange(11) / 10
    assert percentile(ordered, 0.2) == pytest.approx(0.2)
    assert percentile(np.array([1.0, 2.0]), 0.25) == 1.25
    assert percentile(np.array([3.0]), 0.8) == 3.0


@pytest.mark.parametrize("count", [1, 2, 3, 7, 100, 999, 1000])
def test_percentiles_are_exactly_those_of_numpy(count):
    ordered = np.sort(np.random.default_rng(count).normal(size=count))
    for share in (0.0, 0.2, 0.5, 0.8, 1.0):
        assert percentile(ordered, share) == np.quantile(ordered, share)


@pytest.mark.parametrize("size", [1, 5, 40])
def test_ordered_is_the_sample_in_order(size):
    rng = np.random.default_rng(size)
    reservoir = Reservoir(size)
    for count in range(1, 200):
        reservoir.add(round(float(rng.normal()), 1), rng)  # equal numbers among them
        kept = min(count, size)
        assert reservoir.seen == count
        assert np.array_equal(reservoir.ordered, np.sort(reservoir.slots[:kept]))


def test_every_number_is_kept_with_the_same_probability():
    kept = np.zeros(20)
    for seed in range(400):
        reservoir, rng = Reservoir(5), np.random.default_rng(seed)
        for number in range(20):
            reservoir.add(float(number), rng)
        kept[reservoir.slots.astype(int)] += 1
    assert kept.sum() == 2000
    assert stats.chisquare(kept).pvalue > 0.01


@pytest.mark.parametrize("count", [3, 30])
def test_a_restored_sample_continues_alike(count):
    rng = np.random.default_rng(0)
    reservoir, twin = Reservoir(8), Reservoir(8)
    for _ in range(count):
        reservoir.add(float(rng.random()), rng)
    twin.restore(reservoir.slots, reservoir.seen)
    streams = [np.random.default_rng(1) for _ in range(2)]
    for _ in range(30):
        for one, stream in zip((reservoir, twin), streams, strict=True):
            one.add(float(stream.random()), stream)
        assert np.array_equal(reservoir.ordered, twin.ordered)
        assert np.array_equal(reservoir.slots, twin.slots)
