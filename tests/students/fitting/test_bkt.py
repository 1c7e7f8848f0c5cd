"""Expectation maximisation against sums over all hidden paths, and against true parameters."""

from itertools import pairwise, product

import numpy as np
import pytest

from teachgym.students.fitting import FittedBKT, InteractionLog, StudentRecord, evaluate, record
from teachgym.students.fitting.sequences import sequences
from teachgym.students.simulated import BKT

PARAMETERS = ("known", "learn", "guess", "slip", "forget")


def log_of(*answers, concept="a"):
    return InteractionLog.gather(
        StudentRecord(str(i), [concept] * len(row), [concept] * len(row), row, [np.nan] * len(row))
        for i, row in enumerate(answers)
    )


def model(**changes):
    values = {"known": 0.3, "learn": 0.15, "guess": 0.2, "slip": 0.1, "forget": 0.05} | changes
    return FittedBKT(("a",), **{name: np.array([value]) for name, value in values.items()})


def improved(model, log):
    return model.improve(sequences(log), log.correct[log.tag_row])


def test_predictions_by_hand():
    # P = 0.3·0.9 + 0.7·0.2 = 0.41; after a right answer L' = 0.27/0.41, L = L'·0.95 + (1 - L')·0.15
    known = 0.27 / 0.41 * 0.95 + 0.14 / 0.41 * 0.15
    expected = [0.41, known * 0.9 + (1 - known) * 0.2]
    assert model().predict(log_of([1, 0])) == pytest.approx(expected)


def test_one_answer_by_hand():
    # the skill was known with L' = 0.27/0.41; guess would be 1 and slip 0, but for their bounds
    better, likelihood = improved(model(), log_of([1]))
    assert likelihood == pytest.approx(np.log(0.41))
    assert better.known == pytest.approx([0.27 / 0.41])
    assert [better.guess[0], better.slip[0]] == [0.49, 0.001]
    assert [better.learn[0], better.forget[0]] == [0.15, 0.05]  # nothing was seen of them


def test_an_iteration_is_that_of_the_sum_over_all_hidden_paths():
    answers = ([1, 0, 1, 1], [0, 0, 1], [1, 1, 0, 1])
    start = model()
    known, learn, guess, slip, forget = (float(getattr(start, name)[0]) for name in PARAMETERS)
    step = {(0, 1): learn, (0, 0): 1 - learn, (1, 0): forget, (1, 1): 1 - forget}
    right = {0: guess, 1: 1 - slip}
    total, sums = 0.0, {name: np.zeros(2) for name in PARAMETERS}
    for row in answers:
        weights = {}
        for path in product((0, 1), repeat=len(row)):
            weight = known if path[0] else 1 - known
            for pair in pairwise(path):
                weight *= step[pair]
            for state, answer in zip(path, row, strict=True):
                weight *= right[state] if answer else 1 - right[state]
            weights[path] = weight
        likelihood = sum(weights.values())
        total += np.log(likelihood)
        for path, weight in weights.items():
            share = weight / likelihood
            sums["known"] += share * np.array([path[0], 1])
            for before, after in pairwise(path):
                name = "forget" if before else "learn"
                sums[name] += share * np.array([before != after, 1])
            for state, answer in zip(path, row, strict=True):
                name = "slip" if state else "guess"
                sums[name] += share * np.array([bool(answer) != bool(state), 1])
    better, likelihood = improved(start, log_of(*answers))
    assert likelihood == pytest.approx(total / 11)
    for name in PARAMETERS:
        assert getattr(better, name)[0] == pytest.approx(sums[name][0] / sums[name][1]), name


@pytest.mark.parametrize("forgets", [False, True])
def test_the_likelihood_never_falls(forgets):
    rng = np.random.default_rng(1)
    # pure noise, so that guess and slip run into their bounds
    log = log_of(*(rng.random(rng.integers(1, 12)) < 0.6 for _ in range(60)))
    seen = []
    FittedBKT.fit(
        log,
        forgets=forgets,
        tolerance=-1,
        iterations=150,
        progress=lambda done, most, likelihood: seen.append((done, most, likelihood)),
    )
    assert [entry[:2] for entry in seen] == [(i + 1, 150) for i in range(150)]
    assert (np.diff([entry[2] for entry in seen]) >= -1e-12).all()


def test_true_parameters_come_back():
    rng = np.random.default_rng(0)
    true = {
        "known": rng.uniform(0.05, 0.6, 10),
        "learn": rng.uniform(0.03, 0.35, 10),
        "guess": rng.uniform(0.05, 0.35, 10),
        "slip": rng.uniform(0.03, 0.3, 10),
    }
    cohort = BKT(800, 10, known_spread=0, learn_spread=0, **true)
    cohort.reset(rng)
    log = record(cohort, 100, rng)
    train, test = log.split(0.2, rng)
    fitted = FittedBKT.fit(train)
    for name, values in true.items():
        assert np.corrcoef(values, getattr(fitted, name))[0, 1] > 0.95, name
        assert np.abs(values - getattr(fitted, name)).max() < 0.1, name
    assert not fitted.forget.any()
    # as good as the truth, on students that were held out
    truth = FittedBKT(log.concepts, **true, forget=np.zeros(10))
    assert evaluate(fitted, test).auc == pytest.approx(evaluate(truth, test).auc, abs=0.005)
    assert (fitted.cohort(3).guess == fitted.guess).all()


def test_forgetting_comes_back():
    rng = np.random.default_rng(0)
    true = {"learn": rng.uniform(0.1, 0.4, 8), "forget": rng.uniform(0.02, 0.3, 8)}
    cohort = BKT(800, 8, known_spread=0, learn_spread=0, guess=0.1, slip=0.05, **true)
    cohort.reset(rng)
    fitted = FittedBKT.fit(record(cohort, 100, rng), forgets=True)
    for name, values in true.items():
        assert np.corrcoef(values, getattr(fitted, name))[0, 1] > 0.95, name


def test_long_runs_of_right_answers_are_no_trouble():
    fitted = FittedBKT.fit(log_of([True] * 500, [False] * 500))
    assert all(np.isfinite(getattr(fitted, name)).all() for name in PARAMETERS)
    assert np.isfinite(fitted.predict(log_of([True] * 900 + [False] * 3))).all()


def test_questions_of_several_concepts():
    rows = StudentRecord("ann", ["q", "r"], [["a", "b"], ["b"]], [1, 0], [np.nan] * 2)
    log = InteractionLog.gather([rows])
    both = FittedBKT(
        ("b", "a"), np.array([0.5, 0.1]), *(np.full(2, x) for x in (0.2, 0.2, 0.1, 0.0))
    )
    # the mean of 0.1·0.9 + 0.9·0.2 and 0.5·0.9 + 0.5·0.2; then b alone, once answered right
    known = 0.45 / 0.55 + 0.1 / 0.55 * 0.2
    assert both.predict(log) == pytest.approx([(0.27 + 0.55) / 2, known * 0.9 + (1 - known) * 0.2])


def test_bad_input():
    with pytest.raises(ValueError, match="iterations must be at least 1, not 0"):
        FittedBKT.fit(log_of([1]), iterations=0)
    with pytest.raises(ValueError, match="concept 'b' was not in the log"):
        model().predict(log_of([1], concept="b"))
