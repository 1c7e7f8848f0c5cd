"""PCL: its value model against hand-worked numbers, its choice as a distribution."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import optimize, stats

from teachgym.teachers import PCL
from teachgym.teachers.continuous.mlp import initial_weights
from teachgym.teachers.post_training.pcl import features, success_rates, value_loss

BOX = gym.spaces.Box(0.0, 1.0, (2,), np.float32)
GRID = gym.spaces.MultiDiscrete([2, 4])


def test_features_by_hand():
    assert features(np.array([[0.5, 1.0]]), ()).tolist() == [[0.0, 1.0]]
    cells = (np.array([[1, 0], [2, 3]]) + 0.5) / [3, 4]
    assert features(cells, (3, 4)) == pytest.approx(
        np.array([[0, 1, 0, -0.75], [0, 0, 1, 0.75]], dtype=float)
    )


def test_loss_by_hand():
    # V(x) = logistic(x): V(0) = 1/2 misses 1 by 1/2, V(ln 3) = 3/4 misses 1/2 by 1/4.
    weights, widths = np.array([1.0, 0.0]), (1, 1)
    inputs, scores = np.array([[0.0], [np.log(3.0)]]), np.array([1.0, 0.5])
    assert success_rates(weights, widths, inputs) == pytest.approx([0.5, 0.75])
    loss, gradient = value_loss(weights, widths, inputs, scores)
    assert loss == pytest.approx((1 / 4 + 1 / 16) / 2)
    # 2 miss V (1 - V) / n: -1/8 and 3/64
    assert gradient == pytest.approx([3 / 64 * np.log(3.0), -1 / 8 + 3 / 64])


def test_gradient_is_that_of_finite_differences():
    rng = np.random.default_rng(0)
    widths = (3, 5, 5, 1)
    weights, inputs, scores = initial_weights(widths, rng), rng.normal(size=(7, 3)), rng.random(7)
    numeric = optimize.approx_fprime(weights, lambda w: value_loss(w, widths, inputs, scores)[0])
    assert value_loss(weights, widths, inputs, scores)[1] == pytest.approx(numeric, abs=1e-5)


def test_of_the_candidates_the_one_nearest_the_target_is_kept(monkeypatch):
    # Levels 0..3 of topic 0 and then of topic 1, from the nearest to one half to the farthest.
    rates = np.array([0.5, 0.4, 0.7, 0.8, 0.1, 0.95, 0.03, 0.99])

    def predict(self, points):
        index = np.floor(points * [2, 4]).astype(int)
        return rates[index[:, 0] * 4 + index[:, 1]]

    monkeypatch.setattr(PCL, "predict", predict)
    teacher = PCL(GRID, seed=0, pool=3)
    drawn = [int(np.ravel_multi_index(teacher.act(), (2, 4))) for _ in range(3000)]
    # The k-th of eight is kept if it is drawn and both others come after it: C(8 - k, 2) / C(8, 3).
    expected = np.array([21, 15, 10, 6, 3, 1]) / 56
    counts = np.bincount(drawn, minlength=8)
    assert counts[6:].sum() == 0
    assert stats.chisquare(counts[:6], 3000 * expected).pvalue > 0.01
    assert {tuple(PCL(GRID, seed=s, pool=99).act()) for s in range(5)} == {(0, 0)}


def test_a_lesson_is_one_step_on_the_last_ones():
    teacher = PCL(GRID, seed=0, batch=2)
    teacher.observe(np.array([0, 0]), 0.25)
    teacher.observe(np.array([1, 3]), 1.0)
    before = teacher.weights
    teacher.observe(np.array([1, 1]), 0.0)
    assert teacher.recent == pytest.approx(np.array([[0.75, 0.875, 1.0], [0.75, 0.375, 0.0]]))
    inputs = np.array([[0.0, 1.0, 0.75], [0.0, 1.0, -0.25]])
    _, gradient = value_loss(before, teacher.widths, inputs, np.array([1.0, 0.0]))
    moved = np.sign(before - teacher.weights)
    assert np.array_equal(moved[gradient != 0], np.sign(gradient[gradient != 0]))


@pytest.mark.parametrize(
    ("space", "options"),
    [(BOX, {}), (gym.spaces.MultiDiscrete([2, 10]), {}), (gym.spaces.Discrete(20), {"levels": 10})],
)
def test_it_finds_what_is_half_known_and_follows_it(space, options):
    teacher = PCL(space, seed=0, pool=8, **options)
    rng = np.random.default_rng(0)

    def rate(action, ability):
        return float(1 / (1 + np.exp(-10 * (ability - teacher.points.point(action)[-1]))))

    for ability in (0.3, 0.8):
        for _ in range(800):
            action = teacher.act()
            teacher.observe(action, float(rng.binomial(8, rate(action, ability)) / 8))
        rates = [rate(teacher.act(), ability) for _ in range(100)]
        # The mean distance of a uniform draw from one half is about 0.4.
        assert np.mean(np.abs(np.array(rates) - 0.5)) < 0.2


def test_a_target_other_than_one_half():
    teacher = PCL(BOX, seed=0, pool=16, target=0.9)
    points = np.random.default_rng(0).random((200, 2))
    chosen = np.array([teacher.act() for _ in range(200)])
    assert np.mean(teacher.predict(chosen)) > np.mean(teacher.predict(points))


@pytest.mark.parametrize(
    "options",
    [{"pool": 0}, {"target": 1.5}, {"batch": 0}, {"hidden": 0}, {"learning_rate": 0}],
)
def test_ill_valued_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        PCL(GRID, **options)
