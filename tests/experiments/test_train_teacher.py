"""Training of teachers, from the command line and in Python, and the policy that comes of it."""

import json
import signal

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

import teachgym.envs  # noqa: F401 - registers the environments
from teachgym.experiments import compare, read_training, teach, train_teacher
from teachgym.experiments.evaluation import evaluate, make_vector
from teachgym.experiments.train_teacher import factory
from teachgym.teachers import PolicyTeacher, Uniform

SMALL = {
    "env": "KnowledgeGraph",
    "env_options": {"topics": 3, "levels": 2, "budget": 20},
    "total_steps": 512,
    "n_envs": 8,
    "episodes": 6,
    "algorithm_options": {"n_steps": 32, "batch_size": 64, "n_epochs": 1},
}
COMMAND = [
    "train-teacher", "--env-option", "topics=3", "--env-option", "levels=2",
    "--env-option", "budget=20", "--steps", "512", "--students", "8", "--episodes", "6",
    "--algorithm-option", "n_steps=32", "--algorithm-option", "batch_size=64",
]  # fmt: skip


class Lives(VectorEnv):
    """Student i lives i + 1 lessons; each pays 1 more than the one before: 1 + 2 + ..."""

    metadata = {"autoreset_mode": AutoresetMode.SAME_STEP}

    def __init__(self, num_envs, scored=True):
        self.num_envs, self.scored = num_envs, scored
        self.single_action_space = gym.spaces.Discrete(2)
        self.single_observation_space = gym.spaces.Box(0.0, 1.0, (1,), np.float32)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)

    def reset(self, *, seed=None, options=None):
        self.age = np.zeros(self.num_envs, dtype=int)
        return np.zeros((self.num_envs, 1), np.float32), {}

    def step(self, actions):
        assert self.action_space.contains(actions)
        self.age += 1
        rewards, ended = self.age.copy(), self.age == np.arange(self.num_envs) + 1
        self.age[ended] = 0
        scores = np.where(ended, 0.0, self.age / 10)
        info = {"score": scores, "_score": ~ended} if self.scored else {}
        return np.zeros((self.num_envs, 1), np.float32), rewards, ended, np.zeros_like(ended), info


class Listener(Uniform):
    """Keeps what it is told."""

    def __init__(self, space, seed):
        super().__init__(space, seed=seed)
        self.heard = []

    def observe(self, action, score, *, observation=None, reward=None):
        self.heard.append((score, reward))


def test_each_student_counts_once_and_each_teacher_hears_its_own():
    listeners, done = {}, []

    def make(space, seed):
        return listeners.setdefault(seed, Listener(space, seed))

    returns = evaluate(Lives, make, 4, 0, lambda *now: done.append(now))
    assert returns.tolist() == [1.0, 3.0, 6.0, 10.0]  # 1, 1 + 2, 1 + 2 + 3, 1 + 2 + 3 + 4
    assert done == [(1, 1), (2, 2), (3, 3), (4, 4)]
    # Nothing of the last lesson, after which there is nothing to decide.
    assert listeners[0].heard == []
    assert listeners[3].heard == [(0.1, 1.0), (0.2, 2.0), (0.3, 3.0)]
    with pytest.raises(ValueError, match="no score"):
        evaluate(lambda size: Lives(size, scored=False), make, 2, 0)


def test_held_out_students_are_those_of_the_seed():
    def returns(seed, teacher_seed=0):
        return evaluate(
            lambda size: make_vector("KnowledgeGraph", size, {"budget": 20}),
            lambda space, number: Uniform(space, seed=number + teacher_seed),
            5,
            seed,
        )

    assert np.array_equal(returns(0), returns(0))
    assert not np.array_equal(returns(0), returns(1))
    assert not np.array_equal(returns(0), returns(0, teacher_seed=99))


def test_a_trained_teacher_beats_uniform_on_students_it_has_not_met(tmp_path):
    result = train_teacher(
        total_steps=32_000,
        n_envs=32,
        episodes=60,
        env_options={"topics": 5, "levels": 3, "budget": 50},
        out=tmp_path / "run",
    )
    assert list(result.returns) == ["policy", "uniform", "progression"]
    assert result.advantage("uniform").low > 0
    curve = [line["mean_return"] for line in result.curve]
    assert np.mean(curve[-3:]) > 1.5 * np.mean(curve[:3])
    # 32 students end together, every 1,600 lessons.
    assert sum(line["episodes"] for line in result.curve) == result.steps // 1600 * 32


def test_command_leaves_all_that_show_needs(run, tmp_path):
    out = tmp_path / "run"
    code, printed, bars = run(*COMMAND, "--out", out, "--seed", 3)
    assert code == 0, bars
    assert "seed 3: 512 lessons of training" in printed and "progression" in printed
    assert "where the spaces are the same" in printed.splitlines()[-1]
    assert "training" in bars and "evaluating policy" in bars
    assert sorted(path.name for path in out.iterdir()) == [
        "config.json", "curve.jsonl", "policy.json", "policy.safetensors", "results.json",
    ]  # fmt: skip
    code, shown, _ = run("show", out)
    assert code == 0 and shown.splitlines() == printed.splitlines()[:-1]
    described = json.loads((out / "policy.json").read_text())
    assert described["training"]["env"] == "teachgym/KnowledgeGraph-v0"
    assert described["training"]["steps"] == 512
    assert "stable-baselines3" in json.loads((out / "config.json").read_text())["versions"]


def test_the_same_settings_train_the_same_teacher(tmp_path):
    first = train_teacher(**SMALL, out=tmp_path / "a")
    second = train_teacher(**first.settings, out=tmp_path / "b")
    assert first.returns == second.returns and first.settings == second.settings
    assert read_training(tmp_path / "a").returns == first.returns
    weights = [(tmp_path / name / "policy.safetensors").read_bytes() for name in "ab"]
    assert weights[0] == weights[1]


@pytest.mark.parametrize(
    ("algorithm", "env", "env_options", "others"),
    [
        ("a2c", "KnowledgeGraph", {"budget": 20}, ["uniform", "progression"]),
        ("dqn", "KnowledgeGraph", {"budget": 20, "action": "discrete"}, ["uniform"]),
        ("sac", "Landscape", {"budget": 20}, ["uniform"]),
    ],
)
def test_other_algorithms_and_spaces(algorithm, env, env_options, others, tmp_path):
    chosen = {"algorithm": algorithm, "env": env, "env_options": env_options}
    result = train_teacher(**{**SMALL, **chosen, "algorithm_options": {}}, out=tmp_path / "run")
    assert list(result.returns) == ["policy", *others]
    assert all(len(returns) == 6 for returns in result.returns.values())


def test_schedulers_are_named_as_other_teachers_are(tmp_path):
    options = {"interval": 0.5, "budget": 40, "observation": "full"}
    best = "teachgym.teachers:MyopicOptimum:interval=0.5"
    result = train_teacher(
        **{**SMALL, "env": "SpacedRepetition", "env_options": options},
        teachers=["uniform", "leitner:interval=0.5", "threshold:interval=0.5,threshold=0.3", best],
        out=tmp_path / "run",
    )
    means = {label: result.summary(label).mean for label in result.returns}
    assert max(means, key=means.get) == best


def test_the_policy_teaches_whoever_has_the_same_spaces(tmp_path, small):
    """Strings has its own number of topics and 4 levels here: a graph of the same size fits."""
    topics = int(gym.make("teachgym/Strings-v0", student="simulated").action_space.nvec[0])
    options = {"topics": topics, "levels": 4, "budget": 20}
    train_teacher(**{**SMALL, "env_options": options}, out=tmp_path / "policy")
    folder = str(tmp_path / "policy")
    whole = teach(**small, teacher="policy", teacher_options={"folder": folder}, out=tmp_path / "t")
    assert len(whole.lessons) == 30
    result = compare(
        [f"policy:folder={folder}", "uniform"], **small, seeds=[0, 1], out=tmp_path / "c"
    )
    assert len(result.results) == 4
    with pytest.raises(ValueError, match=r"acts in MultiDiscrete.*action space is MultiDiscrete"):
        teach(
            **{**small, "env_options": {"levels": 3}},
            teacher="policy",
            teacher_options={"folder": folder},
        )


def test_environments_without_a_vector_twin_are_put_side_by_side(tmp_path):
    options = {"student": "simulated", "budget": 10, "exam_size": 20, "levels": 2}
    result = train_teacher(
        **{**SMALL, "env": "Strings", "env_options": options, "total_steps": 64, "n_envs": 2},
        out=tmp_path / "run",
    )
    assert result.steps == 64 and len(result.returns["policy"]) == 6


def test_an_interrupt_saves_what_was_learned(tmp_path, run, monkeypatch):
    def stop(part, done, total, remark):
        if part == "training" and done >= 256:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_teacher(**SMALL, out=tmp_path / "run", progress=stop)
    left = read_training(tmp_path / "run")
    assert left.steps == 256 and left.returns == {}
    assert PolicyTeacher(gym.spaces.MultiDiscrete([3, 2]), folder=tmp_path / "run")
    assert "not evaluated" in run("show", tmp_path / "run")[1]

    from teachgym.experiments.commands import progress

    monkeypatch.setattr(progress.Bars, "part", lambda self, *told: stop(*told))
    code, _, said = run(*COMMAND, "--out", tmp_path / "other")
    assert code == 130 and "stopped; the policy is saved as it was" in said


def test_a_termination_saves_what_was_learned(tmp_path, run, monkeypatch):
    from teachgym.experiments.commands import progress

    def stop(self, part, done, total, remark):
        if part == "training" and done >= 256:
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(progress.Bars, "part", stop)
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        code, _, said = run(*COMMAND, "--out", tmp_path / "run")
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
    assert code == 130 and "stopped; the policy is saved as it was" in said
    assert read_training(tmp_path / "run").steps == 256


def test_nothing_is_left_where_nothing_was_learned(tmp_path, run):
    def stop(part, done, total, remark):
        raise RuntimeError("no disk")

    with pytest.raises(RuntimeError, match="no disk"):
        train_teacher(**SMALL, out=tmp_path / "run", progress=stop)
    code, _, said = run(*COMMAND, "--algorithm-option", "n_step=3", "--out", tmp_path / "run")
    assert code == 2 and "n_step" in said
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--env", "KnowledgeGraf"], "did you mean 'KnowledgeGraph'"),
        (["--env-option", "levls=3"], "levls"),
        (["--env-option", "budget=0"], "budget must be at least 1, not 0"),
        (["--env-option", "levels=1000000000000000"], "Unable to allocate"),
        (["--algorithm", "pp0"], "did you mean 'ppo'"),
        (["--algorithm", "sac"], "sac knows no actions in MultiDiscrete"),
        (["--teachers", "unifrom"], "did you mean 'uniform'"),
        (["--teachers", "progression:window=0"], "window"),
        (["--teachers", "policy"], "needs folder="),
        (["--seed", "1000000"], "choose one further away"),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(run, tmp_path, options, complaint):
    code, out, error = run(*COMMAND, *options, "--out", tmp_path / "run")
    assert code == 2 and out == ""
    assert complaint in error and len(error.strip().splitlines()) == 1
    assert not (tmp_path / "run").exists()


def test_a_folder_that_holds_a_run_is_kept(run, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    code, _, error = run(*COMMAND, "--out", tmp_path)
    assert code == 2 and "is not empty" in error
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    (tmp_path / "config.json").write_text("{}")
    code, _, error = run(*COMMAND, "--out", tmp_path)
    assert code == 2 and "already holds a run; choose another --out" in error


def test_an_environment_without_a_student_is_refused(run, tmp_path):
    code, _, error = run("teach", "--env", "CartPole-v1", "--out", tmp_path / "t")
    assert code == 2 and "'CartPole-v1' has no student, so there is nobody to teach" in error
    assert not (tmp_path / "t").exists()


def test_schedulers_are_told_the_days_between_lessons():
    space = gym.spaces.Discrete(3)
    told = {"interval": 5.0}
    assert factory("leitner", told)(space, 0).interval == 5.0
    assert factory("leitner:interval=2", told)(space, 0).interval == 2.0
    factory("uniform", told)(space, 0)  # knows nothing of days
