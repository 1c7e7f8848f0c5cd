import ast
import re

import numpy as np
import pytest

from teachgym.envs import SIMULATIONS
from teachgym.envs.simulated.landscape import LandscapeEnv, LandscapeVectorEnv
from teachgym.teachers import Uniform


def test_one_cell_is_mastered_at_the_76th_lesson():
    env = LandscapeEnv(budget=80, cells=5)
    env.reset(seed=0)
    rewards, infos = [], []
    for _ in range(80):
        _, reward, _, _, info = env.step(np.array([0.1, 0.1]))
        rewards.append(reward)
        infos.append(info)
    assert np.flatnonzero(rewards).tolist() == [75]
    assert rewards[75] == pytest.approx(1 / 25)
    assert infos[-1] == {"score": pytest.approx(0.8), "exam": pytest.approx(1 / 25)}


@pytest.mark.parametrize(("kind", "expected"), [("score", 0.03), ("progress", 0.01)])
def test_other_teaching_rewards(kind, expected):
    env = LandscapeEnv(teaching_reward=kind)
    env.reset(seed=0)
    for _ in range(3):
        reward = env.step(np.array([0.0, 0.0]))[1]
    assert reward == pytest.approx(expected)


def test_all_is_forgotten_at_one_and_two_thirds():
    envs = LandscapeVectorEnv(2, cells=1, forgetting=2, budget=300)
    envs.reset(seed=0)
    rewards = [envs.step(np.zeros((2, 2)))[1][0] for _ in range(300)]
    # One cell: mastered at the 76th lesson of each third, forgotten after the 100th and 200th.
    assert {i + 1: r for i, r in enumerate(rewards) if r} == {
        76: 1.0,
        100: -1.0,
        176: 1.0,
        200: -1.0,
        276: 1.0,
    }


def test_observations_show_the_last_task_or_all_competence():
    task = np.array([0.05, 0.0, 0.7], dtype=np.float32)
    for kind, between in (("last", []), ("full", [0.01] + [0.0] * 99)):
        env = LandscapeEnv(irrelevant=1, observation=kind, budget=10)
        observation, _ = env.reset(seed=0)
        assert observation.tolist() == [0.0] * (4 + len(between)) + [1.0]
        observation = env.step(task)[0]
        np.testing.assert_allclose(observation, [*task, 0.01, *between, 0.9], atol=1e-7)


def test_the_dynamics_are_the_single_environments_exactly():
    """Students at different points of their episodes, each against an environment of its own."""
    options = {"budget": 400, "cells": 3, "forgetting": 1, "irrelevant": 1}
    envs = LandscapeVectorEnv(4, **options)
    singles = [LandscapeEnv(**options) for _ in range(4)]
    envs.reset(seed=0)
    for single in singles:
        single.reset(seed=0)
    rng = np.random.default_rng(0)
    for step in range(900):
        if step in (100, 250):
            mask = np.arange(4) < step / 100
            envs.reset(options={"reset_mask": mask})
            for single in np.array(singles)[mask]:
                single.reset()
        actions = (rng.random((4, 3)) ** 3).astype(np.float32)
        observations, rewards, terminated, _, info = envs.step(actions)
        for student, single in enumerate(singles):
            observation, reward, ended, _, single_info = single.step(actions[student])
            assert rewards[student] == np.float32(reward) and terminated[student] == ended
            if ended:
                np.testing.assert_array_equal(info["final_obs"][student], observation)
                assert info["final_info"]["exam"][student] == single_info["exam"]
                observation, _ = single.reset()
            else:
                assert info["exam"][student] == single_info["exam"]
            np.testing.assert_array_equal(observations[student], observation)


def test_the_uniform_teacher_masters_what_the_authors_one_does():
    """Published: 4.3 ± 0.7 % (10 seeds) after 20,000 tasks, 1.0 after 10,000."""
    envs = LandscapeVectorEnv(20)
    teacher = Uniform(envs.action_space, seed=0)
    envs.reset(seed=0)
    shares = []
    for lesson in range(1, 20_001):
        info = envs.step(teacher.act())[4]
        if lesson in (5_000, 10_000, 20_000):
            info = info.get("final_info", info)
            shares.append(100 * info["exam"])
    assert shares[0].mean() == 0.0
    assert shares[1].mean() == pytest.approx(1.0, abs=0.1)
    # |a - b| ≤ 3 √(s_a²/n_a + s_b²/n_b)
    error = np.sqrt(shares[2].var(ddof=1) / 20 + 0.7**2 / 10)
    assert abs(shares[2].mean() - 4.3) <= 3 * error


def test_the_variants_are_registered_as_the_docstring_says():
    rows = re.findall(r"\| `(Landscape\w+-v0)` \| `(\w+)=(\S+)` \|", LandscapeEnv.__doc__)
    told = {f"teachgym/{name}": {key: ast.literal_eval(value)} for name, key, value in rows}
    variants = {
        name: spec.kwargs
        for name, spec in SIMULATIONS.items()
        if "landscape" in spec.entry_point and spec.kwargs
    }
    assert told == variants and len(told) == 6


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dimensions": 0}, "dimensions must be at least 1"),
        ({"cells": 0}, "cells must be at least 1"),
        ({"irrelevant": -1}, "irrelevant must be at least 0"),
        ({"forgetting": -1}, "forgetting must be at least 0"),
        ({"unfeasible": 2.0}, "unfeasible must be in"),
        ({"observation": "fall"}, "did you mean 'full'"),
        ({"teaching_reward": "recall"}, "unknown teaching_reward"),
    ],
)
def test_unfit_arguments_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        LandscapeEnv(**options)
