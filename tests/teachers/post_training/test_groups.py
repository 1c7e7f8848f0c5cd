"""Statistics of groups against worked numbers."""

import math

import gymnasium as gym
import numpy as np
import pytest

from teachgym.teachers import BOTS, LILO, TEACHERS, MoPPS
from teachgym.teachers.post_training.groups import (
    absolute_advantages,
    as_groups,
    mean_absolute_advantage,
    outcomes,
    relative_variance,
    uninformative,
    variance,
)

NAN = np.nan


def test_groups_are_tasks_unless_each_was_answered_once():
    assert as_groups([[0, 1], [1, 1]]).tolist() == [[0, 1], [1, 1]]
    assert as_groups([[0], [1], [1]]).tolist() == [[0, 1, 1]]
    assert as_groups([[NAN, NAN], [1, 0]]).tolist() == [[1, 0]]


@pytest.mark.parametrize(
    ("scores", "complaint"),
    [([0.5, 1.0], "shape"), ([[0.5, 1.1]], "in"), ([[NAN, NAN]], "known"), (np.ones((0, 4)), "in")],
)
def test_bad_scores_are_refused(scores, complaint):
    with pytest.raises(ValueError, match=complaint):
        as_groups(scores)


def test_outcomes():
    # 1 + 0.5 of three known scores
    assert outcomes(0.5, np.array([[1.0, NAN], [0.5, 0.0]])) == pytest.approx((1.5, 1.5))
    assert outcomes(0.3, None) == pytest.approx((0.3, 0.7))


def test_variance():
    # (1, 0, 0, 0) has 3/16, (1, 1) with two missing has 0
    groups = np.array([[1.0, 0.0, 0.0, 0.0], [1.0, NAN, NAN, 1.0]])
    assert variance(0.5, groups) == pytest.approx(3 / 32)
    assert variance(0.25, None) == pytest.approx(3 / 16)


def test_relative_variance():
    # (1, 0, 0, 0): 3/16 of at most 1/4; (1, 0, 1): 2/9 of at most 2/9; a single answer: 0
    groups = np.array([[1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 1.0, NAN], [1.0, NAN, NAN, NAN]])
    assert relative_variance(0.5, groups) == pytest.approx((0.75 + 1.0 + 0.0) / 3)
    assert relative_variance(0.25, None) == pytest.approx(0.75)


def test_absolute_advantages():
    # mean 1/4, sd sqrt(3)/4: (3/4) / sd = sqrt(3), (1/4) / sd = 1 / sqrt(3); a constant group has 0
    groups = np.array([[1.0, 0.0, 0.0, 0.0], [1.0, NAN, NAN, 1.0]])
    expected = [math.sqrt(3.0), *[1 / math.sqrt(3.0)] * 3, 0.0, 0.0]
    assert absolute_advantages(0.5, groups) == pytest.approx(expected)
    # the mean over the first group is what its mean score alone gives: 2 sqrt(3/16)
    assert absolute_advantages(0.25, None) == pytest.approx([np.mean(expected[:4])])
    assert mean_absolute_advantage(0.25, None) == pytest.approx(math.sqrt(3 / 4))
    assert mean_absolute_advantage(0.5, groups) == pytest.approx(sum(expected) / 6)
    assert absolute_advantages(0.1, np.full((2, 10), 0.1)).tolist() == [0.0] * 20


def test_uninformative():
    assert uninformative(0.5, np.array([[1.0, 1.0], [0.0, NAN]]))
    assert not uninformative(0.5, np.array([[1.0, 1.0], [0.0, 0.1]]))
    assert [uninformative(p, None) for p in (0.0, 0.2, 1.0)] == [True, False, True]


@pytest.mark.parametrize(
    "name", [name for name, teacher in TEACHERS.items() if teacher.takes_scores]
)
def test_every_teacher_that_takes_scores_learns_from_them_or_from_the_mean(name):
    space = gym.spaces.MultiDiscrete([2, 3])
    rng = np.random.default_rng(0)
    teacher = TEACHERS[name](space, seed=0)
    for lesson in range(30):
        scores = rng.integers(2, size=(4, 3)).astype(float)
        scores[0, 0] = NAN
        given = {} if lesson % 3 == 0 else {"scores": scores}
        action = teacher.act()
        assert action in space
        teacher.observe(action, float(np.nanmean(scores)), **given)
    before = teacher.state_dict()
    with pytest.raises(ValueError, match="scores must"):
        teacher.observe(action, 0.5, scores=np.array([[2.0]]))
    assert repr(teacher.state_dict()) == repr(before)


def test_the_last_four_means_stand_for_the_scores():
    teacher = LILO(gym.spaces.Discrete(2))
    means = [teacher.stand_in(0, score) for score in (1.0, 0.0, 0.0, 0.0, 0.0, 0.4)]
    assert means == pytest.approx([1.0, 1 / 2, 1 / 3, 1 / 4, 0.0, 0.1])
    assert teacher.stand_in(1, 1.0) == 1.0
    teacher = LILO(gym.spaces.Discrete(2), rate=1.0)
    for score in (1.0, 0.0):
        teacher.observe(0, score)
    assert teacher.learnability[0] == pytest.approx(1 / 4)
    teacher.observe(0, 1.0, scores=np.ones((1, 2)))  # the scores are told: nothing to stand in for
    assert teacher.learnability[0] == 0.0


@pytest.mark.parametrize("teacher", [MoPPS, BOTS])
def test_teachers_that_count_take_each_mean_as_it_is(teacher):
    teacher = teacher(gym.spaces.Discrete(2))
    assert [teacher.stand_in(0, score) for score in (1.0, 0.0)] == [1.0, 0.0]
