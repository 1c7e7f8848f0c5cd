"""Teachers that choose among candidates, against worked numbers."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import VCRL
from teachgym.teachers.post_training.vcrl import distribution, priority

DISCRETE = gym.spaces.Discrete(4)
VARIED, CONSTANT = np.array([[1.0, 0.0]]), np.ones((1, 2))


def drawn(teacher, lessons=3000):
    return np.bincount([int(teacher.act()) for _ in range(lessons)], minlength=teacher.arms.n)


def test_vcrl_priority_by_hand():
    assert priority(np.nan, 0.6, 0.9) == 0.6
    assert priority(0.5, 1.0, 0.9) == pytest.approx(0.55)


def test_vcrl_distribution_by_hand():
    # Arms 0 and 1 are the memory (priorities 0.6 and 0.2), arm 2 was never tried, arm 3 is below
    # the threshold: kept with 0.2, and 0.8 of its quarter goes to the memory as 3 : 1.
    variances = np.array([0.9, 0.8, np.nan, 0.7])
    priorities = np.array([0.6, 0.2, np.nan, 0.7])
    expected = [0.25 + 0.15, 0.25 + 0.05, 0.25, 0.05]
    assert distribution(variances, priorities, 0.8, 0.2) == pytest.approx(expected)
    assert distribution(np.full(4, 0.1), priorities, 0.8, 0.2).tolist() == [0.25] * 4
    assert distribution(np.full(4, np.nan), np.full(4, np.nan), 0.8, 0.2).tolist() == [0.25] * 4


def test_vcrl_raises_its_threshold_and_draws_as_said():
    teacher = VCRL(DISCRETE, seed=0, warmup=4)
    teacher.observe(0, 0.5, scores=VARIED)
    teacher.observe(1, 1.0, scores=CONSTANT)
    teacher.observe(2, 0.25)  # 4/4 * 3/4 = 0.75 is enough at first
    assert teacher.variances[:3].tolist() == [1.0, 0.0, 0.75]
    assert teacher.probabilities()[2] > 0.25
    teacher.observe(0, 1.0, scores=VARIED)  # and not now, after four lessons
    # 0.8 of the quarters of arms 1 and 2 go to arm 0
    expected = [0.65, 0.05, 0.05, 0.25]
    assert teacher.probabilities() == pytest.approx(expected)
    assert stats.chisquare(drawn(teacher), 3000 * np.array(expected)).pvalue > 0.01
