"""ALP-GMM against brute force and the authors' results."""

import math
from functools import partial

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

import teachgym.envs  # noqa: F401 - registers the environments
from teachgym.teachers import ALPGMM, Uniform
from teachgym.teachers.alp_gmm import absolute_learning_progress, component_probabilities
from teachgym.teachers.gaussian_mixture import Mixture
from teachgym.teachers.mixture import TaskSampler
from teachgym.teachers.neighbours import Neighbours
from teachgym.teachers.rows import Rows

BOX = gym.spaces.Box(0.0, 1.0, (2,), np.float32)


def test_progress_is_zero_until_more_than_five_tasks_are_known():
    known = Neighbours(2)
    for score in np.arange(6) / 10:
        assert absolute_learning_progress(known, np.zeros(2), 1.0) == 0.0
        known.append(np.zeros(2), score)
    assert absolute_learning_progress(known, np.zeros(2), 0.2) == pytest.approx(0.3)


@pytest.mark.parametrize("memory", [None, 50])
def test_progress_of_a_stream_against_brute_force(memory):
    rng = np.random.default_rng(0)
    teacher = ALPGMM(BOX, seed=0, warmup=10**6, window=1000, memory=memory)
    tasks = rng.random((300, 2)).astype(np.float32)
    scores = rng.random(300)
    expected = []
    for now in range(300):
        teacher.observe(tasks[now], scores[now])
        past = range(0 if memory is None else max(now - memory, 0), now)
        if len(past) <= 5:
            expected.append(0.0)
            continue
        distances = [math.dist(tasks[now].tolist(), tasks[i].tolist()) for i in past]
        expected.append(abs(scores[now] - scores[past[int(np.argmin(distances))]]))
    assert teacher.latest[:, -1] == pytest.approx(expected)
    assert np.array_equal(teacher.latest[:, :-1], tasks)


def test_rows_keep_the_last_ones_in_order():
    rows = Rows(1, limit=5)
    for i in range(200):
        rows.append(np.array([i]))
        assert rows.array[:, 0].tolist() == list(range(max(i - 4, 0), i + 1))
    endless = Rows(2)
    for i in range(200):
        endless.append(np.array([i, -i]))
    assert endless.array[:, 0].tolist() == list(range(200))


def test_fits_come_when_they_should():
    teacher = ALPGMM(BOX, seed=0, warmup=30, fit_every=10, window=20, components=(2, 2))
    fitted = []
    for _ in range(60):
        before = teacher.means
        teacher.observe(teacher.act(), 0.5)
        if teacher.means is not before:
            fitted.append(teacher.observed)
    assert fitted == [30, 40, 50, 60]
    assert len(teacher.latest) == 20


def test_a_new_mixture_is_drawn_from_at_once():
    teacher = ALPGMM(BOX, seed=0, exploration=0.0)
    for x in (0.2, 0.8):
        teacher.means, teacher.covariances = np.array([[x, x, 1.0]]), np.eye(3)[None] * 1e-6
        assert teacher.act() == pytest.approx([x, x], abs=0.01)
        assert teacher.sampler() is teacher.sampler()


def drawn_from(mixture, count, rng):
    """Tasks of two dimensions."""
    sampler = TaskSampler(mixture, component_probabilities(mixture), 2)
    return np.array([sampler.draw(rng) for _ in range(count)])


def test_gaussians_are_chosen_by_their_mean_progress():
    means = np.array([[0.1, 0.5, 0.1], [0.5, 0.5, 0.3], [0.9, 0.5, 0.0]])
    mixture = Mixture(means, np.tile(np.eye(3) * 1e-6, (3, 1, 1)))
    assert component_probabilities(mixture) == pytest.approx([0.25, 0.75, 0.0])
    rng = np.random.default_rng(0)
    drawn = drawn_from(mixture, 1000, rng)
    counts = [np.sum(np.abs(drawn[:, 0] - x) < 0.05) for x in (0.1, 0.5, 0.9)]
    assert counts[2] == 0
    assert stats.chisquare(counts[:2], [250, 750]).pvalue > 0.01
    still = Mixture(means * [1, 1, 0], mixture.covariances)
    assert component_probabilities(still) == pytest.approx([1 / 3] * 3)


def test_tasks_follow_the_gaussian_and_stay_in_the_cube():
    covariance = np.array([[0.02, 0.01, 0.0], [0.01, 0.02, 0.0], [0.0, 0.0, 1.0]])
    rng = np.random.default_rng(0)
    inside = Mixture(np.array([[0.5, 0.5, 0.1]]), covariance[None] / 10)
    drawn = drawn_from(inside, 3000, rng)
    assert drawn.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.005)
    assert np.cov(drawn.T) == pytest.approx(covariance[:2, :2] / 10, abs=2e-4)
    edge = Mixture(np.array([[1.0, 0.0, 0.1]]), covariance[None])
    drawn = drawn_from(edge, 200, rng)
    assert np.all((drawn >= 0) & (drawn <= 1))
    assert np.mean(drawn[:, 0] == 1.0) == pytest.approx(0.5, abs=0.15)


def test_exploration_has_its_share():
    teacher = ALPGMM(BOX, seed=0)
    teacher.means = np.array([[0.05, 0.05, 1.0]])
    teacher.covariances = np.eye(3)[None] * 1e-6
    drawn = np.array([teacher.act() for _ in range(20_000)])
    away = np.sum(np.any(np.abs(drawn - 0.05) > 0.01, axis=1))
    assert stats.binomtest(int(away), 20_000, 0.2 * (1 - 0.02**2)).pvalue > 0.01


def test_rows_of_a_discrete_space_are_spread_over_their_cells():
    teacher = ALPGMM(gym.spaces.MultiDiscrete([2, 5]), seed=0, warmup=10**6, window=2000)
    for _ in range(1000):
        teacher.observe(np.array([1, 2]), 0.5)
    assert np.unique(teacher.history, axis=0).tolist() == [[0.75, 0.5, 0.5]]
    within = (teacher.latest[:, :-1] - (0.5, 0.4)) / (0.5, 0.2)
    for axis in range(2):
        assert stats.kstest(within[:, axis], "uniform").pvalue > 0.01


def test_it_goes_where_scores_change():
    options = {"warmup": 60, "fit_every": 20, "window": 60, "components": (2, 5)}
    teacher = ALPGMM(gym.spaces.MultiDiscrete([4, 5]), seed=0, **options)
    rng = np.random.default_rng(0)
    actions = []
    for _ in range(300):
        actions.append(teacher.act())
        moving = actions[-1][0] == 2
        teacher.observe(actions[-1], rng.random() if moving else 0.5)
    assert np.mean([action[0] == 2 for action in actions[100:]]) > 0.5


def mastered_after(teacher, lessons, **landscape):
    """The share of cells in % that a teacher brings to mastery."""
    env = gym.make("teachgym/Landscape-v0", budget=lessons, **landscape)
    chosen, done = teacher(env.action_space), False
    env.reset(seed=0)
    while not done:
        task = chosen.act()
        _, _, done, _, info = env.step(task)
        chosen.observe(task, info["score"])
    return round(100 * info["exam"], 3)


def test_it_masters_more_of_the_toy_landscape_than_uniform():
    # 2,500 lessons of the short settings: cells are few, but Uniform has none at all by then.
    options = {"warmup": 100, "fit_every": 100, "window": 100, "memory": 500, "components": (2, 4)}
    assert mastered_after(partial(Uniform, seed=0), 2500) == 0.0
    assert mastered_after(partial(ALPGMM, seed=0, **options), 2500) >= 2.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("teacher", "irrelevant", "seeds", "published", "deviation", "published_seeds"),
    [
        (ALPGMM, 0, 5, 35.6, 3.3, 10),
        (partial(ALPGMM, memory=500), 0, 5, 67.6, 5.0, 10),
        (Uniform, 0, 10, 4.3, 0.7, 10),
        (ALPGMM, 10, 5, 51.6, 0.9, 5),
        (Uniform, 10, 10, 4.0, 0.0, 5),
    ],
)
def test_landscape_as_with_the_authors_code(
    teacher, irrelevant, seeds, published, deviation, published_seeds
):
    # Both means agree if they differ by at most three standard errors of their difference.
    shares = [
        mastered_after(partial(teacher, seed=seed), 20_000, irrelevant=irrelevant)
        for seed in range(seeds)
    ]
    error = math.sqrt(deviation**2 / published_seeds + np.var(shares, ddof=1) / seeds)
    print(f"{teacher}, {irrelevant} irrelevant: {np.mean(shares):.1f}, {shares}, {published}")
    assert abs(np.mean(shares) - published) <= 3 * error
