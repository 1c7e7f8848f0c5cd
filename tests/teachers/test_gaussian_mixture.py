"""The fit of mixtures against a worked step and scikit-learn."""

import warnings

import gymnasium as gym
import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

import teachgym.envs  # noqa: F401 - registers the environments
from teachgym.teachers import make_teacher
from teachgym.teachers.gaussian_mixture import (
    REGULARISATION,
    Components,
    akaike,
    expectation,
    features,
    fit_all,
    fit_mixture,
    log_densities,
    maximisation,
)

SIZES = range(2, 11)


def blobs(rng):
    centres = np.array([[0.2, 0.2, 0.0], [0.8, 0.3, 0.5], [0.5, 0.8, 0.2]])
    return np.concatenate([rng.normal(centre, 0.03, (60, 3)) for centre in centres])


def components_of(fit):
    return Components(fit.weights_, fit.means_, fit.covariances_)


def test_one_step_by_hand():
    # Rows -1, 1, 3; a Gaussian with shares 1, 1/2, 0 and one with the rest, one mixture.
    described = features(np.array([[-1.0], [1.0], [3.0]]))
    assert described.tolist() == [[1, -1, 1], [1, 1, 1], [1, 3, 9]]
    shares = np.array([[1.0, 0.5, 0.0], [0.0, 0.5, 1.0]])
    weights, means, covariances = maximisation(shares, described, 1)
    assert weights == pytest.approx([0.5, 0.5])
    # (-1 + 1/2) / 1.5 = -1/3, (1/2 + 3) / 1.5 = 7/3; (1 + 1/2) / 1.5 - 1/9 = 8/9 for both.
    assert means == pytest.approx(np.array([[-1 / 3], [7 / 3]]))
    assert covariances == pytest.approx(np.full((2, 1, 1), 8 / 9 + REGULARISATION), abs=1e-12)

    unit = Components(np.array([0.5, 0.5]), np.array([[0.0], [1.0]]), np.ones((2, 1, 1)))
    densities = log_densities(unit, described)
    # log(1/2) - log(2 pi)/2 - distance^2 / 2
    constant = np.log(0.5) - 0.5 * np.log(2 * np.pi)
    distances = np.array([[1.0, 1.0, 3.0], [2.0, 0.0, 2.0]])
    assert densities == pytest.approx(constant - distances**2 / 2)
    responsibilities, likelihood = expectation(densities, np.array([2]))
    # Odds of the second against the first: exp(x - 1/2).
    second = 1 / (1 + np.exp(0.5 - np.array([-1.0, 1.0, 3.0])))
    assert responsibilities == pytest.approx(np.stack([1 - second, second]))
    assert likelihood == pytest.approx([np.log(np.exp(densities).sum(axis=0)).mean()])


def test_criterion_by_hand():
    # 2 Gaussians over 3 numbers: 6 means, 12 covariances and a weight.
    assert akaike(-1.5, 100, 2, 3) == 2 * 19 + 300


def test_steps_are_those_of_scikit_learn():
    rows = blobs(np.random.default_rng(0))
    described = features(rows)
    fits = [GaussianMixture(k, random_state=0).fit(rows) for k in (3, 5)]
    stacked = Components(*map(np.concatenate, zip(*map(components_of, fits), strict=True)))
    responsibilities, likelihoods = expectation(log_densities(stacked, described), np.array([3, 5]))
    assert responsibilities == pytest.approx(
        np.concatenate([fit.predict_proba(rows).T for fit in fits]), abs=1e-8
    )
    assert likelihoods == pytest.approx([fit.score(rows) for fit in fits])
    assert akaike(likelihoods[1], len(rows), 5, 3) == pytest.approx(fits[1].aic(rows))
    step = maximisation(responsibilities, described, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        following = [
            GaussianMixture(
                fit.n_components,
                weights_init=fit.weights_,
                means_init=fit.means_,
                precisions_init=fit.precisions_,
                max_iter=1,
            ).fit(rows)
            for fit in fits
        ]
    for mine, theirs in zip(step, zip(*map(components_of, following), strict=True), strict=True):
        assert mine == pytest.approx(np.concatenate(theirs), abs=1e-8)


def test_clear_clusters_are_found():
    rows = blobs(np.random.default_rng(0))
    components, likelihood = fit_all(rows, [3], np.random.default_rng(1))[3]
    theirs = GaussianMixture(3, random_state=0).fit(rows)
    order, their_order = np.argsort(components.means[:, 0]), np.argsort(theirs.means_[:, 0])
    for mine, other in zip(components, components_of(theirs), strict=True):
        assert mine[order] == pytest.approx(other[their_order], abs=1e-4)
    assert likelihood == pytest.approx(theirs.score(rows), abs=1e-6)


def landscape_rows(name, irrelevant):
    """What a teacher fits mixtures to on the toy landscape, at each fit."""
    env = gym.make("teachgym/Landscape-v0", budget=4000, irrelevant=irrelevant)
    teacher, found = make_teacher(name, env.action_space, seed=0), []
    env.reset(seed=0)
    for lesson in range(1, 4001):
        task = teacher.act()
        teacher.observe(task, env.step(task)[4]["score"])
        if lesson % 250 == 0:
            found.append(teacher.rows().copy())
    return found


@pytest.mark.parametrize("name", ["alp_gmm", "covar_gmm"])
@pytest.mark.parametrize("irrelevant", [0, 10])
def test_fits_are_as_good_as_those_of_scikit_learn(name, irrelevant):
    # A fit depends on where it happens to begin, and a single difference may be large: what must
    # not be is that ours are worse on the average.
    aic, likelihoods = [], []
    for seed, rows in enumerate(landscape_rows(name, irrelevant)):
        mine = fit_all(rows, SIZES, np.random.default_rng(seed))
        theirs = [GaussianMixture(k, random_state=seed).fit(rows) for k in SIZES]
        criteria = [akaike(mine[k][1], len(rows), k, rows.shape[1]) for k in SIZES]
        aic.append(min(criteria) - min(fit.aic(rows) for fit in theirs))
        gains = [mine[fit.n_components][1] - fit.score(rows) for fit in theirs]
        likelihoods.append(np.mean(gains))
    for worse in (np.array(aic), -np.array(likelihoods)):
        assert worse.mean() <= 3 * worse.std(ddof=1) / np.sqrt(len(worse))


def test_number_of_gaussians_has_the_least_aic():
    rows = blobs(np.random.default_rng(0))
    fits = fit_all(rows, range(2, 8), np.random.default_rng(5))
    chosen = fit_mixture(rows, range(2, 8), np.random.default_rng(5))
    best = min(fits, key=lambda size: akaike(fits[size][1], len(rows), size, 3))
    assert best >= 3
    assert np.array_equal(chosen.means, fits[best][0].means)
    assert np.array_equal(chosen.covariances, fits[best][0].covariances)


def test_same_generator_same_fit():
    rows = np.random.default_rng(0).random((250, 4))
    first, second = (fit_mixture(rows, SIZES, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first.means, second.means)
    assert np.array_equal(first.covariances, second.covariances)


def test_more_gaussians_than_rows_are_left_out():
    rows = np.random.default_rng(0).random((3, 3))
    assert len(fit_mixture(rows, SIZES, np.random.default_rng(0)).means) <= 3


@pytest.mark.parametrize("sizes", [[1], [4], SIZES])
@pytest.mark.parametrize(
    "rows",
    [
        np.full((40, 3), 0.5),
        np.repeat([[0.1, 0.9, 0.0], [0.8, 0.2, 1.0]], 20, axis=0),
        np.column_stack([np.linspace(0, 1, 40), np.zeros(40), np.ones(40)]),
        np.concatenate([np.zeros((39, 3)), np.ones((1, 3))]),
        np.column_stack([np.linspace(0, 1, 40)] * 3),
    ],
    ids=["one row", "two rows", "constant columns", "a row away", "a line"],
)
def test_rows_that_hardly_differ_have_a_fit(rows, sizes):
    with np.errstate(all="raise"):
        mixture = fit_mixture(rows, sizes, np.random.default_rng(0))
    assert 1 <= len(mixture.means) <= max(sizes)
    assert np.all((mixture.means >= -1e-9) & (mixture.means <= 1 + 1e-9))
    eigenvalues = np.linalg.eigvalsh(mixture.covariances)
    assert eigenvalues.min() > 0.9 * REGULARISATION
    assert np.array_equal(mixture.covariances, np.swapaxes(mixture.covariances, 1, 2))


def test_two_points_are_two_gaussians():
    rows = np.repeat([[0.1, 0.9], [0.8, 0.2]], 20, axis=0)
    mixture = fit_mixture(rows, [2], np.random.default_rng(0))
    assert sorted(mixture.means.tolist()) == pytest.approx(np.array([[0.1, 0.9], [0.8, 0.2]]))
    assert mixture.covariances == pytest.approx(np.tile(np.eye(2) * REGULARISATION, (2, 1, 1)))
