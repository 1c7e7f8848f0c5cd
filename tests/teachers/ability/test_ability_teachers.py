"""Maximum information and ability matching: the estimate, and what is chosen with it."""

import math

import gymnasium as gym
import numpy as np
import pytest
from scipy import optimize, stats

from teachgym.teachers import AbilityMatching, MaximumInformation
from teachgym.teachers.ability import irt

SPACE = gym.spaces.MultiDiscrete([2, 5])
both = pytest.mark.parametrize("kind", [MaximumInformation, AbilityMatching])


def test_map_by_hand():
    teacher = MaximumInformation(SPACE, estimator="map")
    teacher.observe(np.array([1, 2]), 1.0)  # b = 0: theta = 1 - logistic(theta)
    root = optimize.brentq(lambda theta: 1 - 1 / (1 + math.exp(-theta)) - theta, 0, 1)
    assert teacher.abilities == pytest.approx([0.0, root], abs=1e-3)
    teacher = MaximumInformation(SPACE, estimator="map", forgetting=0.0)
    for level, score in ((0, 1.0), (3, 0.25), (4, 0.0)):
        teacher.observe(np.array([0, level]), score)
    mode = irt.rasch_mode(np.array([-2.0, 1, 2]), np.array([1, 0.25, 0]), np.array([0, 0.75, 1]))
    assert teacher.abilities == pytest.approx([mode, 0.0], abs=1e-3)


def test_eap_is_the_posterior_mean():
    teacher = MaximumInformation(
        SPACE, forgetting=0.0, answers=3.0, discriminations=1.3, guessing=0.2
    )
    teacher.observe(np.array([0, 3]), 0.75)
    teacher.observe(np.array([0, 1]), 1.0)

    def density(theta):
        hard, easy = irt.chance(theta, np.array([1.0, -1.0]), 1.3, 0.2)
        return (hard**0.75 * (1 - hard) ** 0.25 * easy) ** 3 * math.exp(-0.5 * theta**2)

    theta = np.linspace(-8, 8, 20001)
    weights = np.array([density(t) for t in theta])
    assert teacher.abilities[0] == pytest.approx(weights @ theta / weights.sum(), abs=1e-3)
    assert teacher.abilities[1] == 0.0


def test_old_answers_fade():
    teacher = MaximumInformation(SPACE, forgetting=0.25)
    right, wrong = teacher.log_right[2], teacher.log_wrong[3]
    teacher.observe(np.array([0, 2]), 1.0)
    teacher.observe(np.array([0, 3]), 0.0)
    assert teacher.evidence[0] == pytest.approx(0.75 * right + wrong)
    assert not teacher.evidence[1].any()
    for _ in range(60):
        teacher.observe(np.array([0, 4]), 1.0)
    strong = teacher.abilities[0]
    for _ in range(30):
        teacher.observe(np.array([0, 4]), 0.0)
    assert teacher.abilities[0] < 0 < strong


def test_a_test_finds_the_ability():
    rng = np.random.default_rng(1)
    teacher = MaximumInformation(gym.spaces.Discrete(9), seed=1, levels=9, forgetting=0.0)
    for _ in range(400):
        level = teacher.act()
        teacher.observe(
            level, float(rng.random() < irt.chance(1.2, teacher.difficulties[0, level]))
        )
    # 400 answers with information near 1/4 leave a deviation of 0.1.
    assert teacher.abilities[0] == pytest.approx(1.2, abs=0.3)


def test_the_most_informative_arm_of_a_drawn_topic():
    teacher = MaximumInformation(SPACE)  # b = -2, -1, 0, 1, 2
    teacher.abilities[:] = [0.1, 1.8]
    assert teacher.values()[0] == pytest.approx(
        irt.chance(0.1, np.arange(-2, 3)) * irt.chance(-0.1, -np.arange(-2, 3))
    )
    assert teacher.probabilities().nonzero()[0].tolist() == [2, 9]
    assert teacher.probabilities()[[2, 9]] == pytest.approx([0.5, 0.5])


def test_the_most_informative_arm_of_all():
    teacher = MaximumInformation(SPACE, topics="best")
    teacher.abilities[:] = [0.2, 1.9]  # 0.2 and 0.1 away from the nearest difficulty
    assert teacher.probabilities().nonzero()[0].tolist() == [9]
    sharp = MaximumInformation(SPACE, topics="best", discriminations=[1, 1, 1, 1.2, 1])
    assert sharp.probabilities().nonzero()[0].tolist() == [3, 8]  # 1.44 * 0.178 > 0.25


def test_the_arm_nearest_the_target():
    teacher = AbilityMatching(SPACE, target=0.7)
    teacher.abilities[:] = [0.1, 1.8]  # wanted are b = theta - ln(7/3) = theta - 0.85
    assert teacher.probabilities().nonzero()[0].tolist() == [1, 8]
    assert teacher.values()[0, 1] == pytest.approx(-abs(irt.chance(0.1, -1.0) - 0.7))
    harder = AbilityMatching(SPACE, target=0.5)
    harder.abilities[:] = [0.1, 1.8]
    assert harder.probabilities().nonzero()[0].tolist() == [2, 9]


def test_guessing_counts_as_success():
    # Chances of 0.73, 0.5 and 0.27 for b = -1, 0 and 1, with guessing 0.87, 0.75 and 0.63
    plain = AbilityMatching(SPACE, target=0.6)
    assert plain.probabilities().nonzero()[0].tolist() == [2, 7]
    guessed = AbilityMatching(SPACE, target=0.6, guessing=0.5)
    assert guessed.probabilities().nonzero()[0].tolist() == [3, 8]


def test_ties_are_drawn_and_rounding_breaks_none():
    teacher = MaximumInformation(gym.spaces.MultiDiscrete([1, 4]))  # b = -2, -2/3, 2/3, 2
    assert teacher.probabilities() == pytest.approx([0.0, 0.5, 0.5, 0.0])


@both
def test_arms_are_drawn_as_said(kind):
    teacher = kind(SPACE, seed=0, randomesque=2, exploration=0.2)
    teacher.abilities[:] = [0.4, -1.7]
    best = [[2, 3], [5, 6]] if kind is MaximumInformation else [[1, 2], [5, 6]]
    expected = np.full(10, 0.02)
    expected[np.ravel(best)] += 0.8 / 4
    assert teacher.probabilities() == pytest.approx(expected)
    drawn = np.zeros((2, 5))
    for _ in range(3000):
        drawn[tuple(teacher.act())] += 1
    assert stats.chisquare(drawn.ravel(), 3000 * expected).pvalue > 0.01


@both
def test_difficulties_may_be_given_in_three_forms(kind):
    levels = kind(SPACE, difficulties=[3, 1, 0, 1, 2]).difficulties
    assert levels.tolist() == [[3, 1, 0, 1, 2]] * 2
    table = np.arange(10.0).reshape(2, 5) - 5
    assert np.array_equal(kind(SPACE, difficulties=table).difficulties, table)
    assert np.array_equal(kind(SPACE, difficulties=table.ravel().tolist()).difficulties, table)
    items = kind(gym.spaces.Discrete(3), levels=3, difficulties=[1, -2, 0])
    assert items.difficulties.tolist() == [[1, -2, 0]]
    assert kind(gym.spaces.Discrete(3), levels=1).difficulties.tolist() == [[0], [0], [0]]


@both
@pytest.mark.parametrize(
    "options",
    [
        {"difficulties": [1, 2]},
        {"difficulties": [0, 0, 0, 0, 11]},
        {"difficulties": [0, 0, 0, 0, np.nan]},
        {"difficulties": "hard"},
        {"discriminations": 0},
        {"discriminations": [1, 1, 1, 1, -1]},
        {"guessing": 1.0},
        {"guessing": -0.1},
        {"estimator": "ml"},
        {"forgetting": 1.1},
        {"answers": 0},
        {"topics": "all"},
        {"randomesque": 0},
        {"exploration": -0.1},
    ],
)
def test_ill_valued_options_are_refused(kind, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        kind(SPACE, **options)


def test_the_target_is_a_chance():
    with pytest.raises(ValueError, match="target"):
        AbilityMatching(SPACE, target=1.2)
