"""Progression against worked sequences."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import Progression
from teachgym.teachers.progression import next_level

SPACE = gym.spaces.MultiDiscrete([2, 3])


@pytest.mark.parametrize(
    ("level", "scores", "after"),
    [
        (0, [0.8, 0.8], 1),
        (0, [1.0, 0.59], 0),
        (1, [0.3, 0.3], 0),
        (1, [0.3, 0.31], 1),
        (2, [1.0, 1.0], 2),
        (0, [0.0, 0.0], 0),
    ],
)
def test_level_after_a_window(level, scores, after):
    assert next_level(level, 3, np.array(scores), 0.8, 0.3) == after


def feed(teacher, topic, level, *scores):
    for score in scores:
        teacher.observe(np.array([topic, level]), score)


def test_each_topic_has_its_own_level_and_a_fresh_window_after_each_move():
    teacher = Progression(SPACE, window=2)
    feed(teacher, 1, 0, 1.0)
    assert teacher.level.tolist() == [0, 0]
    feed(teacher, 1, 0, 1.0)
    assert teacher.level.tolist() == [0, 1]
    feed(teacher, 1, 1, 1.0)  # the two good scores from below do not count any more
    assert teacher.level.tolist() == [0, 1]
    feed(teacher, 1, 1, 0.5)  # mean 0.75: stay, and slide
    feed(teacher, 1, 1, 0.0)  # mean 0.25 of the last two
    assert teacher.level.tolist() == [0, 0]


def test_lessons_at_another_level_do_not_count():
    teacher = Progression(SPACE, window=2)
    feed(teacher, 0, 2, 1.0, 1.0, 1.0)
    assert teacher.level.tolist() == [0, 0]


def test_topics_in_turn_at_their_levels():
    teacher = Progression(SPACE, window=1)
    feed(teacher, 1, 0, 1.0)
    assert [teacher.act().tolist() for _ in range(3)] == [[0, 0], [1, 1], [0, 0]]


def test_topics_at_random_are_uniform():
    teacher = Progression(gym.spaces.MultiDiscrete([5, 3]), seed=0, topics="uniform")
    topics = [teacher.act()[0] for _ in range(2000)]
    assert stats.chisquare(np.bincount(topics, minlength=5)).pvalue > 0.01


def test_a_box_is_taught_within_the_bin_of_the_level():
    teacher = Progression(gym.spaces.Box(0, 1, (2,)), seed=0, window=1, bins=(2, 4))
    teacher.observe(np.float32([0.9, 0.1]), 1.0)
    drawn = np.array([teacher.act() for _ in range(40)])
    first, second = drawn[0::2], drawn[1::2]
    assert np.all(first[:, 0] < 0.5) and np.all(first[:, 1] < 0.25)
    assert np.all(second[:, 0] >= 0.5)
    assert np.all((second[:, 1] >= 0.25) & (second[:, 1] < 0.5))


def test_topics_begin_where_an_expert_says():
    teacher = Progression(SPACE, start_level=1)
    assert [teacher.act().tolist() for _ in range(3)] == [[0, 1], [1, 1], [0, 1]]
    feed(teacher, 0, 1, *[0.0] * 5)
    assert teacher.level.tolist() == [0, 1]
    with pytest.raises(ValueError, match="start_level=3 must be below the number of levels, 3"):
        Progression(SPACE, start_level=3)
