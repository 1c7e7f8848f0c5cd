import math

import numpy as np
import pytest
from scipy import stats

from teachgym.students.simulated import DAS3H
from teachgym.students.simulated.das3h import WINDOWS, history_effect

SAME = {"student_spread": 0.0, "spread": 0.0}
HOUR = 1 / 24


def make(*sizes, seed=0, **options):
    cohort = DAS3H(*sizes, **options)
    cohort.reset(np.random.default_rng(seed))
    return cohort


def test_history_against_a_worked_number():
    wins, attempts = np.array([0, 1, 1, 3, 3]), np.array([0, 1, 3, 3, 7])
    # 0.1·0 + 0.2·ln 2 + 0.3·ln 2 + 0.4·ln 4 + 0.5·ln 4 = 2.3 ln 2
    # -0.1·(0 + ln 2 + ln 4 + ln 4 + ln 8) = -0.8 ln 2
    effect = history_effect(wins, attempts, np.array([0.1, 0.2, 0.3, 0.4, 0.5]), np.array(-0.1))
    assert effect == pytest.approx(1.5 * math.log(2))


def test_answers_leave_the_windows_one_by_one():
    cohort = make(1, 1, ability=0.0, win_weights=0.0, attempt_weights=[1, 2, 4, 8, 16], **SAME)
    zero = np.zeros(1, dtype=int)
    cohort.practise(zero, zero, np.random.default_rng(0))
    now = 0.0
    # An answer counts while it is younger than the window is long.
    for time, weight in [
        (0.04, 31), (HOUR, 30), (0.99, 30), (1.0, 28), (6.9, 28), (7.0, 24), (29.9, 24),
        (30.0, 16), (5000.0, 16),
    ]:  # fmt: skip
        cohort.wait(time - now)
        now = time
        odds = 2.0**weight  # e^(weight · ln 2)
        assert cohort.expected()[0, 0, 0] == pytest.approx(odds / (1 + odds), rel=1e-9)


def test_counts_against_a_full_search():
    size, topics = 12, 3
    cohort, rng = make(size, topics, 2), np.random.default_rng(3)
    log, now = [], np.zeros(size)
    mask = np.arange(size) < 4
    for lesson in range(150):
        topic, level = rng.integers(topics, size=size), rng.integers(2, size=size)
        right = cohort.practise(topic, level, rng)
        log.append((now.copy(), topic, right))
        # Multiples of 1/64 add up without rounding.
        days = rng.choice([0.0, 1 / 64, 0.25, 0.5, 3.0, 11.0], size=size, p=[0.6, *[0.08] * 5])
        cohort.wait(days)
        now += days
        if lesson == 70:
            cohort.reset(rng, mask)
            now[mask] = 0.0
            for time, _, _ in log:  # what the replaced students did is nobody's any more
                time[mask] = -np.inf
    times, taught, answers = (np.array(part) for part in zip(*log, strict=True))
    for window, length in enumerate(WINDOWS):
        young = (now - times < length) if np.isfinite(length) else np.isfinite(times)
        for topic in range(topics):
            counted = young & (taught == topic)
            assert np.array_equal(cohort.state["attempts"][:, topic, window], counted.sum(axis=0))
            wins = (answers * counted).sum(axis=0)
            assert np.array_equal(cohort.state["wins"][:, topic, window], wins)
    assert cohort.state["time"].shape[1] > 16  # the rings had to grow


def test_expected_of_every_cell():
    options = {"win_weights": np.arange(10).reshape(2, 5) / 20, "attempt_weights": -0.05}
    cohort = make(30, 2, 3, ability=-0.5, ease=[0.3, 0.1], span=(-1, 1), **options, **SAME)
    rng = np.random.default_rng(0)
    for _ in range(8):
        cohort.practise(rng.integers(2, size=30), rng.integers(3, size=30), rng)
        cohort.wait(0.3)
    state = cohort.state
    for topic, ease in enumerate((0.3, 0.1)):
        logit = -0.5 + ease
        for window in range(5):
            logit += (topic * 5 + window) / 20 * np.log(1 + state["wins"][:, topic, window])
            logit -= 0.05 * np.log(1 + state["attempts"][:, topic, window])
        for level, difficulty in enumerate((-1, 0, 1)):
            chance = 1 / (1 + np.exp(difficulty - logit))
            assert cohort.expected()[:, topic, level] == pytest.approx(chance)
    assert state["wins"].max() > 2


def test_the_population_is_the_stated_one():
    cohort = make(3000, 2, ability=0.5, student_spread=0.6, ease=[0.0, -1.0], spread=0.8)
    ease = cohort.state["ease"]
    assert stats.kstest(ease[:, 0], stats.norm(0.5, 1.0).cdf).pvalue > 0.01
    assert stats.kstest(ease[:, 1], stats.norm(-0.5, 1.0).cdf).pvalue > 0.01
    assert np.cov(ease.T)[0, 1] == pytest.approx(0.36, abs=0.06)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ability": math.nan}, "ability must be in"),
        ({"win_weights": (1, 2, 3)}, r"win_weights must be .* shape \(2, 5\), not of shape \(3,\)"),
        ({"attempt_weights": [0, 0, 0, 0, math.inf]}, "attempt_weights must be in"),
        ({"span": (2, 1)}, "low < high"),
    ],
)
def test_arguments_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        DAS3H(3, 2, **options)
