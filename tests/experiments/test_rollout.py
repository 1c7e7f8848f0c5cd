"""The one loop: no student is reset while it is taught, and none sits an exam too many."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv

import teachgym.envs  # noqa: F401
from teachgym.experiments import teach
from teachgym.experiments.evaluation import make_students
from teachgym.experiments.rollout import InVector, SideBySide, rollout
from teachgym.experiments.run_folder import RunFolder
from teachgym.students import SimulatedAnswerer
from teachgym.teachers import Uniform

OPTIONS = {"budget": 6, "exam_every": 4, "exam_size": 20, "lesson_size": 2}


class Counted(SimulatedAnswerer):
    """Counts resets and exams over all students."""

    resets = exams = 0

    def reset(self, *, seed=None):
        type(self).resets += 1
        super().reset(seed=seed)

    def answer(self, tasks):
        type(self).exams += 1
        return super().answer(tasks)


def uniform(students):
    return [Uniform(students.action_space, seed=number) for number in range(students.n)]


def test_text_environments_are_reset_once_and_sit_their_own_exams_alone():
    students = make_students("Strings", 3, {**OPTIONS, "student": Counted})
    students.reset(0)
    Counted.resets = Counted.exams = 0
    rollout(students, uniform(students))
    assert Counted.resets == 0
    assert Counted.exams == 3 * 2  # after lesson 4 and at the end
    assert all(env.unwrapped.student.abilities(9).sum() != 0 for env in students.envs)


@pytest.mark.parametrize("mode", [AutoresetMode.SAME_STEP, AutoresetMode.NEXT_STEP])
def test_a_vector_of_single_environments_gives_what_they_give_alone(mode):
    def one():
        return gym.make("teachgym/TMS-v0", system="tree", budget=9)

    together = InVector(SyncVectorEnv([one] * 4, autoreset_mode=mode))
    beside = SideBySide([one() for _ in range(4)])
    together.reset(3), beside.reset(3)
    seen = {0: [], 1: []}
    for number, students in enumerate((together, beside)):

        def watch(lessons, number=number):
            seen[number].append(
                [None if o is None else (o.number, o.reward, o.ended) for o in lessons]
            )

        paid = rollout(students, uniform(students), [watch])
        seen[number].append(paid.tolist())
    assert seen[0] == seen[1]


def test_native_students_hear_of_their_last_lesson_too():
    class Hearing(Uniform):
        def __init__(self, space, seed):
            super().__init__(space, seed=seed)
            self.heard = []

        def observe(self, action, score, *, observation=None, reward=None):
            self.heard.append((score, observation[-1]))

    students = make_students("KnowledgeGraph", 2, {"budget": 5})
    students.reset(0)
    teachers = [Hearing(students.action_space, seed) for seed in range(2)]
    rollout(students, teachers)
    for teacher in teachers:
        assert len(teacher.heard) == 5
        assert teacher.heard[-1][1] == 0.0  # the old episode's end, not the next one's start


class Short(Uniform):
    """Has nothing more to teach after three lessons."""

    lessons = 0

    @property
    def finished(self):
        return self.lessons == 3

    def observe(self, action, score, **told):
        self.lessons += 1


@pytest.mark.parametrize("name", ["KnowledgeGraph", "Strings"])
def test_a_teacher_who_is_finished_ends_its_student_alone(name):
    options = {"budget": 6} if name == "KnowledgeGraph" else {**OPTIONS, "student": "simulated"}
    students = make_students(name, 2, options)
    students.reset(0)
    space, given = students.action_space, [0, 0]
    teachers = [Short(space, seed=0), Uniform(space, seed=1)]

    def watch(lessons):
        for student, lesson in enumerate(lessons):
            given[student] += lesson is not None

    rollout(students, teachers, [watch])
    assert given == [3, 6]


@pytest.mark.parametrize("env", ["KnowledgeGraph", "Strings"])
def test_a_run_that_its_teacher_ends_is_examined_saved_and_finished(env, tmp_path):
    options = {"exam_size": 54} if env == "Strings" else {}
    run = {"env": env, "student": None if options == {} else "simulated", "teacher": Short}
    result = teach(**run, budget=9, exam_every=9, out=tmp_path / "run", **options)
    assert [lesson.get("ended", False) for lesson in result.lessons] == [False, False, True]
    assert result.curve[0] == [0, 3] and result.finished
    if env == "KnowledgeGraph":  # the same student is examined after each lesson
        each = teach(env, teacher="uniform", budget=9, exam_every=1)
        assert result.final == pytest.approx(each.curve[1][3], abs=1e-6)
    assert RunFolder(tmp_path / "run").position() == 3
    again = teach(**run, budget=9, exam_every=9, out=tmp_path / "run", resume=True, **options)
    assert again.lessons == result.lessons and again.exams == result.exams


def test_a_taught_student_begins_anew_only_when_it_is_reset():
    students = make_students("TMS", 3, {"budget": 4})
    students.reset([5, 5, 6])
    first = [np.array(observation) for observation in students.observations]
    np.testing.assert_array_equal(first[0], first[1])
    rollout(students, uniform(students))
    assert students.taught.all()
    assert rollout(students, uniform(students)).tolist() == [0.0] * 3  # nothing is left to teach
    students.reset([5, 5, 6])
    np.testing.assert_array_equal(students.observations[2], first[2])


class Mute(gym.Env):
    """Says nothing with its last lesson."""

    action_space, observation_space = gym.spaces.Discrete(2), gym.spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        self.given = 0
        return 0, {"score": 0.99, "exam": 0.9}

    def step(self, action):
        self.given += 1
        ended = self.given == 3
        return 0, 0.0, ended, False, {} if ended else {"score": 0.5}


def test_a_last_lesson_without_a_word_is_not_told_of_the_next_student():
    students = InVector(SyncVectorEnv([Mute], autoreset_mode=AutoresetMode.SAME_STEP))
    students.reset(0)
    infos = []
    rollout(students, [Uniform(Mute.action_space, seed=0)], [lambda now: infos.append(now[0].info)])
    assert [info.get("score") for info in infos] == [0.5, 0.5, None] and "exam" not in infos[2]


def test_students_in_processes_are_seeded_one_by_one_too():
    starts = []
    for vector in (SyncVectorEnv, AsyncVectorEnv):
        students = InVector(vector([lambda: gym.make("teachgym/KSS-v0")] * 3))
        infos = students.reset([5, 6, 9])
        starts.append(
            [info["exam"] for info in infos] + [o.tolist() for o in students.observations]
        )
        students.close()
    assert starts[0] == starts[1]
