"""ADR against boxes moved by hand and the shares its tasks are drawn in."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import ADR
from teachgym.teachers.continuous.adr import draw_task, moved_bounds

BOX = gym.spaces.Box(0.0, 1.0, (2,), np.float32)
RULE = {"widen_at": 0.8, "narrow_at": 0.3, "step": 0.1}


@pytest.mark.parametrize(
    ("side", "axis", "mean", "moved"),
    [
        (0, 0, 0.8, 0.1),  # 0.2 - 0.1
        (0, 0, 0.3, 0.3),  # 0.2 + 0.1
        (0, 0, 0.5, 0.2),
        (1, 0, 0.9, 0.6),  # 0.5 + 0.1
        (1, 0, 0.0, 0.4),  # 0.5 - 0.1
        (0, 1, 1.0, 0.0),  # 0.05 - 0.1, not beyond the space
        (1, 1, 1.0, 1.0),  # 0.95 + 0.1
    ],
)
def test_bounds_move_by_hand(side, axis, mean, moved):
    bounds = np.array([[0.2, 0.05], [0.5, 0.95]])
    expected = bounds.copy()
    expected[side, axis] = moved
    assert moved_bounds(bounds, side, axis, mean, **RULE) == pytest.approx(expected)


def test_a_bound_does_not_pass_the_opposite_one():
    bounds = np.array([[0.44], [0.5]])
    assert moved_bounds(bounds, 0, 0, 0.0, **RULE)[0, 0] == 0.5
    assert moved_bounds(bounds, 1, 0, 0.0, **RULE)[1, 0] == 0.44


def test_tasks_are_uniform_in_the_box_and_half_lie_at_a_bound():
    bounds = np.array([[0.2, 0.4, 0.1], [0.6, 0.5, 0.9]])
    rng = np.random.default_rng(0)
    drawn = np.array([draw_task(bounds, 0.5, rng) for _ in range(12_000)])
    at = np.stack([drawn == bound for bound in bounds])
    assert at.any(axis=(0, 2)).sum() == at.sum()  # one coordinate at most
    assert stats.binomtest(int(at.sum()), 12_000, 0.5).pvalue > 0.01
    assert stats.chisquare(at.sum(axis=1).ravel()).pvalue > 0.01
    inside = (drawn[~at.any(axis=(0, 2))] - bounds[0]) / (bounds[1] - bounds[0])
    for axis in range(3):
        assert stats.kstest(inside[:, axis], "uniform").pvalue > 0.01


def test_a_run_by_hand():
    teacher = ADR(BOX, seed=0, start=[0.5, 0.5], buffer=2, step=0.1)
    middle = np.float32([0.5, 0.5])
    assert np.array_equal(teacher.act(), middle)
    teacher.observe(middle, 1.0)
    assert np.array_equal(teacher.bounds, [[0.5, 0.5]] * 2)
    teacher.observe(middle, 0.6)  # a mean of 0.8: every bound moves
    assert teacher.bounds == pytest.approx(np.array([[0.4, 0.4], [0.6, 0.6]]))
    for score in (0.3, 0.2):  # the upper bound of the first coordinate is too hard
        teacher.observe(np.float32([0.6, 0.5]), score)
    assert teacher.bounds == pytest.approx(np.array([[0.4, 0.4], [0.5, 0.6]]))
    for _ in range(4):  # inside, and where the bound was: neither counts
        teacher.observe(np.float32([0.45, 0.55]), 1.0)
        teacher.observe(np.float32([0.6, 0.5]), 1.0)
    assert teacher.bounds == pytest.approx(np.array([[0.4, 0.4], [0.5, 0.6]]))
    teacher.observe(np.float32([0.5, 0.4]), 1.0)  # counts for two bounds, half full
    assert teacher.filled.tolist() == [[0, 1], [1, 0]]


def test_it_covers_what_can_be_mastered():
    space = gym.spaces.Box(np.float32([-5.0, 0.0]), np.float32([5.0, 2.0]))
    teacher = ADR(space, seed=0, start=[-4.5, 0.1])
    for _ in range(3000):
        task = teacher.act()
        teacher.observe(task, float(task[0] < 0.0))
    assert teacher.bounds[0] == pytest.approx([0.0, 0.0])
    assert teacher.bounds[1] == pytest.approx([0.5, 1.0], abs=0.06)


def test_bounds_of_a_discrete_space_are_cells():
    teacher = ADR(gym.spaces.MultiDiscrete([3, 4]), seed=0, start=[1, 0], step=0.25, buffer=5)
    assert {tuple(teacher.act()) for _ in range(20)} == {(1, 0)}
    for _ in range(500):
        level = teacher.act()
        teacher.observe(level, float(level[1] < 3))
    assert {tuple(teacher.act()) for _ in range(500)} >= {
        (t, v) for t in range(3) for v in range(3)
    }


@pytest.mark.parametrize("start", [[0.5, 1.5], [0.5], "easy", None])
def test_start_must_be_a_task(start):
    if start is None:
        assert not np.array_equal(ADR(BOX, seed=0).bounds, ADR(BOX, seed=1).bounds)
        return
    with pytest.raises(ValueError, match="start must be an action"):
        ADR(BOX, start=start)
