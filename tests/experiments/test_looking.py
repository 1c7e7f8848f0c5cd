"""Loops and teachers that look at tasks without teaching them."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from pupils import Counted

from teachgym.experiments import teach
from teachgym.experiments.evaluation import evaluate, make_students, make_vector
from teachgym.experiments.rollout import SideBySide, rollout
from teachgym.teachers import RobustPLR, Uniform

STRINGS = {"student": "simulated", "student_options": {"gain": 0.3}, "budget": 40}
STRINGS |= {"lesson_size": 3, "exam_size": 72}
GRAPH = {"topics": 3, "levels": 2, "budget": 40}
LOOKER = {"teacher": "robust_plr", "teacher_options": {"warmup": 3}}


def never(space, seed):
    """A teacher that only looks: its buffer never holds all cells, and repeats none."""
    return RobustPLR(space, seed=seed, replay=0.0, capacity=2)


class Plain:
    """No teacher of the library: says nothing of looks."""

    def __init__(self, space):
        self.space = space

    def act(self, observation=None):
        return self.space.sample()

    def observe(self, action, score, *, observation=None, reward=None):
        pass


def test_who_does_not_say_so_does_not_look():
    students = make_students("KnowledgeGraph", 2, GRAPH)
    students.reset(0)
    looked = []
    teachers = [Plain(students.action_space), Uniform(students.action_space)]
    rollout(students, teachers, [lambda lessons: looked.extend(one.looked for one in lessons)])
    assert looked == [False] * 80


def test_a_run_teaches_what_is_not_looked_at(small):
    result = teach(**{**small, **LOOKER, "student": Counted, "budget": 60})
    looked = [line.get("looked", False) for line in result.lessons]
    assert looked[:3] == [True] * 3 and 5 < sum(looked) < 40
    assert result.student.lessons == 60 - sum(looked)
    # Whatever was looked at was new.
    cells = [(line["topic"], line["level"]) for line in result.lessons]
    assert all(cells[i] not in cells[:i] for i in range(60) if looked[i])


class Stopped(Exception):
    pass


@pytest.mark.parametrize("lessons_per_update", [1, 3])
def test_a_run_that_looks_can_be_resumed(tmp_path, small, lessons_per_update):
    settings = {**small, **LOOKER, "lessons_per_update": lessons_per_update}
    settings["checkpoint_every"] = 4

    def stop(progress):
        if progress.lesson == 22:
            raise Stopped

    with pytest.raises(Stopped):
        teach(**settings, out=tmp_path / "stopped", progress=stop)
    resumed = teach(**settings, out=tmp_path / "stopped", resume=True)
    alone = teach(**settings, out=tmp_path / "alone")
    assert resumed.lessons == alone.lessons
    assert resumed.exams == alone.exams


@pytest.mark.parametrize(("name", "options"), [("KnowledgeGraph", GRAPH), ("Strings", STRINGS)])
def test_an_evaluation_looks(name, options):
    def returns(teacher):
        return evaluate(lambda size: make_vector(name, size, options), teacher, 4, seed=0)

    assert returns(never) == pytest.approx(np.zeros(4), abs=1e-6)
    assert np.mean(returns(lambda space, seed: Uniform(space, seed=seed))) > 0.005


@pytest.mark.parametrize("name", ["KnowledgeGraph", "Strings"])
def test_some_look_while_others_learn(name):
    options = {"KnowledgeGraph": GRAPH, "Strings": STRINGS}[name]

    def teacher(space, seed):
        return never(space, seed) if seed % 2 else Uniform(space, seed=seed)

    returns = evaluate(lambda size: make_vector(name, size, options), teacher, 6, seed=0)
    assert returns[1::2] == pytest.approx(np.zeros(3), abs=1e-6)
    assert np.all(returns[::2] != 0.0)


class Deaf(gym.Env):
    """Knows no looks: each lesson is learned."""

    action_space = gym.spaces.MultiDiscrete([3, 2])
    observation_space = gym.spaces.Box(0.0, 1.0, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        self.lessons = 0
        return np.zeros(1, np.float32), {}

    def step(self, action):
        self.lessons += 1
        return np.zeros(1, np.float32), 1.0, self.lessons == 4, False, {"score": 0.5}


@pytest.mark.parametrize("beside", [SyncVectorEnv, SideBySide])
def test_an_environment_that_knows_no_looks_teaches(beside):
    def make(size):
        if beside is SideBySide:
            return SideBySide([Deaf() for _ in range(size)])
        return SyncVectorEnv([Deaf] * size, autoreset_mode=AutoresetMode.SAME_STEP)

    assert evaluate(make, never, 3, seed=0).tolist() == [4.0] * 3


def test_environments_side_by_side_in_a_vector_can_be_looked_at_too():
    def make(size):
        one = lambda: gym.make("teachgym/KnowledgeGraph-v0", **GRAPH)  # noqa: E731
        return SyncVectorEnv([one] * size, autoreset_mode=AutoresetMode.SAME_STEP)

    assert evaluate(make, never, 3, seed=0) == pytest.approx(np.zeros(3), abs=1e-6)
