"""What must hold for every registered environment."""

import copy
import pickle
import warnings

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils.env_checker import check_env, data_equivalence

from teachgym.core.cells import ACTIONS
from teachgym.envs import ENVIRONMENTS

EXTRAS = {"teachgym/ReasoningGym-v0": "reasoning_gym"}


@pytest.fixture(params=ENVIRONMENTS)
def env_id(request):
    if request.param in EXTRAS:
        pytest.importorskip(EXTRAS[request.param])
    return request.param


@pytest.fixture(params=ACTIONS)
def action(request):
    return request.param


def checked_by_both(env, action):
    from stable_baselines3.common.env_checker import check_env as check_env_sb3

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # What libraries announce for their next versions says nothing about the environment.
        warnings.filterwarnings("ignore", category=FutureWarning, module="transformers|trl|torch")
        check_env(env.unwrapped)
        if action == "box":
            warnings.filterwarnings("ignore", ".*symmetric and normalized Box action space.*")
        check_env_sb3(env.unwrapped)


def test_checkers_pass_without_a_warning(env_id, action, small):
    pytest.importorskip("stable_baselines3")
    checked_by_both(gym.make(env_id, action=action, **small), action)


@pytest.mark.parametrize("env_id", ["teachgym/Strings-v0", "teachgym/Arithmetic-v0"])
def test_checkers_pass_with_the_tiny_student(env_id, small):
    pytest.importorskip("stable_baselines3")
    pytest.importorskip("trl")
    options = {**small, "student": "tiny", "exam_size": 12, "exam_every": 1}
    checked_by_both(gym.make(env_id, **options), "multidiscrete")


def test_the_same_seed_and_actions_repeat_everything(env_id, action, small, rollout):
    first = rollout(gym.make(env_id, action=action, **small))
    second = rollout(gym.make(env_id, action=action, **small))
    assert data_equivalence(first, second, exact=True)
    assert first[1][4]["completions"] and first[1][4]["tasks"][0].prompt


def test_a_reset_undoes_all_learning(env_id, small, rollout):
    env = gym.make(env_id, **small)
    assert data_equivalence(rollout(env, seed=3), rollout(env, seed=3), exact=True)


def test_another_seed_gives_other_lessons_but_the_same_exam(env_id, small):
    env = gym.make(env_id, **small)
    action = env.action_space.sample()
    lessons, exams = [], []
    for seed in (0, 1):
        env.reset(seed=seed)
        lessons.append([task.prompt for task in env.step(action)[4]["tasks"]])
        exams.append(env.unwrapped.exam.tasks)
    assert lessons[0] != lessons[1]
    assert exams[0] == exams[1]


def test_lessons_never_hold_a_task_of_the_exam(env_id, small):
    env = gym.make(env_id, **{**small, "budget": 30, "exam_every": 30})
    env.reset(seed=0)
    exam = {task.prompt for task in env.unwrapped.exam.tasks}
    env.action_space.seed(0)
    for _ in range(30):
        tasks = env.step(env.action_space.sample())[4]["tasks"]
        assert not exam & {task.prompt for task in tasks}


def test_tasks_belong_to_the_cell_that_the_action_names(env_id, small):
    env = gym.make(env_id, **small)
    env.reset(seed=0)
    domain = env.unwrapped.domain
    for topic, level in [(0, 0), (len(domain.topics) - 1, domain.levels - 1)]:
        tasks = env.step(np.array([topic, level]))[4]["tasks"]
        assert {task.topic for task in tasks} == {topic}
        assert {domain.level(task.difficulty) for task in tasks} == {level}


def test_the_spec_survives_json_pickle_and_copies(env_id, small, rollout):
    env = gym.make(env_id, **small)
    expected = rollout(env)
    for spec in (
        EnvSpec.from_json(env.spec.to_json()),
        pickle.loads(pickle.dumps(env.spec)),
        copy.deepcopy(env.spec),
    ):
        assert data_equivalence(rollout(gym.make(spec)), expected, exact=True)


@pytest.mark.parametrize("mode", ["ansi", "rgb_array"])
def test_every_render_mode(env_id, mode, small):
    env = gym.make(env_id, render_mode=mode, **small)
    env.reset(seed=0)
    before = env.render()
    env.step(env.action_space.sample())
    after = env.render()
    if mode == "ansi":
        assert isinstance(after, str)
        assert after != before
        for topic in env.unwrapped.domain.topics:
            assert topic[:19] in after
    else:
        assert after.dtype == np.uint8 and after.ndim == 3 and after.shape[2] == 3
        assert after.shape == before.shape and after.shape[1] >= 300
        assert (after != before).any()


def test_a_student_with_three_methods_works(env_id, small, parrot):
    env = gym.make(env_id, **{**small, "student": parrot})
    env.reset(seed=0)
    done = False
    while not done:
        _, _, done, _, info = env.step(np.array([0, 0]))
    assert 0.0 <= info["exam"] <= 1.0
    assert info["completions"][0][0] != "?"


def test_vector_environments_can_be_made_of_it(env_id, small):
    envs = gym.make_vec(env_id, num_envs=2, vectorization_mode="sync", **small)
    envs.reset(seed=0)
    observations, rewards, _, _, infos = envs.step(envs.action_space.sample())
    assert observations.shape == (2, *envs.single_observation_space.shape)
    assert infos["score"].shape == rewards.shape == (2,)
    envs.close()
