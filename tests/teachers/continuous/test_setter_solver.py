"""Setter-Solver: its losses against hand-worked values, its tasks against what was wished for."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import optimize, stats

from teachgym.teachers import SetterSolver
from teachgym.teachers.continuous.flow import Flow
from teachgym.teachers.continuous.mlp import forward, initial_weights
from teachgym.teachers.continuous.setter_solver import (
    generated_loss,
    judge_loss,
    logit,
    validity_loss,
)

BOX = gym.spaces.Box(0.0, 1.0, (2,), np.float32)
QUICK = {"hidden": 8, "first_steps": 1, "steps": 1}
WIDTHS = (2, 5, 1)


def networks(seed=0):
    rng = np.random.default_rng(seed)
    flow = Flow(2, 1, 4)
    setter = flow.initial_weights(rng) + 0.2 * rng.standard_normal(flow.size)
    return flow, setter, initial_weights(WIDTHS, rng), rng


def test_loss_of_the_judge_by_hand():
    # A judge of one layer, whose logit is 3 (2 x - 1) + 0.5: 0.5 at x = 1/2, 3.5 at x = 1.
    tasks, scores = np.array([[0.5], [1.0]]), np.array([0.25, 1.0])
    loss, gradient = judge_loss(np.array([3.0, 0.5]), (1, 1), tasks, scores)
    chances = 1 / (1 + np.exp([-0.5, -3.5]))
    expected = -0.25 * np.log(chances[0]) - 0.75 * np.log(1 - chances[0]) - np.log(chances[1])
    assert loss == pytest.approx(expected / 2)
    # By the slope: what the judge sees (0, 1) times what it is wrong by; by the bias: the latter.
    wrong = chances - scores
    assert gradient == pytest.approx([wrong[1] / 2, wrong.sum() / 2])


def test_losses_of_the_setter_by_hand():
    # A new flow is a sigmoid: noise 0 gives the middle, where density is N(0) / (1/4) per axis.
    flow = Flow(2, 1, 4)
    setter = flow.initial_weights(np.random.default_rng(0))
    middle = 2 * np.log(4 / np.sqrt(2 * np.pi))
    judge = np.array([0.0, 0.0, 0.7])  # the logit 0.7 for any task
    arguments = (setter, flow, judge, (2, 1), np.zeros((2, 2)), np.array([0.5, 0.8]))
    miss = 0.7 - np.array([0.0, np.log(4.0)])
    assert generated_loss(*arguments, coverage=0.0)[0] == pytest.approx(np.mean(miss**2))
    assert generated_loss(*arguments, feasibility=0.0)[0] == pytest.approx(middle)
    assert generated_loss(*arguments)[0] == pytest.approx(np.mean(miss**2) + middle)
    # Of two tasks, one solved by three quarters as much as the other; the second at logits (1, 0).
    tasks, scores = np.array([[0.5, 0.5], [1 / (1 + np.exp(-1.0)), 0.5]]), np.array([0.8, 0.6])
    slope = tasks[1, 0] * (1 - tasks[1, 0])
    away = stats.norm.logpdf([1.0, 0.0]).sum() - np.log(slope) - np.log(0.25)
    loss, _ = validity_loss(setter, flow, tasks, scores, np.array([0.1, 0.9]))
    assert loss == pytest.approx(-(0.8 * middle + 0.6 * away) / 1.4)


def test_gradient_of_the_judge_is_that_of_finite_differences():
    _, _, judge, rng = networks()
    tasks, scores = rng.random((7, 2)), rng.random(7)
    numeric = optimize.approx_fprime(judge, lambda w: judge_loss(w, WIDTHS, tasks, scores)[0])
    assert judge_loss(judge, WIDTHS, tasks, scores)[1] == pytest.approx(numeric, abs=1e-5)


@pytest.mark.parametrize(("feasibility", "coverage"), [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
def test_gradients_of_generated_tasks_are_those_of_finite_differences(feasibility, coverage):
    flow, setter, judge, rng = networks()
    noise, wished = rng.normal(size=(7, 2)), rng.uniform(0.05, 0.95, 7)
    factors = {"feasibility": feasibility, "coverage": coverage}

    def loss(weights):
        return generated_loss(weights, flow, judge, WIDTHS, noise, wished, **factors)

    numeric = optimize.approx_fprime(setter, lambda weights: loss(weights)[0])
    assert loss(setter)[1] == pytest.approx(numeric, abs=2e-5)


def test_gradient_of_validity_is_that_of_finite_differences():
    flow, setter, _, rng = networks()
    tasks, scores, wished = rng.random((7, 2)), rng.random(7), rng.uniform(0.05, 0.95, 7)

    def loss(weights):
        return validity_loss(weights, flow, tasks, scores, wished)

    numeric = optimize.approx_fprime(setter, lambda weights: loss(weights)[0])
    assert loss(setter)[1] == pytest.approx(numeric, abs=2e-5)


def test_without_a_solved_task_validity_says_nothing():
    flow, setter, _, rng = networks()
    loss, gradient = validity_loss(setter, flow, rng.random((3, 2)), np.zeros(3), np.full(3, 0.5))
    assert loss == 0.0 and not gradient.any()


def test_first_tasks_cover_the_space_or_the_start():
    anywhere = SetterSolver(BOX, seed=0).generate(np.full(2000, 0.5))
    assert anywhere.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.1)
    assert anywhere.std(axis=0) == pytest.approx([12**-0.5] * 2, abs=0.06)
    teacher = SetterSolver(BOX, seed=0, start=[0.2, 0.3], start_deviation=0.05)
    easy = teacher.generate(np.linspace(0.1, 0.9, 2000))
    assert easy.mean(axis=0) == pytest.approx([0.2, 0.3], abs=0.08)
    assert np.all(easy.std(axis=0) < 0.12)


def test_lessons_wish_for_any_feasibility_alike():
    teacher = SetterSolver(BOX, seed=0, **QUICK)
    wished = []
    generate = teacher.generate
    teacher.generate = lambda wishes: wished.extend(wishes) or generate(wishes)
    for _ in range(1000):
        teacher.act()
    assert stats.kstest(wished, stats.uniform(0.01, 0.98).cdf).pvalue > 0.01


def test_generated_tasks_have_the_wished_feasibility_and_differ():
    # Success depends on the first coordinate alone: 0.88 at 0.33, 0.12 at 0.67.
    def chance(tasks):
        return 1 / (1 + np.exp(12 * (tasks[..., 0] - 0.5)))

    teacher, rng = SetterSolver(BOX, seed=0), np.random.default_rng(0)
    for _ in range(1500):
        task = teacher.act()
        teacher.observe(task, float(rng.random() < chance(task)))
    for wish in (0.2, 0.5, 0.8):
        tasks = teacher.generate(np.full(1000, wish))
        assert chance(tasks).mean() == pytest.approx(wish, abs=0.15)
        assert tasks[:, 0].std() < 0.15
        assert tasks[:, 1].std() == pytest.approx(
            12**-0.5, abs=0.07
        )  # what does not matter is free
    known = np.linspace(0.1, 0.9, 9)
    middle = np.column_stack([known, np.full(9, 0.5)])
    assert teacher.judged(middle) == pytest.approx(chance(middle), abs=0.15)


def test_the_judge_follows_the_student():
    teacher, rng = SetterSolver(BOX, seed=0, memory=200), np.random.default_rng(0)
    for score in (0.0, 1.0):
        for task in rng.random((400, 2)).astype(np.float32):
            teacher.observe(task, score)
        assert teacher.judged(rng.random((100, 2))) == pytest.approx(np.full(100, score), abs=0.1)


def test_trainings_come_when_they_should():
    teacher = SetterSolver(BOX, seed=0, update_every=5, memory=8, **QUICK)
    for lesson in range(1, 13):
        before = teacher.setter
        teacher.observe(np.float32([0.1, 0.2]), 0.5)
        assert (teacher.setter is not before) == (lesson % 5 == 0)
    assert teacher.judge_steps == 2 and teacher.setter_steps == 3
    assert len(teacher.lessons) == 8


def test_lessons_of_a_discrete_space_are_spread_over_their_cells():
    space = gym.spaces.MultiDiscrete([2, 5])
    teacher = SetterSolver(space, seed=0)
    rng = np.random.default_rng(0)
    for _ in range(600):
        action = teacher.act()
        teacher.observe(action, float(rng.random() < (0.9, 0.7, 0.5, 0.3, 0.1)[action[1]]))
    levels = np.minimum(teacher.generate(np.full(500, 0.85))[:, 1] * 5, 4).astype(int)
    assert levels.mean() < 1.5
    levels = np.minimum(teacher.generate(np.full(500, 0.15))[:, 1] * 5, 4).astype(int)
    assert levels.mean() > 2.5


def test_what_the_judge_sees_of_the_setter_is_the_task():
    # The derivative by the judge's inputs has the factor 2 of x -> 2 x - 1.
    flow, setter, judge, _ = networks()
    noise, wished = np.array([[0.3, -0.2]]), np.array([0.7])
    passage = flow.generate(setter, noise, 2 * wished - 1)
    seen = forward(judge, WIDTHS, 2 * passage.tasks - 1)[-1][0, 0]
    loss, _ = generated_loss(setter, flow, judge, WIDTHS, noise, wished, coverage=0.0)
    assert loss == pytest.approx((seen - logit(wished)[0]) ** 2)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"start": [0.5, 1.5]}, "start must be an action"),
        ({"start_deviation": 0.0}, "start_deviation"),
        ({"blocks": 0}, "blocks"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"noise": -1}, "noise"),
        ({"memory": 0}, "memory"),
    ],
)
def test_ill_valued_options_are_refused(options, complaint):
    with pytest.raises(ValueError, match=complaint):
        SetterSolver(BOX, **options)
