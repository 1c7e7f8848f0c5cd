"""What every model of many students keeps to, whatever it models."""

import inspect
import math

import numpy as np
import pytest

from teachgym.students.simulated import COHORTS
from teachgym.students.simulated.cohort import Cohort

FORGETFUL = ["das3h", "efc", "fsrs", "hlr", "psi_kt"]
TOPICS = 5


def make(name, size, seed=0, **options):
    model = COHORTS[name]
    cohort = model(size, TOPICS, 3 if model.graded else 1, **options)
    cohort.reset(np.random.default_rng(seed))
    return cohort


def lessons(cohort, count, seed=1, days=0.0):
    """Random lessons; returns all answers, shape (count, size)."""
    rng = np.random.default_rng(seed)
    answers = []
    for _ in range(count):
        topic = rng.integers(cohort.topics, size=cohort.size)
        level = rng.integers(cohort.levels, size=cohort.size)
        answers.append(cohort.practise(topic, level, rng))
        cohort.wait(days)
    return np.array(answers)


def copies(cohort):
    return {name: values.copy() for name, values in cohort.state.items()}


@pytest.fixture(params=sorted(COHORTS))
def name(request):
    return request.param


def test_the_registry_holds_cohorts(name):
    assert issubclass(COHORTS[name], Cohort)
    assert name.replace("_", "") == COHORTS[name].__name__.lower()


def test_shapes_types_and_ranges(name):
    cohort = make(name, 7)
    for days in (0.0, 0.5, 40.0):
        answers = lessons(cohort, 10, days=days)
        assert answers.dtype == np.float32
        assert answers.shape == (10, 7)
        assert np.isin(answers, (0, 1)).all()
        expected = cohort.expected()
        assert expected.shape == (7, TOPICS, cohort.levels)
        assert expected.dtype in (np.float32, np.float64)
        assert ((expected >= 0) & (expected <= 1)).all()
        assert all(len(values) == 7 for values in cohort.state.values())


def test_the_same_generators_repeat_everything(name):
    one, other = make(name, 20), make(name, 20)
    assert np.array_equal(lessons(one, 15, days=0.7), lessons(other, 15, days=0.7))
    assert np.array_equal(one.expected(), other.expected())
    assert not np.array_equal(lessons(make(name, 20), 15, days=0.7), lessons(other, 15, seed=2))


def test_expected_changes_nothing(name):
    one, other = make(name, 20), make(name, 20)
    lessons(one, 3, days=1.0)
    lessons(other, 3, days=1.0)
    before = copies(one)
    first = one.expected()
    assert np.array_equal(first, one.expected())
    assert all(np.array_equal(before[key], one.state[key]) for key in before)
    assert np.array_equal(lessons(one, 5), lessons(other, 5))


def test_a_reset_replaces_the_masked_students_alone(name):
    cohort = make(name, 8)
    lessons(cohort, 12, days=0.3)
    mask = np.array([True, False, False, True, True, False, False, False])
    before, chances = copies(cohort), cohort.expected()
    cohort.reset(np.random.default_rng(5), mask)
    after = copies(cohort)
    assert all(np.array_equal(before[key][~mask], after[key][~mask]) for key in before)
    np.testing.assert_allclose(chances[~mask], cohort.expected()[~mask], rtol=1e-12)
    # Three new students are all that was drawn.
    fresh = make(name, 3, seed=5)
    np.testing.assert_allclose(fresh.expected(), cohort.expected()[mask], rtol=1e-12)
    lessons(cohort, 12, days=0.3)
    cohort.reset(np.random.default_rng(5), np.zeros(8, dtype=bool))
    cohort.reset(np.random.default_rng(5), np.ones(8, dtype=bool))
    assert np.array_equal(cohort.expected(), make(name, 8, seed=5).expected())


def test_without_spread_all_students_are_the_same(name):
    spreads = [key for key in inspect.signature(COHORTS[name]).parameters if "spread" in key]
    assert spreads
    nothing = {key: np.zeros(3) if key == "spreads" else 0.0 for key in spreads}
    for values in make(name, 6, **nothing).state.values():
        assert np.array_equal(values, np.broadcast_to(values[0], values.shape))
    different = make(name, 6).state.values()
    assert not all(np.array_equal(v, np.broadcast_to(v[0], v.shape)) for v in different)


def test_returned_arrays_are_the_callers(name):
    one, other = make(name, 10), make(name, 10)
    topic, level = np.zeros(10, dtype=np.int64), np.zeros(10, dtype=np.int64)
    for cohort in (one, other):
        rng = np.random.default_rng(3)
        cohort.practise(topic, level, rng)
        chances, answers = cohort.expected(), cohort.practise(topic, level, rng)
        kept = chances.copy(), answers.copy()
        days = np.full(10, 0.5)
        cohort.wait(days)
        cohort.practise(topic, level, rng)
        assert np.array_equal(kept[0], chances)
        assert np.array_equal(kept[1], answers)
        assert not topic.any() and not level.any() and (days == 0.5).all()
        if cohort is one:
            chances[:], answers[:], days[:] = 0.5, 0.5, 9.0
            cohort.expected()[:] = 0.5
    assert np.array_equal(one.expected(), other.expected())


class Steady:
    """A generator that always draws the same numbers."""

    def random(self, size, dtype=np.float64):
        return np.full(size, 0.4, dtype=dtype)

    def standard_normal(self, size):
        return np.full(size, 0.3)


def test_the_law_does_not_depend_on_the_size_of_the_cohort(name):
    many = make(name, 9)
    alone = [make(name, 1) for _ in range(9)]
    for student, cohort in enumerate(alone):
        for key, values in cohort.state.items():
            values[:] = many.state[key][student : student + 1]
    rng = np.random.default_rng(0)
    for _ in range(40):
        topic, level = rng.integers(TOPICS, size=9), rng.integers(many.levels, size=9)
        days = rng.choice([0.0, 0.01, 0.5, 3.0, 20.0], size=9)
        together = many.practise(topic, level, Steady())
        many.wait(days)
        for student, cohort in enumerate(alone):
            own = slice(student, student + 1)
            assert cohort.practise(topic[own], level[own], Steady()) == together[student]
            cohort.wait(days[own])
    separate = np.concatenate([cohort.expected() for cohort in alone])
    np.testing.assert_allclose(many.expected(), separate, rtol=1e-5, atol=1e-7)


def test_answers_are_drawn_with_the_expected_chances(name):
    size = 6000
    cohort = make(name, size)
    lessons(cohort, 12, days=0.4)
    rng = np.random.default_rng(4)
    topic, level = rng.integers(TOPICS, size=size), rng.integers(cohort.levels, size=size)
    chances = cohort.expected()[np.arange(size), topic, level]
    answers = cohort.practise(topic, level, rng)
    for part in (chances < np.median(chances), chances >= np.median(chances)):
        p = chances[part]
        deviation = math.sqrt((p * (1 - p)).sum())
        assert abs((answers[part] - p).sum()) < 3.5 * deviation


def test_practice_raises_the_expected_score(name):
    cohort = make(name, 300)
    before = cohort.expected()
    rng = np.random.default_rng(2)
    for lesson in range(15 * TOPICS):
        topic = np.full(300, lesson % TOPICS)
        level = np.full(300, (lesson // (5 * TOPICS)) % cohort.levels)
        cohort.practise(topic, level, rng)
    gain = (cohort.expected() - before).mean(axis=(1, 2))
    assert gain.mean() > 0.1
    assert (gain > 0).mean() > 0.9


def test_waiting_adds_up(name):
    one, other = make(name, 30), make(name, 30)
    for cohort in (one, other):
        lessons(cohort, 20)
    one.wait(3.0)
    other.wait(1.0)
    other.wait(np.full(30, 2.0))
    np.testing.assert_allclose(one.expected(), other.expected(), rtol=1e-12)


def test_who_forgets(name):
    cohort = make(name, 200)
    lessons(cohort, 60)
    before = cohort.expected()
    days = np.where(np.arange(200) < 100, 20.0, 0.0)
    cohort.wait(days)
    after = cohort.expected()
    np.testing.assert_allclose(after[100:], before[100:], rtol=1e-12)
    if name in FORGETFUL:
        assert after[:100].mean() < before[:100].mean() - 0.03
    else:
        assert np.array_equal(after, before)


def test_bad_lessons_are_refused(name):
    cohort, rng = make(name, 4), np.random.default_rng(0)
    good = np.zeros(4, dtype=np.int64)
    before = copies(cohort)
    for topic, error, message in [
        (good[:3], ValueError, r"topic must have shape \(4,\), one a student, not \(3,\)"),
        (good[:, None], ValueError, "topic must have shape"),
        (good.astype(float), TypeError, "topic must hold integers, not float64"),
        (good.astype(bool), TypeError, "topic must hold integers, not bool"),
        (np.array([0, 1, TOPICS, 0]), ValueError, f"topic must be in 0..4, but holds {TOPICS}"),
        (np.array([0, 1, -1, 0]), ValueError, "topic must be in 0..4, but holds -1"),
    ]:
        with pytest.raises(error, match=message):
            cohort.practise(topic, good, rng)
    with pytest.raises(ValueError, match=f"level must be in 0..{cohort.levels - 1}"):
        cohort.practise(good, good + cohort.levels, rng)
    assert all(np.array_equal(before[key], cohort.state[key]) for key in before)
    small = good.astype(np.uint8)
    assert cohort.practise(small, small, rng).shape == (4,)


def test_bad_masks_are_refused(name):
    cohort, rng = make(name, 4), np.random.default_rng(0)
    with pytest.raises(TypeError, match="students must be a mask of bools, not int64"):
        cohort.reset(rng, np.array([0, 1]))
    with pytest.raises(ValueError, match=r"students must have shape \(4,\), not \(2,\)"):
        cohort.reset(rng, np.array([True, False]))


@pytest.mark.parametrize("name", FORGETFUL)
def test_bad_waits_are_refused(name):
    cohort = make(name, 4)
    for days in (-1.0, math.nan, math.inf, np.array([0.0, 1.0, -0.5, 0.0])):
        with pytest.raises(ValueError, match=r"days must be in \[0, inf\), not"):
            cohort.wait(days)
    with pytest.raises(ValueError, match=r"days must be .* shape \(4,\)"):
        cohort.wait(np.zeros(3))
    with pytest.raises(TypeError, match="days must be a number"):
        cohort.wait("tomorrow")


def test_before_the_first_reset_there_is_nobody(name):
    cohort = COHORTS[name](4, TOPICS)
    with pytest.raises(RuntimeError, match=r"call reset\(rng\) first"):
        cohort.expected()
    with pytest.raises(RuntimeError, match=r"call reset\(rng\) first"):
        cohort.reset(np.random.default_rng(0), np.ones(4, dtype=bool))


def test_sizes_and_levels_are_checked(name):
    model = COHORTS[name]
    for sizes in ((0, 3), (4, 0), (4, 3, 0), (4, 2.5)):
        with pytest.raises(ValueError, match="must be a whole number of at least 1"):
            model(*sizes)
    if not model.graded:
        with pytest.raises(ValueError, match=f"{model.__name__} knows no difficulty: levels"):
            model(4, 3, 2)


def test_every_spread_is_checked(name):
    for key in inspect.signature(COHORTS[name]).parameters:
        if "spread" in key:
            with pytest.raises(ValueError, match=rf"{key} must be in \[0, inf\), not -0.1"):
                COHORTS[name](4, TOPICS, **{key: -0.1})
