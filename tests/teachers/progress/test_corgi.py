"""CORGI: the order of lessons in both curricula."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import CORGI
from teachgym.teachers.progress.corgi import block, blocking, interleaving

SPACE = gym.spaces.MultiDiscrete([3, 2])


def lessons(teacher, count):
    return [tuple(int(part) for part in teacher.act()) for _ in range(count)]


def test_blocks_by_hand():
    found = [block(lesson, 7, 3) for lesson in range(7)]
    assert found == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (2, 1)]
    assert [block(lesson, 4, 4) for lesson in range(4)] == [(0, 0), (1, 0), (2, 0), (3, 0)]


def test_places_by_hand():
    # Twelve lessons, three topics, two levels: (rank of the topic, level)
    ranks = [interleaving(lesson, 12, 3, 2) for lesson in range(12)]
    assert ranks == [(0, 0), (1, 0), (2, 0)] * 2 + [(0, 1), (1, 1), (2, 1)] * 2
    ranks = [blocking(lesson, 12, 3, 2) for lesson in range(12)]
    assert ranks == [(rank, level) for rank in range(3) for level in (0, 0, 1, 1)]


def test_topics_in_a_known_order():
    teacher = CORGI(SPACE, lessons=6, order=[2, 0, 1])
    assert lessons(teacher, 6) == [(2, 0), (0, 0), (1, 0), (2, 1), (0, 1), (1, 1)]
    teacher = CORGI(SPACE, lessons=6, order=[2, 0, 1], curriculum="blocking")
    assert lessons(teacher, 6) == [(2, 0), (2, 1), (0, 0), (0, 1), (1, 0), (1, 1)]


@pytest.mark.parametrize("curriculum", ["interleaving", "blocking"])
def test_it_begins_again(curriculum):
    teacher = CORGI(SPACE, lessons=12, order=range(3), curriculum=curriculum)
    assert lessons(teacher, 12) == lessons(teacher, 12)


def test_every_round_has_each_topic_once_at_one_level():
    teacher = CORGI(SPACE, seed=0, lessons=60)
    taught = np.array(lessons(teacher, 120)).reshape(40, 3, 2)
    assert np.array_equal(np.sort(taught[..., 0]), np.tile(np.arange(3), (40, 1)))
    assert taught[:, 0, 1].tolist() == ([0] * 10 + [1] * 10) * 2
    assert len({tuple(order) for order in taught[..., 0].tolist()}) > 1


def test_a_level_that_ends_within_a_round_begins_the_next_with_a_round():
    teacher = CORGI(SPACE, seed=0, lessons=10)
    taught = np.array(lessons(teacher, 10))
    assert taught[:, 1].tolist() == [0] * 5 + [1] * 5
    assert sorted(taught[5:8, 0]) == [0, 1, 2]


def test_blocks_keep_their_topic():
    teacher = CORGI(SPACE, seed=0, lessons=12, curriculum="blocking")
    orders = set()
    for _ in range(10):
        taught = np.array(lessons(teacher, 12)).reshape(3, 4, 2)
        assert np.all(taught[..., 0] == taught[:, :1, 0])
        assert sorted(taught[:, 0, 0]) == [0, 1, 2]
        orders.add(tuple(taught[:, 0, 0].tolist()))
    assert len(orders) > 1


@pytest.mark.parametrize("curriculum", ["interleaving", "blocking"])
def test_orders_are_drawn_uniformly(curriculum):
    counts = dict.fromkeys([(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)], 0)
    step = 1 if curriculum == "interleaving" else 2
    for seed in range(1200):
        teacher = CORGI(SPACE, seed=seed, lessons=6, curriculum=curriculum)
        taught = lessons(teacher, 6)
        counts[tuple(topic for topic, _ in taught[: 3 * step : step])] += 1
    assert stats.chisquare(list(counts.values())).pvalue > 0.01


def test_scores_are_not_looked_at():
    twins = [CORGI(SPACE, seed=0), CORGI(SPACE, seed=0)]
    for score in (0.0, 1.0):
        twins[0].observe(np.array([0, 1]), score)
    assert lessons(twins[0], 20) == lessons(twins[1], 20)


@pytest.mark.parametrize(
    "options",
    [
        {"curriculum": "spiral"},
        {"lessons": 1},
        {"lessons": 5, "curriculum": "blocking"},
        {"order": [0, 1]},
        {"order": [0, 1, 1]},
        {"order": [0, 1, "b"]},
        {"order": 3},
    ],
)
def test_ill_valued_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        CORGI(SPACE, **options)
