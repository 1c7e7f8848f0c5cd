"""The adapter against Stable-Baselines3's own vector environment, and under its algorithms."""

import importlib
import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorEnv
from gymnasium.vector.utils import batch_space
from stable_baselines3 import A2C, DQN, PPO, SAC
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor, VecNormalize

import teachgym.envs
from teachgym.training import SB3VecEnv

gym.register_envs(teachgym.envs)

SAME_STEP = {"autoreset_mode": AutoresetMode.SAME_STEP}


class Counter(gym.Env):
    """Counts its steps: deterministic, ends after 3 steps of action 1 or is cut off after 5."""

    action_space = gym.spaces.Discrete(2)

    def __init__(self, nested=False):
        box = gym.spaces.Box(0.0, 10.0, (2,), np.float32)
        self.nested = nested
        self.observation_space = gym.spaces.Dict({"count": box}) if nested else box

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.steps, self.ones = 0, 0
        self.start = float(self.np_random.random())
        return self._observation(), {"start": self.start, "options": str(options)}

    def step(self, action):
        self.steps += 1
        self.ones += int(action)
        terminated, truncated = self.ones == 3, self.steps == 5
        info = {"ones": self.ones}
        if terminated or truncated:
            info |= {"is_success": terminated, "exam": {"mean": self.ones / 3}}
        return self._observation(), 0.1 * self.steps, terminated, truncated, info

    def _observation(self):
        count = np.array([self.steps, self.start], dtype=np.float32)
        return {"count": count} if self.nested else count


class Lives(VectorEnv):
    """A native vector environment: row i lives i + 2 steps, and every reward is 1."""

    metadata = {"autoreset_mode": AutoresetMode.SAME_STEP, "render_modes": ["rgb_array"]}

    def __init__(self, num_envs, single_action_space=None, render_mode=None):
        self.num_envs = num_envs
        self.single_action_space = single_action_space or gym.spaces.Discrete(2)
        self.single_observation_space = gym.spaces.Box(0.0, 1.0, (1,), np.float32)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.render_mode = render_mode
        self.rewards = np.ones(num_envs, np.float32)

    def _observation(self):
        return (self.age / self.life)[:, None].astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.life = np.arange(self.num_envs) + 2
        self.age = np.zeros(self.num_envs, dtype=int)
        return self._observation(), {}

    def step(self, actions):
        assert self.action_space.contains(actions)
        self.age += 1
        ended, info = self.age == self.life, {}
        if ended.any():
            info = {"final_obs": self._observation(), "_final_obs": ended}
        self.age[ended] = 0
        return self._observation(), self.rewards, np.zeros_like(ended), ended, info

    def render(self):
        return tuple(np.full((2, 2, 3), i, np.uint8) for i in range(self.num_envs))


def adapted(count=4, **options):
    return SB3VecEnv(SyncVectorEnv([lambda: Counter(**options)] * count, **SAME_STEP))


def dummy(count=4, **options):
    return DummyVecEnv([lambda: Monitor(Counter(**options))] * count)


def equal(mine, theirs):
    if isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(equal(mine[k], theirs[k]) for k in theirs)
    return np.array_equal(mine, theirs)


@pytest.mark.parametrize("nested", [False, True])
def test_rollouts_are_those_of_dummy_vec_env(nested):
    mine, theirs = adapted(nested=nested), dummy(nested=nested)
    rng = np.random.default_rng(0)
    for env in (mine, theirs):
        env.seed(7)
        env.set_options({"a": 1})
    ends = []
    for _ in range(2):  # the second reset has neither seeds nor options left
        assert equal(mine.reset(), theirs.reset())
        assert mine.reset_infos == theirs.reset_infos
        for _ in range(40):
            actions = rng.integers(2, size=4)
            one, other = mine.step(actions), theirs.step(actions)
            assert equal(one[0], other[0])
            for k in (1, 2):
                assert np.array_equal(one[k], other[k]) and one[k].dtype == other[k].dtype
            assert mine.reset_infos == theirs.reset_infos
            for done, info, known in zip(one[2], one[3], other[3], strict=True):
                if not done:
                    assert info == {}
                    continue
                assert equal(info.pop("terminal_observation"), known.pop("terminal_observation"))
                assert info["episode"].pop("t") >= 0 and known["episode"].pop("t") >= 0
                assert info == known
                ends.append(info["TimeLimit.truncated"])
    assert set(ends) == {True, False}


def test_nothing_that_was_handed_out_changes_later():
    env = SB3VecEnv(Lives(3))
    first = env.reset()
    kept = first.copy()
    _, rewards, dones, infos = env.step(np.zeros(3, int))
    rewards += 5  # as on-policy algorithms do with truncated episodes
    infos[0]["mine"] = 1
    assert infos[1] == {} and infos[0] is not infos[1]
    _, after, later, again = env.step(np.zeros(3, int))
    assert np.array_equal(after, [1, 1, 1]) and after is not rewards
    assert not dones.any() and later.tolist() == [True, False, False]
    assert "mine" not in again[0] and again[1] is not infos[1]
    assert np.array_equal(first, kept)


def test_native_environments_give_their_episodes():
    env = SB3VecEnv(Lives(3, render_mode="rgb_array"))
    env.seed(0)
    env.reset()
    seen = []
    for _ in range(12):
        _, _, dones, infos = env.step(np.zeros(3, int))
        for index in np.flatnonzero(dones):
            assert infos[index]["terminal_observation"] == [1.0]
            assert infos[index]["TimeLimit.truncated"] is True
            seen.append((int(index), infos[index]["episode"]["r"], infos[index]["episode"]["l"]))
    # Row i lives i + 2 steps: 12 / 2, 12 / 3 and 12 / 4 episodes.
    assert sorted(seen) == [(0, 2.0, 2)] * 6 + [(1, 3.0, 3)] * 4 + [(2, 4.0, 4)] * 3
    assert env.get_attr("num_envs", 1) == [3]
    assert not env.has_attr("nothing")
    assert [image[0, 0, 0] for image in env.get_images()] == [0, 1, 2]
    assert env.render().shape == (4, 4, 3)
    with pytest.raises(NotImplementedError, match="call render on the vector environment"):
        env.env_method("render")
    with pytest.raises(NotImplementedError, match=r"vec_env\.env"):
        env.set_attr("life", 1)


def test_environments_that_do_not_fit_are_refused():
    with pytest.raises(TypeError, match="make_vec"):
        SB3VecEnv(Counter())
    native = gym.make_vec("CartPole-v1", num_envs=2, vectorization_mode="vector_entry_point")
    with pytest.raises(ValueError, match=r"NEXT_STEP.*SAME_STEP.*autoreset_mode"):
        SB3VecEnv(native)
    with pytest.raises(ValueError, match="copy=False"):
        SB3VecEnv(SyncVectorEnv([Counter], copy=False, **SAME_STEP))
    with pytest.raises(ValueError, match="from 0"):
        SB3VecEnv(Lives(2, gym.spaces.Discrete(3, start=1)))
    env = adapted(2)
    env.set_options([{"a": 1}, {"a": 2}])
    with pytest.raises(ValueError, match="same options"):
        env.reset()


def cart_poles(count=4):
    return SB3VecEnv(
        gym.make_vec("CartPole-v1", count, vectorization_mode="sync", vector_kwargs=SAME_STEP)
    )


def test_ppo_learns_the_same_as_on_dummy_vec_env():
    """Bit for bit: seeds, autoreset, and values of truncated episodes are all handed over."""
    weights = []
    for env in (adapted(), dummy()):
        model = PPO("MlpPolicy", env, seed=3, n_steps=32, batch_size=64, n_epochs=2, device="cpu")
        model.learn(256)
        weights.append([value.detach().numpy() for value in model.policy.parameters()])
        assert len(model.ep_info_buffer) > 0
    assert all(np.array_equal(a, b) for a, b in zip(*weights, strict=True))


@pytest.mark.parametrize(
    ("algorithm", "options"),
    [
        (PPO, {"n_steps": 32, "batch_size": 64, "n_epochs": 2}),
        (A2C, {"n_steps": 8}),
        (DQN, {"learning_starts": 50, "batch_size": 16}),
    ],
)
def test_algorithms_for_discrete_actions_learn_on_cart_pole(algorithm, options):
    model = algorithm("MlpPolicy", cart_poles(), seed=0, device="cpu", **options)
    before = {name: value.clone() for name, value in model.policy.state_dict().items()}
    model.learn(256)
    after = model.policy.state_dict()
    assert any(not before[name].equal(after[name]) for name in before)
    lengths = [episode["l"] for episode in model.ep_info_buffer]
    assert lengths and lengths == [episode["r"] for episode in model.ep_info_buffer]


def test_sac_learns_on_box_actions():
    env = SB3VecEnv(Lives(3, gym.spaces.Box(-2.0, 2.0, (2,), np.float32)))
    model = SAC("MlpPolicy", env, seed=0, learning_starts=10, batch_size=8, device="cpu")
    model.learn(60)
    # 60 steps of 3 rows: 20 each; every stored end was a truncation, so none stops bootstrapping.
    assert model.replay_buffer.dones[:20].sum() == model.replay_buffer.timeouts[:20].sum() == 21
    assert {episode["r"] for episode in model.ep_info_buffer} == {2.0, 3.0, 4.0}


def knowledge_graph(count=8, **options):
    return SB3VecEnv(gym.make_vec("teachgym/KnowledgeGraph-v0", count, budget=15, **options))


def test_returns_on_a_knowledge_graph_are_what_the_students_learned():
    """The rewards are gains of the exam: an episode's return is its last exam less its first."""
    env = knowledge_graph()
    env.seed(0)
    env.reset()
    env.action_space.seed(0)
    for _ in range(3):
        first = [info["exam"] for info in env.reset_infos]
        for _ in range(15):
            _, _, dones, infos = env.step(np.array([env.action_space.sample() for _ in range(8)]))
        assert dones.all()
        gains = [info["exam"] - before for info, before in zip(infos, first, strict=True)]
        assert gains == pytest.approx([info["episode"]["r"] for info in infos], abs=1e-5)
        assert len(set(gains)) == 8
        assert not any(info["TimeLimit.truncated"] for info in infos)
        # The share of the budget that is left, before the reset and after it.
        assert [info["terminal_observation"][-1] for info in infos] == [0.0] * 8


@pytest.mark.parametrize(
    ("algorithm", "action", "options"),
    [
        (PPO, "multidiscrete", {"n_steps": 32, "batch_size": 64, "n_epochs": 2}),
        (A2C, "multidiscrete", {"n_steps": 8}),
        (DQN, "discrete", {"learning_starts": 50, "batch_size": 16}),
    ],
)
def test_algorithms_learn_on_a_knowledge_graph(algorithm, action, options):
    env = knowledge_graph(action=action)
    model = algorithm("MlpPolicy", env, seed=0, device="cpu", **options)
    before = {name: value.clone() for name, value in model.policy.state_dict().items()}
    model.learn(512)
    after = model.policy.state_dict()
    assert any(not before[name].equal(after[name]) for name in before)
    assert {episode["l"] for episode in model.ep_info_buffer} == {15}


def test_sac_learns_on_a_landscape():
    env = SB3VecEnv(gym.make_vec("teachgym/Landscape-v0", 8, budget=15))
    model = SAC("MlpPolicy", env, seed=0, learning_starts=64, batch_size=16, device="cpu")
    before = {name: value.clone() for name, value in model.policy.state_dict().items()}
    model.learn(256)
    after = model.policy.state_dict()
    assert any(not before[name].equal(after[name]) for name in before)
    assert {episode["l"] for episode in model.ep_info_buffer} == {15}


def test_wrappers_and_evaluation_of_sb3_work(recwarn):
    env = VecNormalize(cart_poles(2))
    model = PPO("MlpPolicy", env, seed=0, n_steps=32, batch_size=32, n_epochs=1, device="cpu")
    model.learn(64)
    mean, _ = evaluate_policy(model, cart_poles(2), n_eval_episodes=4)
    assert 5 < mean <= 500
    assert not [w for w in recwarn if "Monitor" in str(w.message)]
    with pytest.warns(UserWarning, match="already wrapped"):
        VecMonitor(cart_poles(1))


def test_environments_load_without_stable_baselines():
    code = (
        "import sys, teachgym.envs, teachgym.training as training\n"
        "heavy = ('torch', 'stable_baselines3')\n"
        "assert not any(name in sys.modules for name in heavy)\n"
        "training.SB3VecEnv\n"
        "assert all(name in sys.modules for name in heavy)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.delitem(sys.modules, "teachgym.training.sb3_vec_env", raising=False)
    monkeypatch.setitem(sys.modules, "stable_baselines3.common.monitor", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'teachgym\[rl\]'"):
        importlib.import_module("teachgym.training.sb3_vec_env")
