"""Gaussians as vectors, against SciPy, finite differences and a divergence worked by hand."""

import numpy as np
import pytest
from scipy import optimize, stats

from teachgym.teachers.continuous.gaussian import divergence, log_density, pack, unpack

RNG = np.random.default_rng(0)
FACTOR = np.array([[0.5, 0.0], [0.2, 0.4]])


def test_packing_and_unpacking():
    vector = pack(np.array([0.1, 0.2]), FACTOR)
    assert vector == pytest.approx([0.1, 0.2, np.log(0.5), np.log(0.4), 0.2])
    mean, factor = unpack(vector, 2)
    assert mean == pytest.approx([0.1, 0.2])
    assert factor == pytest.approx(FACTOR)


def test_divergence_by_hand():
    # KL(N(1, 2^2) || N(0, 1)) = ln(1/2) + (4 + 1)/2 - 1/2 = 2 - ln 2.
    value, gradient = divergence(pack(np.array([1.0]), np.array([[2.0]])), np.zeros(1), np.eye(1))
    assert value == pytest.approx(2 - np.log(2))
    # By the mean: 1 / 1^2; by the logarithm of the deviation: 2^2 - 1.
    assert gradient == pytest.approx([1.0, 3.0])
    same = pack(np.array([0.3, 0.6]), FACTOR)
    assert divergence(same, np.array([0.3, 0.6]), FACTOR)[0] == pytest.approx(0.0)


def test_log_density_is_that_of_scipy():
    mean, tasks = np.array([0.3, 0.6]), RNG.random((5, 2))
    values, _ = log_density(pack(mean, FACTOR), tasks)
    expected = stats.multivariate_normal(mean, FACTOR @ FACTOR.T).logpdf(tasks)
    assert values == pytest.approx(expected + np.log(2 * np.pi))


def test_gradients_are_those_of_finite_differences():
    vector, other = RNG.normal(0.0, 0.5, (2, 9))
    mean, factor = unpack(other, 3)
    tasks = RNG.random((5, 3))
    numeric = optimize.approx_fprime(vector, lambda x: divergence(x, mean, factor)[0])
    assert divergence(vector, mean, factor)[1] == pytest.approx(numeric, rel=1e-4, abs=1e-5)
    numeric = optimize.approx_fprime(vector, lambda x: log_density(x, tasks)[0])
    assert log_density(vector, tasks)[1] == pytest.approx(numeric, rel=1e-4, abs=1e-5)
