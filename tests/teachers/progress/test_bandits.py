"""Bandits on learning progress against numbers worked by hand."""

import math

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import UCB1, EpsilonGreedyProgress, Thompson
from teachgym.teachers.progress.bandits import credit, mean_progress, upper_bound

SPACE = gym.spaces.Discrete(4)


def test_credit_by_hand():
    # counts (2, 1) fade to (1, 0.5), sums (0.6, 0.4) to (0.3, 0.2); arm 1 gains 0.1
    count, total = credit(np.array([2.0, 1.0]), np.array([0.6, 0.4]), 1, 0.1, 0.5)
    assert count == pytest.approx([1.0, 1.5])
    assert total == pytest.approx([0.3, 0.3])
    assert mean_progress(count, total) == pytest.approx([0.3, 0.2])


def test_upper_bound_by_hand():
    # N = 5; arm 0: 0.2 + sqrt(2 ln 5 / 4) = 0.2 + 0.897 = 1.097; arm 1: 0.5 + sqrt(2 ln 5) = 2.294
    bounds = upper_bound(np.array([4.0, 1.0, 0.0]), np.array([0.8, 0.5, 0.0]), 1.0)
    assert bounds[:2] == pytest.approx([1.0971, 2.2941], abs=1e-4)
    assert bounds[2] == math.inf
    halved = upper_bound(np.array([4.0, 1.0]), np.array([0.8, 0.5]), 0.5)
    assert halved == pytest.approx([0.2 + 0.8971 / 2, 0.5 + 1.7941 / 2], abs=1e-4)


@pytest.mark.parametrize("kind", [UCB1, Thompson, EpsilonGreedyProgress])
def test_progress_is_the_change_from_the_mean_score(kind):
    teacher = kind(SPACE, smoothing=0.5, discount=0.9)
    teacher.observe(0, 0.2)  # nothing to compare with
    assert teacher.count.tolist() == [0.0] * 4
    teacher.observe(0, 0.6)  # progress 0.4, mean 0.4
    teacher.observe(0, 0.1)  # progress 0.3, mean 0.25
    teacher.observe(1, 1.0)
    assert teacher.mean_scores[:2] == pytest.approx([0.25, 1.0])
    assert teacher.total == pytest.approx([0.9 * 0.4 + 0.3, 0, 0, 0])
    assert teacher.count == pytest.approx([1.9, 0, 0, 0])


def pay(teacher, count, total):
    teacher.count[:] = count
    teacher.total[:] = total


def test_ucb1_takes_the_largest_bound_and_breaks_ties_evenly():
    teacher = UCB1(SPACE, seed=0, exploration=0.0)
    pay(teacher, [1, 2, 2, 4], [0.1, 0.6, 0.6, 0.8])
    drawn = np.bincount([teacher.act() for _ in range(2000)], minlength=4)
    assert drawn[[0, 3]].tolist() == [0, 0]
    assert stats.chisquare(drawn[1:3]).pvalue > 0.01
    pay(teacher, [1, 0, 2, 0], [0.9, 0.0, 0.6, 0.0])
    assert teacher.probabilities() == pytest.approx([0.0, 0.5, 0.0, 0.5])


@pytest.mark.filterwarnings("error")
def test_an_arm_that_was_paid_too_long_ago_counts_as_never_paid():
    count, total = np.array([1.0, 1.0]), np.array([0.5, 0.9])
    for _ in range(8000):  # 0.9^8000 is below the smallest number
        count, total = credit(count, total, 0, 0.5, 0.9)
    assert upper_bound(count, total, 0.0).tolist() == pytest.approx([0.5, math.inf])


def test_ucb1_returns_to_an_arm_that_was_long_unseen():
    teacher = UCB1(gym.spaces.Discrete(2), seed=0)
    # 0.5 + sqrt(2 ln 101 / 100) = 0.80 against sqrt(2 ln 101) = 3.04
    pay(teacher, [100, 1], [50.0, 0.0])
    assert teacher.act() == 1


def test_thompson_draws_by_the_belief():
    # Arm 0 is Beta(2, 1), arm 1 uniform: P(arm 0 is larger) = integral of x 2x dx = 2/3.
    teacher = Thompson(gym.spaces.Discrete(2), seed=0)
    pay(teacher, [1, 0], [1.0, 0.0])
    drawn = np.bincount([teacher.act() for _ in range(3000)], minlength=2)
    assert stats.chisquare(drawn, [2000, 1000]).pvalue > 0.01
    # A prior of Beta(1, 2) and half a success of one: Beta(1.5, 2.5) for both, so an even draw.
    even = Thompson(gym.spaces.Discrete(2), seed=0, prior=(1.0, 2.0))
    pay(even, [1, 1], [0.5, 0.5])
    drawn = np.bincount([even.act() for _ in range(3000)], minlength=2)
    assert stats.chisquare(drawn).pvalue > 0.01


def test_epsilon_greedy_shares_by_hand():
    teacher = EpsilonGreedyProgress(SPACE, seed=0, epsilon=0.2)
    pay(teacher, [1, 2, 4, 1], [0.1, 0.6, 0.4, 0.3])  # means 0.1, 0.3, 0.1, 0.3
    expected = np.array([0.05, 0.45, 0.05, 0.45])
    assert teacher.probabilities() == pytest.approx(expected)
    drawn = np.bincount([teacher.act() for _ in range(3000)], minlength=4)
    assert stats.chisquare(drawn, 3000 * expected).pvalue > 0.01


@pytest.mark.parametrize(
    "teacher",
    [
        UCB1(SPACE, seed=0, exploration=0.02),
        Thompson(SPACE, seed=0, prior=(0.1, 1.0)),
        EpsilonGreedyProgress(SPACE, seed=0),
    ],
)
def test_they_find_the_arm_that_progresses(teacher):
    practice, chosen = 0, []
    for _ in range(300):
        arm = int(teacher.act())
        chosen.append(arm)
        practice += arm == 2
        teacher.observe(arm, min(practice / 300, 1.0) if arm == 2 else 0.5)
    assert np.mean(np.array(chosen[100:]) == 2) > 0.5


@pytest.mark.parametrize("prior", [(0.0, 1.0), (1.0,), "ab", 1.0])
def test_a_prior_is_two_positive_numbers(prior):
    with pytest.raises(ValueError, match="prior"):
        Thompson(SPACE, prior=prior)
