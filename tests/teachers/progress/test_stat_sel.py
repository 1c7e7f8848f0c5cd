"""STAT-Sel: the profile of missing skills, and the selection by it."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import STATSel
from teachgym.teachers.progress.stat_sel import missing_skill_profile, selection

ARMS = gym.spaces.Discrete(4)
SKILLS = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1]], dtype=bool)


def test_profile_by_hand():
    # Two, three and one arms need the skills.
    assert missing_skill_profile(np.array([0.5, 0.2, 1.0]), SKILLS) == pytest.approx([1, 0.6, 1])


def test_selection_by_hand():
    # A skill with 3, 6, 1 of 10, then one of the 2, 3, 1 arms that need it
    chances = selection(np.array([3.0, 6.0, 1.0]), SKILLS)
    assert chances == pytest.approx([0.15, 0.15 + 0.2, 0.2, 0.2 + 0.1])
    assert selection(np.zeros(3), SKILLS) == pytest.approx([0.25] * 4)


def test_rates_by_hand():
    teacher = STATSel(ARMS, skills=SKILLS, smoothing=0.5)
    teacher.observe(1, 0.25)  # skills 0 and 1: missing 0.25 + 0.75, asked 0.5 + 1
    assert teacher.missing == pytest.approx([1.0, 1.0, 0.5])
    assert teacher.asked == pytest.approx([1.5, 1.5, 1.0])
    teacher.observe(0, 1.0)  # skill 0: missing 0.5, asked 1.75
    assert teacher.profile() == pytest.approx([2 * 0.5 / 1.75, 3 * 1.0 / 1.5, 0.5])


def test_by_default_the_skills_are_the_topics():
    teacher = STATSel(gym.spaces.MultiDiscrete([2, 3]), exploration=0.0)
    assert teacher.skills.astype(int).tolist() == [[1, 0]] * 3 + [[0, 1]] * 3
    for _ in range(200):
        teacher.observe(np.array([0, 2]), 0.75)
        teacher.observe(np.array([1, 0]), 0.25)
    assert teacher.probabilities() == pytest.approx([0.25 / 3] * 3 + [0.75 / 3] * 3)
    assert np.array_equal(STATSel(ARMS).skills, np.eye(4))


def test_practice_alone_does_not_make_a_skill_look_worse():
    # A count would grow with the lessons; the rate of two equal skills stays the same.
    teacher = STATSel(gym.spaces.Discrete(2), exploration=0.0, smoothing=0.0)
    for arm, lessons in ((0, 300), (1, 30)):
        for _ in range(lessons):
            teacher.observe(arm, 0.5)
    assert teacher.probabilities() == pytest.approx([0.5, 0.5])


def test_what_is_mastered_is_left_and_comes_back_when_forgotten():
    teacher = STATSel(gym.spaces.Discrete(2), exploration=0.0)
    for _ in range(100):
        teacher.observe(0, 1.0)
    assert teacher.probabilities()[0] < 1e-4
    for _ in range(10):
        teacher.observe(0, 0.0)
    assert teacher.probabilities()[0] > 0.5


def test_arms_are_drawn_as_said():
    teacher = STATSel(ARMS, seed=0, skills=SKILLS.astype(int).tolist(), exploration=0.2)
    teacher.missing[:] = [0.4, 0.1, 0.9]
    # Arms by the sum of the rates of their skills: 0.4, 0.5, 0.1, 1.0
    expected = 0.8 * np.array([0.4, 0.5, 0.1, 1.0]) / 2 + 0.05
    assert teacher.probabilities() == pytest.approx(expected)
    assert 0.8 * selection(teacher.profile(), SKILLS) + 0.05 == pytest.approx(expected)
    drawn = np.bincount([teacher.act() for _ in range(3000)], minlength=4)
    assert stats.chisquare(drawn, 3000 * expected).pvalue > 0.01


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"skills": np.eye(3)}, "skills must be a table"),
        ({"skills": np.full((4, 2), 0.5)}, "skills must be a table"),
        ({"skills": [[1], [1, 0], [1], [1]]}, "skills must be a table"),
        ({"skills": [[1, 0], [0, 1], [0, 0], [1, 1]]}, "each arm one skill at least; not so 2"),
        ({"skills": [[1, 0], [1, 0], [1, 0], [1, 0]]}, "each skill one arm at least; not so 1"),
        ({"smoothing": 1.5}, "smoothing"),
        ({"exploration": -0.5}, "exploration"),
    ],
)
def test_ill_valued_options_are_refused(options, complaint):
    with pytest.raises(ValueError, match=complaint):
        STATSel(ARMS, **options)
