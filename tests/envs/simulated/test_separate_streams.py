"""Environment, action space and teacher get one seed, and the mean return is what it should be.

A uniform teacher on TMS is a Markov chain whose mean return can be worked out. While all three
shared one stream, the binary chain gave 0.867 in two lessons and the tree 2.37 in six.
"""

import gymnasium as gym
import numpy as np
import pytest

import teachgym.envs  # noqa: F401
from teachgym.experiments.evaluation import evaluate, make_vector
from teachgym.students.simulated.tms import SYSTEMS
from teachgym.teachers import make_teacher

CASES = [("binary", 2, 0.59625), ("tree", 6, 2.098)]
EPISODES = 3000


def mean_return(system, budget):
    """Skills that a uniform teacher adds on average, from the chain's matrices alone."""
    chain = SYSTEMS[system]()
    lessons, states = chain.chance.shape
    step = np.zeros((states, states))
    for state in range(states):
        for lesson in range(lessons):
            chance = 0.0 if chain.mastery[state].all() else float(chain.chance[lesson, state])
            step[state, chain.success[lesson, state]] += chance / lessons
            step[state, state] += (1 - chance) / lessons
    start = np.zeros(states)
    start[chain.initial] = 1 / len(chain.initial)
    gained = start @ np.linalg.matrix_power(step, budget) - start
    return gained @ chain.mastery.sum(axis=1)


def check(returns, expected):
    error = np.std(returns) / np.sqrt(len(returns))
    assert abs(np.mean(returns) - expected) < 4 * error, (np.mean(returns), expected, error)


def episode(env, choose, seed):
    env.reset(seed=seed)
    total, done = 0.0, False
    while not done:
        _, reward, done, _, _ = env.step(choose())
        total += reward
    return total


@pytest.mark.parametrize(("system", "budget", "known"), CASES)
def test_the_analytic_values(system, budget, known):
    assert mean_return(system, budget) == pytest.approx(known, abs=1e-3)


@pytest.mark.parametrize(("system", "budget", "known"), CASES)
@pytest.mark.parametrize("chooser", ["teacher", "action_space"])
def test_single(system, budget, known, chooser):
    env = gym.make("teachgym/TMS-v0", system=system, budget=budget)
    returns = []
    for seed in range(EPISODES):
        env.action_space.seed(seed)
        teacher = make_teacher("uniform", env.action_space, seed=seed)
        choose = teacher.act if chooser == "teacher" else env.action_space.sample
        returns.append(episode(env, choose, seed))
    check(returns, known)


@pytest.mark.parametrize(("system", "budget", "known"), CASES)
def test_vector_with_a_seeded_action_space(system, budget, known):
    returns = []
    for seed in range(30):
        envs = gym.make_vec("teachgym/TMS-v0", num_envs=200, system=system, budget=budget)
        envs.action_space.seed(seed)
        envs.reset(seed=seed)
        total, running = np.zeros(200), np.ones(200, dtype=bool)
        for _ in range(budget):
            _, rewards, terminated, _, _ = envs.step(envs.action_space.sample())
            total += np.where(running, rewards, 0.0)
            running &= ~terminated
        returns.extend(total)
    check(returns, known)


@pytest.mark.parametrize(("system", "budget", "known"), CASES)
def test_several_teachers_seeded_like_their_students(system, budget, known):
    def make(size):
        return make_vector("TMS", size, {"system": system, "budget": budget})

    returns = evaluate(
        make,
        lambda space, seed: make_teacher("uniform", space, seed=seed),
        EPISODES,
        list(range(EPISODES)),
    )
    check(returns, known)
