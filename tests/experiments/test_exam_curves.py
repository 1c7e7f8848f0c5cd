from functools import partial

import gymnasium as gym
import numpy as np
import pytest

import teachgym.envs  # noqa: F401 - registers the environments
from teachgym.experiments.evaluation import evaluate, make_vector
from teachgym.experiments.exam_curves import exam_curves
from teachgym.experiments.train_teacher import factory

LANDSCAPE = partial(make_vector, "LandscapeDiverse", options={"budget": 600})
GRAPH = partial(make_vector, "KnowledgeGraph", options={"budget": 25})


def alone(seed, teacher_seed):
    """The exams of a single environment, and where its last lesson led."""
    env = gym.make("teachgym/LandscapeDiverse-v0", budget=600)
    teacher = factory("zpdes:bins=10")(env.action_space, teacher_seed)
    observation, info = env.reset(seed=seed)
    exams, done = [info["exam"]], False
    while not done:
        action = teacher.act(observation)
        observation, reward, done, _, info = env.step(action)
        teacher.observe(action, info["score"], observation=observation, reward=reward)
        exams.append(info["exam"])
    return np.array(exams)


def test_students_of_different_seeds_are_those_of_single_environments():
    together = exam_curves(LANDSCAPE, factory("zpdes:bins=10"), 3, [7, 3, 11], every=50)
    assert together.lessons == list(range(0, 601, 50))
    for number, seed in enumerate([7, 3, 11]):
        assert together.exams[number] == pytest.approx(alone(seed, number)[::50])
    assert len({tuple(curve) for curve in together.exams}) > 1


@pytest.mark.parametrize("make", [LANDSCAPE, GRAPH])
def test_what_is_gained_between_the_ends_is_the_return(make):
    curves = exam_curves(make, factory("uniform"), 4, 0, every=10)
    gained = curves.exams[:, -1] - curves.exams[:, 0]
    assert gained == pytest.approx(curves.returns, abs=1e-5)
    assert np.array_equal(curves.returns, evaluate(make, factory("uniform"), 4, 0))


def test_the_end_is_a_point_and_exams_stay_until_the_next():
    curves = exam_curves(GRAPH, factory("uniform"), 3, 0, every=7)
    assert curves.lessons == [0, 7, 14, 21, 25]
    assert np.array_equal(curves.exams[:, 0], curves.exams[:, 1])  # exams are sat every 10 lessons
    tens = exam_curves(GRAPH, factory("uniform"), 3, 0, every=10)
    assert np.array_equal(curves.exams[:, 2:], tens.exams[:, 1:])


def test_environments_side_by_side_are_seeded_one_by_one():
    def beside(size):
        return gym.make_vec(
            "teachgym/LandscapeDiverse-v0",
            size,
            vectorization_mode="sync",
            vector_kwargs={"autoreset_mode": gym.vector.AutoresetMode.SAME_STEP},
            budget=60,
        )

    seeds = [5, 2]
    one = exam_curves(beside, factory("uniform"), 2, seeds, every=20)
    options = {"budget": 60}
    other = exam_curves(
        partial(make_vector, "LandscapeDiverse", options=options),
        factory("uniform"),
        2,
        seeds,
        every=20,
    )
    assert np.array_equal(one.exams, other.exams)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="every must be at least 1"):
        exam_curves(GRAPH, factory("uniform"), 2, 0, every=0)
    with pytest.raises(ValueError, match="3 seeds for 2 students"):
        exam_curves(GRAPH, factory("uniform"), 2, [1, 2, 3], every=5)


def test_an_environment_without_exams_is_refused():
    class Silent(gym.vector.VectorWrapper):
        def reset(self, **arguments):
            return self.env.reset(**arguments)[0], {}

        def step(self, actions):
            *rest, info = self.env.step(actions)
            return *rest, {key: value for key, value in info.items() if "score" in key}

    with pytest.raises(ValueError, match="holds no exam"):
        exam_curves(lambda size: Silent(GRAPH(size)), factory("uniform"), 2, 0, every=5)
