"""What must hold for every simulation with one student."""

import copy
import pickle
import warnings

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env, data_equivalence

SECTIONS = (
    "Description",
    "Action Space",
    "Observation Space",
    "Rewards",
    "Starting State",
    "Episode End",
    "Arguments",
    "References",
    "Version History",
)


def rollout(env, steps=6):
    env.action_space.seed(3)
    return [env.reset(seed=3)] + [env.step(env.action_space.sample()) for _ in range(steps)]


def test_checkers_pass_without_a_warning(env_id):
    from_sb3 = pytest.importorskip("stable_baselines3.common.env_checker").check_env
    env = gym.make(env_id).unwrapped
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env)
        if isinstance(env.action_space, gym.spaces.Box):
            warnings.filterwarnings("ignore", ".*symmetric and normalized Box action space.*")
        from_sb3(env)


def test_the_docstring_has_all_sections_and_names_every_argument(env_id):
    env_type = type(gym.make(env_id).unwrapped)
    for section in SECTIONS:
        assert f"## {section}\n" in env_type.__doc__
    arguments = env_type.batch_type.__init__.__kwdefaults__
    for name, default in arguments.items():
        shown = f'"{default}"' if isinstance(default, str) else default
        assert f"| `{name}` | `{shown}` |" in env_type.__doc__


def test_the_spec_survives_json_pickle_and_copies(env_id):
    env = gym.make(env_id)
    expected = rollout(env)
    for spec in (
        EnvSpec.from_json(env.spec.to_json()),
        pickle.loads(pickle.dumps(env.spec)),
        copy.deepcopy(env.spec),
    ):
        assert data_equivalence(rollout(gym.make(spec)), expected, exact=True)


def test_another_seed_gives_another_episode(env_id, drawn):
    env = gym.make(env_id, budget=50)
    env.action_space.seed(0)
    actions = [env.action_space.sample() for _ in range(50)]

    def scores(seed):
        env.reset(seed=seed)
        seen = []
        for action in actions:
            observation, _, terminated, _, _ = env.step(action)
            seen.append(observation)
            if terminated:
                break
        return np.array(seen)

    changes = any(not np.array_equal(scores(0), scores(seed)) for seed in range(1, 30))
    assert changes == drawn


def test_steps_before_a_reset_and_after_the_end_are_refused(env_id):
    env = gym.make(env_id, budget=2).unwrapped
    action = env.action_space.sample()
    with pytest.raises(ResetNeeded):
        env.step(action)
    env.reset(seed=0)
    while not env.step(action)[2]:
        pass
    with pytest.raises(ResetNeeded):
        env.step(action)


def test_a_render_mode_is_refused(env_id):
    with pytest.raises(ValueError, match="not rendered"):
        type(gym.make(env_id).unwrapped)(render_mode="ansi")


def test_an_unknown_argument_is_answered_with_the_known_ones(env_id):
    message = "unknown argument of the environment 'budgets'; did you mean 'budget'.*observation"
    with pytest.raises(ValueError, match=message):
        gym.make(env_id, budgets=3)
    with pytest.raises(ValueError, match=message):
        gym.make_vec(env_id, num_envs=2, budgets=3)


def test_the_shape_of_a_wrong_action_is_that_which_was_given(env_id):
    env = gym.make(env_id).unwrapped
    env.reset(seed=0)
    with pytest.raises(ValueError, match=r"has the shape \(\d*,?\), not \(3, 1\)"):
        env.step(np.zeros((3, 1), dtype=env.action_space.dtype))
