"""FSRS-6 against the package ``fsrs``."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy import stats

from teachgym.students.simulated import FSRS
from teachgym.students.simulated.fsrs import (
    DEFAULT_PARAMETERS,
    GOOD,
    initial_difficulty,
    next_difficulty,
    next_stability,
    retrievability,
)

SAME = {"forgetting_spread": 0.0, "difficulty_spread": 0.0}
START = datetime(2026, 1, 1, tzinfo=UTC)
OTHER = (
    0.4, 1.1, 3.0, 15.0, 7.0, 0.5, 1.5, 0.05, 1.5, 0.12, 1.0,
    1.9, 0.1, 0.3, 2.2, 0.3, 2.9, 0.6, 0.5, 0.1, 0.4,
)  # fmt: skip


def make(*sizes, seed=0, **options):
    cohort = FSRS(*sizes, **options)
    cohort.reset(np.random.default_rng(seed))
    return cohort


def test_recall_is_nine_tenths_after_the_stability():
    w = np.array(DEFAULT_PARAMETERS)
    stability = np.array([0.5, 7.0, 400.0])
    assert retrievability(stability, stability, w) == pytest.approx(0.9)
    # F = 0.9^(-1/0.1542) - 1 = 0.980347; (1 + 0.980347 · 30/10)^-0.1542 = 0.809388
    assert retrievability(np.array(30.0), np.array(10.0), w) == pytest.approx(0.809388, abs=1e-6)


def test_the_default_parameters_are_the_packages():
    scheduler = pytest.importorskip("fsrs").scheduler
    assert scheduler.DEFAULT_PARAMETERS == DEFAULT_PARAMETERS


@pytest.mark.parametrize("parameters", [DEFAULT_PARAMETERS, OTHER], ids=["default", "other"])
def test_random_histories_of_all_grades_agree_with_the_package(parameters):
    fsrs = pytest.importorskip("fsrs")
    scheduler = fsrs.Scheduler(parameters=parameters, enable_fuzzing=False)
    rng = np.random.default_rng(0)
    size, w = 60, np.array(parameters)
    cards, times = [fsrs.Card() for _ in range(size)], [START] * size
    grades = rng.integers(1, 5, size=(20, size))
    # Whole days, because the package rounds down; and less than one, for its rule of the same day.
    days = rng.choice([0.0, 0.007, 0.6, 1.0, 2.0, 5.0, 30.0, 200.0], size=(20, size))
    stability = w[grades[0] - 1]
    difficulty = np.clip(initial_difficulty(grades[0], w), 1, 10)
    for review in range(20):
        if review:
            difficulty, stability = (
                next_difficulty(difficulty, grades[review], w),
                next_stability(stability, difficulty, days[review], grades[review], w),
            )
        for index in range(size):
            if review:
                times[index] += timedelta(days=days[review, index])
            rating = fsrs.Rating(int(grades[review, index]))
            cards[index], _ = scheduler.review_card(cards[index], rating, times[index])
        assert stability == pytest.approx([card.stability for card in cards], rel=1e-9)
        assert difficulty == pytest.approx([card.difficulty for card in cards], rel=1e-9)
        for later in (1, 10, 365):
            recalled = [
                scheduler.get_card_retrievability(card, time + timedelta(days=later))
                for card, time in zip(cards, times, strict=True)
            ]
            assert retrievability(np.array(later), stability, w) == pytest.approx(recalled)
    assert stability.max() > 100 * stability.min()


def test_a_student_agrees_with_the_package():
    fsrs = pytest.importorskip("fsrs")
    scheduler = fsrs.Scheduler(enable_fuzzing=False)
    size, topics = 20, 3
    cohort, rng = make(size, topics, **SAME), np.random.default_rng(1)
    cards = [[fsrs.Card() for _ in range(topics)] for _ in range(size)]
    times = [START] * size
    seen = set()
    for _ in range(40):
        topic = rng.integers(topics, size=size)
        right = cohort.practise(topic, np.zeros(size, dtype=int), rng)
        for student, item in enumerate(topic):
            rating = fsrs.Rating.Good if right[student] else fsrs.Rating.Again
            cards[student][item], _ = scheduler.review_card(
                cards[student][item], rating, times[student]
            )
            seen.add((student, item))
        days = rng.choice([0, 1, 3, 10], size=size)
        cohort.wait(days)
        times = [time + timedelta(days=int(d)) for time, d in zip(times, days, strict=True)]
        expected = [
            [scheduler.get_card_retrievability(card, times[student]) for card in cards[student]]
            for student in range(size)
        ]
        assert cohort.expected()[:, :, 0] == pytest.approx(np.array(expected))
    for student, item in seen:
        assert cohort.state["stability"][student, item] == pytest.approx(
            cards[student][item].stability
        )
        assert cohort.state["difficulty"][student, item] == pytest.approx(
            cards[student][item].difficulty
        )
    assert len(seen) == size * topics


def test_an_item_never_seen_is_not_recalled():
    cohort = make(50, 2, **SAME)
    zeros = np.zeros(50, dtype=int)
    assert not cohort.expected().any()
    assert not cohort.practise(zeros, zeros, np.random.default_rng(0)).any()
    # Graded Again: S = w0 = 0.212 days, D0 = w4 - e^0 + 1 = w4 = 6.4133
    assert cohort.state["stability"][:, 0] == pytest.approx(0.212)
    assert cohort.state["difficulty"][:, 0] == pytest.approx(6.4133)
    assert cohort.expected()[:, 0] == pytest.approx(1.0)
    assert not cohort.expected()[:, 1].any()


def test_the_population_is_the_stated_one():
    cohort = make(3000, 1, forgetting_spread=0.5, difficulty_spread=1.5)
    zeros = np.zeros(3000, dtype=int)
    factor = cohort.state["forgetting"]
    assert stats.kstest(np.log(factor), stats.norm(0, 0.5).cdf).pvalue > 0.01
    cohort.practise(zeros, zeros, np.random.default_rng(0))
    difficulty = cohort.state["difficulty"][:, 0]
    assert difficulty.max() == 10.0  # clipped
    inside = difficulty[difficulty < 10]
    law = stats.truncnorm(-(6.4133 - 1) / 1.5, (10 - 6.4133) / 1.5, 6.4133, 1.5)
    assert stats.kstest(inside, law.cdf).pvalue > 0.01
    # Two days are two days times the factor.
    cohort.wait(2.0)
    w = np.array(DEFAULT_PARAMETERS)
    own = retrievability(2.0 * factor, np.array(w[0]), w)
    assert cohort.expected()[:, 0, 0] == pytest.approx(own)


def test_harder_items_gain_less_stability():
    w = np.array(DEFAULT_PARAMETERS)
    gained = next_stability(np.full(3, 5.0), np.array([2.0, 5.0, 9.0]), np.array(5.0), GOOD, w)
    assert gained[0] > gained[1] > gained[2] > 5.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"parameters": DEFAULT_PARAMETERS[:19]},
            r"the 21 weights of FSRS-6, not of shape \(19,\)",
        ),
        ({"parameters": (-0.1, *DEFAULT_PARAMETERS[1:])}, r"parameters must be in \[0, inf\)"),
        ({"parameters": (*DEFAULT_PARAMETERS[:20], 0.0)}, r"parameters\[20\] must be in \(0, inf"),
        ({"parameters": (0.0, *DEFAULT_PARAMETERS[1:])}, r"parameters\[0\] must be in \(0, inf"),
        ({"parameters": (math.nan, *DEFAULT_PARAMETERS[1:])}, "parameters must be in"),
    ],
)
def test_arguments_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        FSRS(3, 2, **options)
