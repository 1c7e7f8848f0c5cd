import math

import numpy as np
import pytest
from scipy import stats

from teachgym.students.simulated import EFC
from teachgym.students.simulated.efc import recall


def make(*sizes, seed=0, **options):
    cohort = EFC(*sizes, **options)
    cohort.reset(np.random.default_rng(seed))
    return cohort


def test_recall_against_a_worked_number():
    # e^(-0.077 · 10 / 3) = e^-0.256667 = 0.773626
    assert recall(np.array(10.0), np.array(0.077), np.array(3.0)) == pytest.approx(0.773626)
    assert recall(np.array(np.inf), np.array(0.077), np.array(1.0)) == 0


def test_each_review_adds_to_the_strength():
    cohort, rng = (
        make(200, 3, decay=[0.5, 0.1, 0.2], spread=0.0, item_spread=0.0),
        np.random.default_rng(0),
    )
    zeros = np.zeros(200, dtype=int)
    assert not cohort.practise(zeros, zeros, rng).any()
    cohort.wait(2.0)
    right = cohort.practise(zeros, zeros, rng)
    assert 0 < right.mean() < 1  # e^(-0.5 · 2 / 2) = 0.61
    cohort.wait(4.0)
    # Right or wrong, the strength is 3 after two reviews: e^(-0.5 · 4 / 3).
    assert cohort.expected()[:, 0, 0] == pytest.approx(math.exp(-2 / 3))
    assert not cohort.expected()[:, 1:].any()


def test_the_population_is_that_of_the_paper():
    """Over items and students together, ln θ has the paper's mean and deviation."""
    decay = make(1, 2000).state["decay"]
    assert stats.kstest(np.log(decay[0]), stats.norm(math.log(0.077), 1).cdf).pvalue > 0.01


def test_what_is_hard_for_one_student_is_mostly_hard_for_others():
    ana, ben = np.log(make(2, 2000).state["decay"])
    # Of the variance 0.8² + 0.6² = 1, the part 0.8² is the items' own.
    assert np.corrcoef(ana, ben)[0, 1] == pytest.approx(0.64, abs=0.05)
    own = np.log(make(2000, 2, item_spread=0.0).state["decay"])
    assert stats.kstest(own[:, 0], stats.norm(math.log(0.077), 0.6).cdf).pvalue > 0.01
    assert abs(stats.spearmanr(*own.T).statistic) < 0.08


def test_the_seed_fixes_the_items():
    first, again = make(3, 5, spread=0.0, seed=1), make(3, 5, spread=0.0, seed=2)
    assert np.array_equal(first.state["decay"], again.state["decay"])
    other = make(3, 5, spread=0.0, item_seed=1)
    assert not np.isclose(first.state["decay"], other.state["decay"]).any()


def test_the_seed_must_be_a_whole_number():
    with pytest.raises(ValueError, match="item_seed must be a whole number of at least 0, not -1"):
        EFC(1, 3, item_seed=-1)


@pytest.mark.parametrize("decay", [0.0, -1.0, math.nan, [0.1, 0.0, 0.1]])
def test_decay_must_be_positive(decay):
    with pytest.raises(ValueError, match=r"decay must be in \(0, inf\)"):
        EFC(3, 3, decay=decay)
