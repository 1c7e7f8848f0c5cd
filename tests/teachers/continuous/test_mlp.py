"""The small network against values worked by hand and finite differences."""

import numpy as np
import pytest
from scipy import optimize

from teachgym.teachers.continuous.mlp import adam, backward, forward, initial_weights, rmsprop

WIDTHS = (2, 5, 4, 3)


def test_forward_by_hand():
    # Hidden sums: 1*1 + 2*(-1) + 0.5 = -0.5 -> -0.1 by the slope; 1*2 + 2*1 + 0 = 4.
    # Output: -0.1*10 + 4*3 - 1 = 10.
    weights = np.array([1.0, 2.0, -1.0, 1.0, 0.5, 0.0, 10.0, 3.0, -1.0])
    inputs, hidden, outputs = forward(weights, (2, 2, 1), np.array([[1.0, 2.0]]))
    assert inputs.tolist() == [[1.0, 2.0]]
    assert hidden == pytest.approx(np.array([[-0.1, 4.0]]))
    assert outputs == pytest.approx(np.array([[10.0]]))


def test_gradients_are_those_of_finite_differences():
    rng = np.random.default_rng(0)
    weights, inputs = initial_weights(WIDTHS, rng), rng.normal(size=(6, 2))
    upstream = rng.normal(size=(6, 3))

    def loss(w, x):
        return float(np.sum(upstream * forward(w, WIDTHS, x.reshape(6, 2))[-1]))

    by_weights, by_inputs = backward(weights, WIDTHS, forward(weights, WIDTHS, inputs), upstream)
    numeric = optimize.approx_fprime(weights, lambda w: loss(w, inputs))
    assert by_weights == pytest.approx(numeric, abs=1e-5)
    numeric = optimize.approx_fprime(inputs.ravel(), lambda x: loss(weights, x))
    assert by_inputs.ravel() == pytest.approx(numeric, abs=1e-5)


def test_initial_weights_have_the_variance_of_glorot():
    weights = initial_weights((200, 300), np.random.default_rng(0))
    assert np.var(weights[:60_000]) == pytest.approx(2 / 500, rel=0.02)
    assert not weights[60_000:].any() and len(weights) == 60_300


def test_rmsprop_by_hand():
    # s = 0.9 * 1 + 0.1 * 2^2 = 1.3; w = 1 - 0.1 * 2 / sqrt(1.3).
    weights, squares = rmsprop(np.array([1.0]), np.array([1.0]), np.array([2.0]), 0.1)
    assert squares == pytest.approx([1.3])
    assert weights == pytest.approx([1 - 0.2 / np.sqrt(1.3)])


def test_adam_by_hand():
    # m = 0.9 * 1 + 0.1 * 2 = 1.1, v = 0.999 * 3 + 0.001 * 4 = 3.001; in the second step they are
    # divided by 1 - 0.9^2 = 0.19 and 1 - 0.999^2 = 0.001999.
    weights, moments = adam(np.array([1.0]), np.array([[1.0], [3.0]]), np.array([2.0]), 0.1, 2)
    assert moments == pytest.approx(np.array([[1.1], [3.001]]))
    assert weights == pytest.approx([1 - 0.1 * (1.1 / 0.19) / np.sqrt(3.001 / 0.001999)])
    # The first step has the length of the learning rate.
    weights, _ = adam(np.zeros(1), np.zeros((2, 1)), np.array([-7.0]), 0.1, 1)
    assert weights == pytest.approx([0.1])
