import json
import random

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import data_equivalence

from teachgym.envs import CurriculumEnv
from teachgym.students import SimulatedAnswerer, Study


def test_the_return_is_what_the_student_learned(strings, rollout):
    steps = rollout(strings(budget=60, exam_every=4, student_options={"gain": 0.3}))
    total = sum(step[1] for step in steps[1:])
    learned = steps[-1][4]["exam"] - steps[0][1]["exam"]
    assert total == pytest.approx(learned, abs=1e-12)
    assert learned > 0.1


def test_exams_are_sat_at_reset_on_schedule_and_at_the_end(strings, rollout):
    steps = rollout(strings(budget=7, exam_every=3))
    sat = ["exam" in steps[0][1], *("exam" in step[4] for step in steps[1:])]
    assert sat == [True, False, False, True, False, False, True, True]
    assert [step[2] for step in steps[1:]] == [False] * 6 + [True]
    assert all(step[1] == 0.0 for step, exam in zip(steps[1:], sat[1:], strict=True) if not exam)


def test_info_of_an_exam_is_plain_and_adds_up(strings):
    env = strings(exam_size=72)
    _, info = env.reset(seed=0)
    exam = json.loads(json.dumps(info["exam_detail"]))
    assert exam == info["exam_detail"] and exam["mean"] == info["exam"]
    assert exam["mean"] == pytest.approx(np.mean(exam["scores"]))
    assert np.mean(exam["cells"]) == pytest.approx(exam["mean"])  # two tasks in each of 36 cells
    right = [
        score == float(task.answer == answer)
        for score, task, answer in zip(exam["scores"], env.exam.tasks, exam["answers"], strict=True)
    ]
    assert all(right) and len(right) == 72


def test_cells_without_an_exam_task_have_no_score(strings):
    _, info = strings(exam_size=1).reset(seed=0)
    cells = [score for row in info["exam_detail"]["cells"] for score in row]
    assert len(cells) == 36 and cells.count(None) == 35


@pytest.mark.parametrize("name", ["score", "progress"])
def test_teaching_rewards_follow_the_scores(strings, name):
    env = strings(teaching_reward=name)
    env.reset(seed=0)
    scores, rewards = [], []
    for _ in range(3):
        _, reward, _, _, info = env.step([0, 1])
        assert type(reward) is float
        scores.append(info["score"])
        rewards.append(reward)
    if name == "score":
        assert rewards == scores
    else:
        smoothed = scores[0] + 0.2 * (scores[1] - scores[0])
        expected = [0.0, abs(scores[1] - scores[0]), abs(scores[2] - smoothed)]
        assert rewards == pytest.approx(expected)


def test_a_callable_teaching_reward_sees_the_outcome(strings):
    seen = []
    env = strings(teaching_reward=lambda outcome: seen.append(outcome) or 2, exam_every=1)
    _, first = env.reset(seed=0)
    _, reward, _, _, info = env.step([2, 3])
    assert reward == 2.0 and type(reward) is float
    (outcome,) = seen
    assert outcome.cell == (2, 3, 1.0)
    assert outcome.score == info["score"] and outcome.smoothed is None
    assert (outcome.previous_exam, outcome.exam) == (first["exam"], info["exam"])
    assert outcome.study.completions == info["completions"]


def test_observation_shows_scores_practice_and_budget(strings):
    env = strings()
    observation, _ = env.reset(seed=0)
    assert observation.dtype == np.float32
    np.testing.assert_array_equal(observation, [0.0] * 72 + [1.0])
    _, _, _, _, info = env.step([1, 2])
    observation, _, _, _, _ = env.step([0, 0])
    assert observation[1 * 4 + 2] == np.float32(info["score"])
    assert observation[36 + 1 * 4 + 2] == observation[36] == 0.5
    assert observation[-1] == pytest.approx(4 / 6)


class Listener(SimulatedAnswerer):
    """Writes down when it is told to update."""

    log: list = []

    def study(self, tasks, reward, *, update=True):
        self.log.append(update)
        return super().study(tasks, reward, update=update)


def test_lessons_share_updates_and_the_last_one_always_updates(strings, rollout):
    Listener.log = []
    rollout(strings(student=Listener, lessons_per_update=3, budget=8))
    assert Listener.log == [False, False, True, False, False, True, False, True]


def test_update_is_not_passed_where_lessons_are_not_shared(strings, parrot, rollout):
    assert len(rollout(strings(student=parrot))) == 7  # its study takes no such keyword


def test_a_student_that_cannot_share_updates_is_refused_at_reset(strings, parrot):
    env = strings(student=parrot, lessons_per_update=2)
    with pytest.raises(ValueError, match=r"Parrot lacks it: define study\(self, .*update=True\)"):
        env.reset(seed=0)


def test_nothing_is_made_before_the_first_reset(strings):
    made = []

    def factory():
        made.append(1)
        return SimulatedAnswerer()

    env = strings(student=factory)
    assert not made
    env.reset(seed=0)
    env.reset(seed=1)
    assert len(made) == 1


class Gambler(SimulatedAnswerer):
    """Reseeds and uses the global generators, as a TRL trainer does."""

    def _disturb(self):
        random.seed(0)
        np.random.seed(0)

    def reset(self, *, seed=None):
        self._disturb()
        super().reset(seed=seed)

    def answer(self, tasks):
        self._disturb()
        return super().answer(tasks)

    def study(self, tasks, reward):
        self._disturb()
        return super().study(tasks, reward)


def test_global_generators_are_left_alone(strings, rollout):
    states = random.getstate(), np.random.get_state()[1].tolist()
    rollout(strings(student=Gambler))
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states


def test_an_unseeded_reset_goes_on_with_the_generator(strings):
    def prompts(seeded):
        env = strings()
        env.reset(seed=5)
        if seeded != "first":
            env.reset()
        return [task.prompt for task in env.step([3, 3])[4]["tasks"]]

    assert prompts("second") == prompts("second") != prompts("first")


# Saving


@pytest.mark.parametrize("stop", [1, 3])
def test_a_loaded_episode_ends_as_the_uninterrupted_one(strings, rollout, tmp_path, stop):
    options = {"lessons_per_update": 2, "render_mode": "ansi", "student_options": {"gain": 0.3}}
    whole = strings(**options)
    expected = rollout(whole, seed=4)
    env = strings(**options)
    rollout(env, seed=4, stop=stop)
    env.save(tmp_path)
    resumed = strings(**options)
    observation = resumed.load(tmp_path)
    np.testing.assert_array_equal(observation, expected[stop][0])
    resumed.action_space.seed(4)
    actions = [resumed.action_space.sample() for _ in range(6)]
    continued = [resumed.step(action) for action in actions[stop:]]
    assert data_equivalence(continued, expected[stop + 1 :], exact=True)
    assert resumed.render() == whole.render()
    assert data_equivalence(resumed.reset(), whole.reset(), exact=True)


def test_a_student_without_save_is_named(strings, parrot, tmp_path):
    env = strings(student=parrot)
    env.reset(seed=0)
    with pytest.raises(TypeError, match=r"Parrot has no save\(folder\)"):
        env.save(tmp_path)


def test_loading_says_what_does_not_fit(strings, tmp_path):
    env = strings()
    with pytest.raises(ValueError, match=r"holds no saved episode \(no env.json\)"):
        env.load(tmp_path)
    env.reset(seed=0)
    env.save(tmp_path)
    with pytest.raises(ValueError, match=r"other settings: budget 6 \(here 9\)"):
        strings(budget=9).load(tmp_path)


# Bad input


def test_reset_is_needed_first_and_after_the_end(strings):
    env = strings(budget=1)
    for call in (lambda: env.step([0, 0]), env.render, lambda: env.save("x")):
        with pytest.raises(ResetNeeded, match="reset"):
            call()
    env.reset(seed=0)
    env.step([0, 0])
    with pytest.raises(ResetNeeded, match="budget of 1 lessons is spent"):
        env.step([0, 0])
    env.reset()
    env.step([0, 0])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"budget": 0}, ValueError, "budget must be at least 1, not 0"),
        ({"lesson_size": 2.5}, TypeError, "lesson_size must be an integer"),
        ({"exam_size": -1}, ValueError, "exam_size must be at least 1"),
        ({"exam_every": 0}, ValueError, "exam_every must be at least 1"),
        ({"lessons_per_update": 0}, ValueError, "lessons_per_update must be at least 1"),
        ({"exam_seed": -1}, ValueError, "exam_seed must be at least 0"),
        ({"action": "boxx"}, ValueError, "unknown action 'boxx'; did you mean 'box'"),
        ({"teaching_reward": "gian"}, ValueError, "did you mean 'gain'"),
        ({"teaching_reward": 3}, TypeError, "teaching_reward must be a name or a callable"),
        ({"reward": "exact"}, ValueError, "unknown reward 'exact'"),
        ({"reward": 1.0}, TypeError, "reward must be a name or a callable"),
        ({"reward": dict}, TypeError, "reward must be a name or a callable"),
        ({"render_mode": "human"}, ValueError, "unknown render_mode 'human'"),
        ({"domain": "string"}, ValueError, "unknown domain 'string'; did you mean 'strings'"),
        ({"domain": 3}, TypeError, "domain must be a name or a Domain"),
    ],
)
def test_unfit_arguments_are_refused_when_it_is_made(options, error, message):
    with pytest.raises(error, match=message):
        CurriculumEnv(**{"domain": "strings", "student": "simulated", **options})


def test_numpy_integers_are_integers(strings):
    assert type(strings(budget=np.int64(3)).budget) is int


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "finite number"),
        (2.0, r"in \[0, 1\]"),
        (None, "gave no score for any answer"),
    ],
)
def test_a_reward_that_misbehaves_is_named(strings, value, message):
    env = strings(reward=lambda *, completions, **_: [value] * len(completions))
    with pytest.raises(ValueError, match=message):
        env.reset(seed=0)


@pytest.mark.parametrize("extra", [-1, 1])
def test_a_reward_with_too_few_or_too_many_scores(strings, extra):
    env = strings(reward=lambda *, completions, **_: [1.0] * (len(completions) + extra))
    with pytest.raises(ValueError, match=f"{40 + extra} scores for 40 completions"):
        env.reset(seed=0)


def test_a_reward_that_misbehaves_in_a_lesson_is_named_to_any_student(strings, parrot):
    calls = []

    def reward(*, completions, **_):
        calls.append(len(completions))
        return [1.0 if len(calls) == 1 else float("nan")] * len(completions)

    env = strings(student=parrot, reward=reward)
    env.reset(seed=0)
    with pytest.raises(ValueError, match="'reward' returned nan for completion 0"):
        env.step([0, 0])


def test_missing_scores_do_not_count(strings):
    def reward(*, completions, **_):
        return [None, *[1.0] * (len(completions) - 1)]

    env = strings(reward=reward)
    _, info = env.reset(seed=0)
    assert info["exam"] == 1.0 and info["exam_detail"]["scores"][0] is None
    assert env.step([0, 0])[4]["score"] == 1.0


@pytest.mark.parametrize(
    ("study", "error", "message"),
    [
        (None, TypeError, "must return teachgym.students.Study"),
        (
            Study([["a"]] * 3, np.zeros(3)),
            ValueError,
            r"shape \(tasks, completions\), here \(3, …\)",
        ),
        (Study([["a"]] * 2, np.zeros((2, 1))), ValueError, "shape"),
        (Study([["a"]] * 3, np.zeros((3, 2))), ValueError, "must list 2 answers"),
        (Study([["a"]] * 3, np.full((3, 1), np.nan)), ValueError, "no score for any answer"),
        (Study([["a"]] * 3, np.full((3, 1), 1.5)), ValueError, r"scores must be in \[0, 1\]"),
    ],
)
def test_a_study_that_does_not_fit_is_refused_and_does_not_count(strings, study, error, message):
    class Odd(SimulatedAnswerer):
        def study(self, tasks, reward):
            return study

    env = strings(student=Odd)
    env.reset(seed=0)
    with pytest.raises(error, match=message):
        env.step([0, 0])
    assert env.record.lessons == 0


def test_an_exam_that_is_not_answered_in_full_is_refused(strings):
    class Short(SimulatedAnswerer):
        def answer(self, tasks):
            return super().answer(tasks)[:-1]

    with pytest.raises(ValueError, match="39 answers to 40 exam tasks"):
        strings(student=Short).reset(seed=0)


def test_empty_completions_are_wrong_answers(strings):
    class Silent(SimulatedAnswerer):
        def answer(self, tasks):
            return [""] * len(tasks)

    assert strings(student=Silent).reset(seed=0)[1]["exam"] == 0.0


def test_the_made_environment_asks_for_reset_too(small):
    env = gym.make("teachgym/Strings-v0", **small)
    with pytest.raises(ResetNeeded):
        env.step([0, 0])
