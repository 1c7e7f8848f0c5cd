"""Learning progress against numbers worked by hand."""

import math

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import LearningProgress
from teachgym.teachers.progress.learning_progress import distribution, follow, reweight

SPACE = gym.spaces.Discrete(4)


def test_means_by_hand():
    # fast 0.2 + 0.1 (1 - 0.2) = 0.28, slow 0.5 + 0.1 (0.28 - 0.5) = 0.478
    assert follow(0.2, 0.5, 1.0, 0.1) == pytest.approx((0.28, 0.478))


def test_reweighting_by_hand():
    # theta becomes 1/2; 0.5 * 0.9 / (0.5 + 0) = 0.9
    values = reweight(np.array([0.0, 0.1, 0.5, 1.0]), 0.1)
    assert values == pytest.approx([0.0, 0.5, 0.9, 1.0])


def test_distribution_by_hand():
    # 0.1 and 0.3: mean 0.2, deviation 0.1, so z = -1 and 1; sigmoid 0.2689 and 0.7311
    expected = [1 / (1 + math.e), 0.0, 1 / (1 + 1 / math.e)]
    active = np.array([True, False, True])
    assert distribution(np.array([0.1, 0.9, 0.3]), active) == pytest.approx(expected)
    same = distribution(np.array([0.1, 0.1, 0.1]), np.ones(3, dtype=bool))
    assert same == pytest.approx([1 / 3] * 3)
    faded = distribution(np.array([1e-200, 0.0, 0.0]), np.ones(3, dtype=bool))
    assert faded == pytest.approx([1 / 3] * 3)
    assert distribution(np.zeros(4), np.zeros(4, dtype=bool)) == pytest.approx([0.25] * 4)


def test_a_stream_of_scores_by_hand():
    teacher = LearningProgress(SPACE, rate=0.5, theta=0.1)
    teacher.observe(0, 0.0)  # sets both means
    assert teacher.progress()[0] == 0.0
    teacher.observe(0, 0.2)  # fast 0.1, slow 0.05; f = 0.5 and 0.045 / 0.14
    assert teacher.progress()[0] == pytest.approx(0.5 - 0.045 / 0.14)
    assert np.isnan(teacher.progress()[1:]).all()


def test_what_guessing_earns_is_taken_off():
    teacher = LearningProgress(SPACE, baseline=0.25)
    teacher.observe(0, 0.1)
    teacher.observe(1, 0.4)  # (0.4 - 0.25) / 0.75
    assert teacher.fast[:2] == pytest.approx([0.0, 0.2])


def test_every_arm_is_tried_first():
    teacher = LearningProgress(SPACE, seed=0)
    first = []
    for _ in range(4):
        first.append(int(teacher.act()))
        teacher.observe(first[-1], 1.0)
    assert sorted(first) == [0, 1, 2, 3]


def test_arms_are_drawn_as_said():
    # Progress 0.5 - 0.045/0.14 = 0.179, 0, 0 and 0; arm 1 has never had a score above 0.
    # The z-scores of (0.179, 0, 0) are sqrt(2), -1/sqrt(2), -1/sqrt(2).
    teacher = LearningProgress(SPACE, seed=0, exploration=0.2)
    teacher.fast[:] = [0.1, 0.0, 0.5, 1.0]
    teacher.slow[:] = [0.05, 0.0, 0.5, 1.0]
    high, low = 1 / (1 + math.exp(-math.sqrt(2))), 1 / (1 + math.exp(math.sqrt(0.5)))
    expected = 0.8 * np.array([high, 0.0, low, low]) / (high + 2 * low) + 0.05
    assert teacher.probabilities() == pytest.approx(expected)
    drawn = np.bincount([teacher.act() for _ in range(3000)], minlength=4)
    assert stats.chisquare(drawn, 3000 * expected).pvalue > 0.01


@pytest.mark.parametrize(
    "options", [{"rate": 0}, {"theta": 0}, {"theta": 1}, {"exploration": 2}, {"baseline": 1}]
)
def test_ill_valued_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        LearningProgress(SPACE, **options)
