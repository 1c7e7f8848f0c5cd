"""EXP3.S against numbers worked by hand from Graves et al. (2017)."""

import math

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import EXP3S
from teachgym.teachers.exp3s import policy, rescale, update


def test_policy_mixes_softmax_and_uniform():
    # softmax(0, ln 3) = (1/4, 3/4); half of it and half of (1/2, 1/2)
    assert policy(np.array([0.0, math.log(3.0)]), 0.5) == pytest.approx([0.375, 0.625])
    assert policy(np.array([1000.0, 1000.0]), 0.05) == pytest.approx([0.5, 0.5])


def test_rescaling_by_the_20th_and_80th_percentile():
    assert rescale(0.1, 0.2, 0.8) == -1.0
    assert rescale(0.9, 0.2, 0.8) == 1.0
    assert rescale(0.5, 0.2, 0.8) == pytest.approx(0.0)
    assert rescale(0.65, 0.2, 0.8) == pytest.approx(0.5)
    assert [rescale(gain, 0.3, 0.3) for gain in (0.2, 0.3, 0.4)] == [-1.0, 0.0, 1.0]


def test_update_by_hand():
    # eta 0.1, beta 0.2, alpha 1/2, three arms at p = (1/2, 1/4, 1/4), reward 1 for arm 0:
    # estimates (1.2/0.5, 0.2/0.25, 0.2/0.25) = (2.4, 0.8, 0.8), times eta: (0.24, 0.08, 0.08);
    # w_0 = log(1/2 e^0.24 + 1/4 (2 e^0.08)), w_1 = w_2 = log(1/2 e^0.08 + 1/4 (e^0.24 + e^0.08))
    weights = update(
        np.zeros(3), 0, 1.0, np.array([0.5, 0.25, 0.25]), learning_rate=0.1, beta=0.2, share=0.5
    )
    high, low = math.exp(0.24), math.exp(0.08)
    expected = [math.log(high / 2 + low / 2), *[math.log(low / 2 + (high + low) / 4)] * 2]
    assert weights == pytest.approx(expected)


def test_update_does_not_overflow_and_one_arm_has_nothing_to_learn():
    options = {"learning_rate": 1.0, "beta": 0.0, "share": 0.1}
    weights = update(np.array([2000.0, 0.0]), 0, 1.0, np.array([0.5, 0.5]), **options)
    assert weights == pytest.approx([2002 + math.log(0.9), 2002 + math.log(0.1)])
    assert update(np.zeros(1), 0, 1.0, np.ones(1), **options).tolist() == [0.0]


def test_first_scores_move_nothing_and_gains_are_changes_of_the_mean():
    teacher = EXP3S(gym.spaces.Discrete(2), smoothing=0.5)
    teacher.observe(0, 0.2)
    teacher.observe(1, 0.9)
    assert teacher.log_weights.tolist() == [0.0, 0.0]
    teacher.observe(0, 0.6)  # gain 0.4, mean 0.4
    teacher.observe(0, 0.5)  # gain 0.1, mean 0.45
    assert teacher.gains[: teacher.seen] == pytest.approx([0.4, 0.1])
    assert teacher.mean_scores == pytest.approx([0.45, 0.9])


def test_two_lessons_by_hand():
    teacher = EXP3S(gym.spaces.Discrete(3), learning_rate=0.1, exploration=0.1)
    for score in (0.0, 0.5):  # the only gain there is lies on both percentiles: reward 0
        teacher.observe(0, score)
    assert teacher.log_weights == pytest.approx([0.0, 0.0, 0.0])
    teacher.observe(0, 0.9)  # gain 0.9 - 0.1 is the larger one of two: reward 1, alpha 1/3
    grown = math.exp(0.1 * 3)  # eta r / p
    expected = [math.log(2 / 3 * grown + 1 / 6 * 2), *[math.log(2 / 3 + 1 / 6 * (grown + 1))] * 2]
    assert teacher.log_weights == pytest.approx(expected)


def test_arms_are_drawn_by_the_policy():
    teacher = EXP3S(gym.spaces.Discrete(4), seed=0, exploration=0.2)
    teacher.log_weights = np.log(np.array([1.0, 2.0, 3.0, 4.0]))
    drawn = np.bincount([teacher.act() for _ in range(3000)], minlength=4)
    expected = 3000 * (0.8 * np.array([0.1, 0.2, 0.3, 0.4]) + 0.05)
    assert stats.chisquare(drawn, expected).pvalue > 0.01


def test_it_finds_the_arm_that_progresses():
    teacher = EXP3S(gym.spaces.Discrete(4), seed=0, learning_rate=0.05)
    rng = np.random.default_rng(0)
    practice = 0
    for _ in range(600):
        arm = int(teacher.act())
        practice += arm == 2
        mean = min(practice / 500, 1.0) if arm == 2 else 0.5
        teacher.observe(arm, float(np.clip(mean + rng.normal(0, 0.005), 0, 1)))
    assert np.argmax(teacher.probabilities()) == 2
    assert teacher.probabilities()[2] > 0.5
