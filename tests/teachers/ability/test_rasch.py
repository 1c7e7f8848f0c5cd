"""Difficulties from the answers of a crowd."""

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from teachgym.teachers import rasch_difficulties
from teachgym.teachers.ability import irt


def crowd(people, difficulties, seed=0):
    rng = np.random.default_rng(seed)
    abilities = rng.normal(size=(people, 1))
    chances = irt.chance(abilities, difficulties)
    return (rng.random(chances.shape) < chances).astype(float)


def test_true_difficulties_are_recovered():
    true = np.linspace(-2.5, 2.5, 25)
    fitted = rasch_difficulties(crowd(2000, true))
    # The information of 2,000 answers is 2000 p (1 - p): deviations of 0.05 to 0.09.
    assert np.abs(fitted - true).max() < 0.25
    assert np.sqrt(np.mean((fitted - true) ** 2)) < 0.1


def test_missing_answers_are_left_out():
    true = np.linspace(-2, 2, 15)
    answers = crowd(3000, true)
    hidden = np.random.default_rng(1).random(answers.shape) < 0.4
    fitted = rasch_difficulties(np.where(hidden, np.nan, answers))
    assert np.abs(fitted - true).max() < 0.25
    nobody = np.vstack([answers, np.full((5, 15), np.nan)])  # people without answers say nothing
    assert rasch_difficulties(nobody) == pytest.approx(rasch_difficulties(answers), abs=1e-4)


def test_one_item_against_the_integral():
    # Three of four are right: the marginal chance is the integral of p over N(0, 1).
    answers = np.array([[1.0], [1.0], [0.0], [1.0]])

    def cost(difficulty):
        def density(theta):
            return irt.chance(theta, difficulty) * stats.norm.pdf(theta)

        right = integrate.quad(density, -8, 8)[0]
        prior = 0.5 * (difficulty / 2.0) ** 2
        return prior - 3 * np.log(right) - np.log(1 - right)

    best = optimize.minimize_scalar(cost, bounds=(-5, 5), method="bounded").x
    assert rasch_difficulties(answers) == pytest.approx([best], abs=1e-3)


def test_unanimous_items_stay_finite_and_ordered():
    answers = np.array([[1, 1, 0, 0.0]] * 6 + [[1, 0, 1, 0.0]] * 3)
    fitted = rasch_difficulties(answers)
    assert -6 < fitted[0] < fitted[1] < fitted[2] < fitted[3] < 6
    wider = rasch_difficulties(answers, deviation=4.0)
    assert wider[0] < fitted[0]
    assert wider[3] > fitted[3]


@pytest.mark.parametrize(
    ("responses", "complaint"),
    [
        ([1.0, 0.0], "shape"),
        (np.zeros((0, 3)), "shape"),
        ([[1.0, 2.0]], r"\[0, 1\]"),
        ([[1.0, np.nan], [0.0, np.nan]], "items 1"),
        ([["right", "wrong"]], "numbers"),
    ],
)
def test_ill_formed_responses_are_refused(responses, complaint):
    with pytest.raises(ValueError, match=complaint):
        rasch_difficulties(responses)


def test_the_deviation_is_positive():
    with pytest.raises(ValueError, match="deviation"):
        rasch_difficulties([[1.0]], deviation=0)
