import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.stats import norm

from teachgym.students.fitting import FittedIRT, InteractionLog, StudentRecord, evaluate, record
from teachgym.students.fitting.irt import _tables
from teachgym.students.simulated import IRT


def answers(a, b, c, students, rng):
    """Each of many students answers every item once."""
    ability = rng.standard_normal(students)
    chance = c + (1 - c) / (1 + np.exp(-1.7 * a * (ability[:, None] - b)))
    correct = rng.random(chance.shape) < chance
    names = [str(i) for i in range(len(b))]
    return InteractionLog.gather(
        StudentRecord(str(i), names, [["all"]] * len(b), row, [np.nan] * len(b))
        for i, row in enumerate(correct)
    )


def test_the_marginal_likelihood_is_an_integral_over_abilities():
    rng = np.random.default_rng(0)
    b, a, c = rng.normal(0, 1, 5), rng.uniform(0.5, 1.5, 5), rng.uniform(0, 0.3, 5)
    log = answers(a, b, c, 3, rng)
    model = FittedIRT(log.items, b, a, c)
    ability = np.linspace(-9, 9, 20_001)
    chance = c[:, None] + (1 - c[:, None]) / (
        1 + np.exp(-1.7 * a[:, None] * (ability - b[:, None]))
    )
    rows = log.correct.reshape(3, 5, 1)
    product = np.where(rows, chance, 1 - chance).prod(axis=1) * norm.pdf(ability)
    expected = np.log(product.sum(axis=1) * (ability[1] - ability[0])).sum()
    assert model.marginal(*_tables(log))[0] == pytest.approx(expected, rel=1e-5)


def test_the_gradient_is_that_of_finite_differences():
    rng = np.random.default_rng(1)
    b, a, c = rng.normal(0, 1, 4), rng.uniform(0.5, 1.5, 4), rng.uniform(0.05, 0.3, 4)
    log = answers(a, b, c, 20, rng)
    tables = _tables(log)

    def likelihood(x):
        return FittedIRT(log.items, *x.reshape(3, 4)).marginal(*tables)[0]

    x = np.concatenate([b, a, c])
    gradient = np.concatenate(FittedIRT(log.items, b, a, c).marginal(*tables)[1])
    assert gradient == pytest.approx(approx_fprime(x, likelihood, 1e-7), rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("parameters", [1, 2, 3])
def test_true_parameters_come_back(parameters):
    rng = np.random.default_rng(0)
    b = rng.normal(0, 1, 30)
    a = rng.uniform(0.5, 1.6, 30) if parameters > 1 else np.full(30, 0.8)
    log = answers(a, b, 0.2 if parameters == 3 else 0.0, 2000, rng)
    seen = []
    fitted = FittedIRT.fit(
        log, parameters=parameters, progress=lambda done, most, value: seen.append(value)
    )
    assert (np.diff(seen) > -1e-9).all()
    assert np.corrcoef(b, fitted.difficulty)[0, 1] > (0.95 if parameters == 3 else 0.99)
    if parameters == 1:
        assert fitted.discrimination == pytest.approx(a, abs=0.05)
    if parameters == 2:
        assert np.corrcoef(a, fitted.discrimination)[0, 1] > 0.95
    if parameters < 3:
        assert not fitted.guess.any()
    else:
        assert fitted.guess.mean() == pytest.approx(0.2, abs=0.05)


def test_a_prediction_integrates_over_what_earlier_answers_say():
    model = FittedIRT(("q",), np.array([0.5]), np.array([1.2]), np.array([0.1]))
    log = InteractionLog.gather([StudentRecord("ann", ["q"] * 3, ["a"] * 3, [1, 0, 1], [0] * 3)])
    ability = np.linspace(-9, 9, 20_001)
    p = 0.1 + 0.9 / (1 + np.exp(-1.7 * 1.2 * (ability - 0.5)))
    weights = [norm.pdf(ability), norm.pdf(ability) * p, norm.pdf(ability) * p * (1 - p)]
    expected = [(weight * p).sum() / weight.sum() for weight in weights]
    assert model.predict(log) == pytest.approx(expected, rel=1e-4)


def test_simulated_students_come_back():
    rng = np.random.default_rng(0)
    ability = rng.normal(0, 1, 12)
    cohort = IRT(800, 12, ability=ability, student_spread=1, spread=0, discrimination=0.9, gain=0)
    cohort.reset(rng)
    train, test = record(cohort, 40, rng).split(0.25, rng)
    fitted = FittedIRT.fit(train)
    assert np.corrcoef(-ability, fitted.difficulty)[0, 1] > 0.99
    truth = FittedIRT(train.items, -ability, np.full(12, 0.9), np.zeros(12))
    assert evaluate(fitted, test).auc == pytest.approx(evaluate(truth, test).auc, abs=0.005)
    again = fitted.cohort(5)
    assert again.discrimination == pytest.approx(0.9, abs=0.05)
    assert again.ability == pytest.approx(ability, abs=0.25)


def test_items_with_right_answers_alone_stay_within_bounds():
    rows = [StudentRecord(str(i), ["q", "r"], ["a", "a"], [1, i % 2], [0, 0]) for i in range(9)]
    fitted = FittedIRT.fit(InteractionLog.gather(rows), parameters=2)
    assert fitted.difficulty[0] >= -6 and np.isfinite(fitted.discrimination).all()


def test_bad_input():
    log = answers(np.ones(2), np.zeros(2), 0, 5, np.random.default_rng(0))
    with pytest.raises(ValueError, match="parameters must be 1, 2 or 3, not 4"):
        FittedIRT.fit(log, parameters=4)
    with pytest.raises(ValueError, match="iterations must be at least 1"):
        FittedIRT.fit(log, iterations=0)
    with pytest.raises(ValueError, match="item '1' was not in the log"):
        FittedIRT(("0",), np.zeros(1), np.ones(1), np.zeros(1)).predict(log)
    with pytest.raises(ValueError, match="fit them with parameters=1"):
        FittedIRT(("0", "1"), np.zeros(2), np.array([1, 2.0]), np.zeros(2)).cohort(3)
