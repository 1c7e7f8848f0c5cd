"""Environments that are quick to make, and students written the way a user would."""

import numpy as np
import pytest
from gymnasium import make

import teachgym.envs  # noqa: F401
from teachgym.students import Study, columns

SMALL = {"student": "simulated", "budget": 6, "lesson_size": 3, "exam_size": 40, "exam_every": 2}


class Parrot:
    """Three methods, nothing inherited: answers the last answer it was shown in the topic."""

    def __init__(self):
        self.known = {}

    def reset(self, *, seed=None):
        self.known = {}

    def answer(self, tasks):
        return [self.known.get(task.topic, "?") for task in tasks]

    def study(self, tasks, reward):
        answers = self.answer(tasks)
        scores = reward(
            prompts=[task.prompt for task in tasks],
            completions=answers,
            **columns(tasks),
        )
        self.known.update({task.topic: task.answer for task in tasks})
        return Study([[a] for a in answers], np.array(scores, dtype=float)[:, None])


@pytest.fixture
def parrot():
    return Parrot


@pytest.fixture
def small():
    return dict(SMALL)


@pytest.fixture
def strings():
    """Makes a small Strings environment, without wrappers."""

    def build(**options):
        return make("teachgym/Strings-v0", levels=4, **{**SMALL, **options}).unwrapped

    return build


@pytest.fixture
def rollout():
    """Plays an episode with fixed actions; returns everything that came out."""

    def play(env, seed=0, stop=None):
        env.action_space.seed(seed)
        actions = [env.action_space.sample() for _ in range(env.unwrapped.budget)]
        steps = [env.reset(seed=seed)]
        steps += [env.step(action) for action in actions[:stop]]
        return steps

    return play
