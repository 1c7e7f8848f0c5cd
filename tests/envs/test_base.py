"""`TeachingEnv`: an environment of one's own, students who score themselves, and looks."""

import inspect

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env, data_equivalence

from teachgym.domains import Strings, Task
from teachgym.envs import TeachingEnv
from teachgym.envs.grading import Exam
from teachgym.envs.topics import TopicsEnv
from teachgym.students import Conversational, SelfScoring, SimulatedAnswerer, Student, Study


class TalkEnv(TeachingEnv):
    """Each lesson is one sentence; nothing is asked."""

    def __init__(self, student, **options):
        domain = Strings(3)
        super().__init__(student, reward="exact_match", exam=lambda: Exam(domain, 27, 0), **options)
        self.action_space = gym.spaces.Discrete(2)
        self.observation_space = gym.spaces.Box(0.0, 1.0, (1,), np.float32)

    def lesson(self, action):
        if not self.action_space.contains(action):
            raise ValueError(f"no sentence {action!r}")
        reply = self.student.reply([{"role": "user", "content": f"sentence {action}"}])
        return Study([[reply]], np.array([[float(action)]]))

    def observation(self):
        return np.array([1.0 - self.record.lessons / self.budget], np.float32)


class Talker(SimulatedAnswerer):
    def reply(self, messages):
        return messages[-1]["content"].upper()


def make(student=Talker, **options):
    return TalkEnv(student, **{"budget": 6, "exam_every": 2, **options})


def test_an_environment_of_ones_own_says_what_a_lesson_is():
    env = make()
    check_env(env)
    observation, info = env.reset(seed=0)
    assert observation == [1.0] and info["exam"] == info["exam_detail"]["mean"]
    _, reward, _, _, info = env.step(np.int64(1))
    assert info["completions"] == [["SENTENCE 1"]] and info["tasks"] == []
    assert info["score"] == 1.0 and "exam" not in info and reward == 0.0
    with pytest.raises(ValueError, match="no sentence 7"):
        env.step(7)
    assert env.record.lessons == 1
    assert isinstance(env.student, Conversational) and not isinstance(env.student, SelfScoring)


def test_progress_is_over_all_lessons_where_there_are_no_cells():
    env = make(teaching_reward="progress")
    env.reset(seed=0)
    rewards = [env.step(np.int64(action))[1] for action in (1, 0, 0)]
    assert rewards == pytest.approx([0.0, 1.0, 0.8])


def test_it_is_saved_without_a_line_of_its_own(tmp_path):
    env, other = make(), make()
    env.reset(seed=3)
    env.step(np.int64(1))
    env.save(tmp_path)
    np.testing.assert_array_equal(other.load(tmp_path), env.observation())
    assert data_equivalence(env.step(np.int64(0)), other.step(np.int64(0)), exact=True)
    with pytest.raises(ValueError, match=r"budget 6 \(here 9\)"):
        make(budget=9).load(tmp_path)
    (tmp_path / "env.json").write_text('{"settings": {}}')
    with pytest.raises(ValueError, match="saved in format 1"):
        other.load(tmp_path)


class Runner:
    """Scores itself: two runs of each task, better with practice."""

    def reset(self, *, seed=None):
        self.lessons, self.sat = 0, 0

    def sit(self, tasks, reward):
        self.sat += 1
        scores = np.full((len(tasks), 2), min(0.1 * self.lessons, 1.0))
        scores[0, 1] = np.nan
        return Study([["run", "run"]] * len(tasks), scores)

    def study(self, tasks, reward):
        self.lessons += 1
        return self.sit(tasks, reward)


def test_a_student_who_scores_itself_needs_no_answers(strings):
    env = strings(student=Runner, budget=4, exam_every=2)
    assert isinstance(Runner(), SelfScoring) and not isinstance(Runner(), Student)
    _, info = env.reset(seed=0)
    assert info["exam"] == 0.0 and info["exam_detail"]["answers"] == ["run"] * 40
    _, _, _, _, info = env.step([0, 0])
    assert info["scores"].shape == (3, 2) and info["score"] == pytest.approx(0.1)
    env.look_next()
    _, _, _, _, info = env.step([0, 0])
    assert env.student.lessons == 1 and info["exam"] == pytest.approx(0.1)
    assert info["score"] == pytest.approx(0.1)


def test_neither_answers_nor_sits_is_no_student(strings):
    class Mute:
        def reset(self, *, seed=None):
            pass

        def study(self, tasks, reward):
            pass

    with pytest.raises(TypeError, match="it has no answer method"):
        strings(student=Mute).reset(seed=0)


def test_a_look_holds_for_one_step_alone_also_if_it_is_refused(strings):
    env = strings(budget=20, student_options={"gain": 1.0})
    env.reset(seed=0)

    def abilities():
        return env.student.abilities(9).tolist()

    before = abilities()
    env.look_next()
    env.step([0, 0])
    assert abilities() == before
    env.step([0, 0])
    assert abilities() != before
    env.look_next()
    with pytest.raises(ValueError, match="not in the action space"):
        env.step([0, 99])
    before = abilities()
    env.step([0, 0])
    assert abilities() != before  # the refused step took the look with it
    env.look_next()
    env.look_next(False)
    before = abilities()
    env.step([0, 0])
    assert abilities() != before
    env.look_next()
    env.reset(seed=0)
    before = abilities()
    env.step([0, 0])
    assert abilities() != before


def test_what_an_environment_knows_of_its_actions(strings):
    names = strings().domain.topics
    assert strings().action_facts == {"topic_names": names}
    assert strings(action="discrete").action_facts == {"topic_names": names, "levels": 4}
    assert strings(action="box").action_facts == {"topic_names": names, "bins": (9, 4)}
    assert make().action_facts == {}


def test_new_fields_of_a_task_are_keyword_only_and_have_defaults():
    task = Task("2+3=", "5", 0, 0.5, {"a": 1})
    assert task.instruction is None and task.parameters == ()
    assert Task("2+3=", "5", 0, 0.5, instruction="Add 2 and 3.").instruction == "Add 2 and 3."
    with pytest.raises(TypeError):
        Task("2+3=", "5", 0, 0.5, {}, "Add 2 and 3.")


def test_a_topic_is_taught_at_levels_drawn_task_by_task():
    env = TopicsEnv("strings", "simulated", lesson_size=200, look_size=7, exam_topics=[1, 2])
    assert env.action_space == gym.spaces.Discrete(9)
    env.reset(seed=0)
    assert {task.topic for task in env.exam.tasks} == {1, 2}
    tasks = env.step(2)[4]["tasks"]
    levels = [env.domain.level(task.difficulty) for task in tasks]
    counts = np.bincount(levels, minlength=12)
    # Chi-square with 11 degrees of freedom: above 31.3 in one of a thousand cases.
    assert {task.topic for task in tasks} == {2} and ((counts - 200 / 12) ** 2).sum() < 31.3 * 16.7
    env.look_next()
    assert len(env.step(2)[4]["tasks"]) == 7
    for wrong in (9, -1, [2], 0.5):
        with pytest.raises(ValueError, match="not in the action space"):
            env.step(wrong)


def test_every_argument_can_be_seen():
    import inspect

    parameters = inspect.signature(type(gym.make("teachgym/Strings-v0").unwrapped)).parameters
    assert {"levels", "wording", "student", "budget", "exam_every", "render_mode"} <= set(
        parameters
    )
    assert "options" not in parameters and "domain" not in parameters
    kss = inspect.signature(type(gym.make("teachgym/KSS-v0").unwrapped)).parameters
    assert list(kss) == ["render_mode", "budget", "observation", "difficulties", "difficulty_seed"]
    vector = inspect.signature(type(gym.make_vec("teachgym/KSS-v0", num_envs=2).unwrapped))
    assert list(vector.parameters)[:2] == ["num_envs", "max_episode_steps"]


class Twice(TalkEnv):
    """Asks two times in a lesson."""

    def lesson(self, action):
        domain = self.exam.domain
        self.ask([domain.sample(0, 0.5, self.rng)])
        return self.ask([domain.sample(1, 0.5, self.rng)])


class Grouped(SimulatedAnswerer):
    """Notes which of its studies move its weights."""

    def study(self, tasks, reward, *, update=True):
        NOTED.append(update)
        return super().study(tasks, reward)


NOTED = []


def test_updates_are_shared_by_lessons_however_often_they_ask():
    NOTED.clear()
    env = Twice(Grouped, budget=5, exam_every=5, lessons_per_update=2)
    env.reset(seed=0)
    gathering = []
    for _ in range(5):
        env.step(np.int64(0))
        gathering.append(env.gathering)
    assert NOTED == [False, False, True, True] * 2 + [True, True]
    assert gathering == [True, False, True, False, False]


def test_a_look_does_not_outlive_its_episode(tmp_path):
    env = make()
    env.reset(seed=0)
    env.save(tmp_path)
    env.look_next()
    env.load(tmp_path)
    env.step(np.int64(0))
    assert not env.looks


def test_subclasses_may_write_their_signature_as_they_like():
    class Mixin:
        pass

    class Own(Mixin, TalkEnv):
        def __init__(this, student, *, options=3, **rest):
            super().__init__(student, **rest)

    shown = list(inspect.signature(Own).parameters)
    assert shown[:2] == ["student", "options"]
    assert {"budget", "exam_every", "render_mode"} <= set(shown) and "rest" not in shown
