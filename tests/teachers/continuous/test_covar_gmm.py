"""Covar-GMM against worked covariances and uniform teaching."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import ALPGMM, CovarGMM
from teachgym.teachers.continuous.covar_gmm import component_probabilities, with_time
from teachgym.teachers.gaussian_mixture import Mixture
from teachgym.teachers.mixture import TaskSampler

BOX = gym.spaces.Box(0.0, 1.0, (2,), np.float32)


def mixture_of(means, covariances_of_time_and_score):
    covariances = np.tile(np.eye(4) * 1e-4, (len(means), 1, 1))
    covariances[:, 2, 3] = covariances[:, 3, 2] = covariances_of_time_and_score
    return Mixture(np.array([[x, 0.5, 0.5, 0.5] for x in means]), covariances)


def test_time_is_the_place_in_the_window():
    rows = np.array([[0.1, 0.2, 0.9], [0.3, 0.4, 0.8], [0.5, 0.6, 0.7], [0.7, 0.8, 0.6]])
    timed = with_time(rows)
    assert timed[:, 2].tolist() == [0.0, 0.25, 0.5, 0.75]
    assert np.array_equal(np.delete(timed, 2, axis=1), rows)


def test_gaussians_are_chosen_by_how_the_score_rises():
    # Covariances 0.01, 0.03, -0.04: falling scores count as 0, or in full if absolute.
    mixture = mixture_of([0.1, 0.5, 0.9], [0.01, 0.03, -0.04])
    assert component_probabilities(mixture, False) == pytest.approx([0.25, 0.75, 0.0])
    assert component_probabilities(mixture, True) == pytest.approx([0.125, 0.375, 0.5])
    falling = mixture_of([0.1, 0.5, 0.9], [-0.01, 0.0, -0.04])
    assert component_probabilities(falling, False) == pytest.approx([1 / 3] * 3)


def test_tasks_come_from_the_chosen_gaussians_without_time_and_score():
    mixture = mixture_of([0.1, 0.5, 0.9], [0.01, 0.03, -0.04])
    rng, chances = np.random.default_rng(0), np.array([0.125, 0.375, 0.5])
    sampler = TaskSampler(mixture, chances, 2)
    drawn = np.array([sampler.draw(rng) for _ in range(2000)])
    assert drawn.shape == (2000, 2)
    counts = [np.sum(np.abs(drawn[:, 0] - x) < 0.1) for x in (0.1, 0.5, 0.9)]
    assert stats.chisquare(counts, 2000 * chances).pvalue > 0.01
    first = drawn[np.abs(drawn[:, 0] - 0.5) < 0.1]
    assert first.std(axis=0) == pytest.approx([0.01, 0.01], rel=0.1)


def test_fit_is_to_tasks_times_and_scores():
    teacher = CovarGMM(BOX, seed=0, warmup=100, fit_every=100, window=100, components=(1, 1))
    rng = np.random.default_rng(1)
    tasks, scores = rng.random((100, 2)).astype(np.float32), rng.random(100)
    for task, score in zip(tasks, scores, strict=True):
        teacher.observe(task, score)
    rows = np.column_stack([tasks, np.arange(100) / 100, scores])
    assert teacher.means[0] == pytest.approx(rows.mean(axis=0))
    assert teacher.covariances[0] == pytest.approx(np.cov(rows.T, ddof=0), abs=2e-6)


@pytest.mark.parametrize(("absolute", "wanted"), [(False, [3]), (True, [0, 3])])
def test_it_goes_where_scores_rise(absolute, wanted):
    options = {"warmup": 100, "fit_every": 100, "window": 100, "components": (2, 6)}
    teacher = CovarGMM(BOX, seed=0, absolute=absolute, **options)
    quarters = []
    for lesson in range(600):
        task = teacher.act()
        quarters.append(min(int(task[0] * 4), 3))
        now = (lesson % 100) / 100
        teacher.observe(task, {3: now, 0: 1 - now}.get(quarters[-1], 0.5))
    shares = [np.mean(np.array(quarters[100:]) == quarter) for quarter in wanted]
    assert min(shares) > 0.3
    assert sum(shares) > 0.7


@pytest.mark.parametrize("teacher", [CovarGMM, ALPGMM])
def test_first_lessons_are_around_the_start(teacher):
    options = {"start": [0.3, 0.6], "start_deviation": 0.05, "components": (2, 2)}
    one = teacher(BOX, seed=0, **options)
    drawn = np.array([one.act() for _ in range(2000)])
    for axis, mean in enumerate((0.3, 0.6)):
        assert stats.kstest(drawn[:, axis], stats.norm(mean, 0.05).cdf).pvalue > 0.01
    for task in drawn[:250]:
        one.observe(task, float(task[0]))
    away = [np.max(np.abs(one.act() - np.float32([0.3, 0.6]))) > 0.3 for _ in range(1000)]
    assert np.mean(away) > 0.05  # a fifth is uniform by now
    with pytest.raises(ValueError, match="start must be an action"):
        teacher(BOX, start=[2.0, 0.0])
