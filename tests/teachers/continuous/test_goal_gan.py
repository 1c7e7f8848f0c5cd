"""Goal GAN: its losses against hand-worked values, its tasks against what is of use."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import optimize, stats

from teachgym.teachers import GoalGAN
from teachgym.teachers.continuous.goal_gan import (
    discriminator_loss,
    generator_loss,
    intermediate,
)
from teachgym.teachers.continuous.mlp import initial_weights

BOX = gym.spaces.Box(0.0, 1.0, (2,), np.float32)
QUICK = {"hidden": 16, "first_steps": 1, "steps": 1}


def test_good_tasks_have_scores_between_the_limits():
    scores = np.array([0.0, 0.1, 0.5, 0.9, 0.95])
    assert intermediate(scores, 0.1, 0.9).tolist() == [False, True, True, True, False]


def test_losses_by_hand():
    # A discriminator D(x) = 2x + 0.5: good task 0.5 -> 1.5, other task -0.5 -> -0.5.
    discriminator = np.array([2.0, 0.5])
    tasks, labels = np.array([[0.5], [-0.5]]), np.array([True, False])
    loss, gradient = discriminator_loss(discriminator, (1, 1), tasks, labels)
    assert loss == pytest.approx((0.5**2 + 0.5**2) / 2)
    # Both miss by 0.5. By the slope: (2 * 0.5 * 0.5 - 2 * 0.5 * 0.5) / 2; by the bias: 2 * 0.5.
    assert gradient == pytest.approx([0.0, 1.0])
    # A generator G(z) = tanh(z): z = 0 -> D(0) = 0.5, a miss of -0.5; dD/dz = 2 (1 - 0).
    loss, gradient = generator_loss(
        np.array([1.0, 0.0]), (1, 1), discriminator, (1, 1), np.array([[0.0]])
    )
    assert loss == pytest.approx(0.25)
    assert gradient == pytest.approx([0.0, 2 * -0.5 * 2])


def test_gradient_of_the_generator_is_that_of_finite_differences():
    rng = np.random.default_rng(0)
    inner, outer = (2, 6, 2), (2, 5, 1)
    generator, discriminator = initial_weights(inner, rng), initial_weights(outer, rng)
    noise = rng.normal(size=(7, 2))

    def loss(weights):
        return generator_loss(weights, inner, discriminator, outer, noise)

    numeric = optimize.approx_fprime(generator, lambda weights: loss(weights)[0])
    assert loss(generator)[1] == pytest.approx(numeric, abs=1e-5)


def test_first_tasks_cover_the_space_or_the_start():
    anywhere = GoalGAN(BOX, seed=0).generate(2000)
    assert anywhere.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.1)
    assert anywhere.std(axis=0) == pytest.approx([12**-0.5] * 2, abs=0.06)
    easy = GoalGAN(BOX, seed=0, start=[0.2, 0.3], start_deviation=0.05).generate(2000)
    assert easy.mean(axis=0) == pytest.approx([0.2, 0.3], abs=0.08)
    assert np.all(easy.std(axis=0) < 0.12)


def test_share_and_place_of_replayed_tasks():
    teacher = GoalGAN(BOX, seed=1, replay=0.3, noise=0.01, **QUICK)
    teacher.generator[:] = 0.0  # generates the middle of the space
    teacher.mastered = np.array([[0.1, 0.1], [0.9, 0.9]])
    drawn = np.array([teacher.act() for _ in range(6000)])
    counts = [np.sum(np.abs(drawn[:, 0] - x) < 0.1) for x in (0.1, 0.5, 0.9)]
    assert stats.chisquare(counts, [900, 4200, 900]).pvalue > 0.01
    middle = drawn[np.abs(drawn[:, 0] - 0.5) < 0.1, 0]
    assert stats.kstest(middle, stats.norm(0.5, 0.01).cdf).pvalue > 0.01


def test_mastered_tasks_are_kept_if_they_are_apart():
    teacher = GoalGAN(BOX, seed=0, distance=0.1, memory=2, **QUICK)  # 0.1 * sqrt(2) = 0.141
    for task, score in (
        ([0.5, 0.5], 0.95),
        ([0.59, 0.59], 1.0),  # not far enough
        ([0.61, 0.61], 1.0),
        ([0.0, 0.0], 0.9),  # not above the highest score
    ):
        teacher.observe(np.float32(task), score)
    assert teacher.mastered == pytest.approx(np.array([[0.5, 0.5], [0.61, 0.61]]))
    teacher.observe(np.float32([0.0, 0.9]), 1.0)
    assert teacher.mastered == pytest.approx(np.array([[0.61, 0.61], [0.0, 0.9]]))


@pytest.mark.parametrize(("score", "trained"), [(0.0, False), (0.5, True), (1.0, False)])
def test_training_waits_for_a_good_task(score, trained):
    teacher = GoalGAN(BOX, seed=0, update_every=5, **QUICK)
    before = teacher.generator.copy()
    for count in range(5):
        assert len(teacher.recent) == count
        teacher.observe(np.float32([0.1, 0.2]), score)
    assert len(teacher.recent) == 0
    assert np.array_equal(before, teacher.generator) != trained


def test_generator_follows_what_is_of_intermediate_difficulty():
    teacher = GoalGAN(BOX, seed=0, start=[0.2, 0.2])
    for lesson in range(1000):
        task = teacher.act()
        frontier = 0.2 + 0.3 * lesson / 1000
        teacher.observe(task, float(np.clip(1 - (task.max() - frontier) / 0.4, 0.0, 1.0)))
    reach = teacher.generate(1000).max(axis=1)
    # Scores from 0.1 to 0.9 lie between 0.54 and 0.86; 45% of a uniform draw do.
    assert np.mean((reach > 0.54) & (reach < 0.86)) > 0.75


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"start": [0.5, 1.5]}, "start must be an action"),
        ({"lowest": 0.9, "highest": 0.1}, "lowest=0.9 must be below"),
        ({"noise": -1}, "noise"),
        ({"memory": 0}, "memory"),
    ],
)
def test_ill_valued_options_are_refused(options, complaint):
    with pytest.raises(ValueError, match=complaint):
        GoalGAN(BOX, **options)
