"""The cyclical curriculum: shares, losses, and the draw of an epoch."""

import math

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import Cyclical
from teachgym.teachers.progress.cyclical import cross_entropy, draw_subset, next_share

ARMS = gym.spaces.Discrete(8)


def shares(count, smallest, largest, factor):
    share, growing = smallest, False
    found = [share]
    for _ in range(count - 1):
        share, growing = next_share(share, growing, smallest, largest, factor)
        found.append(share)
    return found


def test_shares_by_hand():
    assert shares(9, 0.25, 1.0, 0.5) == [0.25, 0.5, 1, 0.5, 0.25, 0.5, 1, 0.5, 0.25]
    # 0.3, 0.9, then what is left to 1; down by thirds, but not below 0.3
    assert shares(7, 0.3, 1.0, 1 / 3) == pytest.approx([0.3, 0.9, 1, 1 / 3, 0.3, 0.9, 1])
    assert shares(3, 0.5, 0.5, 0.5) == [0.5, 0.5, 0.5]


def test_loss_by_hand():
    losses = cross_entropy(np.array([0.0, 0.5, 1.0]), 0.1)
    assert losses == pytest.approx([math.log(10), math.log(2), -math.log(0.9)])


def test_subsets_are_drawn_without_replacement_in_proportion_to_weights():
    weights = np.array([1.0, 2.0, 3.0])
    rng = np.random.default_rng(0)
    counts = np.zeros((3, 3))
    for _ in range(3000):
        first, second = draw_subset(weights, 2, rng)
        counts[first, second] += 1
    # First i with w_i / 6, then j with w_j / (6 - w_i)
    expected = np.array([[0, 2 / 5, 3 / 5], [1 / 4, 0, 3 / 4], [1 / 3, 2 / 3, 0]])
    expected *= weights[:, None] / 6
    apart = ~np.eye(3, dtype=bool)
    assert counts[~apart].sum() == 0
    assert stats.chisquare(counts[apart], 3000 * expected[apart]).pvalue > 0.01


def test_epochs_have_each_arm_once():
    teacher = Cyclical(ARMS, seed=0)
    for size in (2, 4, 8, 4, 2, 4):
        epoch = [int(teacher.act()) for _ in range(size)]
        assert len(set(epoch)) == size
        assert teacher.left == 0


def test_small_epochs_hold_mostly_what_is_easy():
    # Weights 4 : 2 : 1 : 1 are given by losses of 1/4, 1/2, 1 and 1.
    losses = [0.25, 0.5, 1.0, 1.0]
    drawn = np.zeros(4)
    for seed in range(2000):
        teacher = Cyclical(gym.spaces.Discrete(4), seed=seed, losses=losses)
        drawn[teacher.act()] += 1  # the first epoch is one arm of four
    assert stats.chisquare(drawn, 2000 * np.array([4, 2, 1, 1]) / 8).pvalue > 0.01


def test_the_order_within_an_epoch_is_random():
    whole = [Cyclical(gym.spaces.Discrete(4), seed=seed, smallest=1.0) for seed in range(2000)]
    for teacher in whole:
        teacher.scores[:] = [0.9, 0.1, 0.1, 0.1]
    first = np.bincount([teacher.act() for teacher in whole], minlength=4)
    assert stats.chisquare(first).pvalue > 0.01


def test_losses_follow_the_scores():
    teacher = Cyclical(ARMS, rate=0.5)
    assert teacher.weights() == pytest.approx([1 / math.log(2)] * 8)
    teacher.observe(3, 1.0)  # 1/2 + 1/2 * 1/2
    teacher.observe(3, 0.5)  # 3/4 - 1/2 * 1/4
    assert teacher.weights()[3] == pytest.approx(-1 / math.log(0.625))
    known = Cyclical(ARMS, losses=np.arange(1, 9))
    known.observe(3, 1.0)
    assert known.weights() == pytest.approx(1 / np.arange(1, 9))


def test_an_epoch_has_an_arm_at_least():
    teacher = Cyclical(gym.spaces.Discrete(3), seed=0, smallest=0.1)
    for _ in range(20):
        assert teacher.act() in teacher.action_space
    assert Cyclical(gym.spaces.Discrete(10), seed=0, smallest=0.3).act() in gym.spaces.Discrete(10)


@pytest.mark.parametrize(
    "options",
    [
        {"smallest": 0.0},
        {"largest": 1.5},
        {"largest": 0.1},
        {"factor": 1.0},
        {"factor": 0.0},
        {"losses": [1.0, 2.0]},
        {"losses": [0.0] * 8},
        {"losses": "small"},
        {"rate": 0.0},
        {"floor": 0.5},
    ],
)
def test_ill_valued_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        Cyclical(ARMS, **options)
