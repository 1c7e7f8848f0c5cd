"""The way of the answers' scores from the environment to the teachers that take them."""

import gymnasium as gym
import numpy as np
import pytest

from teachgym.envs import CurriculumEnv
from teachgym.experiments import teach
from teachgym.experiments.evaluation import evaluate, make_vector
from teachgym.teachers import SEC, Uniform, accepts_scores


@pytest.fixture
def heard(monkeypatch):
    """The shapes of the groups that SEC hears of, None for a mean alone."""
    shapes = []

    def learn(self, arm, score, groups=None):
        shapes.append(None if groups is None else groups.shape)

    monkeypatch.setattr(SEC, "learn", learn)
    return shapes


def test_info_holds_the_score_of_each_answer():
    env = CurriculumEnv("strings", "simulated", budget=2, lesson_size=3, exam_size=20)
    env.reset(seed=0)
    _, _, _, _, info = env.step(np.array([0, 0]))
    assert info["scores"].shape == (3, len(info["completions"][0]))
    assert info["scores"].mean() == pytest.approx(info["score"])


class Plain(Uniform):
    """A teacher as users wrote it before scores were part of the contract."""

    def observe(self, action, score, *, observation=None, reward=None):
        super().observe(action, score)


class Open(Uniform):
    """Takes whatever it is told."""

    def observe(self, action, score, **told):
        super().observe(action, score)


def test_a_teacher_takes_scores_if_its_observe_does():
    space = gym.spaces.Discrete(3)
    assert all(accepts_scores(kind(space)) for kind in (SEC, Uniform, Open))
    assert not accepts_scores(Plain(space))


@pytest.mark.parametrize("kind", [Plain, Open])
def test_a_teacher_without_scores_teaches_as_ever(small, kind):
    assert len(teach(**small, teacher=kind).lessons) == small["budget"]


def test_a_run_passes_them_on(small, heard):
    teach(**small, teacher="sec", lesson_size=3)
    assert heard == [(1, 3)] * small["budget"]  # answered once each: the lesson is the group


@pytest.mark.parametrize(
    ("name", "options", "shape"),
    [
        ("KnowledgeGraph", {"topics": 3, "levels": 2, "budget": 4}, None),
        (
            "Strings",
            {"student": "simulated", "budget": 4, "lesson_size": 3, "exam_size": 9},
            (1, 3),
        ),
    ],
)
def test_an_evaluation_passes_on_what_there_is(name, options, shape, heard):
    evaluate(
        lambda size: make_vector(name, size, options),
        lambda space, seed: SEC(space, seed=seed),
        episodes=2,
        seed=0,
    )
    assert len(heard) >= 6 and set(heard) == {shape}
