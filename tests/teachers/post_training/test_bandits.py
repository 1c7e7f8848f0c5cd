"""SEC, DUMP and AdaRFT against worked numbers."""

import math

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import DUMP, SEC, AdaRFT
from teachgym.teachers.post_training.adarft import next_target
from teachgym.teachers.post_training.dump import upper_bounds
from teachgym.teachers.post_training.sec import update

DISCRETE = gym.spaces.Discrete(4)
HALF_RIGHT = np.array([[1.0, 0.0]])  # both answers have an |advantage| of 1


def drawn(teacher, lessons=3000):
    return np.bincount([int(teacher.act()) for _ in range(lessons)], minlength=teacher.arms.n)


def test_sec_update_by_hand():
    values = update(np.array([0.4, 0.8]), np.array([1.0, 0.0]), 0.5)
    assert values == pytest.approx([0.7, 0.4])


def test_sec_pays_each_arm_its_mean_and_absent_ones_nothing():
    teacher = SEC(DISCRETE, batch=3)
    teacher.values[:] = 0.2
    teacher.observe(0, 0.5, scores=HALF_RIGHT)
    teacher.observe(0, 0.0, scores=np.zeros((1, 2)))
    assert teacher.values == pytest.approx([0.2] * 4)
    teacher.observe(1, 0.5)
    # arm 0: 0.1 + (1 + 0)/2/2, arm 1: 0.1 + 1/2
    assert teacher.values == pytest.approx([0.35, 0.6, 0.1, 0.1])
    assert teacher.lessons.sum() == teacher.totals.sum() == 0


def test_sec_draws_from_the_softmax():
    teacher = SEC(DISCRETE, seed=0, temperature=0.5)
    teacher.values = 0.5 * np.log([1.0, 2.0, 3.0, 4.0])
    assert teacher.probabilities() == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert stats.chisquare(drawn(teacher), 300 * np.arange(1, 5)).pvalue > 0.01


def test_dump_bounds_by_hand():
    # N = 3: sqrt(2 ln 4 / 4), sqrt(2 ln 4 / 1)
    bounds = upper_bounds(np.array([0.5, 0.0]), np.array([3, 0]))
    assert bounds == pytest.approx([0.5 + math.sqrt(math.log(4) / 2), math.sqrt(2 * math.log(4))])
    assert upper_bounds(np.zeros(2), np.zeros(2)).tolist() == [0.0, 0.0]


def test_dump_keeps_a_window_and_counts_all():
    teacher = DUMP(DISCRETE, window=3)
    teacher.observe(1, 0.5, scores=HALF_RIGHT)
    assert teacher.learnability.tolist() == [0.0, 1.0, 0.0, 0.0]
    teacher.observe(1, 0.0, scores=np.zeros((1, 2)))  # the window holds 1, 0, 0
    assert teacher.learnability[1] == pytest.approx(1 / 3)
    teacher.observe(1, 0.5, scores=np.tile(HALF_RIGHT, (5, 1)))  # more than the window holds
    assert teacher.learnability[1] == pytest.approx(1.0)
    assert teacher.answers.tolist() == [0, 14, 0, 0]


def test_dump_draws_from_the_softmax_of_the_bounds():
    teacher = DUMP(DISCRETE, seed=0)
    teacher.answers[:] = 7  # the same bonus for all
    teacher.learnability = 0.1 * np.log([1.0, 2.0, 3.0, 4.0])
    assert teacher.probabilities() == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert stats.chisquare(drawn(teacher), 300 * np.arange(1, 5)).pvalue > 0.01


def test_adarft_target_by_hand():
    options = {"step": 50.0, "sensitivity": 2.0, "target_score": 0.5}
    # tanh(2 (0.75 - 0.5)) = tanh(0.5) = 0.46212
    assert next_target(20.0, 0.75, **options) == pytest.approx(20 + 50 * 0.46212, abs=1e-3)
    assert next_target(20.0, 0.5, **options) == 20.0
    assert next_target(20.0, 0.0, **options) == 0.0
    assert next_target(80.0, 1.0, **options) == 100.0


def test_adarft_takes_the_nearest_level_of_every_topic():
    teacher = AdaRFT(gym.spaces.MultiDiscrete([3, 5]), seed=0)  # difficulties 0, 25, ..., 100
    teacher.target = 60.0
    actions = np.array([teacher.act() for _ in range(3000)])
    assert set(actions[:, 1]) == {2}
    assert stats.chisquare(np.bincount(actions[:, 0])).pvalue > 0.01
    teacher.target = 62.5  # as near to 50 as to 75
    levels = np.bincount([teacher.act()[1] for _ in range(3000)], minlength=5)
    assert levels[[0, 1, 4]].sum() == 0
    assert stats.chisquare(levels[2:4]).pvalue > 0.01
    with pytest.raises(ValueError, match="start must be at most 100"):
        AdaRFT(gym.spaces.MultiDiscrete([3, 5]), start=101)
