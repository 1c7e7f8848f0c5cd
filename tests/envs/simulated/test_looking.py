"""Lessons from which simulated students do not learn."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import data_equivalence
from scipy import stats

from teachgym.students.simulated.cohort import Cohort
from teachgym.students.simulated.das3h import DAS3H


def look(env, action, mask=True):
    """One step in which the students only answer."""
    env.unwrapped.look_next(mask)
    return env.step(action)


STUDENTS = 64
TIME = {"elapsed", "days", "now", "left"}
"""What days change."""


def knowledge(envs):
    """What the students know, as arrays with the students first."""
    batch = envs.unwrapped.batch
    if hasattr(batch, "students"):
        return {"competence": batch.students.competence.copy()}
    state = batch.cohort.state
    return {name: values.copy() for name, values in state.items() if name not in TIME}


def differing(before, after):
    """Which students have changed, bool of shape (students,)."""
    changed = np.zeros(STUDENTS, dtype=bool)
    for name, values in before.items():
        changed |= (values != after[name]).reshape(STUDENTS, -1).any(axis=1)
    return changed


def test_those_who_look_learn_nothing_and_the_others_do(vector):
    envs = vector(STUDENTS, budget=100)
    envs.reset(seed=0)
    looks = np.arange(STUDENTS) % 2 == 0
    before = knowledge(envs)
    envs.action_space.seed(0)
    for _ in range(60):
        _, rewards, _, _, info = look(envs, envs.action_space.sample(), looks)
        assert rewards.shape == info["score"].shape == (STUDENTS,)
        assert info["score"].min() >= 0.0 and info["score"].max() <= 1.0
    changed = differing(before, knowledge(envs))
    assert not changed[looks].any()
    # Not all of them: little can be learned at first in some environments.
    assert changed[~looks].mean() > 0.1
    assert envs.unwrapped.batch.lessons[looks].tolist() == [60] * looks.sum()


def test_if_all_look_nobody_learns(vector):
    envs = vector(STUDENTS, budget=100)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    before = knowledge(envs)
    for _ in range(5):
        look(envs, envs.action_space.sample(), np.ones(STUDENTS, dtype=bool))
    assert not differing(before, knowledge(envs)).any()


@pytest.mark.parametrize("nobody", [None, np.zeros(5, dtype=bool), [False] * 5])
def test_if_nobody_looks_it_is_a_step(vector, nobody):
    envs, twin = vector(5), vector(5)
    envs.reset(seed=0), twin.reset(seed=0)
    envs.action_space.seed(0)
    for _ in range(6):
        chosen = envs.action_space.sample()
        assert data_equivalence(look(envs, chosen, nobody), twin.step(chosen), exact=True)


def test_one_student_looks_too(env_id):
    env = gym.make(env_id, budget=3)
    with pytest.raises(ResetNeeded):
        look(env, env.action_space.sample())
    env.reset(seed=0)
    env.action_space.seed(0)
    for lesson in range(3):
        observation, reward, terminated, truncated, info = look(env, env.action_space.sample())
        assert observation in env.observation_space
        assert type(reward) is float and terminated is (lesson == 2) and truncated is False
        assert 0.0 <= info["score"] <= 1.0
    with pytest.raises(ResetNeeded):
        look(env, env.action_space.sample())


@pytest.mark.parametrize("looks", [np.ones(3, dtype=bool), np.ones(5), "all"])
def test_ill_looks_are_refused(looks):
    envs = gym.make_vec("teachgym/KSS-v0", num_envs=5)
    envs.reset(seed=0)
    with pytest.raises((TypeError, ValueError), match="looks must"):
        look(envs, np.zeros(5, dtype=int), looks)
    assert envs.unwrapped.batch.lessons.tolist() == [0] * 5


def test_answers_are_drawn_by_the_chance_of_now():
    envs = gym.make_vec("teachgym/KnowledgeGraph-v0", num_envs=4000)
    envs.reset(seed=0)
    looks = np.arange(4000) % 2 == 0
    chance = envs.unwrapped.batch.cohort.expected()[:, 1, 2]
    info = look(envs, np.tile([1, 2], (4000, 1)), looks)[4]
    for mask in (looks, ~looks):
        right, p = info["score"][mask].sum(), chance[mask]
        spread = np.sqrt((p * (1 - p)).sum())
        assert stats.norm.sf(abs(right - p.sum()) / spread) > 0.01


def test_a_look_shows_the_competence_of_now():
    env = gym.make("teachgym/Landscape-v0", budget=10).unwrapped
    env.reset(seed=0)
    task = np.float32([0.05, 0.05])
    assert [look(env, task)[4]["score"] for _ in range(2)] == [0.0, 0.0]
    assert env.step(task)[4]["score"] == pytest.approx(0.01)
    assert look(env, task)[4]["score"] == pytest.approx(0.01)


def test_a_look_is_no_review():
    env = gym.make("teachgym/SpacedRepetition-v0", items=2).unwrapped
    env.reset(seed=0)
    assert look(env, 0)[0][4:6].tolist() == [0.0, 0.0]  # recency: never reviewed
    assert env.step(0)[0][4] > 0.0


def test_rings_that_grow_meanwhile_keep_the_past_of_those_who_look():
    rng = np.random.default_rng(0)
    cohort = DAS3H(2, 3)
    cohort.reset(rng)
    level, looks = np.zeros(2, dtype=int), np.array([True, False])
    for _ in range(5):
        cohort.practise(np.array([1, 1]), level, rng)
        cohort.wait(0.01)
    width = cohort.state["time"].shape[1]
    for _ in range(3 * width):
        before = {name: values[0].copy() for name, values in cohort.state.items()}
        with cohort.unchanged(looks):
            cohort.practise(np.array([0, 0]), level, rng)
        for name, values in cohort.state.items():
            old = before[name]
            rows = np.resize(old, values[0].shape) if old.shape != values[0].shape else old
            assert np.array_equal(values[0], rows), name
    assert cohort.state["time"].shape[1] > width
    assert cohort.state["lessons"].tolist() == [5, 5 + 3 * width]
    cohort.wait(100.0)  # the past of both can still be let go
    assert cohort.state["attempts"][0, 1, 0] == 0.0


class Steady(Cohort):
    """Always the same chance; nothing inherited from `Population`."""

    def reset(self, rng, students=None):
        pass

    def expected(self):
        return np.full((self.size, self.topics, self.levels), 0.5)

    def practise(self, topic, level, rng):
        return np.ones(self.size, dtype=np.float32)


def test_a_model_of_ones_own_needs_to_tell_students_apart():
    envs = gym.make_vec("teachgym/KnowledgeGraph-v0", num_envs=2, student=Steady)
    envs.reset(seed=0)
    chosen = np.zeros((2, 2), dtype=int)
    look(envs, chosen, np.array([True, True]))
    with pytest.raises(TypeError, match="Steady can't teach some students and only look"):
        look(envs, chosen, np.array([True, False]))
