"""The window of levels, case by case."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import RLVE
from teachgym.teachers.progress.rlve import window_distribution

SPACE = gym.spaces.MultiDiscrete([2, 6])


def feed(teacher, topic, level, *scores):
    for score in scores:
        teacher.observe(np.array([topic, level]), score)


def test_windows_by_hand():
    expected = [[1, 0, 0, 0, 0], [1 / 3, 1 / 3, 1 / 3, 0, 0], [0, 0, 1 / 3, 1 / 3, 1 / 3]]
    chances = window_distribution(np.array([0, 2, 4]), 5, 3)
    assert chances == pytest.approx(np.array(expected) / 3)


def test_the_window_moves_up_by_the_mean_at_its_highest_level():
    teacher = RLVE(SPACE, lessons=4)
    feed(teacher, 1, 0, 1.0, 1.0, 1.0)
    assert teacher.highest.tolist() == [0, 0]
    feed(teacher, 1, 0, 0.6)  # mean 0.9
    assert teacher.highest.tolist() == [0, 1]
    feed(teacher, 1, 1, 1.0, 1.0, 1.0, 0.5)  # mean 0.875: stay, and count anew
    assert teacher.highest.tolist() == [0, 1]
    feed(teacher, 1, 1, 1.0, 1.0, 1.0)
    assert teacher.highest.tolist() == [0, 1]
    feed(teacher, 1, 1, 1.0)
    assert teacher.highest.tolist() == [0, 2]
    feed(teacher, 1, 2, 0.9, 0.9, 0.9, 0.9)  # rounding does not count
    assert teacher.highest.tolist() == [0, 3]


def test_other_levels_do_not_count_and_it_never_moves_down():
    teacher = RLVE(SPACE, lessons=2, start_level=2)
    feed(teacher, 0, 1, 1.0, 1.0, 1.0)
    feed(teacher, 0, 3, 1.0, 1.0, 1.0)
    feed(teacher, 0, 2, 0.0, 0.0, 0.0)
    assert teacher.highest.tolist() == [2, 2]


def test_it_stops_at_the_highest_level():
    teacher = RLVE(SPACE, lessons=1, start_level=4)
    feed(teacher, 0, 4, 1.0)
    feed(teacher, 0, 5, 1.0, 1.0)
    assert teacher.highest.tolist() == [5, 4]


def test_levels_of_the_window_are_drawn_alike():
    teacher = RLVE(SPACE, seed=0)
    teacher.highest[:] = [1, 4]
    drawn = np.zeros((2, 6))
    for _ in range(4000):
        drawn[tuple(teacher.act())] += 1
    expected = np.array([[1 / 4, 1 / 4, 0, 0, 0, 0], [0, 1 / 8, 1 / 8, 1 / 8, 1 / 8, 0]])
    assert teacher.probabilities().reshape(2, 6) == pytest.approx(expected)
    inside = expected > 0
    assert drawn[~inside].sum() == 0
    assert stats.chisquare(drawn[inside], 4000 * expected[inside]).pvalue > 0.01


@pytest.mark.parametrize(
    "options", [{"raise_at": 1.1}, {"lessons": 0}, {"width": 0}, {"start_level": 6}]
)
def test_ill_valued_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        RLVE(SPACE, **options)
