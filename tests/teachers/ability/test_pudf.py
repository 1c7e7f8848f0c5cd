"""PUDF: the limit after each epoch, and what is drawn within it."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import PUDF, rasch_difficulties
from teachgym.teachers.ability.irt import chance, rasch_mode
from teachgym.teachers.ability.pudf import next_capacity, not_too_hard

SPACE = gym.spaces.MultiDiscrete([2, 5])


def test_capacity_by_hand():
    assert next_capacity(-1.5, 0.0, -5.0, 0.1) == (-1.5, -1.5)  # the first measurement counts
    assert next_capacity(-1.2, -1.5, -1.5, 0.1) == (-1.2, -1.2)
    assert next_capacity(-1.3, -1.2, -1.2, 0.1) == pytest.approx((-1.1, -1.2))
    assert next_capacity(-1.2, -1.1, -1.2, 0.1) == pytest.approx((-1.0, -1.2))  # as good is stuck
    assert next_capacity(-1.1, -1.0, -1.2, 0.1) == (-1.1, -1.1)  # the limit may fall


def test_items_within_the_limit():
    difficulties = np.array([1.0, -1.0, 0.0, 0.5])
    assert not_too_hard(difficulties, 0.0, 1) == pytest.approx([0, 0.5, 0.5, 0])
    assert not_too_hard(difficulties, 2.0, 1) == pytest.approx([0.25] * 4)
    assert not_too_hard(difficulties, -3.0, 1) == pytest.approx([0, 1, 0, 0])
    assert not_too_hard(difficulties, -3.0, 3) == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3])
    assert not_too_hard(np.zeros(4), -3.0, 2) == pytest.approx([0.25] * 4)


def test_epochs_by_hand():
    teacher = PUDF(SPACE, epoch=2, answers=3.0)  # b = -2, -1, 0, 1, 2
    assert teacher.probabilities().reshape(2, 5)[0] == pytest.approx([1 / 6, 1 / 6, 1 / 6, 0, 0])
    teacher.observe(np.array([0, 1]), 1.0)
    assert teacher.capacity == 0.0
    teacher.observe(np.array([1, 2]), 0.5)
    first = rasch_mode(np.array([-1.0, 0.0]), np.array([3, 1.5]), np.array([0, 1.5]))
    assert teacher.capacity == teacher.best == pytest.approx(first)
    assert 0 < first < 1
    for level in (0, 1):
        teacher.observe(np.array([0, level]), 0.0)  # worse, and the first epoch is forgotten
    assert teacher.best == pytest.approx(first)
    assert teacher.capacity == pytest.approx(first + 0.1)
    for level in (2, 3):
        teacher.observe(np.array([0, level]), 1.0)
    better = rasch_mode(np.array([0.0, 1.0]), np.array([3.0, 3]), np.zeros(2))
    assert teacher.capacity == teacher.best == pytest.approx(better)


def test_a_stuck_student_gets_harder_tasks_at_last():
    teacher = PUDF(gym.spaces.MultiDiscrete([1, 3]), seed=1, epoch=5, stuck_step=0.5)
    taught = []
    for _ in range(300):
        action = teacher.act()
        taught.append(int(action[1]))
        teacher.observe(action, 0.0)
    assert max(taught[5:10]) == 0
    assert max(taught[10:50]) == 1
    assert 2 in taught[50:]


def test_a_student_who_learns_climbs():
    rng = np.random.default_rng(0)
    teacher = PUDF(SPACE, seed=0)
    for lesson in range(2000):
        action = teacher.act()
        level = teacher.difficulties.reshape(2, 5)[tuple(action)]
        teacher.observe(action, float(rng.random() < chance(-2 + lesson / 500, level)))
    assert teacher.capacity > 1.0


def test_arms_are_drawn_as_said():
    teacher = PUDF(SPACE, seed=0, exploration=0.2, difficulties=[1, -1, 0, 2, 3])
    expected = np.tile(np.array([0.02, 0.22, 0.22, 0.02, 0.02]), 2)
    drawn = np.zeros((2, 5))
    for _ in range(3000):
        drawn[tuple(teacher.act())] += 1
    assert stats.chisquare(drawn.ravel(), 3000 * expected).pvalue > 0.01


def test_difficulties_of_a_crowd_fit_in():
    answers = np.array([[1, 0, 1.0], [1, 0, 0.0], [1, 1, 0.0], [0, 0, 1.0]])
    teacher = PUDF(gym.spaces.Discrete(3), levels=3, difficulties=rasch_difficulties(answers))
    assert teacher.probabilities().argmax() == 0


@pytest.mark.parametrize(
    "options",
    [
        {"difficulties": [1, 2]},
        {"epoch": 0},
        {"stuck_step": -0.1},
        {"minimum": 0},
        {"answers": 0},
        {"exploration": 2},
    ],
)
def test_ill_valued_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        PUDF(SPACE, **options)
