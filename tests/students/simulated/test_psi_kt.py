import math

import numpy as np
import pytest
from scipy import integrate, stats

from teachgym.students.simulated import PSIKT
from teachgym.students.simulated.psi_kt import drift, logistic_normal_mean

SPREADS = ("level", "forgetting", "transfer", "volatility", "gain")
SAME = {"spread": 0.0} | {f"{trait}_spread": 0.0 for trait in SPREADS}
CHAIN = np.array([[False, True], [False, False]])


def make(*sizes, seed=0, **options):
    cohort = PSIKT(*sizes, **options)
    cohort.reset(np.random.default_rng(seed))
    return cohort


def one(value):
    return np.array([[value]])


def test_drift_against_worked_numbers():
    # e = exp(-0.1 · 10) = 0.367879. Topic 0 returns to 0.5, topic 1 to 0.5 + 0.5 · 1/2 = 0.75:
    # 0.367879 · 1 + 0.632121 · 0.5 = 0.683940; 0.632121 · 0.75 = 0.474090
    # variance 0.04 · (1 - 0.135335) / 0.2 = 0.172933
    mean, variance = drift(
        np.array([[1.0, 0.0]]), one(10.0), one(0.1), one(0.5), one(0.5), one(0.2), CHAIN * 1.0
    )
    assert mean == pytest.approx(np.array([[0.683940, 0.474090]]), abs=1e-6)
    assert variance == pytest.approx(np.array([[0.172933]]), abs=1e-6)


def test_no_time_no_drift():
    z = np.array([[1.0, -2.0]])
    mean, variance = drift(z, one(0.0), one(0.1), one(0.5), one(0.5), one(0.2), CHAIN * 1.0)
    assert np.array_equal(mean, z)
    assert variance == 0


@pytest.mark.parametrize("mean", [-6.0, -1.0, 0.0, 2.5])
@pytest.mark.parametrize("variance", [0.0, 0.01, 0.5, 0.6, 4.0])
def test_mean_of_a_logistic_normal_against_scipy(mean, variance):
    value = logistic_normal_mean(one(mean), one(variance))[0, 0]
    if variance == 0:
        assert value == pytest.approx(1 / (1 + math.exp(-mean)))
        return
    law = stats.norm(mean, math.sqrt(variance))
    exact, _ = integrate.quad(lambda x: law.pdf(x) / (1 + math.exp(-x)), mean - 20, mean + 20)
    assert value == pytest.approx(exact, abs=1e-6)


def test_a_lesson_by_hand():
    cohort = make(2, 2, 3, level=0.0, gain=0.2, span=(-1, 1), **SAME)
    cohort.practise(np.array([1, 0]), np.array([0, 1]), np.random.default_rng(0))
    # p = 1 / (1 + e^-1) = 0.731059, 0.2 · 4 · 0.731059 · 0.268941 = 0.157289; at p = 1/2 all of 0.2
    assert cohort.state["knowledge"] == pytest.approx(np.array([[0, 0.157289], [0.2, 0]]), abs=1e-6)
    for level, difficulty in enumerate((-1, 0, 1)):
        chance = 1 / (1 + math.exp(difficulty - 0.2))
        assert cohort.expected()[1, 0, level] == pytest.approx(chance)


def test_knowledge_after_a_wait_has_the_stated_law():
    size, z = 6000, np.array([1.0, -0.5])
    traits = {"level": 0.3, "forgetting": 0.2, "transfer": 0.8, "volatility": 0.6, "gain": 0.0}
    cohort = make(size, 2, prerequisites=CHAIN, **traits, **SAME)
    cohort.state["knowledge"][:] = z
    cohort.wait(2.0)
    cohort.wait(3.0)
    chances = cohort.expected()
    zeros = np.zeros(size, dtype=int)
    cohort.practise(zeros, zeros, np.random.default_rng(0))
    kept = math.exp(-1)
    deviation = 0.6 * math.sqrt((1 - kept**2) / 0.4)
    for topic, goal in enumerate((0.3, 0.3 + 0.8 * 1.0 / 2)):
        law = stats.norm(kept * z[topic] + (1 - kept) * goal, deviation)
        knowledge = cohort.state["knowledge"][:, topic]
        assert stats.kstest(knowledge, law.cdf).pvalue > 0.01
        # What was expected is the mean over the knowledge that came.
        after = cohort.expected()[:, topic, 0]
        error = after.std() / math.sqrt(size)
        assert abs(after.mean() - chances[0, topic, 0]) < 3.5 * error
    assert abs(np.corrcoef(cohort.state["knowledge"].T)[0, 1]) < 0.05
    assert not cohort.state["days"].any()


def test_the_process_agrees_with_its_differential_equation():
    # dz = 0.3 (-0.5 - z) dt + 0.4 dW without prerequisites, by small Euler steps.
    rng, size, steps = np.random.default_rng(2), 4000, 400
    z = np.full(size, 1.5)
    for _ in range(steps):
        z += 0.3 * (-0.5 - z) * 4 / steps + 0.4 * math.sqrt(4 / steps) * rng.standard_normal(size)
    none = np.zeros((1, 1))
    mean, variance = drift(one(1.5), one(4.0), one(0.3), one(-0.5), one(0.7), one(0.4), none)
    assert abs(z.mean() - mean[0, 0]) < 3.5 * z.std() / math.sqrt(size) + 0.002
    assert z.var() == pytest.approx(variance[0, 0], rel=0.08)


def test_what_a_topic_builds_on_raises_it():
    with_links, without = (
        make(50, 2, prerequisites=links, level=1.0, volatility=0.0, seed=3)
        for links in (CHAIN, np.zeros((2, 2), dtype=bool))
    )
    for cohort in (with_links, without):
        cohort.wait(30.0)
    knows = with_links.state["knowledge"][:, 0] > 0.3
    assert knows.sum() > 20
    assert np.allclose(with_links.expected()[:, 0], without.expected()[:, 0])
    assert (with_links.expected()[knows, 1] > without.expected()[knows, 1]).all()


def test_the_population_is_the_stated_one():
    cohort = make(
        3000, 2, level=-1, level_spread=0.6, spread=0.8, forgetting=0.1, forgetting_spread=0.4,
        transfer=0.3, transfer_spread=0.7, volatility=0.2, volatility_spread=0.5, gain=0.3,
        gain_spread=0.6,
    )  # fmt: skip
    state = cohort.state
    odds = state["transfer"] / (1 - state["transfer"])
    for values, law in (
        (state["level"], stats.norm(-1, 0.6)),
        (state["knowledge"][:, :1], stats.norm(-1, 1.0)),
        (np.log(state["forgetting"]), stats.norm(math.log(0.1), 0.4)),
        (np.log(odds), stats.norm(math.log(3 / 7), 0.7)),
        (np.log(state["volatility"]), stats.norm(math.log(0.2), 0.5)),
        (np.log(state["gain"]), stats.norm(math.log(0.3), 0.6)),
    ):
        assert stats.kstest(values[:, 0], law.cdf).pvalue > 0.01


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"forgetting": 0.0}, r"forgetting must be in \(0, inf\), not 0"),
        ({"transfer": 1.5}, r"transfer must be in \[0, 1\], not 1.5"),
        ({"volatility": -0.1}, "volatility must be in"),
        ({"gain": math.inf}, "gain must be in"),
        ({"level": math.nan}, "level must be in"),
        ({"prerequisites": np.zeros((3, 3), dtype=bool)}, r"shape \(2, 2\)"),
    ],
)
def test_arguments_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        PSIKT(3, 2, **options)
