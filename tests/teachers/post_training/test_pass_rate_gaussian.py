"""The pass-rate Gaussian against worked numbers."""

import math

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import PassRateGaussian
from teachgym.teachers.post_training.pass_rate_gaussian import gaussian, next_topic, target_mean

SPACE = gym.spaces.MultiDiscrete([2, 3])


def profiled(rates, **options):
    """A teacher whose profile gave these pass rates, by arm."""
    teacher = PassRateGaussian(SPACE, seed=0, **options)
    for rate in rates:
        teacher.observe(teacher.act(), rate)
    return teacher


def test_mean_falls_linearly():
    assert target_mean(0, 10, 0.8, 0.2) == pytest.approx(0.8)
    assert target_mean(5, 10, 0.8, 0.2) == pytest.approx(0.5)
    assert target_mean(10, 10, 0.8, 0.2) == pytest.approx(0.2)


def test_gaussian_by_hand():
    # 1 and 2 deviations from the mean; what is always passed is left out
    weights = np.array([math.exp(-0.5), math.exp(-2.0), 0.0])
    expected = weights / weights.sum()
    assert gaussian(np.array([0.6, 0.5, 1.0]), 0.7, 0.1) == pytest.approx(expected)
    assert gaussian(np.ones(2), 0.5, 0.1).tolist() == [0.5, 0.5]
    assert gaussian(np.array([0.0, 0.1]), 1.0, 1e-4).tolist() == [0.0, 1.0]  # no underflow


def test_topics_keep_their_shares():
    credits, topics = np.zeros(3), []
    for _ in range(8):
        topic, credits = next_topic(credits, np.array([0.5, 0.25, 0.25]))
        topics.append(topic)
    assert [topics[:4].count(topic) for topic in range(3)] == [2, 1, 1]
    assert [topics[4:].count(topic) for topic in range(3)] == [2, 1, 1]
    assert next_topic(np.array([-5.0, 0.0]), np.array([1.0, 0.0]))[0] == 0


def test_profile_takes_each_arm_in_turn_and_is_then_left_alone():
    teacher = PassRateGaussian(SPACE, profile=2)
    arms = []
    for lesson in range(12):
        action = teacher.act()
        arms.append(int(action @ [3, 1]))
        teacher.observe(action, 0.2 if lesson < 6 else 0.4)
    assert arms == [*range(6), *range(6)]
    assert teacher.rates == pytest.approx([0.3] * 6)
    teacher.observe(np.array([0, 0]), 1.0)
    assert teacher.rates == pytest.approx([0.3] * 6)


def test_levels_are_drawn_as_said_and_topics_take_turns():
    teacher = profiled([0.8, 0.6, 1.0, 0.8, 0.4, 0.2], start=0.7, end=0.7, lessons=10**6)
    counts = np.zeros((2, 3))
    for _ in range(3000):
        topic, level = teacher.act()
        counts[topic, level] += 1
    assert counts.sum(axis=1).tolist() == [1500, 1500]
    assert counts[0, 2] == 0
    assert stats.chisquare(counts[0, :2]).pvalue > 0.01  # as far from 0.7 as each other
    weights = np.exp(-0.5 * np.array([0.1, 0.3, 0.5]) ** 2 / 0.15**2)
    assert stats.chisquare(counts[1], 1500 * weights / weights.sum()).pvalue > 0.01


def test_a_topic_that_is_always_passed_is_left_out_unless_all_are():
    teacher = profiled([1.0, 1.0, 1.0, 0.5, 0.5, 0.5])
    assert {int(teacher.act()[0]) for _ in range(50)} == {1}
    teacher = profiled([1.0] * 6)
    assert {int(teacher.act()[0]) for _ in range(50)} == {0, 1}


def test_after_its_lessons_it_profiles_anew():
    teacher = profiled([0.5] * 6, lessons=4)
    for _ in range(4):
        teacher.observe(teacher.act(), 0.9)
    assert teacher.rates.tolist() == [0.5] * 6
    arms = []
    for _ in range(6):
        action = teacher.act()
        arms.append(int(action @ [3, 1]))
        teacher.observe(action, 0.9)
    assert arms == list(range(6))
    assert teacher.rates == pytest.approx([0.9] * 6)


@pytest.mark.parametrize("shares", [[1.0], [-1.0, 2.0], [0.0, 0.0], [np.nan, 1.0]])
def test_other_shares_are_refused(shares):
    with pytest.raises(ValueError, match="shares must"):
        PassRateGaussian(SPACE, shares=shares)


def test_shares_are_weights():
    teacher = profiled([0.5] * 6, shares=[3, 1])
    topics = [int(teacher.act()[0]) for _ in range(40)]
    assert topics.count(0) == 30
