import numpy as np
import pytest

from teachgym.students.fitting import FittedDAS3H, InteractionLog, StudentRecord, evaluate, record
from teachgym.students.fitting.das3h import window_counts
from teachgym.students.simulated import DAS3H
from teachgym.students.simulated.das3h import WINDOWS


def log_of(concepts, correct, days):
    rows = len(correct)
    return InteractionLog.gather([StudentRecord("ann", ["q"] * rows, concepts, correct, days)])


def test_windows_by_hand():
    # an hour, a day, a week, 30 days, ever; what is exactly as old as a window has left it
    log = log_of("aabaa", [1, 0, 1, 1, 1], [0, 0.01, 0.02, 1.0, 31.0])
    wins, attempts = window_counts(log)
    assert attempts.tolist() == [
        [0, 0, 0, 0, 0],
        [1, 1, 1, 1, 1],
        [0, 0, 0, 0, 0],  # b for the first time
        [0, 1, 2, 2, 2],  # the first answer is one day old
        [0, 0, 0, 0, 3],  # the last one is 30 days old
    ]
    assert wins.tolist() == [
        [0, 0, 0, 0, 0],
        [1, 1, 1, 1, 1],
        [0, 0, 0, 0, 0],
        [0, 0, 1, 1, 1],
        [0, 0, 0, 0, 2],
    ]


def test_windows_are_those_of_the_simulated_students():
    rng = np.random.default_rng(0)
    cohort = DAS3H(20, 3)
    cohort.reset(rng)
    topics, answers, wins, attempts = [], [], [], []
    waits = rng.exponential(2.0, size=(60, 20)) * (rng.random((60, 20)) < 0.5)
    for wait in waits:
        cohort.wait(wait)
        topic = rng.integers(3, size=20)
        wins.append(cohort.state["wins"][np.arange(20), topic].copy())
        attempts.append(cohort.state["attempts"][np.arange(20), topic].copy())
        topics.append(topic)
        answers.append(cohort.practise(topic, np.zeros(20, dtype=int), rng) > 0)
    days = np.cumsum(waits, axis=0).T
    topics, answers = np.transpose(topics), np.transpose(answers)
    log = InteractionLog.gather(
        StudentRecord(str(i), ["q"] * 60, [[str(k)] for k in topics[i]], answers[i], days[i])
        for i in range(20)
    )
    counted = window_counts(log)
    assert (counted[0] == np.array(wins).transpose(1, 0, 2).reshape(-1, 5)).all()
    assert (counted[1] == np.array(attempts).transpose(1, 0, 2).reshape(-1, 5)).all()


def test_prediction_by_hand():
    model = FittedDAS3H(
        students=("ann",),
        items=("q",),
        concepts=("a", "b"),
        ability=np.array([0.5]),
        difficulty=np.array([0.2]),
        ease=np.array([0.1, -0.3]),
        win_weights=np.array([[0, 0, 0, 0, 1.0], [0, 0, 0, 0, 2.0]]),
        attempt_weights=np.array([[-1.0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]),
    )
    log = log_of(["a", "ab"], [1, 0], [0.0, 0.01])
    # 0.5 - 0.2 + 0.1; then + ln 2 (wins) - ln 2 (attempts in the last hour) and b's -0.3
    expected = [1 / (1 + np.exp(-0.4)), 1 / (1 + np.exp(-0.1))]
    assert model.predict(log) == pytest.approx(expected)
    other = InteractionLog.gather([StudentRecord("new", ["q"], ["a"], [1], [0.0])])
    assert model.predict(other) == pytest.approx([1 / (1 + np.exp(0.1))])  # alpha 0


def test_true_parameters_come_back():
    rng = np.random.default_rng(0)
    true = {"ease": rng.normal(0, 1, 2)}
    true["win_weights"] = rng.uniform(-0.8, 0.8, (2, len(WINDOWS)))
    true["attempt_weights"] = rng.uniform(-0.8, 0.8, (2, len(WINDOWS)))
    cohort = DAS3H(1000, 2, 4, ability=0.0, student_spread=1.0, spread=0, **true)
    cohort.reset(rng)
    ability = cohort.state["ease"][:, 0] - cohort.ease[0]
    log = record(cohort, 150, rng, gap=0.6)
    fitted = FittedDAS3H.fit(log)
    for name, values in true.items():
        assert np.corrcoef(values.ravel(), getattr(fitted, name).ravel())[0, 1] > 0.9, name
    assert np.corrcoef(ability, fitted.ability)[0, 1] > 0.9
    assert np.corrcoef(np.tile(cohort.difficulties, 2), fitted.difficulty)[0, 1] > 0.99
    # as good as the truth on the same students, of which it knows the abilities
    truth = FittedDAS3H(
        log.students, log.items, log.concepts, ability, np.tile(cohort.difficulties, 2), **true
    )
    assert evaluate(fitted, log).auc == pytest.approx(evaluate(truth, log).auc, abs=0.005)


def test_a_log_without_times():
    log = log_of("ab", [1, 0], [1.0, float("nan")])
    with pytest.raises(ValueError, match="DAS3H needs the times of all answers; student 'ann'"):
        FittedDAS3H.fit(log)
