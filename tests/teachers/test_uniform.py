"""Uniform draws every action alike, and learns nothing."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import Uniform


@pytest.mark.parametrize(
    ("space", "arm"),
    [
        (gym.spaces.Discrete(12, start=5), lambda action: action - 5),
        (gym.spaces.MultiDiscrete([3, 4]), lambda action: 4 * action[0] + action[1]),
        (gym.spaces.MultiDiscrete([3, 4], start=[2, -1]), lambda a: 4 * (a[0] - 2) + a[1] + 1),
    ],
)
def test_every_cell_is_as_likely(space, arm):
    teacher = Uniform(space, seed=0)
    drawn = np.bincount([int(arm(teacher.act())) for _ in range(6000)], minlength=12)
    assert len(drawn) == 12
    assert stats.chisquare(drawn).pvalue > 0.01


def test_every_point_of_a_box_is_as_likely():
    low, high = np.array([-3.0, 10.0]), np.array([3.0, 11.0])
    teacher = Uniform(gym.spaces.Box(low, high, dtype=np.float64), seed=0)
    points = (np.array([teacher.act() for _ in range(4000)]) - low) / (high - low)
    for axis in range(2):
        assert stats.kstest(points[:, axis], "uniform").pvalue > 0.01
    cells = np.floor(points * 4).astype(int) @ (4, 1)
    assert stats.chisquare(np.bincount(cells, minlength=16)).pvalue > 0.01


def test_scores_change_nothing():
    space = gym.spaces.Discrete(5)
    teacher, twin = Uniform(space, seed=0), Uniform(space, seed=0)
    for _ in range(50):
        action = teacher.act()
        assert action == twin.act()
        teacher.observe(action, float(action == 2))
