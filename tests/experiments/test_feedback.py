"""The way of the answers' scores from the environment to the teachers that take them."""

import gymnasium as gym
import numpy as np
import pytest

from teachgym.envs import CurriculumEnv
from teachgym.experiments import teach
from teachgym.experiments.evaluation import evaluate, make_vector
from teachgym.experiments.feedback import details
from teachgym.teachers import SEC, Uniform


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


def test_only_those_who_take_scores_get_them():
    space, scores = gym.spaces.Discrete(3), np.ones((2, 2))
    assert details(Uniform(space), scores) == {}
    assert details(object(), scores) == {}
    assert details(SEC(space), None) == {}
    assert details(SEC(space), scores)["scores"] is scores


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
