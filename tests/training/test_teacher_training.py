"""Training of teachers: what is exported acts as Stable-Baselines3 does, and learns."""

import random

import gymnasium as gym
import numpy as np
import pytest
import torch
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

import teachgym.envs  # noqa: F401 - registers the environments
from teachgym.teachers import PolicyTeacher
from teachgym.training.teacher_training import PolicyTraining

SMALL = {
    "ppo": {"n_steps": 16, "batch_size": 64, "n_epochs": 2},
    "a2c": {"n_steps": 8},
    "dqn": {"learning_starts": 64, "batch_size": 16},
    "sac": {"learning_starts": 64, "batch_size": 16},
}
BOX = gym.spaces.Box(np.array([-1, 0], np.float32), np.array([1, 9], np.float32))


class Hidden(VectorEnv):
    """Pays 1 for the cell that the observation names, over lives of 10 steps."""

    metadata = {"autoreset_mode": AutoresetMode.SAME_STEP}
    render_mode = None

    def __init__(self, num_envs, single_action_space, inputs=3):
        self.num_envs = num_envs
        self.single_action_space = single_action_space
        self.single_observation_space = gym.spaces.Box(0.0, 1.0, (inputs,), np.float32)
        self.action_space = batch_space(single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)

    def _observation(self):
        inputs = self.single_observation_space.shape[0]
        self.cell = self.np_random.integers(inputs, size=self.num_envs)
        return np.eye(inputs, dtype=np.float32)[self.cell]

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.age = 0
        return self._observation(), {}

    def step(self, actions):
        assert self.action_space.contains(actions)
        first = np.asarray(actions).reshape(self.num_envs, -1)[:, 0]
        reward = 0.01 * (np.round(first) == self.cell)
        self.age = (self.age + 1) % 10
        ended, info = np.full(self.num_envs, self.age == 0), {}
        if self.age == 0:
            info = {"final_obs": self._observation(), "_final_obs": ended}
        return self._observation(), reward, ended, np.zeros_like(ended), info


@pytest.mark.parametrize(
    ("algorithm", "space"),
    [
        ("ppo", gym.spaces.Discrete(3)),
        ("ppo", gym.spaces.MultiDiscrete([3, 4])),
        ("ppo", BOX),
        ("a2c", gym.spaces.MultiDiscrete([3, 4])),
        ("dqn", gym.spaces.Discrete(3)),
        ("sac", BOX),
    ],
)
def test_exported_policies_act_as_the_trained_models(algorithm, space, tmp_path):
    training = PolicyTraining(Hidden(4, space), algorithm, options=SMALL[algorithm])
    training.run(128)
    training.network().save(tmp_path)
    teacher = PolicyTeacher(space, folder=tmp_path, deterministic=True)
    rng = np.random.default_rng(0)
    for observation in rng.random((50, 3), dtype=np.float32):
        action, _ = training.model.predict(observation, deterministic=True)
        mine = teacher.act(observation)
        assert mine in space
        assert np.allclose(mine, action, atol=1e-5)


@pytest.mark.parametrize("algorithm", ["ppo", "a2c"])
def test_sampled_actions_have_the_distribution_of_the_model(algorithm, tmp_path):
    space = gym.spaces.MultiDiscrete([3, 4])
    training = PolicyTraining(Hidden(4, space), algorithm, options=SMALL[algorithm])
    training.run(512)
    training.network().save(tmp_path)
    teacher = PolicyTeacher(space, seed=0, folder=tmp_path)
    observation = np.eye(3, dtype=np.float32)[0]
    shown = training.model.policy.obs_to_tensor(observation)[0]
    categories = training.model.policy.get_distribution(shown).distribution
    actions = np.array([teacher.act(observation) for _ in range(2000)])
    for axis, category in enumerate(categories):
        expected = 2000 * category.probs[0].detach().numpy()
        counts = np.bincount(actions[:, axis], minlength=len(expected))
        # The 99.9% points of chi-square with 2 and 3 degrees of freedom.
        assert np.sum((counts - expected) ** 2 / expected) < (13.8, 16.3)[axis]


def test_ppo_learns_what_pays(tmp_path):
    space = gym.spaces.Discrete(3)
    training = PolicyTraining(Hidden(16, space), options={**SMALL["ppo"], "learning_rate": 0.01})
    reports = []
    training.run(8192, reports.append, reports=8)
    training.network().save(tmp_path)
    teacher = PolicyTeacher(space, folder=tmp_path, deterministic=True)
    assert [teacher.act(row) for row in np.eye(3, dtype=np.float32)] == [0, 1, 2]
    assert [report.steps for report in reports] == list(range(1024, 8193, 1024))
    # Returns are the environment's own, not those that PPO sees: 10 steps of 0.01 at most.
    assert reports[0].mean_return < 0.07 < 0.085 < reports[-1].mean_return <= 0.1
    # 64 steps of 16 students between reports: 6 or 7 lives of each end.
    assert {report.episodes for report in reports} == {96, 112}


def test_observations_are_standardised_for_ppo():
    """The seeds' uniform lessons show each of three cells a third of the time."""
    training = PolicyTraining(Hidden(64, gym.spaces.Discrete(3)), options=SMALL["ppo"])
    training.run(64)
    extractor = training.model.policy.features_extractor
    # Mean 1/3 and deviation sqrt(1/3 · 2/3) = 0.4714 of 64 · 257 draws.
    assert extractor.mean.numpy() == pytest.approx([1 / 3] * 3, abs=0.015)
    assert extractor.deviation.numpy() == pytest.approx([0.4714] * 3, abs=0.01)
    shown = extractor(torch.tensor([[1.0, 0.0, 0.0]])).numpy()
    assert shown == pytest.approx(np.array([[1.414, -0.707, -0.707]]), abs=0.05)


def test_the_beginning_of_a_long_episode_does_not_set_the_scale():
    env = gym.make_vec("teachgym/Landscape-v0", num_envs=2)
    training = PolicyTraining(env, "ppo", options=SMALL["ppo"])
    training.run(32)
    # The share of the budget that is left (20,000 lessons) hardly moved while the scale was taken.
    assert training.model.policy.features_extractor.deviation.min() >= 0.1


def test_the_learning_rate_falls_to_nothing():
    training = PolicyTraining(Hidden(4, gym.spaces.Discrete(3)), options=SMALL["ppo"])
    rates = []

    def note(_):
        rates.append(training.model.policy.optimizer.param_groups[0]["lr"])

    training.run(640, note, reports=10)
    assert rates == sorted(rates, reverse=True)
    # In the tenth of ten rollouts, 1/8 or less of the rate is left; in the first, all of it.
    assert rates[-1] < 0.25 * rates[0]


def test_the_same_seed_trains_the_same_policy_and_touches_no_global_generator():
    def weights(seed):
        training = PolicyTraining(
            Hidden(4, gym.spaces.Discrete(3)), seed=seed, options=SMALL["ppo"]
        )
        training.run(128)
        return training.network().layers[0][0]

    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    first = weights(0)
    drawn = random.random(), np.random.random(), float(torch.rand(1))
    assert np.array_equal(first, weights(0))
    assert not np.array_equal(first, weights(1))
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    assert drawn == (random.random(), np.random.random(), float(torch.rand(1)))


def test_an_interrupt_keeps_what_was_learned():
    def stop(progress):
        if progress.steps >= 256:
            raise KeyboardInterrupt

    training = PolicyTraining(Hidden(4, gym.spaces.Discrete(3)), options=SMALL["ppo"])
    with pytest.raises(RuntimeError, match="nothing was trained"):
        training.network()
    with pytest.raises(KeyboardInterrupt):
        training.run(1024, stop)
    assert training.steps == 256
    assert training.network().layers[0][0].shape == (64, 3)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"unknown algorithm 'pp0'; did you mean 'ppo'"):
        PolicyTraining(Hidden(2, BOX), "pp0")
    with pytest.raises(ValueError, match=r"dqn knows no actions in Multi.*; ppo and a2c would"):
        PolicyTraining(Hidden(2, gym.spaces.MultiDiscrete([2, 2])), "dqn")
    with pytest.raises(ValueError, match=r"sac knows no .*; ppo and a2c and dqn would"):
        PolicyTraining(Hidden(2, gym.spaces.Discrete(2)), "sac")
    env = Hidden(2, gym.spaces.Discrete(2))
    env.single_observation_space = gym.spaces.Discrete(4)
    with pytest.raises(ValueError, match=r"flat Box of floats, not on Discrete\(4\)"):
        PolicyTraining(env)
    training = PolicyTraining(Hidden(2, gym.spaces.Discrete(2)), options={"n_step": 3})
    with pytest.raises(ValueError, match=r"ppo: .*n_step"):
        training.run(8)


def test_policies_that_no_file_can_hold_are_refused():
    options = {**SMALL["ppo"], "batch_size": 32, "use_sde": True}
    training = PolicyTraining(Hidden(2, BOX), options=options)
    training.run(16)
    with pytest.raises(ValueError, match="can't be exported"):
        training.network()
    training = PolicyTraining(
        Hidden(2, BOX),
        options={
            **SMALL["ppo"],
            "batch_size": 32,
            "policy_kwargs": {"activation_fn": torch.nn.ELU},
        },
    )
    training.run(16)
    with pytest.raises(ValueError, match="Tanh or ReLU"):
        training.network()
