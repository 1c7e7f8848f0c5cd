"""Learnability against worked numbers."""

import math

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import Learnability
from teachgym.teachers.learnability import learnability, level_kernel, top_k


def test_learnability_is_the_variance():
    assert learnability(np.array([0.0, 0.2, 0.5, 1.0])) == pytest.approx([0.0, 0.16, 0.25, 0.0])


def test_top_k_shares_the_last_places_among_ties():
    assert top_k(np.array([3.0, 1.0, 2.0]), 2) == pytest.approx([0.5, 0.0, 0.5])
    assert top_k(np.array([3.0, 1.0, 1.0, 1.0]), 2) == pytest.approx([0.5, *[1 / 6] * 3])
    assert top_k(np.zeros(4), 3) == pytest.approx([0.25] * 4)
    assert top_k(np.array([1.0, 2.0]), 10) == pytest.approx([0.5, 0.5])


def test_running_mean_by_hand():
    teacher = Learnability(gym.spaces.Discrete(3))
    assert teacher.scores() == pytest.approx([0.5, 0.5, 0.5])
    teacher.observe(1, 0.0)  # weight 1.8, total 0.4
    assert teacher.scores() == pytest.approx([0.5, 0.4 / 1.8, 0.5])
    teacher.observe(1, 1.0)  # weight 2.44, total 1.32
    assert teacher.scores() == pytest.approx([0.5, 1.32 / 2.44, 0.5])
    plain = Learnability(gym.spaces.Discrete(2), smoothing=0.0, prior=1.0, prior_weight=2.0)
    for score in (0.0, 0.5, 0.0):
        plain.observe(0, score)
    assert plain.scores() == pytest.approx([2.5 / 5, 1.0])


def test_the_prior_fades():
    teacher = Learnability(gym.spaces.Discrete(2))
    for _ in range(40):
        teacher.observe(0, 0.0)
    assert teacher.scores()[0] < 1e-4


def test_neighbouring_levels_learn_along_by_hand():
    near = math.exp(-0.5)  # a distance of one level at bandwidth 1
    far = math.exp(-2.0)
    assert level_kernel(3, 1.0)[0] == pytest.approx([1.0, near, far])
    teacher = Learnability(gym.spaces.MultiDiscrete([2, 3]), neighbours=1.0, smoothing=0.0)
    for _ in range(3):
        teacher.observe(np.array([1, 0]), 1.0)  # that level: weight 4, total 3.5
    scores = teacher.scores().reshape(2, 3)
    assert scores[0] == pytest.approx([0.5, 0.5, 0.5])
    assert scores[1, 0] == pytest.approx((3.5 + 0.5 * near + 0.5 * far) / (4 + near + far))
    assert scores[1, 1] == pytest.approx((3.5 * near + 0.5 + 0.5 * near) / (4 * near + 1 + near))
    assert scores[1, 0] > scores[1, 1] > scores[1, 2] > 0.5


def test_neighbours_need_levels():
    with pytest.raises(ValueError, match="levels"):
        Learnability(gym.spaces.Discrete(6), neighbours=1.0)


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ({}, np.array([0.16, 0.25, 0.09, 0.0]) / 0.5),
        ({"sampling": "top_k", "k": 2}, np.array([0.5, 0.5, 0.0, 0.0])),
    ],
)
def test_arms_are_drawn_as_said(options, chosen):
    teacher = Learnability(gym.spaces.Discrete(4), seed=0, exploration=0.2, **options)
    teacher.weight[:] = 1.0
    teacher.total[:] = [0.2, 0.5, 0.9, 1.0]
    expected = 0.8 * chosen + 0.05
    assert teacher.probabilities() == pytest.approx(expected)
    drawn = np.bincount([teacher.act() for _ in range(3000)], minlength=4)
    assert stats.chisquare(drawn, 3000 * expected).pvalue > 0.01


def test_nothing_learnable_means_uniform():
    teacher = Learnability(gym.spaces.Discrete(4), prior=1.0)
    assert teacher.probabilities() == pytest.approx([0.25] * 4)


def test_powers_move_the_peak():
    scores = np.linspace(0, 1, 1001)
    assert learnability(np.array([0.25]), 0.5, 2.0) == pytest.approx(0.5 * 0.75**2)
    for success, failure in ((1.0, 1.0), (0.5, 1.0), (0.5, 2.0)):
        peak = scores[learnability(scores, success, failure).argmax()]
        assert peak == pytest.approx(success / (success + failure), abs=1e-3)
    with pytest.raises(ValueError, match="failure_power"):
        Learnability(gym.spaces.Discrete(3), failure_power=0)


def test_top_k_along_the_last_axis():
    values = np.array([[3.0, 1.0, 2.0], [1.0, 1.0, 0.0]])
    assert top_k(values, 2) == pytest.approx(np.array([[0.5, 0, 0.5], [0.5, 0.5, 0]]))
    assert top_k(values, 1) == pytest.approx(np.array([[1, 0, 0], [0.5, 0.5, 0]]))
    assert top_k(values[1], 1) == pytest.approx([0.5, 0.5, 0])
