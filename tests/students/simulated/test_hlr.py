import numpy as np
import pytest
from scipy import stats

from teachgym.students.simulated import HLR
from teachgym.students.simulated.hlr import half_life, recall

SAME = {"spreads": 0.0, "item_spread": 0.0}


def make(*sizes, seed=0, **options):
    cohort = HLR(*sizes, **options)
    cohort.reset(np.random.default_rng(seed))
    return cohort


def test_rules_against_worked_numbers():
    # √4 · 1 - √9 · 0.5 + 0.25 = 0.75; 2^0.75 = 1.681793 days
    halves = half_life(np.array([1.0, -0.5, 0.25]), np.array(3), np.array(8))
    assert halves == pytest.approx(1.681793, abs=1e-6)
    # 2^(-2 / 1.681793) = 0.438544; one half after one half-life
    elapsed = np.array([2.0, 1.681793, 0.0, np.inf])
    assert recall(elapsed, halves) == pytest.approx([0.438544, 0.5, 1.0, 0.0], abs=1e-6)


def test_half_lives_are_bounded():
    weights = np.array([[0.0, 0.0, -50.0], [0.0, 0.0, 5000.0], [0.0, 0.0, 3.0]])
    # 15 minutes are 15 / 1440 of a day.
    bounded = half_life(weights, np.zeros(3), np.zeros(3))
    assert bounded == pytest.approx([15 / 1440, 274.0, 8.0])


def test_a_history_by_hand():
    weights = (1.5, -0.25, -0.5)
    cohort, rng = make(300, 2, weights=weights, **SAME), np.random.default_rng(0)
    ones, zeros = np.ones(300, dtype=int), np.zeros(300, dtype=int)
    assert not cohort.practise(ones, zeros, rng).any()  # never seen: not recalled
    right = np.zeros(300)
    for days in (0.25, 1.0, 0.5):
        cohort.wait(days)
        right += cohort.practise(ones, zeros, rng)
    assert len(np.unique(right)) > 2
    cohort.wait(2.0)
    cohort.wait(1.0)
    h = 2 ** (1.5 * np.sqrt(1 + right) - 0.25 * np.sqrt(1 + 4 - right) - 0.5)
    assert cohort.expected()[:, 1, 0] == pytest.approx(2 ** (-3 / h))
    assert not cohort.expected()[:, 0].any()


def test_the_population_is_the_stated_one():
    cohort = make(3000, 2, weights=(1, 2, 3), spreads=(0.1, 0.2, 0.6), item_spread=0.8)
    weights = cohort.state["weights"]
    for part, law in enumerate((stats.norm(1, 0.1), stats.norm(2, 0.2), stats.norm(3, 1.0))):
        assert stats.kstest(weights[:, 1, part], law.cdf).pvalue > 0.01
    # The items of a student share all but the item's own part of the bias.
    assert np.array_equal(weights[:, 0, :2], weights[:, 1, :2])
    assert np.cov(weights[:, :, 2].T)[0, 1] == pytest.approx(0.36, abs=0.06)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": (1, 2)}, r"weights must be .* shape \(3,\)"),
        ({"weights": (1, 2, np.nan)}, "weights must be in"),
        ({"spreads": (0.1, -0.1, 0.1)}, r"spreads must be in \[0, inf\), not -0.1"),
    ],
)
def test_arguments_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        HLR(3, 2, **options)
