import math

import numpy as np
import pytest
from scipy import stats

from teachgym.students.simulated import Elo
from teachgym.students.simulated.elo import elo_update

SAME = {"student_spread": 0.0, "spread": 0.0, "rate_spread": 0.0}


def make(*sizes, seed=0, **options):
    cohort = Elo(*sizes, **options)
    cohort.reset(np.random.default_rng(seed))
    return cohort


def test_update_against_worked_numbers():
    # 1 + 0.4 · (1 - 0.3) = 1.28; 1 - 0.1 · 0.3 = 0.97
    after = elo_update(np.ones(2), np.full(2, 0.3), np.array([True, False]), 0.4, 0.1)
    assert after == pytest.approx([1.28, 0.97])


def test_a_lesson_by_hand():
    cohort = make(400, 2, 3, ability=0.0, span=(-1, 1), **SAME)
    ones = np.ones(400, dtype=int)
    chance = 1 / (1 + math.exp(1))  # level 2 has difficulty 1
    assert cohort.expected()[:, 1, 2] == pytest.approx(chance)
    right = cohort.practise(ones, 2 * ones, np.random.default_rng(0)) == 1
    assert 0 < right.mean() < 1
    assert cohort.state["ability"][:, 0] == pytest.approx(0)
    assert cohort.state["ability"][right, 1] == pytest.approx(0.4 * (1 - chance))
    assert cohort.state["ability"][~right, 1] == pytest.approx(-0.1 * chance)


@pytest.mark.parametrize("rates", [(0.4, 0.4), (0.4, 0.1)])
def test_the_mean_change_is_the_stated_one(rates):
    size = 20000
    cohort = make(size, 1, ability=0.8, right_rate=rates[0], wrong_rate=rates[1], **SAME)
    zeros = np.zeros(size, dtype=int)
    p = 1 / (1 + math.exp(-0.8))
    cohort.practise(zeros, zeros, np.random.default_rng(2))
    change = cohort.state["ability"][:, 0] - 0.8
    drift = (rates[0] - rates[1]) * p * (1 - p)  # 0 where the rates are equal: Elo's own rule
    assert abs(change.mean() - drift) < 3.5 * change.std() / math.sqrt(size)


def test_one_factor_multiplies_both_rates():
    cohort = make(4000, 1, ability=0.0, student_spread=0.0, spread=0.0, rate_spread=0.5)
    pace = cohort.state["pace"]
    assert stats.kstest(np.log(pace), stats.norm(0, 0.5).cdf).pvalue > 0.01
    zeros = np.zeros(4000, dtype=int)
    right = cohort.practise(zeros, zeros, np.random.default_rng(0))
    step = np.where(right == 1, 0.2, -0.05)
    assert cohort.state["ability"][:, 0] == pytest.approx(pace * step)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"right_rate": -1}, r"right_rate must be in \[0, inf\), not -1"),
        ({"wrong_rate": math.nan}, "wrong_rate must be in"),
        ({"span": (0, -1)}, "low < high"),
        ({"ability": math.inf}, "ability must be in"),
    ],
)
def test_arguments_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        Elo(3, 2, **options)
