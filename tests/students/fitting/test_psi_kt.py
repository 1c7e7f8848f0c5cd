"""PSI-KT: beliefs against integrals on a grid, parameters against those of simulated students."""

import numpy as np
import pytest
from scipy.stats import norm

from teachgym.students.fitting import FittedPSIKT, InteractionLog, StudentRecord, evaluate, record
from teachgym.students.fitting.beliefs import Chains, answer_update
from teachgym.students.simulated import PSIKT

GRID = np.linspace(-10, 10, 401)
POPULATIONS = {
    "level": [-1.0, -0.5, 0.0, 0.5, 1.0],
    "level_spread": [0.9, 0.3, 1.2, 0.6, 0.1],
    "spread": [0.5, 1.5, 0.2, 1.0, 0.8],
    "forgetting": [0.1, 0.4, 0.05, 0.2, 0.8],
    "volatility": [0.3, 0.5, 0.2, 0.8, 0.6],
    "gain": [0.6, 0.05, 0.2, 0.8, 0.4],
}


def model(**changes):
    values = {"level": 0.4, "level_spread": 0.01, "spread": 0.8, "forgetting": 0.3, "gain": 0.0}
    values |= {"volatility": 0.5, "transfer": 0.0, "prerequisites": np.zeros((0, 0))} | changes
    return FittedPSIKT(values.pop("concepts", ("a",)), **values)


def log_of(concepts, correct, days):
    rows = len(correct)
    return InteractionLog.gather([StudentRecord("ann", ["q"] * rows, concepts, correct, days)])


def logistic(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize("right", [True, False])
def test_an_answer_gives_the_moments_of_the_exact_posterior(right):
    mean, variance = np.array([-1.0, 0.0, 2.0]), np.array([0.3, 1.0, 2.0])
    chance, new_mean, new_variance = answer_update(mean, variance, np.array(right))
    for i in range(3):
        prior = norm.pdf(GRID, mean[i], np.sqrt(variance[i]))
        given = logistic(GRID) if right else logistic(-GRID)
        assert chance[i] == pytest.approx((prior * logistic(GRID)).sum() / prior.sum(), abs=1e-4)
        posterior = prior * given / (prior * given).sum()
        centre = (posterior * GRID).sum()
        assert new_mean[i] == pytest.approx(centre, abs=2e-3)
        assert new_variance[i] == pytest.approx((posterior * (GRID - centre) ** 2).sum(), rel=5e-3)


def test_predictions_are_those_of_the_process_on_a_grid():
    """Exact filtering on a grid: Bayes' rule at each answer, the process's kernel between them."""
    days, correct = [0.0, 2.0, 2.5, 6.0], [1, 0, 0, 1]
    belief = norm.pdf(GRID, 0.4, 0.8)
    expected, last = [], 0.0
    for day, right in zip(days, correct, strict=True):
        if day > last:
            e = np.exp(-0.3 * (day - last))
            deviation = np.sqrt(0.25 * (1 - e**2) / 0.6)
            kernel = norm.pdf(GRID[:, None], e * GRID + (1 - e) * 0.4, deviation)
            belief, last = kernel @ belief, day
        belief /= belief.sum()
        expected.append((belief * logistic(GRID)).sum())
        belief = belief * (logistic(GRID) if right else logistic(-GRID))
    log = log_of("aaaa", correct, days)
    exact = model(level_spread=1e-9)
    assert exact.predict(log) == pytest.approx(expected, abs=2e-3)
    seen = np.where(log.correct, expected, 1 - np.array(expected))
    assert exact.likelihood(log, Chains.of(log, False)) == pytest.approx(
        np.log(seen).sum(), abs=0.01
    )


def test_answers_to_one_concept_tell_of_the_students_level():
    log = log_of("aaaab", [1, 1, 1, 1, 1], [0.0] * 5)
    concepts = ("a", "b")
    alike = model(concepts=concepts).predict(log)[-1]
    assert alike == pytest.approx(model(concepts=concepts).predict(log)[0], abs=0.01)
    assert model(concepts=concepts, level_spread=1.0).predict(log)[-1] > alike + 0.1


def test_prerequisites_raise_what_builds_on_them():
    # b begins at 0 and, after very long, is at mu + gamma·z_a/2 with z_a = mu: 2 + 0.8·2/2
    log = log_of("ab", [1, 1], [0.0, 1e6])
    before = np.array([[0.0, 1.0], [0.0, 0.0]])
    quiet = {"concepts": ("a", "b"), "level": 2.0, "volatility": 1e-6, "spread": 1e-3}
    assert model(**quiet, forgetting=50.0).predict(log)[1] == pytest.approx(logistic(2), abs=1e-3)
    raised = model(**quiet, forgetting=50.0, transfer=0.8, prerequisites=before)
    assert raised.predict(log)[1] == pytest.approx(logistic(2.8), abs=1e-3)
    assert raised.predict(log)[0] == pytest.approx(logistic(2.0), abs=1e-3)


def test_concepts_followed_together_without_influence_are_those_followed_alone():
    rng = np.random.default_rng(0)
    log = log_of(rng.choice(["a", "b", "ab"], 20), rng.random(20) < 0.5, np.sort(rng.random(20)))
    alone = model(concepts=("a", "b"), level_spread=0.7, gain=0.3)
    together = model(
        concepts=("a", "b"), level_spread=0.7, gain=0.3, prerequisites=np.zeros((2, 2))
    )
    assert together.predict(log) == pytest.approx(alone.predict(log))


def population(index, students, lessons):
    rng = np.random.default_rng(index)
    true = {name: values[index] for name, values in POPULATIONS.items()}
    alike = ("forgetting_spread", "volatility_spread", "gain_spread", "transfer_spread")
    cohort = PSIKT(students, 3, **true, **dict.fromkeys(alike, 0.0))
    cohort.reset(rng)
    return record(cohort, lessons, rng, gap=0.3)


def recovered(names, count, students, lessons):
    """Correlation over populations between true and fitted parameters."""
    fitted = [FittedPSIKT.fit(population(index, students, lessons)) for index in range(count)]
    return {
        name: np.corrcoef(POPULATIONS[name][:count], [getattr(one, name) for one in fitted])[0, 1]
        for name in names
    }


def test_true_parameters_come_back():
    names = ("level", "level_spread", "forgetting", "gain")
    assert min(recovered(names, 4, 200, 20).values()) > 0.9


@pytest.mark.slow
def test_all_true_parameters_come_back_from_longer_logs():
    found = recovered(POPULATIONS, 5, 300, 50)
    assert min(found.values()) > 0.9, found


def test_fitted_students_are_as_predictable_as_the_true_ones():
    train, test = population(2, 250, 40).split(0.4, np.random.default_rng(0))
    truth = model(
        **{name: values[2] for name, values in POPULATIONS.items()}, concepts=train.concepts
    )
    fitted = FittedPSIKT.fit(train)
    assert evaluate(fitted, test).auc == pytest.approx(evaluate(truth, test).auc, abs=0.01)
    assert fitted.cohort(3).gain == fitted.gain


def test_bad_input():
    log = log_of("ab", [1, 0], [0.0, 1.0])
    with pytest.raises(ValueError, match="PSI-KT needs the times of all answers; student 'ann'"):
        FittedPSIKT.fit(log_of("a", [1], [float("nan")]))
    with pytest.raises(ValueError, match="cycle"):
        FittedPSIKT.fit(log, prerequisites=[[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="iterations must be at least 1"):
        FittedPSIKT.fit(log, iterations=0)
