"""SPDL against steps that can be worked by hand, and tasks against SciPy's normals."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import SPDL
from teachgym.teachers.continuous.gaussian import divergence, pack, unpack
from teachgym.teachers.continuous.spdl import expected_score, next_distribution

BOX = gym.spaces.Box(0.0, 1.0, (2,), np.float32)
OLD = pack(np.array([0.4]), np.array([[0.1]]))
TASKS = stats.norm(0.4, 0.1).ppf((np.arange(1000) + 0.5) / 1000)[:, None]
RULE = {"threshold": 0.5, "max_divergence": 0.02, "least_deviation": 0.01}


def step(scores, target=0.8, **more):
    aim = (np.array([target]), np.array([[0.1]]))
    return next_distribution(OLD, TASKS, scores, aim, **{**RULE, "reached": True, **more})


def test_expected_score_by_hand():
    # Densities 0.4 -> 0.5 at distance 0: exp(0) against exp(-1/2); at distance 1: the reverse.
    new = pack(np.array([0.5]), np.array([[0.1]]))
    value, _ = expected_score(new, np.array([[0.4], [0.5]]), np.array([1.0, 0.5]), OLD)
    assert value == pytest.approx((np.exp(-0.5) * 1.0 + np.exp(0.5) * 0.5) / 2)


def test_step_to_the_target_by_hand():
    # Equal deviations s, all scores 1: the mean moves by s * sqrt(2 * 0.02) = 0.1 * 0.2.
    mean, factor = unpack(step(np.ones(1000)), 1)
    assert mean == pytest.approx([0.42], abs=1e-4)
    assert factor == pytest.approx(np.array([[0.1]]), abs=1e-4)
    assert step(np.ones(1000), target=0.0)[0] == pytest.approx(0.38, abs=1e-4)


def test_target_is_not_overshot():
    assert step(np.ones(1000), target=0.41) == pytest.approx([0.41, np.log(0.1)], abs=1e-3)


def test_step_keeps_the_threshold():
    # Scores fall along the way: E[1 - task] = 1 - mean, so a threshold of 0.59 allows a mean of
    # 0.41, at most, where a step of full length would come to 0.42.
    found = step(1.0 - TASKS[:, 0], threshold=0.59)
    assert found[0] == pytest.approx(0.41, abs=1e-3)
    assert expected_score(found, TASKS, 1.0 - TASKS[:, 0], OLD)[0] >= 0.59 - 1e-6


def test_step_to_higher_scores_by_hand():
    # E[task] is linear in the mean and does not depend on the deviation: s * sqrt(2 * 0.02) again.
    found = step(TASKS[:, 0], reached=False)
    assert found == pytest.approx([0.42, np.log(0.1)], abs=2e-3)
    assert step(1.0 - TASKS[:, 0], reached=False)[0] == pytest.approx(0.38, abs=2e-3)


def test_distribution_stays_where_scores_are_lost():
    assert np.array_equal(step(np.zeros(1000)), OLD)


def test_deviation_has_a_floor():
    peak = np.exp(-0.5 * ((TASKS[:, 0] - 0.4) / 0.01) ** 2)
    found = step(peak, reached=False, max_divergence=5.0, least_deviation=0.05)
    assert found == pytest.approx([0.4, np.log(0.05)], abs=1e-3)


def test_steps_in_several_dimensions_are_within_the_limit():
    rng = np.random.default_rng(0)
    for d in (2, 12):
        old = pack(np.full(d, 0.4), 0.1 * np.eye(d))
        tasks = rng.normal(0.4, 0.1, (100, d))
        target = (np.full(d, 0.5), 0.25 * np.eye(d))
        for reached in (False, True):
            found = next_distribution(
                old, tasks, rng.random(100), target, **{**RULE, "threshold": 0.3}, reached=reached
            )
            assert divergence(found, *unpack(old, d))[0] == pytest.approx(0.02, rel=0.02)


def test_tasks_are_normal_within_the_space():
    teacher = SPDL(BOX, seed=0, start=[0.1, 0.5], start_deviation=0.1)
    drawn = np.array([teacher.act() for _ in range(5000)])
    for axis, mean in enumerate((0.1, 0.5)):
        inside = stats.truncnorm(-mean / 0.1, (1 - mean) / 0.1, mean, 0.1)
        assert stats.kstest(drawn[:, axis], inside.cdf).pvalue > 0.01


def test_tasks_correlate_as_the_gaussian_does():
    teacher = SPDL(BOX, seed=0)
    teacher.gaussian = pack(np.array([0.5, 0.5]), np.array([[0.06, 0.0], [0.05, 0.02]]))
    drawn = np.array([teacher.act() for _ in range(5000)])
    assert np.cov(drawn.T) == pytest.approx(np.array([[36, 30], [30, 29]]) * 1e-4, abs=2e-4)


def taught(frontier, lessons=2000):
    teacher = SPDL(BOX, seed=0, start=[0.2, 0.2], target=[0.8, 0.8], target_deviation=0.1)
    for lesson in range(lessons):
        task = teacher.act()
        teacher.observe(task, float(task.max() < frontier(lesson)))
    return unpack(teacher.gaussian, 2)[0]


def test_it_comes_to_the_target_with_a_student_who_learns_and_waits_for_one_who_does_not():
    assert taught(lambda lesson: 0.4 + lesson / 1000) == pytest.approx([0.8, 0.8], abs=0.05)
    assert np.all(taught(lambda lesson: 0.4) < 0.45)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"start": [0.5, 1.5]}, "start must be an action"),
        ({"target": [0.5]}, "target must be an action"),
        ({"threshold": 1.5}, "threshold"),
        ({"max_divergence": 0.0}, "max_divergence"),
        ({"start_deviation": -1}, "start_deviation"),
        ({"update_every": 1}, "update_every"),
    ],
)
def test_ill_valued_options_are_refused(options, complaint):
    with pytest.raises(ValueError, match=complaint):
        SPDL(BOX, **options)
