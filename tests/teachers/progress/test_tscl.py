"""Teacher-student curriculum learning against numbers worked by hand and against NumPy."""

import math

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import TSCLNaive, TSCLOnline, TSCLSampling, TSCLWindow
from teachgym.teachers.progress.tscl import boltzmann, slope

SPACE = gym.spaces.Discrete(4)
KINDS = [TSCLOnline, TSCLNaive, TSCLWindow, TSCLSampling]


def feed(teacher, arm, *scores):
    for score in scores:
        teacher.observe(arm, score)


def test_slope_by_hand_and_as_numpy_fits_it():
    # means 3 and 0.3; offsets (-3, -1, 4): (-3 * 0.1 - 0.2 + 4 * 0.6) / 26
    assert slope(np.array([0.0, 2.0, 7.0]), np.array([0.1, 0.2, 0.6])) == pytest.approx(1.9 / 26)
    rng = np.random.default_rng(0)
    times, scores = 1e6 + np.sort(rng.random(10)) * 50, rng.random(10)
    assert slope(times, scores) == pytest.approx(np.polyfit(times - 1e6, scores, 1)[0])


def test_boltzmann_by_hand():
    # one temperature apart: 1 / (1 + 1/e) = 0.731
    assert boltzmann(np.array([0.0008, 0.0004]), 0.0004) == pytest.approx(
        [0.7311, 0.2689], abs=1e-4
    )
    assert boltzmann(np.array([1.0, 0.0]), 0.0004) == pytest.approx([1.0, 0.0])


def test_online_by_hand():
    teacher = TSCLOnline(SPACE, learning_rate=0.1)
    feed(teacher, 1, 0.5)  # change 0.5 from nothing: Q = 0.05
    assert teacher.progress() == pytest.approx([0, 0.05, 0, 0])
    feed(teacher, 1, 0.2)  # change -0.3: Q = 0.05 + 0.1 (-0.3 - 0.05) = 0.015
    feed(teacher, 2, 0.1)
    assert teacher.progress() == pytest.approx([0, 0.015, 0.01, 0])


def test_naive_fits_a_line_after_its_practice():
    teacher = TSCLNaive(SPACE, seed=0, practice=3, learning_rate=0.5, epsilon=0.0)
    arm = int(teacher.act())
    feed(teacher, arm, 0.0, 0.3)
    assert not teacher.progress().any()
    assert teacher.act() == arm  # still the same arm
    feed(teacher, (arm + 1) % 4, 0.1, 0.2, 0.9)  # somebody else's lessons: slope 0.4
    assert teacher.act() == arm
    feed(teacher, arm, 0.2)  # slope (0.2 - 0.0) / 2 = 0.1
    expected = np.zeros(4)
    expected[[arm, (arm + 1) % 4]] = 0.05, 0.2
    assert teacher.progress() == pytest.approx(expected)
    assert teacher.act() == (arm + 1) % 4
    feed(teacher, arm, 0.2, 0.2, 0.2)  # slope 0: half of 0.05 is left
    assert teacher.progress()[arm] == pytest.approx(0.025)


def test_window_fits_the_last_scores_over_the_time_of_all_lessons():
    teacher = TSCLWindow(SPACE, window=3)
    assert teacher.progress() == pytest.approx([1.0] * 4)
    feed(teacher, 0, 0.9)  # time 0
    assert teacher.progress()[0] == 1.0  # one score has no slope
    feed(teacher, 0, 0.1)  # time 1
    assert teacher.progress()[0] == pytest.approx(-0.8)
    feed(teacher, 1, 0.5)  # time 2
    feed(teacher, 0, 0.2)  # time 3
    feed(teacher, 0, 0.6)  # time 4; the last three are at times 1, 3 and 4
    assert teacher.progress()[0] == pytest.approx(np.polyfit([1, 3, 4], [0.1, 0.2, 0.6], 1)[0])
    assert teacher.progress()[1:] == pytest.approx([1.0] * 3)


def test_sampling_keeps_the_last_changes():
    teacher = TSCLSampling(SPACE, window=2)
    feed(teacher, 0, 0.3, 0.5, 0.1)  # changes 0.3 (dropped), 0.2, -0.4
    assert sorted(teacher.changes[0]) == pytest.approx([-0.4, 0.2])
    assert {tuple(teacher.progress()[1:]) for _ in range(20)} == {(1.0, 1.0, 1.0)}
    feed(teacher, 1, 0.7)
    assert {round(float(teacher.progress()[1]), 9) for _ in range(20)} == {0.7}


def test_sampling_draws_by_its_changes():
    # Arm 0 draws 0.1 or -0.5, arm 1 always 0.3, arm 2 always 0: arm 0 wins half of the time.
    teacher = TSCLSampling(gym.spaces.Discrete(3), seed=0, epsilon=0.1)
    feed(teacher, 0, 0.1, 0.2, 0.7, 0.2)
    teacher.changes[0, :4] = [0.1, 0.1, 0.5, -0.5]
    feed(teacher, 1, 0.3)
    feed(teacher, 2, 0.0)
    drawn = np.bincount([teacher.act() for _ in range(3000)], minlength=3)
    expected = 0.9 * np.array([0.5, 0.5, 0.0]) + 0.1 / 3
    assert stats.chisquare(drawn, 3000 * expected).pvalue > 0.01


def test_arms_are_drawn_by_absolute_values():
    teacher = TSCLOnline(SPACE, seed=0, epsilon=0.2)
    teacher.value[:] = [0.1, -0.3, 0.3, 0.2]
    expected = np.array([0.05, 0.45, 0.45, 0.05])
    assert teacher.probabilities() == pytest.approx(expected)
    drawn = np.bincount([teacher.act() for _ in range(3000)], minlength=4)
    assert stats.chisquare(drawn, 3000 * expected).pvalue > 0.01


def test_boltzmann_draws_by_the_softmax():
    teacher = TSCLOnline(SPACE, seed=0, policy="boltzmann", temperature=0.1)
    teacher.value[:] = np.array([1.0, -2.0, 0.0, 1.0]) * 0.1 * math.log(2.0)
    expected = np.array([2, 4, 1, 2]) / 9
    assert teacher.probabilities() == pytest.approx(expected)
    drawn = np.bincount([teacher.act() for _ in range(3000)], minlength=4)
    assert stats.chisquare(drawn, 3000 * expected).pvalue > 0.01


def test_naive_draws_by_its_values_and_then_keeps_to_the_arm():
    teacher = TSCLNaive(SPACE, seed=0, epsilon=0.2, practice=2)
    expected = np.array([0.05, 0.45, 0.45, 0.05])
    drawn = np.zeros(4)
    for _ in range(3000):
        teacher.value[:] = [0.1, -0.3, 0.3, 0.2]
        arm = teacher.act()
        drawn[arm] += 1
        teacher.observe(arm, 0.5)
        assert teacher.act() == arm
        teacher.observe(arm, 0.5)
    assert stats.chisquare(drawn, 3000 * expected).pvalue > 0.01


def test_window_draws_by_its_slopes():
    teacher = TSCLWindow(SPACE, seed=0, epsilon=0.2)
    teacher.slopes[:] = [0.1, -0.3, 0.3, 0.2]
    expected = np.array([0.05, 0.45, 0.45, 0.05])
    assert teacher.probabilities() == pytest.approx(expected)
    drawn = np.bincount([teacher.act() for _ in range(3000)], minlength=4)
    assert stats.chisquare(drawn, 3000 * expected).pvalue > 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_they_find_the_arm_that_progresses_and_the_one_that_is_forgotten(kind):
    for sign in (1, -1):
        teacher = kind(SPACE, seed=0)
        practice, chosen = 0, []
        for arm in range(4):
            feed(teacher, arm, *[0.5] * 10)
        for _ in range(400):
            arm = int(teacher.act())
            chosen.append(arm)
            practice += arm == 2
            teacher.observe(arm, 0.5 + sign * min(practice / 800, 0.5) if arm == 2 else 0.5)
        assert np.mean(np.array(chosen[200:]) == 2) > 0.5


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (TSCLOnline, {"learning_rate": 0.0}),
        (TSCLOnline, {"policy": "greedy"}),
        (TSCLOnline, {"epsilon": -0.1}),
        (TSCLOnline, {"temperature": 0.0}),
        (TSCLNaive, {"practice": 1}),
        (TSCLWindow, {"window": 1}),
        (TSCLSampling, {"window": 0}),
    ],
)
def test_ill_valued_options_are_refused(kind, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        kind(SPACE, **options)
