"""The invertible network against its inverse, worked densities and finite differences."""

import numpy as np
import pytest
from scipy import optimize, stats

from teachgym.teachers.continuous.flow import LEAST_SCALE, OFFSET, Flow

DIMENSIONS = pytest.mark.parametrize("dimensions", [1, 2, 3, 5])


def made(dimensions, blocks=2, hidden=4):
    """A flow with weights that are not those it begins with."""
    flow, rng = Flow(dimensions, blocks, hidden), np.random.default_rng(dimensions)
    weights = flow.initial_weights(rng)
    return flow, weights + 0.2 * rng.standard_normal(flow.size), rng


def test_couplings_move_the_halves_and_every_other_coordinate():
    moved = [coupling.moved.tolist() for coupling in Flow(5, 1, 2).couplings]
    assert moved == [[2, 3, 4], [0, 1], [1, 3]]
    assert Flow(5, 1, 2).couplings[0].kept.tolist() == [0, 1]
    assert [coupling.moved.tolist() for coupling in Flow(1, 3, 2).couplings] == [[0]] * 3


@DIMENSIONS
def test_a_new_flow_is_a_sigmoid(dimensions):
    flow = Flow(dimensions, 2, 8)
    weights, noise = flow.initial_weights(np.random.default_rng(0)), np.ones((1, dimensions))
    passage = flow.generate(weights, noise, np.array([0.3]))
    assert passage.tasks == pytest.approx(1 / (1 + np.exp(-noise)))
    slope = np.exp(-1.0) / (1 + np.exp(-1.0)) ** 2
    expected = dimensions * (stats.norm.logpdf(1.0) - np.log(slope))
    assert passage.log_densities == pytest.approx([expected])


def test_a_coupling_by_hand():
    # One dimension: the network sees the condition 0.5 alone, and says 2 * 0.5 + 0.1 = 1.1 of the
    # scale and -0.5 + 0.2 = -0.3 as the shift.
    flow = Flow(1, 1, 1)
    weights = np.array([1.0, 0.0, 1.0, 0.0, 2.0, -1.0, 0.1, 0.2])
    passage = flow.generate(weights, np.array([[2.0]]), np.array([0.5]))
    scale = LEAST_SCALE + np.log1p(np.exp(1.1 + OFFSET))
    inner = 2.0 * scale - 0.3
    task = 1 / (1 + np.exp(-inner))
    assert passage.tasks == pytest.approx(np.array([[task]]))
    density = stats.norm.logpdf(2.0) - np.log(scale) - np.log(task * (1 - task))
    assert passage.log_densities == pytest.approx([density])


@DIMENSIONS
def test_what_was_generated_is_inferred(dimensions):
    flow, weights, rng = made(dimensions)
    noise, conditions = rng.normal(size=(20, dimensions)), rng.uniform(-1, 1, 20)
    there = flow.generate(weights, noise, conditions)
    back = flow.infer(weights, there.tasks, conditions)
    assert np.all((there.tasks > 1e-4) & (there.tasks < 1 - 1e-4))
    assert back.noise == pytest.approx(noise, abs=1e-8)
    assert back.log_densities == pytest.approx(there.log_densities, abs=1e-8)


def test_densities_add_up_to_one():
    flow, weights, _ = made(2)
    middles = (np.arange(400) + 0.5) / 400
    grid = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2)
    densities = np.exp(flow.infer(weights, grid, np.full(len(grid), 0.4)).log_densities)
    assert densities.mean() == pytest.approx(1.0, abs=0.01)


@DIMENSIONS
def test_gradients_are_those_of_finite_differences(dimensions):
    flow, weights, rng = made(dimensions)
    noise, conditions = rng.normal(size=(6, dimensions)), rng.uniform(-1, 1, 6)
    tasks = rng.uniform(0.05, 0.95, (6, dimensions))
    by_tasks, by_densities = rng.normal(size=(6, dimensions)), rng.normal(size=6)

    def generated(w):
        passage = flow.generate(w, noise, conditions)
        return float(np.sum(by_tasks * passage.tasks) + by_densities @ passage.log_densities)

    def inferred(w):
        return float(by_densities @ flow.infer(w, tasks, conditions).log_densities)

    there, back = (
        f(weights, x, conditions) for f, x in ((flow.generate, noise), (flow.infer, tasks))
    )
    numeric = optimize.approx_fprime(weights, generated)
    assert flow.generate_backward(weights, there, by_tasks, by_densities) == pytest.approx(
        numeric, abs=2e-5
    )
    numeric = optimize.approx_fprime(weights, inferred)
    assert flow.infer_backward(weights, back, by_densities) == pytest.approx(numeric, abs=2e-5)


def test_tasks_on_the_faces_have_a_density():
    flow, weights, _ = made(2)
    passage = flow.infer(weights, np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros(2))
    assert np.all(np.isfinite(passage.log_densities))
