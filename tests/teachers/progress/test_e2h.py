"""The schedules from easy to hard against numbers worked by hand."""

import math

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import E2H
from teachgym.teachers.progress.e2h import cosine_schedule, gaussian_schedule

SPACE = gym.spaces.MultiDiscrete([2, 3])


def test_cosine_by_hand():
    # K = 3, Z = 6: from (3, 2, 1) / 6 to (1, 2, 3) / 6; at a third a = (1 + 1/2) / 2 = 3/4
    assert cosine_schedule(0.0, 3) == pytest.approx([3 / 6, 2 / 6, 1 / 6])
    assert cosine_schedule(1 / 3, 3) == pytest.approx([2.5 / 6, 2 / 6, 1.5 / 6])
    assert cosine_schedule(1.0, 3) == pytest.approx([1 / 6, 2 / 6, 3 / 6])


def test_gaussian_by_hand():
    # At a quarter mu = sqrt(1/4) * 2 = 1; one level away is two deviations: e^-2
    away = math.exp(-2.0)
    assert gaussian_schedule(0.25, 3, 0.5, 0.5) == pytest.approx(
        np.array([away, 1.0, away]) / (1 + 2 * away)
    )
    assert gaussian_schedule(0.25, 5, 1.0, 0.5).argmax() == 1
    assert gaussian_schedule(0.375, 3, 1.0, 1e-4) == pytest.approx([0.0, 1.0, 0.0])


@pytest.mark.parametrize("schedule", ["cosine", "gaussian"])
def test_lessons_move_the_schedule_to_its_end(schedule):
    teacher = E2H(SPACE, schedule=schedule, lessons=4)
    seen = []
    for _ in range(7):
        seen.append(teacher.level_probabilities())
        teacher.observe(np.array([0, 1]), 0.0)
    means = [float(chances @ np.arange(3)) for chances in seen]
    assert means[0] < means[1] < means[2] < means[3] < means[4] == means[5] == means[6]
    assert means[4] == pytest.approx(2 - means[0])


def test_choosing_alone_does_not_move_it():
    teacher = E2H(SPACE, seed=0, lessons=4)
    before = teacher.level_probabilities()
    for _ in range(10):
        teacher.act()
    assert np.array_equal(teacher.level_probabilities(), before)


@pytest.mark.parametrize(
    ("schedule", "chosen"),
    [
        ("cosine", np.array([2, 2, 2]) / 6),
        ("gaussian", np.array([math.exp(-2), 1, math.exp(-2)]) / (1 + 2 * math.exp(-2))),
    ],
)
def test_topics_and_levels_are_drawn_as_said(schedule, chosen):
    # Half way: a = 1/2, and with exponent 1 the Gaussian sits on the middle level.
    teacher = E2H(SPACE, seed=0, schedule=schedule, lessons=10, exponent=1.0, exploration=0.1)
    teacher.taught = 5
    drawn = np.zeros((2, 3))
    for _ in range(3000):
        drawn[tuple(teacher.act())] += 1
    expected = np.tile(0.9 * chosen + 0.1 / 3, (2, 1)) / 2
    assert stats.chisquare(drawn.ravel(), 3000 * expected.ravel()).pvalue > 0.01


@pytest.mark.parametrize(
    "options",
    [{"schedule": "linear"}, {"lessons": 0}, {"exponent": 0}, {"width": 0}, {"exploration": -1}],
)
def test_ill_valued_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        E2H(SPACE, **options)
