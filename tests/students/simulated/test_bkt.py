import itertools
import math

import numpy as np
import pytest
from scipy import stats

from teachgym.students.simulated import BKT
from teachgym.students.simulated.bkt import posterior, right_probability, transition

SAME = {"known_spread": 0.0, "learn_spread": 0.0}


def make(*sizes, seed=0, **options):
    cohort = BKT(*sizes, **options)
    cohort.reset(np.random.default_rng(seed))
    return cohort


def test_rules_against_worked_numbers():
    known = np.array([0.3, 0.3])
    # 0.3 · 0.9 + 0.7 · 0.2 = 0.41
    assert right_probability(known, 0.2, 0.1) == pytest.approx([0.41, 0.41])
    # Right: 0.27 / 0.41; wrong: 0.03 / 0.59
    after = posterior(known, np.array([True, False]), 0.2, 0.1)
    assert after == pytest.approx([0.658537, 0.0508475], abs=1e-6)
    # 0.658537 + 0.341463 · 0.15 = 0.709756; 0.0508475 + 0.9491525 · 0.15 = 0.193220
    assert transition(after, 0.15, 0.0) == pytest.approx([0.709756, 0.193220], abs=1e-6)
    # 0.658537 · 0.95 + 0.341463 · 0.15 = 0.676829
    assert transition(after, 0.15, 0.05)[0] == pytest.approx(0.676829, abs=1e-6)


def test_impossible_answers_teach_nothing():
    known = np.array([0.0, 1.0])
    assert posterior(known, np.array([True, False]), 0.0, 0.0) == pytest.approx(known)


def test_a_lesson_by_hand():
    cohort = make(400, 2, **SAME)
    topic = np.ones(400, dtype=int)
    right = cohort.practise(topic, topic * 0, np.random.default_rng(0)) == 1
    assert 0 < right.mean() < 1
    assert cohort.state["known"][:, 0] == pytest.approx(0.3)
    assert cohort.state["known"][right, 1] == pytest.approx(0.709756, abs=1e-6)
    assert cohort.state["known"][~right, 1] == pytest.approx(0.193220, abs=1e-6)
    # 0.709756 · 0.9 + 0.290244 · 0.2 = 0.696829
    assert cohort.expected()[right, 1, 0] == pytest.approx(0.696829, abs=1e-6)


def test_answers_have_the_law_of_a_hidden_bit():
    first, learn, guess, slip, forget = 0.4, 0.3, 0.25, 0.15, 0.1
    size, length = 20000, 3
    options = {"known": first, "learn": learn, "guess": guess, "slip": slip, "forget": forget}
    cohort, rng = make(size, 1, **options, **SAME), np.random.default_rng(1)
    zeros = np.zeros(size, dtype=int)
    answers = np.array([cohort.practise(zeros, zeros, rng) for _ in range(length)]).astype(int)
    counts = np.bincount(answers.T @ [4, 2, 1], minlength=8)
    # The chance of each row of answers: the sum over all rows of hidden bits.
    chances = []
    for pattern in itertools.product((0, 1), repeat=length):
        total = 0.0
        for bits in itertools.product((0, 1), repeat=length):
            chance = first if bits[0] else 1 - first
            for bit, following in itertools.pairwise(bits):
                moved = 1 - forget if bit else learn
                chance *= moved if following else 1 - moved
            for bit, answer in zip(bits, pattern, strict=True):
                right = 1 - slip if bit else guess
                chance *= right if answer else 1 - right
            total += chance
        chances.append(total)
    assert sum(chances) == pytest.approx(1)
    assert stats.chisquare(counts, size * np.array(chances)).pvalue > 0.01


def test_the_population_is_the_stated_one():
    cohort = make(4000, 2, known=0.3, known_spread=0.7, learn=[0.1, 0.2], learn_spread=0.4)
    for topic, learn in enumerate((0.1, 0.2)):
        for name, median, spread in (("known", 0.3, 0.7), ("learn", learn, 0.4)):
            values = cohort.state[name][:, topic]
            odds = np.log(values / (1 - values))
            centre = math.log(median / (1 - median))
            assert stats.kstest(odds, stats.norm(centre, spread).cdf).pvalue > 0.01
    # Who learns one topic fast learns the other fast, too.
    assert stats.spearmanr(*cohort.state["learn"].T).statistic == pytest.approx(1)
    assert abs(stats.spearmanr(*cohort.state["known"].T).statistic) < 0.06


def test_certain_parameters_stay_certain():
    cohort = make(5, 1, known=0.0, learn=1.0, guess=0.0, slip=0.0)
    zeros = np.zeros(5, dtype=int)
    rng = np.random.default_rng(0)
    assert not cohort.practise(zeros, zeros, rng).any()
    assert cohort.practise(zeros, zeros, rng).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"known": 1.1}, r"known must be in \[0, 1\], not 1.1"),
        ({"learn": [0.1, -0.1]}, r"learn must be in \[0, 1\], not -0.1"),
        ({"forget": math.nan}, "forget must be in"),
        ({"guess": 0.5, "slip": [0.1, 0.5]}, "guess [+] slip must be below 1, not 1"),
        ({"guess": [0.1, 0.1, 0.1]}, r"guess must be .* shape \(2,\)"),
    ],
)
def test_arguments_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        BKT(3, 2, **options)
