"""Every registered simulation, and rollouts of it."""

import gymnasium as gym
import numpy as np
import pytest

from teachgym.envs import SIMULATIONS

NOTHING_RANDOM = {
    "teachgym/Landscape-v0",
    "teachgym/LandscapeIrrelevant-v0",
    "teachgym/LandscapeUnfeasible-v0",
    "teachgym/LandscapeTrivial-v0",
    "teachgym/LandscapeForgetting-v0",
}


@pytest.fixture(params=SIMULATIONS)
def env_id(request):
    return request.param


@pytest.fixture
def drawn(env_id):
    """Whether anything is random in the environment."""
    return env_id not in NOTHING_RANDOM


@pytest.fixture
def vector(env_id):
    """Makes the vector environment, with short episodes unless told otherwise."""

    def make(num_envs=5, **options):
        return gym.make_vec(env_id, num_envs=num_envs, **{"budget": 4, **options})

    return make


@pytest.fixture
def play():
    """Steps a vector environment with actions that a seed fixes; returns all that came out."""

    def rollout(envs, steps, seed=0):
        envs.action_space.seed(seed)
        out = [envs.reset(seed=seed)]
        return out + [envs.step(envs.action_space.sample()) for _ in range(steps)]

    return rollout


@pytest.fixture
def returns():
    """Undiscounted returns of whole episodes under uniform actions, one a student."""

    def whole_episodes(envs, seed):
        envs.action_space.seed(seed)
        envs.reset(seed=seed)
        total, running = np.zeros(envs.num_envs), np.ones(envs.num_envs, dtype=bool)
        while running.any():
            _, rewards, terminated, truncated, _ = envs.step(envs.action_space.sample())
            total += np.where(running, rewards, 0.0)
            running &= ~(terminated | truncated)
        return total

    return whole_episodes
