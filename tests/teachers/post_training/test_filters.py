"""Teachers that choose among candidates, against worked numbers."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import GRESO, LILO, VCRL, OnlineFiltering
from teachgym.teachers.post_training.greso import adjust, keep_probabilities
from teachgym.teachers.post_training.lilo import best
from teachgym.teachers.post_training.online_filtering import first_kept
from teachgym.teachers.post_training.vcrl import distribution, priority

DISCRETE = gym.spaces.Discrete(4)
VARIED, CONSTANT = np.array([[1.0, 0.0]]), np.ones((1, 2))


def drawn(teacher, lessons=3000):
    return np.bincount([int(teacher.act()) for _ in range(lessons)], minlength=teacher.arms.n)


def test_vcrl_priority_by_hand():
    assert priority(np.nan, 0.6, 0.9) == 0.6
    assert priority(0.5, 1.0, 0.9) == pytest.approx(0.55)


def test_vcrl_distribution_by_hand():
    # Arms 0 and 1 are the memory (priorities 0.6 and 0.2), arm 2 was never tried, arm 3 is below
    # the threshold: kept with 0.2, and 0.8 of its quarter goes to the memory as 3 : 1.
    variances = np.array([0.9, 0.8, np.nan, 0.7])
    priorities = np.array([0.6, 0.2, np.nan, 0.7])
    expected = [0.25 + 0.15, 0.25 + 0.05, 0.25, 0.05]
    assert distribution(variances, priorities, 0.8, 0.2) == pytest.approx(expected)
    assert distribution(np.full(4, 0.1), priorities, 0.8, 0.2).tolist() == [0.25] * 4
    assert distribution(np.full(4, np.nan), np.full(4, np.nan), 0.8, 0.2).tolist() == [0.25] * 4


def test_vcrl_raises_its_threshold_and_draws_as_said():
    teacher = VCRL(DISCRETE, seed=0, warmup=4)
    teacher.observe(0, 0.5, scores=VARIED)
    teacher.observe(1, 1.0, scores=CONSTANT)
    teacher.observe(2, 0.25)  # 4/4 * 3/4 = 0.75 is enough at first
    assert teacher.variances[:3].tolist() == [1.0, 0.0, 0.75]
    assert teacher.probabilities()[2] > 0.25
    teacher.observe(0, 1.0, scores=VARIED)  # and not now, after four lessons
    # 0.8 of the quarters of arms 1 and 2 go to arm 0
    expected = [0.65, 0.05, 0.05, 0.25]
    assert teacher.probabilities() == pytest.approx(expected)
    assert stats.chisquare(drawn(teacher), 3000 * np.array(expected)).pvalue > 0.01


def test_greso_keeps_by_hand():
    kept = keep_probabilities(np.array([0, 1, 3, 20]), np.array([0.5, 0.5, 0.4, 0.5]))
    assert kept == pytest.approx([1.0, 0.5, 0.064, 0.01])


def test_greso_adjusts_by_hand():
    assert adjust(0.5, 0.3, 0.25, 0.01) == pytest.approx(0.49)
    assert adjust(0.5, 0.2, 0.25, 0.01) == pytest.approx(0.51)
    assert adjust(0.01, 1.0, 0.25, 0.01) == 0.01
    assert adjust(1.0, 0.0, 0.25, 0.01) == 1.0


def test_greso_counts_streaks_and_adjusts_each_base_after_a_batch():
    teacher = GRESO(DISCRETE, batch=4, step=0.1)
    for arm, score, scores in (
        (0, 1.0, CONSTANT),
        (0, 1.0, CONSTANT),
        (1, 0.5, VARIED),
        (1, 1.0, None),
    ):
        teacher.observe(arm, score, scores=scores)
    assert teacher.streaks.tolist() == [2, 1, 0, 0]
    # 3 of 4 lessons were all right, none all wrong: easy 0.5 - 0.1, hard 0.5 + 0.1
    assert teacher.bases == pytest.approx([0.6, 0.4])
    assert teacher.probabilities() == pytest.approx(np.array([0.16, 0.4, 1, 1]) / 2.56)
    teacher.observe(0, 0.5, scores=VARIED)
    teacher.observe(2, 0.0, scores=0 * CONSTANT)
    assert teacher.probabilities() == pytest.approx(np.array([1, 0.4, 0.6, 1]) / 3)


def test_greso_draws_as_a_filter_of_uniform_candidates():
    teacher = GRESO(DISCRETE, seed=0)
    teacher.streaks[:] = [0, 1, 2, 9]
    rng = np.random.default_rng(1)
    candidates = rng.integers(4, size=6000)
    kept = candidates[rng.random(6000) < np.array([1, 0.5, 0.25, 0.01])[candidates]]
    table = np.stack([drawn(teacher), np.bincount(kept, minlength=4)])
    assert stats.chi2_contingency(table).pvalue > 0.01


def test_lilo_takes_the_best_candidate():
    values = np.array([0.1, 0.25, 0.2, 0.25])
    assert best(np.array([0, 2]), values) == 2
    assert best(np.array([0, 3, 1]), values) == 3


def test_lilo_running_mean_by_hand():
    teacher = LILO(DISCRETE, rate=0.4)
    assert teacher.learnability.tolist() == [0.25] * 4
    teacher.observe(0, 1.0, scores=CONSTANT)
    teacher.observe(1, 0.8)  # 0.16
    assert teacher.learnability == pytest.approx([0.0, 0.16, 0.25, 0.25])
    teacher.observe(0, 0.5, scores=VARIED)  # 0.4 * 0.25
    assert teacher.learnability[0] == pytest.approx(0.1)


def test_lilo_draws_the_best_of_the_pool():
    teacher = LILO(gym.spaces.Discrete(6), seed=0)
    teacher.learnability = np.array([0.05, 0.25, 0.0, 0.2, 0.1, 0.15])
    # Of the C(6, 4) = 15 pools C(5, 3) = 10 hold the best, C(4, 3) = 4 the second but not the best,
    # C(3, 3) = 1 neither.
    chosen = drawn(teacher)
    assert chosen[[0, 2, 4]].sum() == 0
    assert stats.chisquare(chosen[[1, 3, 5]], [2000, 800, 200]).pvalue > 0.01
    teacher.learnability[:] = 0.1  # ties are broken uniformly
    assert stats.chisquare(drawn(teacher)).pvalue > 0.01


def test_online_filtering_takes_the_first_that_is_kept():
    filtered = np.array([True, False, False])
    assert first_kept(np.array([0, 0, 2, 1]), filtered) == 2
    assert first_kept(np.array([1, 2, 0]), np.zeros(3, dtype=bool)) == 1
    assert first_kept(np.array([1, 2, 0]), np.ones(3, dtype=bool)) == 0


def test_online_filtering_filters_by_variance():
    teacher = OnlineFiltering(DISCRETE)
    teacher.observe(0, 1.0)
    teacher.observe(1, 0.5, scores=np.array([[1.0, 1.0], [0.0, 0.0]]))  # no group varies
    teacher.observe(2, 0.5, scores=VARIED)
    assert teacher.filtered.tolist() == [True, True, False, False]
    teacher.observe(1, 0.5)
    assert teacher.filtered.tolist() == [True, False, False, False]


def test_online_filtering_draws_as_said():
    teacher = OnlineFiltering(DISCRETE, seed=0, attempts=2)
    teacher.filtered[:] = [True, True, True, False]
    # q = 3/4: filtered (9/16) / 3 each, the other 1 - 9/16
    expected = 3000 * np.array([3, 3, 3, 7]) / 16
    assert stats.chisquare(drawn(teacher), expected).pvalue > 0.01
