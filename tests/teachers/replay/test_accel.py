"""ACCEL: edits, when they come, and what becomes of them."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import ACCEL
from teachgym.teachers.replay.accel import edited

BOX = gym.spaces.Box(0.0, 1.0, (3,), np.float32)
GRID = gym.spaces.MultiDiscrete([3, 5])
CELL = np.array([1 / 3, 1 / 5])


def test_one_coordinate_moves_by_at_most_a_step():
    rng = np.random.default_rng(0)
    start = np.full(3, 0.5)
    moves = np.array([edited(start, np.zeros(3), 1, 0.1, rng) for _ in range(3000)]) - start
    assert np.all((moves != 0).sum(axis=1) == 1)
    assert stats.chisquare((moves != 0).sum(axis=0)).pvalue > 0.01
    assert stats.kstest(moves[moves != 0], stats.uniform(-0.1, 0.2).cdf).pvalue > 0.01


def test_moves_stay_in_the_space():
    rng = np.random.default_rng(0)
    points = np.array([edited(np.array([0.0, 1.0]), np.zeros(2), 4, 0.5, rng) for _ in range(200)])
    assert points.min() == 0.0 and points.max() == 1.0


def test_levels_move_by_one_and_topics_to_any_other():
    rng = np.random.default_rng(0)
    cells = [edited((np.array([1, 2]) + 0.5) * CELL, CELL, 1, 0.1, rng) for _ in range(4000)]
    index = np.floor(np.array(cells) / CELL + 1e-9).astype(int)
    expected = {(0, 2), (2, 2), (1, 1), (1, 3)}
    found, counts = np.unique(index, axis=0, return_counts=True)
    assert {tuple(cell) for cell in found.tolist()} == expected
    assert stats.chisquare(counts).pvalue > 0.01
    edge = [edited((np.array([1, 4]) + 0.5) * CELL, CELL, 1, 0.1, rng) for _ in range(50)]
    assert {round(cell[1] / CELL[1] - 0.5) for cell in edge} == {3, 4}


def test_a_coordinate_of_one_value_stays():
    rng = np.random.default_rng(0)
    point = np.array([0.5, 0.5])
    assert edited(point, np.ones(2), 5, 0.1, rng).tolist() == [0.5, 0.5]


def test_edits_follow_the_task_that_was_repeated():
    # Away from the faces, where an edit may end up at the task itself.
    near = {"start": [0.5, 0.5, 0.5], "start_deviation": 0.02}
    teacher = ACCEL(BOX, seed=0, edits=2, warmup=5, replay=1.0, step=0.05, **near)
    for _ in range(5):
        teacher.observe(teacher.act(), 0.5)
    for _ in range(40):
        parent = teacher.act()
        assert not teacher.only_looks
        assert teacher.held(teacher.space.row(parent))
        for _ in range(2):
            edit = teacher.act()
            assert teacher.only_looks
            assert not teacher.held(teacher.space.row(edit))
            assert np.sum(edit != parent) == 1
            assert np.abs(edit - parent).max() <= 0.05 + 1e-6
            teacher.observe(edit, 0.3)
            assert teacher.held(teacher.space.row(edit))
        teacher.observe(parent, 0.5)


def test_edits_do_not_wait_for_the_score_in_a_batch():
    teacher = ACCEL(BOX, seed=0, warmup=5, replay=1.0)
    for _ in range(5):
        teacher.observe(teacher.act(), 0.5)
    batch, looks = [], []
    for _ in range(8):
        batch.append(teacher.act())
        looks.append(teacher.only_looks)
    assert looks == [False, True] * 4
    for action in reversed(batch):
        teacher.observe(action, 0.4)
    assert teacher.size == 5 + 4


def test_a_share_of_tasks_is_edited():
    teacher = ACCEL(BOX, seed=0, warmup=5, replay=1.0, editing=0.25)
    for _ in range(5):
        teacher.observe(teacher.act(), 0.5)
    looks = []
    for _ in range(2000):
        teacher.act()
        looks.append(teacher.only_looks)
    assert stats.binomtest(sum(looks), 2000 - sum(looks), 0.25).pvalue > 0.01


def test_known_cells_are_not_looked_at_again():
    teacher = ACCEL(GRID, seed=0)
    for arm in range(15):
        teacher.observe(np.array(np.unravel_index(arm, (3, 5))), 0.5)
    for _ in range(50):
        action = teacher.act()
        assert not teacher.only_looks
        teacher.observe(action, 0.5)


def test_new_tasks_are_drawn_near_an_easy_start():
    teacher = ACCEL(BOX, seed=0, start=[0.5, 0.5, 0.5], start_deviation=0.05, warmup=4000)
    drawn = np.array([teacher.act() for _ in range(2000)])
    assert stats.kstest(drawn[:, 0], stats.norm(0.5, 0.05).cdf).pvalue > 0.01
    teacher = ACCEL(GRID, seed=0, start=[0, 0], start_deviation=0.01)
    first = teacher.act()
    assert first.tolist() == [0, 0]
    teacher.observe(first, 0.5)
    assert teacher.act().tolist() != [0, 0]  # it is known now: any other


def test_it_finds_what_lies_beside_what_is_being_learned():
    # A thin valley in three dimensions: one task in 125 is of any use to a uniform draw.
    def score(task):
        distance = np.abs(task - 0.5).max()
        return float(np.clip(1.0 - distance / 0.1, 0.0, 1.0))

    teacher = ACCEL(BOX, seed=0, start=[0.5, 0.5, 0.5], potential="learnability", warmup=20)
    useful = []
    for _ in range(1500):
        action = teacher.act()
        if not teacher.only_looks:
            useful.append(0.1 < score(action) < 0.9)
        teacher.observe(action, score(action))
    assert np.mean(useful[-300:]) > 0.7


@pytest.mark.parametrize(
    "options",
    [
        {"start": [0.5, 2.0, 0.5]},
        {"start_deviation": 0},
        {"editing": 2},
        {"edits": 0},
        {"changes": 0},
        {"step": 0},
    ],
)
def test_ill_valued_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        ACCEL(BOX, **options)


def test_arms_without_an_order_are_refused():
    with pytest.raises(ValueError, match="levels="):
        ACCEL(gym.spaces.Discrete(4))


def test_the_start_is_declared_as_expert_knowledge():
    assert ACCEL.knowledge == ("start", "start_deviation")
