"""Item response theory against numbers worked by hand."""

import math

import numpy as np
import pytest
from scipy import optimize, stats

from teachgym.teachers.ability import irt
from teachgym.teachers.ability.ability_teacher import ability_grid


def test_chance_by_hand():
    assert irt.chance(0.0, 0.0) == pytest.approx(0.5)
    assert irt.chance(math.log(3), 0.0) == pytest.approx(3 / 4)
    # Two logits at half the discrimination are one: 0.2 + 0.8 e / (1 + e)
    assert irt.chance(2.0, 0.0, 0.5, 0.2) == pytest.approx(0.2 + 0.8 * math.e / (1 + math.e))


def test_fisher_information_by_hand():
    # One quarter where half of the answers are right; a^2 p q = 4 * 3/16 at odds of three
    assert irt.fisher_information(1.0, 1.0) == pytest.approx(0.25)
    assert irt.fisher_information(math.log(3) / 2, 0.0, 2.0) == pytest.approx(4 * 3 / 16)
    # At b with c = 1/5: p = 3/5, so (3/2)^2 * (2/3) * (1/2)^2 = 3/8
    assert irt.fisher_information(0.0, 0.0, 1.5, 0.2) == pytest.approx(3 / 8)


@pytest.mark.parametrize("guessing", [0.0, 0.25])
def test_fisher_information_is_the_variance_of_the_score(guessing):
    # I = E[(d ln L / d theta)^2], the derivatives by differences
    def log_chances(theta):
        return np.array(irt.log_chances(theta, 0.3, 1.7, guessing))

    for theta in (-2.0, 0.0, 1.5):
        slopes = (log_chances(theta + 1e-5) - log_chances(theta - 1e-5)) / 2e-5
        right = irt.chance(theta, 0.3, 1.7, guessing)
        expected = right * slopes[0] ** 2 + (1 - right) * slopes[1] ** 2
        assert irt.fisher_information(theta, 0.3, 1.7, guessing) == pytest.approx(expected)


def test_guessing_moves_the_largest_information_above_the_difficulty():
    # Birnbaum: theta - b = ln((1 + sqrt(1 + 8 c)) / 2) / a, for c = 1/4 with (1 + sqrt 3) / 2
    abilities = np.linspace(-1, 2, 3001)
    information = irt.fisher_information(abilities, 0.0, 2.0, 0.25)
    above = math.log((1 + math.sqrt(3)) / 2) / 2
    assert abilities[information.argmax()] == pytest.approx(above, abs=1e-3)


def test_extreme_logits_stay_finite():
    with np.errstate(all="raise", under="ignore"):
        far = np.array([-1e4, 1e4])
        assert irt.chance(far, 0.0) == pytest.approx([0.0, 1.0])
        assert irt.fisher_information(far, 0.0) == pytest.approx([0.0, 0.0])
        right, wrong = irt.log_chances(far, 0.0, 1.0, 0.0)
    assert right == pytest.approx([-1e4, 0.0])
    assert wrong == pytest.approx([0.0, -1e4])
    right, wrong = irt.log_chances(far, 0.0, 1.0, 0.25)
    assert right[0] == pytest.approx(math.log(0.25))
    assert wrong[0] == pytest.approx(math.log(0.75))


def test_posterior_of_a_normal_density():
    grid = ability_grid(np.zeros(1))
    assert grid[0] == pytest.approx(-4.0)
    assert grid[-1] == pytest.approx(4.0)
    density = stats.norm.logpdf(grid, 0.537, 0.3)
    assert irt.posterior_mode(grid, density) == pytest.approx(0.537)
    assert irt.posterior_mean(grid, density) == pytest.approx(0.537)
    assert irt.posterior_mode(grid, grid) == grid[-1]


def test_the_grid_holds_what_is_hard():
    grid = ability_grid(np.array([-1.0, 7.0]))
    assert grid[0] == pytest.approx(-4.0)
    assert grid[-1] == pytest.approx(9.0)
    assert np.diff(grid) == pytest.approx(0.1)


def test_rasch_mode_by_hand():
    one, none = np.array([1.0]), np.array([0.0])
    # One right answer at b = 0: theta = 1 - logistic(theta)
    root = optimize.brentq(lambda theta: 1 - 1 / (1 + math.exp(-theta)) - theta, 0, 1)
    assert irt.rasch_mode(none, one, none) == pytest.approx(root, abs=1e-9)
    assert irt.rasch_mode(none, none, one) == pytest.approx(-root, abs=1e-9)
    assert irt.rasch_mode(none, one, one) == pytest.approx(0.0, abs=1e-9)
    assert irt.rasch_mode(none, none, none) == 0.0


def test_rasch_mode_is_the_largest_posterior():
    rng = np.random.default_rng(0)
    difficulties, right, wrong = rng.normal(size=20), rng.random(20) * 5, rng.random(20)

    def cost(theta):
        chances = irt.chance(theta, difficulties)
        return 0.5 * theta**2 - right @ np.log(chances) - wrong @ np.log1p(-chances)

    best = optimize.minimize_scalar(cost, bounds=(-5, 5), method="bounded")
    assert irt.rasch_mode(difficulties, right, wrong) == pytest.approx(best.x, abs=1e-4)
