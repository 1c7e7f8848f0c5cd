import math

import numpy as np
import pytest
from scipy import stats

from teachgym.domains import Task
from teachgym.rewards import exact_match
from teachgym.students import SimulatedAnswerer
from teachgym.students.simulated import IRT
from teachgym.students.simulated.irt import guessed, practice_gain, two_parameter_curve

SAME = {"student_spread": 0.0, "spread": 0.0, "gain_spread": 0.0}


def make(*sizes, seed=0, **options):
    cohort = IRT(*sizes, **options)
    cohort.reset(np.random.default_rng(seed))
    return cohort


def test_curve_against_worked_numbers():
    # 1.7 · 2 · (0.5 - 0) = 1.7; 1 / (1 + e^-1.7) = 0.845535
    q = two_parameter_curve(np.array([0.5, 0.0]), 0.0, 2.0)
    assert q == pytest.approx([0.845535, 0.5], abs=1e-6)
    # 0.2 + 0.8 · 0.845535 = 0.876428
    assert guessed(q, 0.2)[0] == pytest.approx(0.876428, abs=1e-6)
    assert two_parameter_curve(np.array([1e6, -1e6]), 0.0, 1.0) == pytest.approx([1.0, 0.0])


def test_gain_against_worked_numbers():
    # 4 · 0.2 · 0.8 = 0.64, times a gain of 0.1 and a readiness of 0.5
    assert practice_gain(np.array([0.2, 0.5]), 0.1, 0.5) == pytest.approx([0.032, 0.05])


def test_expected_of_every_cell():
    cohort = make(
        3, 2, 5, ability=[0.5, -1.0], guess=0.25, discrimination=1.5, span=(-1, 3), **SAME
    )
    for topic, ability in enumerate((0.5, -1.0)):
        for level, difficulty in enumerate((-1.0, 0.0, 1.0, 2.0, 3.0)):
            q = 1 / (1 + math.exp(-1.7 * 1.5 * (ability - difficulty)))
            assert cohort.expected()[:, topic, level] == pytest.approx(0.25 + 0.75 * q, abs=1e-6)


def test_one_level_lies_in_the_middle():
    assert make(1, 1, 1, ability=1.0, span=(0, 2), **SAME).expected()[0, 0, 0] == pytest.approx(0.5)


def test_one_lesson_by_hand():
    cohort = make(2, 2, 3, ability=0.0, gain=0.2, span=(-1, 1), **SAME)
    cohort.practise(np.array([1, 0]), np.array([0, 1]), np.random.default_rng(0))
    # Student 0: q = 1 / (1 + e^-1.7) = 0.845535, 0.2 · 4 · 0.845535 · 0.154465 = 0.104485;
    # student 1 at its own level gains all of 0.2.
    assert cohort.state["ability"] == pytest.approx(np.array([[0, 0.104485], [0.2, 0]]), abs=1e-6)


def test_right_and_wrong_answers_teach_alike():
    cohort = make(500, 1, ability=0.0, **SAME)
    zeros = np.zeros(500, dtype=int)
    right = cohort.practise(zeros, zeros, np.random.default_rng(0))
    assert 0 < right.mean() < 1
    assert len(np.unique(cohort.state["ability"])) == 1


def test_the_least_mastered_prerequisite_counts():
    # 0 and 1 come before 2; 3 stands alone.
    before = np.zeros((4, 4), dtype=bool)
    before[[0, 1], 2] = True
    ability = [1.0, -0.5, 0.0, 0.0]
    cohort = make(2, 4, 1, ability=ability, gain=0.1, prerequisites=before, **SAME)
    cohort.practise(np.array([2, 3]), np.array([0, 0]), np.random.default_rng(0))
    # Mastery of topic 1: 1 / (1 + e^(1.7 · 0.5)) = 0.299433
    assert cohort.state["ability"][0] == pytest.approx([1.0, -0.5, 0.0299433, 0.0], abs=1e-6)
    assert cohort.state["ability"][1] == pytest.approx([1.0, -0.5, 0.0, 0.1], abs=1e-6)


def test_it_learns_like_the_single_simulated_student():
    rng = np.random.default_rng(1)
    before = np.triu(rng.random((6, 6)) < 0.5, 1)
    cohort = make(1, 6, 3, gain=0.1, prerequisites=before, **SAME)
    single = SimulatedAnswerer(spread=0.0, gain=0.1, prerequisites=before)
    single.reset(seed=0)
    for number in range(300):
        topic, level = rng.integers(6), rng.integers(3)
        cohort.practise(np.array([topic]), np.array([level]), rng)
        task = Task(f"{number}=", "right", int(topic), level / 2)
        single.study([task], exact_match)
        assert cohort.expected()[0, topic, level] == pytest.approx(
            single.probability([task])[0], abs=1e-4
        )
    assert cohort.state["ability"][0] == pytest.approx(single.abilities(6), abs=1e-4)
    assert np.ptp(cohort.state["ability"]) > 0.5


def test_the_population_is_the_stated_one():
    cohort = make(
        4000, 3, ability=[0.5, 0.0, -1.0], student_spread=0.6, spread=0.8, gain=0.2, gain_spread=0.4
    )
    ability, gain = cohort.state["ability"], cohort.state["gain"]
    assert stats.kstest(ability[:, 0], stats.norm(0.5, 1.0).cdf).pvalue > 0.01
    assert stats.kstest(ability[:, 2], stats.norm(-1.0, 1.0).cdf).pvalue > 0.01
    # Two topics share the student's part: covariance 0.36.
    assert np.cov(ability.T)[0, 1] == pytest.approx(0.36, abs=0.06)
    assert stats.kstest(np.log(gain), stats.norm(math.log(0.2), 0.4).cdf).pvalue > 0.01


def test_the_state_is_small():
    assert sum(values.nbytes for values in make(1000, 10, 4).state.values()) == 1000 * 44


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"discrimination": 0}, ValueError, r"discrimination must be in \(0, inf\), not 0"),
        ({"discrimination": math.inf}, ValueError, "discrimination must be in"),
        ({"guess": 1}, ValueError, r"guess must be in \[0, 1\), not 1"),
        ({"gain": -0.1}, ValueError, "gain must be in"),
        ({"gain": math.nan}, ValueError, "gain must be in"),
        ({"gain": [0.1, 0.2, 0.3]}, ValueError, r"gain must be a single number, not of shape \(3,"),
        ({"gain": "large"}, TypeError, "gain must be a number"),
        ({"ability": [0.0, 1.0]}, ValueError, r"array of shape \(3,\), not of shape \(2,\)"),
        ({"ability": [0.0, math.nan, 1.0]}, ValueError, r"ability must be in .* not nan"),
        ({"span": (1, 1)}, ValueError, r"low < high, not \(1.0, 1.0\)"),
        ({"span": (1, 2, 3)}, ValueError, "span"),
        ({"prerequisites": np.zeros((2, 2), dtype=bool)}, ValueError, r"shape \(3, 3\)"),
    ],
)
def test_arguments_out_of_range(options, error, message):
    with pytest.raises(error, match=message):
        IRT(2, 3, 4, **options)
