"""ZPDES: the zone, and the bandit within it."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import ZPDES
from teachgym.teachers.progress.zpdes import recent_gain, zone

# 0 comes before 1 and 2, and both of these before 3
DIAMOND = np.zeros((4, 4), dtype=bool)
DIAMOND[0, 1] = DIAMOND[0, 2] = DIAMOND[1, 3] = DIAMOND[2, 3] = True
TOPICS = gym.spaces.Discrete(4)


def feed(teacher, action, *scores):
    for score in scores:
        teacher.observe(action, score)


def test_gain_by_hand():
    assert recent_gain(np.array([0.0, 0.2, 0.6, 1.0])) == pytest.approx(0.8 - 0.1)
    assert recent_gain(np.array([0.3, 0.6, 0.0])) == pytest.approx(0.0 - 0.45)
    assert recent_gain(np.array([0.7])) == recent_gain(np.array([])) == 0.0


def test_zone_by_hand():
    def topics(*mastered):
        table = np.isin(np.arange(4), mastered)[:, None]
        return np.flatnonzero(zone(table, DIAMOND)[:, 0]).tolist()

    assert topics() == [0]
    assert topics(0) == [1, 2]
    assert topics(0, 1) == [2]
    assert topics(0, 1, 2) == [3]
    assert topics(1, 2) == [0, 3]  # what the student masters anyhow needs no teaching
    assert topics(0, 1, 2, 3) == []


def test_levels_open_one_by_one_and_a_topic_after_all_of_them():
    before = np.array([[0, 1], [0, 0]], dtype=bool)
    table = np.zeros((2, 3), dtype=bool)
    opened = []
    for level in range(3):
        opened.append(zone(table, before).ravel().nonzero()[0].tolist())
        table[0, level] = True
    opened.append(zone(table, before).ravel().nonzero()[0].tolist())
    assert opened == [[0], [1], [2], [3]]
    assert zone(np.array([[False, True, False]]), np.zeros((1, 1), dtype=bool)).tolist() == [
        [True, False, False]
    ]


def test_weights_by_hand():
    teacher = ZPDES(TOPICS, window=4, decay=0.5, gain=0.4)
    feed(teacher, 1, 0.0)  # no gain yet: w = 0.5
    feed(teacher, 1, 0.5)  # gain 0.5: w = 0.25 + 0.2 = 0.45
    feed(teacher, 1, 1.0)  # 1 - (0 + 0.5) / 2 = 0.75: w = 0.225 + 0.3 = 0.525
    assert teacher.weight == pytest.approx([1, 0.525, 1, 1])
    feed(teacher, 1, 0.0, 0.0)  # 0.25 and w = 0.3625, then (0.5, 1, 0, 0): -0.75 and w = 0
    assert teacher.weight == pytest.approx([1, 0.0, 1, 1])
    feed(teacher, 1, 0.0)  # (1, 0, 0, 0): still negative, still 0
    assert teacher.weight[1] == 0.0


def test_mastery_takes_a_full_window_and_can_be_lost():
    teacher = ZPDES(TOPICS, prerequisites=DIAMOND, window=3, mastered_at=0.8)
    feed(teacher, 0, 1.0, 1.0)
    assert teacher.zone().tolist() == [True, False, False, False]
    feed(teacher, 0, 0.4)  # mean 0.8
    assert teacher.zone().tolist() == [False, True, True, False]
    feed(teacher, 0, 0.0)
    assert teacher.zone().tolist() == [True, False, False, False]


def test_arms_of_the_zone_are_drawn_by_weight():
    teacher = ZPDES(TOPICS, seed=0, prerequisites=DIAMOND.tolist(), exploration=0.2)
    teacher.mastered[0] = True
    teacher.weight[:] = [5.0, 3.0, 1.0, 7.0]
    expected = 0.8 * np.array([3, 1]) / 4 + 0.1
    assert teacher.probabilities() == pytest.approx([0.0, *expected, 0.0])
    drawn = np.bincount([teacher.act() for _ in range(3000)], minlength=4)
    assert drawn[[0, 3]].tolist() == [0, 0]
    assert stats.chisquare(drawn[1:3], 3000 * expected).pvalue > 0.01


def test_without_weights_or_without_a_zone_all_arms_are_alike():
    teacher = ZPDES(TOPICS, seed=0)
    teacher.weight[:] = 0.0
    assert teacher.probabilities() == pytest.approx([0.25] * 4)
    teacher.mastered[:] = True
    assert teacher.probabilities() == pytest.approx([0.25] * 4)


def test_it_teaches_a_chain_in_order():
    space = gym.spaces.MultiDiscrete([3, 2])
    chain = np.eye(3, k=1)
    teacher = ZPDES(space, seed=0, prerequisites=chain, window=4)
    skill, first = np.zeros((3, 2)), []
    for _ in range(200):
        action = teacher.act()
        cell = tuple(int(i) for i in action)
        first.append(cell) if cell not in first else None
        teacher.observe(action, skill[cell])
        skill[cell] = min(skill[cell] + 0.1, 1.0)
    assert first == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]


@pytest.mark.parametrize(
    ("prerequisites", "complaint"),
    [
        (np.zeros((3, 3)), "shape"),
        (np.full((4, 4), 0.5), "1 and 0"),
        ([[1, 0], [0]], "1 and 0"),
        (np.eye(4), "no cycle"),
        (DIAMOND | np.eye(4, k=-1, dtype=bool), "no cycle"),
    ],
)
def test_prerequisites_that_cannot_be_are_refused(prerequisites, complaint):
    with pytest.raises((TypeError, ValueError), match=f"prerequisites.*{complaint}"):
        ZPDES(TOPICS, prerequisites=prerequisites)


@pytest.mark.parametrize(
    "options",
    [{"window": 1}, {"mastered_at": 1.2}, {"decay": -0.1}, {"gain": 0}, {"exploration": 2}],
)
def test_ill_valued_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        ZPDES(TOPICS, **options)
