import json

import gymnasium as gym
import numpy as np
import pytest

from teachgym.envs.observation import LessonRecord
from teachgym.envs.simulated.knowledge_graph import KnowledgeGraphEnv, KnowledgeGraphVectorEnv
from teachgym.students.simulated import COHORTS, IRT, Cohort


class Steady(Cohort):
    """Answers right with a chance that rises by 0.1 with each lesson of the topic; draws nothing
    but the answers."""

    def __init__(self, size, topics, levels=1, *, start=0.25):
        super().__init__(size, topics, levels)
        self.start, self.chance = start, np.zeros((size, topics))

    def reset(self, rng, students=None):
        self.chance[... if students is None else students] = self.start

    def expected(self):
        return np.repeat(self.chance[:, :, None], self.levels, axis=2)

    def practise(self, topic, level, rng):
        rows = np.arange(self.size)
        right = rng.random(self.size) < self.chance[rows, topic]
        self.chance[rows, topic] = np.minimum(self.chance[rows, topic] + 0.1, 1.0)
        return right.astype(np.float32)


def steps(env, actions, seed=0):
    return [env.reset(seed=seed)] + [env.step(action) for action in actions]


def test_observations_are_those_of_the_curriculum_environment():
    env = KnowledgeGraphEnv(budget=30)
    observation, _ = env.reset(seed=0)
    record = LessonRecord(10, 4)
    np.testing.assert_array_equal(observation, record.vector(30))
    rng = np.random.default_rng(0)
    for _ in range(30):
        topic, level = rng.integers(2), rng.integers(2)
        observation, _, _, _, info = env.step(np.array([topic, level]))
        record.add(topic, level, info["score"])
        np.testing.assert_allclose(observation, record.vector(30), rtol=1e-5, atol=1e-7)


def test_the_exam_is_the_expected_score_over_all_cells():
    env = KnowledgeGraphEnv(topics=4, levels=3, student=Steady, exam_every=2, budget=5)
    out = steps(env, [(0, 0), (0, 1), (1, 0), (2, 0), (0, 2)])
    # 4 topics at 0.25; each lesson adds 0.1 to one of them: 0.025 to the mean of 12 cells.
    exams = {0: 0.25, 2: 0.3, 4: 0.35, 5: 0.375}
    for lesson, result in enumerate(out):
        assert ("exam" in result[-1]) == (lesson in exams)
        if lesson in exams:
            assert result[-1]["exam"] == pytest.approx(exams[lesson], abs=1e-6)
    assert [result[1] for result in out[1:]] == pytest.approx([0, 0.05, 0, 0.05, 0.025], abs=1e-6)
    assert [result[2] for result in out[1:]] == [False] * 4 + [True]


def test_with_gain_the_return_is_what_the_student_learned():
    envs = KnowledgeGraphVectorEnv(50, budget=25)
    envs.action_space.seed(0)
    first = envs.reset(seed=0)[1]["exam"]
    total = np.zeros(50)
    for _ in range(25):
        _, rewards, _, _, info = envs.step(envs.action_space.sample())
        total += rewards
    np.testing.assert_allclose(total, info["final_info"]["exam"] - first, atol=1e-5)
    assert info["exam"] != pytest.approx(info["final_info"]["exam"])


@pytest.mark.parametrize("kind", ["score", "progress"])
def test_other_teaching_rewards(kind):
    env = KnowledgeGraphEnv(topics=1, levels=1, teaching_reward=kind, budget=40)
    env.reset(seed=1)
    smoothed, seen = None, []
    for _ in range(40):
        _, reward, _, _, info = env.step((0, 0))
        score = info["score"]
        progress = 0.0 if smoothed is None else abs(score - smoothed)
        smoothed = score if smoothed is None else smoothed + 0.2 * (score - smoothed)
        assert reward == pytest.approx(score if kind == "score" else progress, abs=1e-6)
        seen.append(score)
    assert 0 < sum(seen) < 40


def test_full_observation_shows_the_true_mastery():
    env = KnowledgeGraphEnv(topics=3, levels=2, student=Steady, observation="full", budget=10)
    observation, _ = env.reset(seed=0)
    np.testing.assert_allclose(observation, [0.25] * 6 + [0.0] * 6 + [1.0], atol=1e-6)
    observation = env.step((1, 0))[0]
    mastery = [0.25, 0.25, 0.35, 0.35, 0.25, 0.25]
    np.testing.assert_allclose(observation, [*mastery, 0, 0, 1, 0, 0, 0, 0.9], atol=1e-6)


def test_discrete_actions_name_the_same_cells():
    cells = [(topic, level) for topic in range(3) for level in range(4)]
    pairs = KnowledgeGraphEnv(topics=3, budget=12)
    numbers = KnowledgeGraphEnv(topics=3, budget=12, action="discrete")
    assert numbers.action_space == gym.spaces.Discrete(12)
    for one, two in zip(steps(pairs, cells), steps(numbers, range(12)), strict=True):
        np.testing.assert_array_equal(one[0], two[0])


def test_exams_follow_each_students_own_clock():
    envs = KnowledgeGraphVectorEnv(3, topics=2, student=Steady, exam_every=3, budget=9)
    envs.reset(seed=0)
    action = np.zeros((3, 2), dtype=int)
    envs.step(action)
    envs.reset(options={"reset_mask": np.array([False, True, False])})
    sat = [envs.step(action)[4].get("_exam", np.zeros(3, bool)).tolist() for _ in range(4)]
    first, second = [True, False, True], [False, True, False]
    assert sat == [[False] * 3, first, second, [False] * 3]


def test_the_graph_is_told_to_students_who_know_prerequisites(tmp_path):
    path = tmp_path / "graph.json"
    path.write_text(json.dumps({"b": ["a"], "a": []}), encoding="utf-8")
    env = KnowledgeGraphEnv(graph=path)
    assert env.batch.graph.topics == ("b", "a")
    assert env.action_space.nvec.tolist() == [2, 4]
    # Taught b alone, its prerequisite a being unknown, a student learns far less than without.
    options = {"ability": -1.5, "spread": 0.0, "student_spread": 0.0, "gain_spread": 0.0}
    free = tmp_path / "free.json"
    free.write_text(json.dumps({"b": [], "a": []}), encoding="utf-8")
    learned = []
    for source in (path, free):
        env = KnowledgeGraphEnv(graph=source, student_options=options, budget=50)
        out = steps(env, [(0, 0)] * 50)
        learned.append(out[-1][-1]["exam"] - out[0][-1]["exam"])
    assert learned[0] < 0.5 * learned[1]


def test_prerequisites_raise_what_psi_kt_drifts_to_while_days_pass(tmp_path):
    path = tmp_path / "graph.json"
    path.write_text(json.dumps({"a": [], "b": ["a"]}), encoding="utf-8")
    alike = {"level": 1.0, "forgetting": 0.1, "transfer": 0.5, "volatility": 0.0, "gain": 0.0}
    alike |= dict.fromkeys(("level_spread", "spread", "forgetting_spread", "transfer_spread"), 0.0)
    options = {"graph": path, "student": "psi_kt", "levels": 1, "student_options": alike}
    # Both begin at z = 1. After 2 days z_b = 1 e^-0.2 + (1 - e^-0.2) (1 + 0.5 · 1 / 2) = 1.0453.
    for interval, known in ((0.0, [0.7311, 0.7311]), (2.0, [0.7311, 0.7399])):
        env = KnowledgeGraphEnv(**options, interval=interval, observation="full", exam_every=1)
        _, (observation, *_, info) = steps(env, [(0, 0)])
        assert observation[:2] == pytest.approx(known, abs=1e-4)
        assert info["exam"] == pytest.approx(np.mean(known), abs=1e-4)


@pytest.mark.parametrize("student", COHORTS)
def test_every_named_student_can_be_taught(student, returns):
    total = returns(KnowledgeGraphVectorEnv(300, student=student, levels=1, topics=4), seed=0)
    assert np.isfinite(total).all() and np.abs(total).max() <= 1
    assert total.mean() > 0.02


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"student": "itr"}, ValueError, "unknown student 'itr'; did you mean 'irt'"),
        ({"student": 3}, TypeError, "student must be"),
        ({"student": lambda *a, **k: 1}, TypeError, "must return a Cohort"),
        ({"student": lambda *a: IRT(5, 10, 4)}, ValueError, "size=1, as it is told, not 5"),
        ({"student": lambda *a: IRT(1, 10, 2)}, ValueError, "levels=4, as it is told, not 2"),
        ({"student_options": {"abilty": 0}}, ValueError, "did you mean 'ability'"),
        ({"student_options": {"size": 3}}, ValueError, "unknown student option 'size'"),
        ({"graph": "kks"}, ValueError, "graph must be 'random', 'kss'"),
        ({"graph": "kss", "topics": 4}, ValueError, "topics=4"),
        ({"graph_seed": -1}, ValueError, "graph_seed must be at least 0"),
        ({"levels": 0}, ValueError, "levels must be at least 1"),
        ({"levels": 2.0}, TypeError, "levels must be an integer"),
        ({"exam_every": 0}, ValueError, "exam_every must be at least 1"),
        ({"student_options": 3}, TypeError, "student_options must be a mapping"),
        ({"interval": -1.0}, ValueError, r"interval must be in \[0, inf\)"),
        ({"action": "box"}, ValueError, "unknown action 'box'"),
        ({"observation": "ful"}, ValueError, "did you mean 'full'"),
        ({"teaching_reward": "gains"}, ValueError, "did you mean 'gain'"),
    ],
)
def test_unfit_arguments_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        KnowledgeGraphEnv(**options)


def test_a_cyclic_graph_is_refused_and_named(tmp_path):
    path = tmp_path / "graph.json"
    path.write_text(json.dumps({"x": ["z"], "y": ["x"], "z": ["y"]}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"circle.*x → y → z → x|y → z → x → y|z → x → y → z"):
        KnowledgeGraphEnv(graph=path)


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        (lambda self: np.zeros((self.size, self.topics)), r"must give shape \(1, 10, 4\)"),
        (lambda self: np.full((self.size, self.topics, self.levels), np.nan), "not finite"),
    ],
)
def test_a_model_that_gives_no_chances_is_refused(expected, message):
    broken = type("Broken", (IRT,), {"expected": expected})
    with pytest.raises(ValueError, match=f"Broken.expected .*{message}"):
        gym.make("teachgym/KnowledgeGraph-v0", student=broken).reset(seed=0)
