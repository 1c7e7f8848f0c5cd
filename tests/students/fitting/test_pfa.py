import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from teachgym.students.fitting import FittedPFA, InteractionLog, StudentRecord, evaluate, record
from teachgym.students.fitting.pfa import counts
from teachgym.students.simulated import PFA


def log_of(concepts, correct):
    rows = len(correct)
    return InteractionLog.gather(
        [StudentRecord("ann", ["q"] * rows, concepts, correct, [np.nan] * rows)]
    )


def test_counts_by_hand():
    log = log_of(["a", "ab", "b", "a", "b"], [1, 0, 1, 1, 0])
    wins, fails = counts(log)  # tags: a, a, b, b, a, b
    assert wins.tolist() == [0, 1, 0, 0, 1, 1]
    assert fails.tolist() == [0, 0, 0, 1, 1, 1]


def test_prediction_by_hand():
    model = FittedPFA(("a", "b"), np.array([0.1, -0.4]), np.array([0.3, 0.5]), np.array([-0.2, 1]))
    # the second: concepts a (one win) and b: 0.1 + 0.3 - 0.4; the third: a, 1 win, 1 fail
    logits = [0.1, 0.1 + 0.3 - 0.4, 0.1 + 0.3 - 0.2]
    chances = model.predict(log_of(["a", "ab", "a"], [1, 0, 1]))
    assert chances == pytest.approx([1 / (1 + np.exp(-x)) for x in logits])


def test_one_concept_is_an_ordinary_regression_on_two_counts():
    rng = np.random.default_rng(0)
    log = log_of(["a"] * 200, rng.random(200) < 0.6)
    fitted = FittedPFA.fit(log, penalty=2.0)
    right = np.cumsum(log.correct) - log.correct
    features = np.stack([np.ones(200), right, np.arange(200) - right], axis=1)
    other = LogisticRegression(C=0.5, fit_intercept=False, tol=1e-10, max_iter=10_000)
    other.fit(features, log.correct)
    weights = [fitted.ease[0], fitted.win_gain[0], fitted.fail_gain[0]]
    assert weights == pytest.approx(other.coef_[0].tolist(), abs=1e-3)


def test_true_parameters_come_back():
    rng = np.random.default_rng(0)
    true = {
        "ease": rng.normal(-1, 0.7, 10),
        "win_gain": rng.uniform(0.05, 0.4, 10),
        "fail_gain": rng.uniform(-0.2, 0.2, 10),
    }
    cohort = PFA(800, 10, student_spread=0, spread=0, gain_spread=0, **true)
    cohort.reset(rng)
    train, test = record(cohort, 80, rng).split(0.2, rng)
    fitted = FittedPFA.fit(train)
    for name, values in true.items():
        assert np.corrcoef(values, getattr(fitted, name))[0, 1] > 0.95, name
    truth = FittedPFA(train.concepts, **true)
    assert evaluate(fitted, test).auc == pytest.approx(evaluate(truth, test).auc, abs=0.005)
    assert (fitted.cohort(2).win_gain == fitted.win_gain).all()


@pytest.mark.parametrize(("answer", "word"), [(1, "right"), (0, "wrong")])
def test_bad_input(answer, word):
    with pytest.raises(ValueError, match=f"all answers are {word}"):
        FittedPFA.fit(log_of(["a"] * 3, [answer] * 3))
    with pytest.raises(ValueError, match="penalty must be above 0, not 0"):
        FittedPFA.fit(log_of(["a"] * 2, [0, 1]), penalty=0)
