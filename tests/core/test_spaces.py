"""Arms and points of every space."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.core.spaces import arms, points

BOX = gym.spaces.Box(0.0, 1.0, (2,), np.float32)
DISCRETE = [
    (gym.spaces.Discrete(12), 4),
    (gym.spaces.Discrete(12, start=-3), 4),
    (gym.spaces.MultiDiscrete([3, 4]), None),
    (gym.spaces.MultiDiscrete([12]), 4),
    (gym.spaces.MultiDiscrete([2, 3, 4], start=[1, 2, 3]), None),
    (gym.spaces.MultiDiscrete([7, 49], dtype=np.int8), None),
]


@pytest.mark.parametrize(("space", "levels"), DISCRETE)
def test_every_cell_comes_back_as_arm_and_as_point(space, levels):
    as_arms, as_points = arms(space, levels=levels), points(space, levels=levels)
    rng = np.random.default_rng(0)
    seen = set()
    for arm in range(as_arms.n):
        action = as_arms.action(arm, rng)
        assert action in space
        assert as_arms.arm(action) == arm
        assert np.array_equal(as_points.action(as_points.point(action)), action)
        seen.add(tuple(np.atleast_1d(action).tolist()))
    assert len(seen) == as_arms.n


@pytest.mark.parametrize(
    ("space", "bins"),
    [
        (BOX, (3, 4)),
        (gym.spaces.Box(-7.0, 5.0, (3,), np.float32), 7),
        (gym.spaces.Box(np.array([0.0, -1e6]), np.array([1e-6, 1e6]), dtype=np.float64), (10, 49)),
        (gym.spaces.Box(np.float32([0, 2]), np.float32([1, 2])), (5, 1)),
    ],
)
def test_every_bin_of_a_box_comes_back(space, bins):
    grid = arms(space, bins=bins)
    rng = np.random.default_rng(0)
    for arm in range(grid.n):
        action = grid.action(arm, rng)
        assert action in space
        assert grid.arm(action) == arm


def test_arms_follow_the_environments_conventions():
    rng = np.random.default_rng(0)
    assert arms(gym.spaces.Discrete(12), levels=4).shape == (3, 4)
    assert arms(gym.spaces.MultiDiscrete([3, 4])).arm(np.array([2, 1])) == 2 * 4 + 1
    grid = arms(BOX, bins=(3, 4))
    assert grid.arm(np.float32([1.0, 1.0])) == 11
    assert grid.arm(np.float32([0.0, 0.25])) == 1
    action = points(gym.spaces.MultiDiscrete([3, 4])).action(np.array([1.0, 0.5]))
    assert action.tolist() == [2, 2]
    assert points(gym.spaces.Discrete(12), levels=4).action(np.array([0.4, 0.99])) == 1 * 4 + 3
    assert isinstance(arms(gym.spaces.Discrete(3)).action(1, rng), np.int64)


def test_a_cells_point_is_its_centre():
    as_points = points(gym.spaces.MultiDiscrete([2, 5]))
    assert as_points.point(np.array([1, 0])).tolist() == [0.75, 0.1]
    assert as_points.cell_size.tolist() == [0.5, 0.2]


def test_a_box_is_rescaled_to_the_unit_cube():
    space = gym.spaces.Box(np.array([-2.0, 10.0]), np.array([2.0, 20.0]), dtype=np.float64)
    cube = points(space)
    assert cube.action(np.array([0.25, 1.0])).tolist() == [-1.0, 20.0]
    assert cube.point(np.array([1.0, 15.0])).tolist() == [0.75, 0.5]
    assert cube.cell_size.tolist() == [0.0, 0.0]
    square = points(gym.spaces.Box(0.0, 1.0, (2, 2)))
    assert square.action(np.arange(4) / 4).shape == (2, 2)


def test_points_within_a_bin_are_uniform():
    grid = arms(BOX, bins=(3, 4))
    rng = np.random.default_rng(0)
    drawn = np.array([grid.action(6, rng) for _ in range(2000)], dtype=np.float64)
    within = drawn * (3, 4) - (1, 2)
    for axis in range(2):
        assert stats.kstest(within[:, axis], "uniform").pvalue > 0.01


def test_bins_finer_than_the_numbers_of_the_box_are_refused():
    space = gym.spaces.Box(np.float32([1e8]), np.float32([1e8 + 8]))
    with pytest.raises(ValueError, match="finer"):
        arms(space, bins=1000).action(1, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: arms(BOX), "give bins="),
        (lambda: arms(BOX, bins=(3, 4, 5)), "3 numbers for 2 axes"),
        (lambda: arms(BOX, bins=(3, 0)), "bins must be"),
        (lambda: arms(BOX, bins=(3, 4), levels=5), "contradicts"),
        (lambda: arms(gym.spaces.MultiDiscrete([3, 4]), bins=3), "for a Box"),
        (lambda: arms(gym.spaces.MultiDiscrete([3, 4]), levels=3), "contradicts"),
        (lambda: arms(gym.spaces.MultiDiscrete([[3, 4], [3, 4]])), "one axis"),
        (lambda: arms(gym.spaces.Discrete(12), levels=5), "does not divide"),
        (lambda: arms(gym.spaces.Discrete(12), levels=0), "levels must be"),
        (lambda: points(gym.spaces.Discrete(12)), "give levels="),
        (lambda: points(gym.spaces.Box(-np.inf, 1.0, (1,))), "finite"),
        (lambda: points(gym.spaces.Box(-1e308, 1e308, (1,), np.float64)), "finite"),
    ],
)
def test_what_does_not_fit_is_refused(make, complaint):
    with pytest.raises(ValueError, match=complaint):
        make()
