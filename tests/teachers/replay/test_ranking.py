"""Replay weights against worked numbers, and ranks against sorting."""

import numpy as np
import pytest
from scipy import stats

from teachgym.teachers.replay.potential import learning_potential
from teachgym.teachers.replay.ranking import Ranking, rank_weights, replay_probabilities


def test_rank_weights_by_hand():
    assert rank_weights(3, 1.0) == pytest.approx([1.0, 1 / 2, 1 / 3])
    assert rank_weights(3, 0.5) == pytest.approx([1.0, 1 / 4, 1 / 9])
    assert rank_weights(2, 0.3) == pytest.approx([1.0, 2 ** (-10 / 3)])


def test_replay_probabilities_by_hand():
    weights, ages = np.array([0.5, 1.0]), np.array([3, 1])
    # 0.7 (1/3, 2/3) + 0.3 (3/4, 1/4)
    expected = [0.7 / 3 + 0.225, 1.4 / 3 + 0.075]
    assert replay_probabilities(weights, ages, 0.3) == pytest.approx(expected)
    assert replay_probabilities(weights, np.zeros(2), 1.0) == pytest.approx([0.5, 0.5])


def test_ranks_are_those_of_sorting():
    rng = np.random.default_rng(0)
    ranking, values = Ranking(40), {}
    for step in range(400):
        slot = len(values) if len(values) < 40 and step % 3 == 0 else int(rng.integers(len(values)))
        values[slot] = float(rng.random())
        ranking.put(slot, values[slot], rng)
        assert ranking.order.tolist() == sorted(values, key=values.get, reverse=True)


def test_tied_slots_are_ranked_at_random():
    rng = np.random.default_rng(0)
    ranks = []
    for _ in range(3000):
        ranking = Ranking(4)
        for slot, value in enumerate((0.5, 0.5, 0.9, 0.5)):
            ranking.put(slot, value, rng)
        assert ranking.order[0] == 2
        ranks.append(int(np.flatnonzero(ranking.order == 3)[0]))
    counts = np.bincount(ranks, minlength=4)
    assert counts[0] == 0
    assert stats.chisquare(counts[1:]).pvalue > 0.01


def test_a_filled_ranking_goes_on():
    rng = np.random.default_rng(0)
    ranking = Ranking(3)
    ranking.fill(np.array([1, 0]), np.array([0.2, 0.8, 0.0]))
    ranking.put(2, 0.5, rng)
    assert ranking.order.tolist() == [1, 2, 0]
    ranking.put(1, 0.1, rng)
    assert ranking.order.tolist() == [2, 0, 1]


def test_learning_potential_by_hand():
    assert learning_potential("change", 0.25, 0.75, 0.5, None) == 0.5
    assert learning_potential("change", 0.25, None, 0.25, None) == 1.0
    assert learning_potential("learnability", 1.0, 0.0, 0.2, None) == pytest.approx(0.16)
    assert learning_potential("variance", 0.2, 0.0, 0.0, None) == pytest.approx(0.16)
    groups = np.array([[1.0, 0.0], [1.0, 1.0]])
    assert learning_potential("variance", 0.75, 0.0, 0.0, groups) == pytest.approx(0.125)
