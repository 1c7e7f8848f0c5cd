"""Teachers of continuous tasks on the toy landscape, against the authors' code."""

import math

import gymnasium as gym
import numpy as np
import pytest

import teachgym.envs  # noqa: F401 - registers the environments
from teachgym.teachers import make_teacher


def mastered_after(name, seed, lessons, **landscape):
    """The share of cells in % that a teacher brings to mastery."""
    env = gym.make("teachgym/Landscape-v0", budget=lessons, **landscape)
    teacher, done = make_teacher(name, env.action_space, seed=seed), False
    env.reset(seed=0)
    while not done:
        task = teacher.act()
        _, _, done, _, info = env.step(task)
        teacher.observe(task, info["score"])
    return round(100 * info["exam"], 3)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "irrelevant", "seeds", "published", "deviation", "published_seeds"),
    [
        ("covar_gmm", 0, 10, 67.4, 5.6, 10),
        ("covar_gmm", 10, 10, 40.0, 3.2, 5),
        ("riac", 0, 10, 48.1, 1.9, 10),
        ("riac", 10, 10, 16.2, 3.8, 5),
    ],
)
def test_landscape_as_with_the_authors_code(
    name, irrelevant, seeds, published, deviation, published_seeds
):
    # Both means agree if they differ by at most three standard errors of their difference.
    shares = [mastered_after(name, seed, 20_000, irrelevant=irrelevant) for seed in range(seeds)]
    error = math.sqrt(deviation**2 / published_seeds + np.var(shares, ddof=1) / seeds)
    print(f"{name}, {irrelevant} irrelevant: {np.mean(shares):.1f}, {shares}, {published}")
    assert abs(np.mean(shares) - published) <= 3 * error
