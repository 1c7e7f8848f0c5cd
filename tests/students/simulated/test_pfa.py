import math

import numpy as np
import pytest
from scipy import stats

from teachgym.students.simulated import PFA
from teachgym.students.simulated.pfa import pfa_logit

SAME = {"student_spread": 0.0, "spread": 0.0, "gain_spread": 0.0}


def make(*sizes, seed=0, **options):
    cohort = PFA(*sizes, **options)
    cohort.reset(np.random.default_rng(seed))
    return cohort


def test_log_odds_against_a_worked_number():
    # -1 + 0.3 · 3 + 0.1 · 2 = 0.1
    assert pfa_logit(np.array(-1.0), np.array(3), np.array(2), 0.3, 0.1) == pytest.approx(0.1)


def test_every_answer_counts():
    options = {"ease": [-1.0, 0.5], "win_gain": [0.3, 0.1], "fail_gain": [0.1, -0.2]}
    cohort, rng = make(50, 2, 3, span=(-1, 1), **options, **SAME), np.random.default_rng(0)
    wins, fails = np.zeros((50, 2)), np.zeros((50, 2))
    for _ in range(12):
        topic, level = rng.integers(2, size=50), rng.integers(3, size=50)
        right = cohort.practise(topic, level, rng)
        np.add.at(wins, (np.arange(50), topic), right)
        np.add.at(fails, (np.arange(50), topic), 1 - right)
    for student in range(50):
        for topic in range(2):
            m = options["ease"][topic]
            m += options["win_gain"][topic] * wins[student, topic]
            m += options["fail_gain"][topic] * fails[student, topic]
            chances = [1 / (1 + math.exp(b - m)) for b in (-1, 0, 1)]
            assert cohort.expected()[student, topic] == pytest.approx(chances)


def test_the_population_is_the_stated_one():
    cohort = make(4000, 2, ease=[-1.0, 1.0], student_spread=0.6, spread=0.8, gain_spread=0.5)
    for topic, mean in enumerate((-1.0, 1.0)):
        assert stats.kstest(cohort.state["ease"][:, topic], stats.norm(mean, 1).cdf).pvalue > 0.01
    pace = cohort.state["pace"]
    assert stats.kstest(np.log(pace), stats.norm(0, 0.5).cdf).pvalue > 0.01
    zeros = np.zeros(4000, dtype=int)
    before = cohort.expected()[:, 0, 0]
    right = cohort.practise(zeros, zeros, np.random.default_rng(0)) == 1
    after = cohort.expected()[:, 0, 0]
    gained = np.log(after / (1 - after)) - np.log(before / (1 - before))
    assert gained == pytest.approx(pace * np.where(right, 0.2, 0.05))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"win_gain": math.nan}, "win_gain must be in"),
        ({"fail_gain": [0.1, 0.2, 0.3]}, r"fail_gain must be .* shape \(2,\)"),
        ({"ease": math.inf}, "ease must be in"),
        ({"span": (0, 0)}, "low < high"),
    ],
)
def test_arguments_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        PFA(3, 2, **options)
