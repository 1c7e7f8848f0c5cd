"""PLR and Robust PLR: what enters the buffer, and what is repeated."""

import json

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import PLR, RobustPLR

DISCRETE = gym.spaces.Discrete(4)
BOX = gym.spaces.Box(0.0, 1.0, (2,), np.float32)


def taught(cls=PLR, space=DISCRETE, actions=(0, 1, 2), scores=(0.1, 0.6, 0.4), **options):
    teacher = cls(space, seed=0, **options)
    for action, score in zip(actions, scores, strict=True):
        teacher.clock += 1
        teacher.observe(action, score)
    return teacher


def point(*numbers):
    return np.array(numbers, dtype=np.float32)


def test_change_is_that_since_the_last_visit():
    teacher = taught(rate=0.5)
    assert teacher.values[:3] == pytest.approx([0.1, 0.6, 0.4])
    assert teacher.potentials[:3].tolist() == [1.0, 1.0, 1.0]  # never seen before
    teacher.observe(0, 0.5)  # a change of 0.4
    assert teacher.values[0] == pytest.approx(0.3)
    assert teacher.potentials[0] == pytest.approx((1.0 + 0.4) / 2)
    assert teacher.order[-1] == 0


def test_a_new_point_is_compared_with_the_nearest_one():
    wide = gym.spaces.Box(np.array([0.0, 0.0]), np.array([1.0, 100.0]), dtype=np.float64)
    teacher = PLR(wide, seed=0)
    for task, score in (([0.0, 50.0], 0.2), ([1.0, 50.0], 0.9), ([0.6, 50.0], 0.5)):
        teacher.observe(np.array(task), score)
    assert teacher.potentials[:3] == pytest.approx([1.0, 0.7, 0.4])
    teacher.observe(np.array([0.6, 10.0]), 0.0)  # 0.4 from the third, 0.57 from the second
    assert teacher.potentials[3] == pytest.approx(0.5)


def test_learnability_and_variance_are_those_of_the_scores():
    teacher = taught(potential="learnability", rate=0.5)
    assert teacher.potentials[:3] == pytest.approx([0.09, 0.24, 0.24])
    teacher.observe(0, 1.0)  # p = 0.55
    assert teacher.potentials[0] == pytest.approx(0.55 * 0.45)
    teacher = PLR(DISCRETE, potential="variance")
    teacher.observe(2, 0.5, scores=np.array([[1.0, 0.0, 1.0, 0.0]]))
    assert teacher.potentials[0] == pytest.approx(0.25)


def test_probabilities_by_hand():
    teacher = taught(potential="learnability", temperature=1.0, scores=(0.1, 0.5, 0.3))
    teacher.clock = 5  # the three were drawn at 1, 2 and 3
    ranks = np.array([1 / 3, 1.0, 1 / 2]) / (11 / 6)
    expected = 0.7 * ranks + 0.3 * np.array([4, 3, 2]) / 9
    assert teacher.probabilities() == pytest.approx(expected)


@pytest.mark.parametrize("staleness", [0.0, 0.3, 1.0])
def test_tasks_are_repeated_as_said(staleness):
    teacher = taught(
        potential="learnability", temperature=1.0, scores=(0.1, 0.5, 0.3), staleness=staleness
    )
    last, counts = teacher.last.copy(), np.zeros(3)
    for _ in range(3000):
        teacher.last[:], teacher.clock = last, 5
        slot = int(teacher.repeat()[0])
        # The draw counts as lesson 6, before which the ages were one more than at 5.
        assert teacher.last[slot] == teacher.clock == 6
        counts[slot] += 1
    teacher.last[:] = last
    assert stats.chisquare(counts, 3000 * teacher.probabilities()).pvalue > 0.01


def test_share_of_repeated_tasks():
    teacher = taught(replay=0.8, actions=(0, 2), scores=(0.5, 0.5), warmup=2)
    counts = np.bincount([int(teacher.act()) for _ in range(4000)], minlength=4)
    new = counts[[1, 3]]
    assert stats.binomtest(int(new.sum()), 4000, 0.2).pvalue > 0.01
    assert stats.chisquare(new).pvalue > 0.01  # uniform over what is not in the buffer


def test_nothing_is_repeated_before_the_warm_up_and_everything_once_all_is_known():
    teacher = PLR(DISCRETE, seed=0, replay=1.0)
    seen = []
    for _ in range(2):  # half of four arms
        seen.append(int(teacher.act()))
        teacher.observe(np.int64(seen[-1]), 0.5)
    assert len(set(seen)) == 2
    assert {int(teacher.act()) for _ in range(50)} == set(seen)
    teacher = taught(RobustPLR, actions=(0, 1, 2, 3), scores=(0.5,) * 4, replay=0.0)
    teacher.act()
    assert not teacher.only_looks


def test_the_default_warm_up_is_half_the_buffer_up_to_a_hundred():
    assert PLR(DISCRETE).warmup == 2
    assert PLR(gym.spaces.Discrete(1)).warmup == 1
    assert PLR(gym.spaces.Discrete(1000)).warmup == PLR(BOX).warmup == 100
    assert len(PLR(BOX).probabilities()) == 0


def test_new_arms_are_drawn_uniformly_from_few_and_from_many():
    for held in (1, 3):  # of four
        teacher = taught(actions=range(held), scores=[0.5] * held, warmup=4)
        counts = np.bincount([int(teacher.act()) for _ in range(900)], minlength=4)
        assert not counts[:held].any()
        assert held == 3 or stats.chisquare(counts[held:]).pvalue > 0.01


def test_a_full_buffer_lets_in_what_has_more_to_teach():
    teacher = taught(
        potential="learnability", capacity=2, actions=(0, 1), scores=(0.5, 0.1), staleness=0.0
    )
    teacher.observe(2, 0.05)  # 0.0475 < 0.09
    assert teacher.tasks[:, 0].tolist() == [0, 1]
    teacher.observe(2, 0.2)
    assert teacher.tasks[:, 0].tolist() == [0, 2]
    assert teacher.potentials == pytest.approx([0.25, 0.16])
    teacher.observe(1, 0.0)  # it is a stranger again
    assert teacher.tasks[:, 0].tolist() == [0, 2]


def test_who_leaves_is_the_least_likely_to_be_repeated():
    # The better of the two is the least likely one, as the other one is much older.
    teacher = taught(
        potential="learnability",
        capacity=2,
        actions=(0, 1),
        scores=(0.2, 0.3),
        staleness=0.9,
        temperature=1.0,
    )
    teacher.last[:], teacher.clock = [0, 10], 10
    teacher.observe(2, 0.4)
    assert teacher.tasks[:, 0].tolist() == [0, 2]


def test_a_repeated_point_is_the_same_to_the_last_bit():
    space = gym.spaces.Box(np.float32([-3.0, 10.0]), np.float32([3.0, 11.0]))
    teacher = PLR(space, seed=0, warmup=3)
    for _ in range(200):
        teacher.observe(teacher.act(), 0.5)
    rows = {row.tobytes() for row in teacher.tasks[: teacher.size]}
    assert len(rows) == teacher.size < 80
    teacher.observe(point(0.0, 10.5), 0.5)
    size = teacher.size
    teacher.observe(point(-0.0, 10.5), 0.5)
    assert teacher.size == size


def test_a_batch_is_spread_by_age():
    teacher = taught(actions=(0, 1, 2, 3), scores=(0.5,) * 4, staleness=1.0)
    teacher.clock = 1000
    for _ in range(20):
        # Whoever was drawn is fresh: hardly drawn again before all others.
        assert len({int(teacher.act()) for _ in range(4)}) == 4
        teacher.clock += 1000


def test_late_scores_make_nothing_fresh():
    teacher = taught(actions=(0, 1, 2, 3), scores=(0.5,) * 4)
    first = teacher.act()
    drawn = teacher.clock
    for _ in range(5):
        teacher.act()
    slot = int(np.flatnonzero(teacher.tasks[:, 0] == first)[0])
    teacher.last[slot] = drawn
    teacher.observe(first, 0.9)
    assert teacher.last[slot] == drawn < teacher.clock


def test_a_task_that_left_the_buffer_before_its_score_came_is_a_new_one():
    teacher = taught(potential="learnability", capacity=1, warmup=1, actions=(0,), scores=(0.1,))
    teacher.replay = 1.0
    waiting = teacher.act()
    assert waiting == 0
    teacher.observe(3, 0.5)
    teacher.observe(waiting, 0.5)
    assert teacher.size == 1 and teacher.potentials[0] == 0.25


def test_robust_plr_looks_at_new_tasks_alone():
    teacher = RobustPLR(BOX, seed=0, warmup=20)
    known, looks = set(), []
    for lesson in range(1000):
        action = teacher.act()
        looks.append(teacher.only_looks)
        assert teacher.only_looks == (action.tobytes() not in known)
        assert teacher.only_looks or lesson >= 20
        teacher.observe(action, 0.5)
        known.add(action.tobytes())
    assert stats.binomtest(sum(looks[20:]), 980, 0.2).pvalue > 0.01


def test_what_is_proposed_is_part_of_the_state():
    teacher = RobustPLR(BOX, seed=0, warmup=2)
    teacher.act()
    state = teacher.state_dict()
    assert json.dumps(state["only_looks"]) == "true"
    twin = RobustPLR(BOX, seed=1, warmup=2)
    twin.load_state_dict(state)
    assert twin.only_looks is True


def test_other_teachers_never_only_look():
    assert PLR(BOX).only_looks is False


@pytest.mark.parametrize(
    "options",
    [
        {"capacity": 0},
        {"replay": 1.1},
        {"staleness": -0.1},
        {"temperature": 0},
        {"potential": "regret"},
        {"rate": 0},
        {"warmup": 0},
    ],
)
@pytest.mark.parametrize("cls", [PLR, RobustPLR])
def test_ill_valued_options_are_refused(cls, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        cls(BOX, **options)


def test_a_state_of_another_capacity_is_refused():
    state = PLR(BOX, capacity=10).state_dict()
    with pytest.raises(ValueError, match="tasks has shape"):
        PLR(BOX, capacity=20).load_state_dict(state)


def test_bad_scores_of_answers_are_refused_and_change_nothing():
    teacher = taught()
    before = teacher.state_dict()
    with pytest.raises(ValueError, match="scores must"):
        teacher.observe(0, 0.5, scores=np.array([0.5]))
    assert all(np.array_equal(before[key], value) for key, value in teacher.state_dict().items())
