"""Schedulers against sequences worked by hand, the package fsrs, and students who forget."""

import copy
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import fsrs
import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.students.simulated import EFC
from teachgym.teachers import TEACHERS, MyopicOptimum, make_teacher
from teachgym.teachers.schedulers.leitner import next_box
from teachgym.teachers.schedulers.myopic import forgetting_rate, review_gain
from teachgym.teachers.schedulers.scheduler import due_first
from teachgym.teachers.schedulers.sm2 import sm2
from teachgym.teachers.schedulers.threshold import half_life, nearest_below

REGISTERED = ["leitner", "sm2", "fsrs", "threshold"]


def items(count):
    return gym.spaces.Discrete(count)


def due_now(teacher, observation=None):
    return np.flatnonzero(teacher.candidates(observation)).tolist()


def play(teacher, lessons):
    """Teach (item, score) pairs; what might have been reviewed at each of them."""
    choices = []
    for item, score in lessons:
        choices.append(due_now(teacher))
        teacher.observe(np.int64(item), score)
    return choices


def waits(name, scores, **options):
    """Days from each review of a single item to the next, if it is always reviewed in time."""
    teacher = make_teacher(name, items(1), **options)
    days = []
    for score in scores:
        days.append(teacher.wait(0, score))
        teacher.lessons += round(days[-1])
    return days


def test_due_first():
    assert due_first(np.array([3.0, 1.0, 1.0, np.inf]), 4.0).tolist() == [False, True, True, False]
    assert due_first(np.array([3.0, np.inf, np.inf]), 2.0).tolist() == [False, True, True]
    assert due_first(np.array([3.0, 5.0]), 2.0).tolist() == [True, False]
    # 0.1 + 0.1 + 0.1 is more than 0.3: a date is not missed by rounding.
    assert due_first(np.array([0.1 + 0.1 + 0.1, np.inf]), 0.3).tolist() == [True, False]


def test_leitner_by_hand():
    assert [next_box(box, True, 3) for box in range(3)] == [1, 2, 2]
    assert [next_box(box, False, 3) for box in range(3)] == [0, 0, 0]
    right, wrong = 1.0, 0.0
    assert waits("leitner", [right] * 6) == [2, 4, 8, 16, 16, 16]
    assert waits("leitner", [right, right, wrong, right]) == [2, 4, 1, 2]
    assert waits("leitner", [right] * 3, boxes=3, factor=3) == [3, 9, 9]
    # Two cards, a lesson a day:  0: both are new. Card 0 is right: box 1, due on day 2.
    # 1: card 1 is new. Wrong: box 0, due on day 2.          2: both are due. Card 0: due on day 6.
    # 3: card 1 (since day 2). Right: box 1, due on day 5.   4: nothing is due: card 1 is next.
    #    Right: box 2, due on day 8.                         5: card 0 is next. Wrong: due on day 6.
    # 6: card 0 is due.
    lessons = [(0, right), (1, wrong), (0, right), (1, right), (1, right), (0, wrong), (0, right)]
    chosen = play(make_teacher("leitner", items(2)), lessons)
    assert chosen == [[0, 1], [1], [0, 1], [1], [1], [0], [0]]


def test_lessons_far_apart_and_close_together():
    # A card of box 1 waits 2 days: 1 lesson of 2 days, and 20 lessons of a tenth of a day.
    apart = make_teacher("leitner", items(3), interval=2.0)
    assert play(apart, [(0, 1.0), (0, 1.0)]) == [[0, 1, 2], [0]]
    close = make_teacher("leitner", items(3), interval=0.1)
    choices = play(close, [(0, 1.0), *[(1, 0.0)] * 21])
    # New cards first; then card 1, which is due a day after each failure, or the new card 2.
    assert choices[0] == [0, 1, 2] and choices[1] == [1, 2]
    assert choices[2:20] == [[2]] * 18
    assert choices[20] == [0]  # day 2


def test_new_items_may_come_first():
    for new_first, third in ((False, [0]), (True, [1, 2])):
        teacher = make_teacher("leitner", items(3), interval=2.0, new_first=new_first)
        assert play(teacher, [(0, 1.0), (0, 1.0)]) == [[0, 1, 2], third]


def test_sm2_by_hand():
    # Quality 5: EF is 2.6, 2.7, 2.8, 2.9, 3.0; 6 · 2.8 = 16.8, 17 · 2.9 = 49.3, 50 · 3 = 150.
    assert waits("sm2", [1.0] * 5) == [1, 6, 17, 50, 150]
    # Quality 4: EF stays 2.5; 6 · 2.5 = 15, 15 · 2.5 = 37.5, 38 · 2.5 = 95.
    assert waits("sm2", [0.8] * 5) == [1, 6, 15, 38, 95]
    # Quality 3: EF is 2.36, 2.22, 2.08, 1.94; 6 · 2.08 = 12.48, 13 · 1.94 = 25.22.
    assert waits("sm2", [0.6] * 4) == [1, 6, 13, 26]
    # Quality 0 starts anew, and leaves EF at 2.6, 2.7, then 2.8, 2.9, 3.0: 6 · 3 = 18.
    assert waits("sm2", [1.0, 1.0, 0.0, 1.0, 1.0, 1.0]) == [1, 6, 1, 1, 6, 18]
    assert sm2(5, 2.36, 40.0, 2.0) == (0, 2.36, 1.0)
    # Never below 1.3: 1.4 - 0.14 = 1.26. 20 · 1.3 = 26.
    assert sm2(4, 1.4, 20.0, 3.0) == (5, 1.3, 26.0)
    # 5 · (2.5 + 0.1) is 13, not 14.
    assert sm2(2, 2.5, 5.0, 5.0)[2] == 13.0


def test_fsrs_is_the_package():
    # The first stability is the weight 2.3065 after Good and 0.212 after Again: 2 days, and 1.
    assert waits("fsrs", [1.0]) == [2] and waits("fsrs", [0.0]) == [1]
    # With a retention of 0.9 an interval is the stability; with less it is longer.
    assert waits("fsrs", [1.0], retention=0.8)[0] > 2
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, today = fsrs.Card(), datetime(2024, 5, 17, tzinfo=UTC)
    teacher = make_teacher("fsrs", items(1))
    rng = np.random.default_rng(0)
    for _ in range(30):
        right = bool(rng.random() < 0.8)
        rating = fsrs.Rating.Good if right else fsrs.Rating.Again
        card, _ = scheduler.review_card(card, rating, today)
        days = (card.due - today).days
        assert teacher.wait(0, float(right)) == days
        assert (teacher.stability[0], teacher.difficulty[0]) == (card.stability, card.difficulty)
        late = int(rng.integers(-1, 9))  # early, in time, late, and on the same day
        today += timedelta(days=max(days + late, 0))
        teacher.lessons += max(days + late, 0)


def test_threshold_by_hand():
    assert half_life(np.array([0, 1, 3, 0, 99, 0]), np.array([0, 0, 1, 2, 0, 99])).tolist() == (
        pytest.approx([1.0, 2.0, 4.0, 0.25, 274.0, 0.25 / 24])
    )
    recall = np.array([0.9, 0.5, 0.25, 0.0])
    for threshold, nearest in ((0.95, 0), (0.5, 1), (0.49, 2), (0.1, 3)):
        assert np.flatnonzero(nearest_below(recall, threshold)).tolist() == [nearest]
    assert np.flatnonzero(nearest_below(recall[:3], 0.2)).tolist() == [2]
    teacher = make_teacher("threshold", items(3), threshold=0.5)
    # Days 0 to 2: item 0 right (half-life 2), item 1 wrong (1/2), item 0 right (4).
    assert play(teacher, [(0, 1.0), (1, 0.0), (0, 1.0)]) == [[0, 1, 2], [1, 2], [0]]
    # Day 3: 2^(-1/4), 2^(-2/0.5) and never: item 1 is nearest below one half.
    assert teacher.recall() == pytest.approx([0.8409, 0.0625, 0.0], abs=1e-4)
    assert due_now(teacher) == [1]


def test_threshold_on_the_true_recall():
    teacher = make_teacher("threshold", items(3), threshold=0.6, observed=True)
    assert due_now(teacher, np.array([0.7, 0.2, 0.5, 1.0])) == [2]
    for shown in (None, np.array([0.1, 0.2]), np.array([0.1, 0.2, 1.5]), np.full(3, np.nan)):
        with pytest.raises(ValueError, match="must begin with the recall of 3 items"):
            teacher.act(shown)


def test_myopic_gain_by_hand():
    # p = exp(-θ Δ / s) = e^-1 with Δ = 5 and s = 2: θ = 0.4.
    recall, elapsed, strength = np.array([np.exp(-1.0), 0.0]), np.array([5.0, np.inf]), [2.0, 1.0]
    rate = forgetting_rate(recall, elapsed, np.array(strength), 0.077)
    assert rate == pytest.approx([0.4, 0.077])
    # A day later: e^(-0.4/3) with a review, e^(-1 - 0.4/2) without; e^(-0.077/2) for the new item.
    gain = review_gain(recall, rate, np.array(strength), 1.0, "mean")
    assert gain == pytest.approx([0.8752 - 0.3012, 0.9622], abs=1e-4)
    log = review_gain(recall, rate, np.array(strength), 1.0, "log")
    assert log == pytest.approx([1.2 - 0.4 / 3, np.log(0.9622 / 1e-6)], abs=1e-3)


@pytest.mark.parametrize("objective", ["mean", "log"])
def test_myopic_optimum_is_the_best_of_all_single_reviews(objective):
    """Try every item on a copy of the student, and look at its recall before the next lesson."""
    interval, count = 0.7, 6
    rng = np.random.default_rng(3)
    student = EFC(1, count, decay=0.2, spread=1.0)
    student.reset(rng)
    teacher = MyopicOptimum(items(count), seed=0, interval=interval, objective=objective)

    def later(item):
        twin = copy.deepcopy(student)
        twin.practise(np.array([item]), np.array([0]), np.random.default_rng(0))
        twin.wait(interval)
        recall = twin.expected().ravel()
        return np.mean(recall if objective == "mean" else np.log(np.maximum(recall, 1e-6)))

    for lesson in range(60):
        # Decay rates can't be seen before the first review: everything is reviewed once.
        item = lesson if lesson < count else teacher.act(student.expected())
        if lesson >= count:
            assert later(item) == pytest.approx(max(map(later, range(count))), abs=1e-9)
        score = student.practise(np.array([item]), np.array([0]), rng)
        student.wait(interval)
        teacher.observe(np.int64(item), float(score[0]))


def test_the_better_they_know_the_more_is_remembered():
    """Mean recall of six students in the second half of 300 lessons."""

    def remembered(make):
        means = []
        for seed in range(6):
            rng = np.random.default_rng(seed)
            student = EFC(1, 20)
            student.reset(rng)
            teacher = make(seed)
            for lesson in range(300):
                item = teacher.act(student.expected())
                score = student.practise(np.array([item]), np.array([0]), rng)
                student.wait(0.5)
                teacher.observe(item, float(score[0]))
                if lesson >= 150:
                    means.append(student.expected().mean())
        return np.mean(means)

    def scheduler(name, **options):
        return lambda seed: make_teacher(name, items(20), seed=seed, interval=0.5, **options)

    uniform = remembered(lambda seed: make_teacher("uniform", items(20), seed=seed))
    threshold = remembered(scheduler("threshold"))
    best = remembered(lambda seed: MyopicOptimum(items(20), seed=seed, interval=0.5))
    assert uniform + 0.01 < threshold < best


@pytest.mark.parametrize("name", REGISTERED)
def test_items_that_tie_are_as_likely(name):
    teacher = make_teacher(name, items(5), seed=0, interval=0.01)
    for item in (1, 3):
        teacher.observe(np.int64(item), 1.0)
    assert due_now(teacher) == [0, 2, 4]  # new, and the others are not due for long
    drawn = np.bincount([teacher.choose() for _ in range(3000)], minlength=5)
    assert drawn[[1, 3]].tolist() == [0, 0]
    assert stats.chisquare(drawn[[0, 2, 4]]).pvalue > 0.01


@pytest.mark.parametrize("name", REGISTERED)
def test_items_may_have_one_level(name):
    teacher = make_teacher(name, gym.spaces.MultiDiscrete([4, 1]), seed=0)
    for _ in range(20):
        action = teacher.act()
        assert action in teacher.action_space
        teacher.observe(action, 1.0)
    assert teacher.items == 4


def test_the_state_of_the_optimum_goes_through_json():
    teacher = MyopicOptimum(items(3), seed=0)
    for item in (0, 1, 1):
        teacher.observe(np.int64(item), 1.0)
    state = teacher.state_dict()
    plain = {key: value for key, value in state.items() if not isinstance(value, np.ndarray)}
    restored = MyopicOptimum(items(3), seed=5)
    restored.load_state_dict({**state, **json.loads(json.dumps(plain))})
    shown = np.array([0.3, 0.3, 0.0])
    assert due_now(restored, shown) == due_now(teacher, shown)
    assert restored.now == teacher.now == 3.0


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("leitner", {"interval": 0}),
        ("leitner", {"boxes": 0}),
        ("leitner", {"factor": -1}),
        ("sm2", {"interval": np.inf}),
        ("fsrs", {"retention": 1.0}),
        ("fsrs", {"retention": 0}),
        ("threshold", {"threshold": 1.2}),
        ("threshold", {"interval": "daily"}),
    ],
)
def test_ill_valued_options_are_refused(name, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        make_teacher(name, items(3), **options)


def test_ill_valued_options_of_the_optimum_are_refused():
    with pytest.raises(ValueError, match="objective must be one of 'mean', 'log'"):
        MyopicOptimum(items(3), objective="median")
    with pytest.raises(ValueError, match="decay"):
        MyopicOptimum(items(3), decay=0)


def test_the_registry_has_those_that_need_no_true_recall():
    assert set(REGISTERED) <= set(TEACHERS)


def test_the_package_is_only_imported_by_its_scheduler():
    code = """
import sys, gymnasium as gym
from teachgym.teachers import make_teacher
make_teacher("sm2", gym.spaces.Discrete(3)).act()
assert "fsrs" not in sys.modules
sys.modules["fsrs"] = None
try:
    make_teacher("fsrs", gym.spaces.Discrete(3))
except ModuleNotFoundError as error:
    assert "pip install 'teachgym[review]'" in str(error)
else:
    raise AssertionError
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
