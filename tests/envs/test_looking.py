"""Lessons from which the student does not learn."""

import numpy as np
import pytest
from gymnasium.error import ResetNeeded

from teachgym.students import SimulatedAnswerer


def look(env, action, mask=True):
    """One step in which the students only answer."""
    env.unwrapped.look_next(mask)
    return env.step(action)


def test_a_student_that_is_only_looked_at_learns_nothing(strings):
    env = strings(budget=20, exam_every=1, student_options={"gain": 0.5})
    observation, info = env.reset(seed=0)
    first = info["exam"]
    for lesson in range(20):
        observation, reward, terminated, truncated, info = look(env, [lesson % 9, lesson % 4])
        assert info["exam"] == first and reward == 0.0 and not truncated
        assert terminated == (lesson == 19)
    assert observation[-1] == 0.0  # the budget is spent


def test_a_look_returns_what_a_step_returns(strings):
    env, twin = strings(teaching_reward="score"), strings(teaching_reward="score")
    env.reset(seed=0), twin.reset(seed=0)
    looked, taught = look(env, [2, 1]), twin.step([2, 1])
    assert looked[4].keys() == taught[4].keys()
    assert looked[4]["tasks"] == taught[4]["tasks"]
    assert looked[4]["scores"].shape == (3, 1)
    assert looked[1] == looked[4]["score"] == np.mean(looked[4]["scores"])
    assert [len(answers) for answers in looked[4]["completions"]] == [1, 1, 1]
    np.testing.assert_array_equal(looked[0][36:], taught[0][36:])  # practice and budget
    assert looked[0][2 * 4 + 1] == np.float32(looked[4]["score"])


def test_a_look_answers_as_in_an_exam(strings):
    env = strings()
    env.reset(seed=0)
    _, _, _, _, info = look(env, [1, 1])
    assert [[text] for text in env.student.answer(info["tasks"])] == info["completions"]


def test_any_student_can_be_looked_at(strings, parrot):
    env = strings(student=parrot)
    env.reset(seed=0)
    assert look(env, [0, 0])[4]["completions"] == [["?"]] * 3
    env.step([0, 0])
    assert look(env, [0, 0])[4]["completions"] != [["?"]] * 3


class Listener(SimulatedAnswerer):
    """Writes down when it is told to update."""

    log: list = []

    def study(self, tasks, reward, *, update=True):
        self.log.append(update)
        return super().study(tasks, reward, update=update)


@pytest.mark.parametrize(
    ("lessons", "log"),
    [("SLSLSLSS", [False, False, True, False, True]), ("SSLSLSLL", [False, False, True, False])],
)
def test_looks_are_no_part_of_a_shared_update(strings, lessons, log):
    Listener.log = []
    env = strings(student=Listener, lessons_per_update=3, budget=8)
    env.reset(seed=0)
    gathering = []
    for kind in lessons:
        env.look_next(kind == "L"), env.step([0, 0])
        gathering.append(env.gathering)
    assert Listener.log == log
    assert gathering[0] and gathering[-1] == (not log[-1])
    env.reset(seed=0)
    assert not env.gathering


def test_a_saved_episode_knows_what_was_gathered(strings, tmp_path):
    options = {"lessons_per_update": 3, "budget": 8, "student_options": {"gain": 0.5}}
    env = strings(**options)
    env.reset(seed=0)
    env.step([0, 0]), look(env, [0, 1]), env.step([1, 0]), look(env, [0, 1])
    env.save(tmp_path)
    other = strings(**options)
    other.load(tmp_path)
    for _ in range(2):
        assert env.gathering and other.gathering
        look(env, [0, 0]), look(other, [0, 0])
    first, second = env.step([2, 0]), other.step([2, 0])
    assert not env.gathering and not other.gathering
    assert first[4]["exam"] == second[4]["exam"] if "exam" in first[4] else True
    assert first[4]["stats"] == second[4]["stats"]


def test_looking_needs_an_episode_and_an_action(strings):
    env = strings(budget=1)
    with pytest.raises(ResetNeeded):
        look(env, [0, 0])
    env.reset(seed=0)
    with pytest.raises(ValueError):
        look(env, [0, 9])
    look(env, [0, 0])
    with pytest.raises(ResetNeeded, match="budget of 1"):
        look(env, [0, 0])


class Silent(SimulatedAnswerer):
    """Answers exams, and hardly anything else."""

    def answer(self, tasks):
        return super().answer(tasks) if len(tasks) > 3 else ["?"]


def test_too_few_answers_are_refused_and_do_not_count(strings):
    env = strings(student=Silent)
    env.reset(seed=0)
    with pytest.raises(ValueError, match="1 answers to 3 lesson tasks"):
        look(env, [0, 0])
    assert env.record.lessons == 0
