"""Teachers trained by reinforcement learning: the algorithms of Stable-Baselines3, kept simple."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import VectorEnv
from gymnasium.vector.utils import batch_space

from ..core.isolation import isolated_rng
from ..core.names import lookup
from ..teachers.network import PolicyNetwork

if TYPE_CHECKING:
    from stable_baselines3.common.base_class import BaseAlgorithm

ALGORITHMS: dict[str, dict[str, Any]] = {
    "ppo": {"n_steps": 64, "n_epochs": 8, "learning_rate": 1e-3, "gamma": 0.98},
    "a2c": {"n_steps": 16},
    "dqn": {"gradient_steps": 4, "batch_size": 256},
    "sac": {},
}
"""The algorithms by name, with the arguments that differ here from Stable-Baselines3's defaults.

Those defaults are for one environment, and these for some dozens at once. PPO cuts each rollout
into four batches unless it is told otherwise.
"""

LEAST_DEVIATION = 0.1
"""Least deviation to divide by where no episode has ended, as a share of the Box."""
SCALING_LESSONS = 256
"""Uniform lessons of each student from which the scale of the observations is taken."""

KINDS = {
    "ppo": (gym.spaces.Discrete, gym.spaces.MultiDiscrete, gym.spaces.Box),
    "a2c": (gym.spaces.Discrete, gym.spaces.MultiDiscrete, gym.spaces.Box),
    "dqn": (gym.spaces.Discrete,),
    "sac": (gym.spaces.Box,),
}
"""The action spaces that each one knows."""


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """How far a training is.

    Attributes:
        steps: Lessons given, over all students.
        total: Lessons to give.
        episodes: Episodes that ended since the last report.
        mean_return: Their mean return, None if there were none.
    """

    steps: int
    total: int
    episodes: int
    mean_return: float | None


class PolicyTraining:
    """One training of a policy, over many students at once.

    For PPO and A2C, rewards are divided by a running estimate of the returns' deviation, as what a
    student learns in one lesson is little; reported returns are the environment's own. What they
    observe is standardised by the means and deviations of `SCALING_LESSONS` uniform lessons before
    the training, as shares of practice, say, are far below 1 (where no episode has ended by then,
    deviations count as at least a tenth of the Box); the exported policy takes the observations as
    they are. And a learning rate that is a number falls linearly to 0.

    Args:
        env: A vector environment in the mode SAME_STEP, with flat observations.
        algorithm: A name in `ALGORITHMS`.
        seed: Seeds the students, the network and the actions.
        options: Arguments of the algorithm, such as ``{"learning_rate": 1e-4}``.

    Raises:
        ValueError: For an unknown algorithm, or spaces that it doesn't know.
        ModuleNotFoundError: Without Stable-Baselines3.
    """

    def __init__(
        self,
        env: VectorEnv,
        algorithm: str = "ppo",
        *,
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        from .sb3_vec_env import SB3VecEnv

        defaults = lookup("algorithm", algorithm, ALGORITHMS)
        space, observations = env.single_action_space, env.single_observation_space
        if not isinstance(space, KINDS[algorithm]):
            able = [name for name, kinds in KINDS.items() if isinstance(space, kinds)]
            raise ValueError(
                f"{algorithm} knows no actions in {space!r}; "
                f"{' and '.join(able) or 'no algorithm'} would"
            )
        flat = isinstance(observations, gym.spaces.Box) and len(observations.shape) == 1
        if not flat or not np.issubdtype(observations.dtype, np.floating):
            raise ValueError(
                f"a policy is trained on a flat Box of floats, not on {observations!r}"
            )
        self.env = SB3VecEnv(env)
        self.algorithm = algorithm
        self.seed = seed
        self.options = {**defaults, **(options or {})}
        if algorithm == "ppo":
            rollout = self.options["n_steps"] * self.env.num_envs
            self.options.setdefault("batch_size", max(rollout // 4, 2))
        self.model: BaseAlgorithm | None = None

    @property
    def steps(self) -> int:
        """Lessons given so far."""
        return 0 if self.model is None else int(self.model.num_timesteps)

    def run(
        self,
        total_steps: int,
        report: Callable[[TrainingProgress], None] | None = None,
        reports: int = 100,
    ) -> None:
        """Train from the start. What was learned before an interrupt is kept.

        Args:
            total_steps: Lessons to give, over all students; a started rollout is finished.
            report: Called about `reports` times, the end included.
            reports: How often.

        Raises:
            ValueError: For options that the algorithm refuses.
        """
        returns: list[float] = []
        reported = 0

        def after_step(scope: dict[str, Any], _: dict[str, Any]) -> bool:
            nonlocal reported
            infos = scope["infos"]
            returns.extend(infos[i]["episode"]["r"] for i in np.flatnonzero(scope["dones"]))
            steps = self.steps
            if report is not None and steps * reports // total_steps > reported:
                reported = steps * reports // total_steps
                mean = float(np.mean(returns)) if returns else None
                report(TrainingProgress(steps, total_steps, len(returns), mean))
                returns.clear()
            return True

        with isolated_rng():  # Stable-Baselines3 seeds and uses the global generators
            self.model = self._build()
            self.model.learn(total_steps, callback=after_step, log_interval=None)  # type: ignore[arg-type]

    def network(self) -> PolicyNetwork:
        """The policy as it is now.

        Raises:
            RuntimeError: Before `run`.
        """
        if self.model is None:
            raise RuntimeError("nothing was trained yet; call run first")
        return network_of(self.model)

    def _build(self) -> BaseAlgorithm:
        import stable_baselines3
        from stable_baselines3.common.vec_env import VecEnv, VecNormalize

        env: VecEnv = self.env
        options = {"device": "cpu", **self.options}
        if self.algorithm in ("ppo", "a2c"):
            gamma = options.get("gamma", 0.99)
            env = VecNormalize(env, norm_obs=False, norm_reward=True, gamma=gamma)
            options["policy_kwargs"] = {**self._scaling(), **options.get("policy_kwargs", {})}
            rate = options.get("learning_rate")
            if isinstance(rate, int | float):
                options["learning_rate"] = lambda left: rate * left
        kind = getattr(stable_baselines3, self.algorithm.upper())
        try:
            return kind("MlpPolicy", env, seed=self.seed, **options)
        except (TypeError, AssertionError) as error:  # an unknown option, or one out of range
            raise ValueError(f"{self.algorithm}: {error}") from error

    def _scaling(self) -> dict[str, Any]:
        """Arguments of a policy that standardises what it observes."""
        from .standardised import Standardised

        actions = batch_space(self.env.action_space, self.env.num_envs)
        actions.seed(self.seed)
        self.env.seed(self.seed)
        seen: list[Any] = [self.env.reset()]
        ended = False
        for _ in range(SCALING_LESSONS):
            observation, _, done, _ = self.env.step(actions.sample())
            seen.append(observation)
            ended |= bool(done.any())
        rows = np.concatenate(seen)
        deviation = rows.std(axis=0)
        space = self.env.observation_space
        if not ended and isinstance(space, gym.spaces.Box) and space.is_bounded():
            # What was seen is the beginning of an episode: much more is still to come.
            deviation = np.maximum(deviation, LEAST_DEVIATION * (space.high - space.low))
        scale = {"mean": rows.mean(axis=0), "deviation": np.where(deviation > 1e-6, deviation, 1.0)}
        return {"features_extractor_class": Standardised, "features_extractor_kwargs": scale}


def network_of(model: BaseAlgorithm) -> PolicyNetwork:
    """The policy of a model of Stable-Baselines3 as a network that needs no torch.

    Raises:
        ValueError: For a policy that is no multilayer perceptron with plain Gaussian noise.
    """
    from stable_baselines3 import DQN, SAC
    from stable_baselines3.common.policies import ActorCriticPolicy
    from stable_baselines3.common.torch_layers import FlattenExtractor
    from torch import nn

    from .standardised import Standardised

    policy: Any = model.policy
    log_std = None
    if isinstance(model, DQN):
        source, head, layers = policy.q_net, "values", _linear(policy.q_net.q_net)
    elif isinstance(model, SAC) and not model.use_sde:
        source, head, layers = policy.actor, "squashed", _linear(policy.actor.latent_pi)
        ends = (_arrays(policy.actor.mu), _arrays(policy.actor.log_std))
        layers.append(tuple(np.concatenate(parts) for parts in zip(*ends, strict=True)))  # type: ignore[arg-type]
    elif isinstance(policy, ActorCriticPolicy) and not policy.use_sde:
        source, layers = policy, _linear(policy.mlp_extractor.policy_net)
        layers.append(_arrays(policy.action_net))
        box = isinstance(model.action_space, gym.spaces.Box)
        head = "gaussian" if box else "logits"
        log_std = policy.log_std.detach().cpu().numpy().copy() if box else None
    else:
        raise ValueError(f"a policy of {type(model).__name__} with these options can't be exported")
    names = {nn.Tanh: "tanh", nn.ReLU: "relu"}
    extractor = source.features_extractor
    if isinstance(extractor, Standardised):
        layers[0] = extractor.folded(*layers[0])
    elif type(extractor) is not FlattenExtractor:
        extractor = None
    if source.activation_fn not in names or extractor is None:
        raise ValueError("only multilayer perceptrons with Tanh or ReLU can be exported")
    return PolicyNetwork(
        layers=tuple(layers),
        activation=names[source.activation_fn],
        head=head,
        observation_shape=tuple(model.observation_space.shape or ()),
        action_space=repr(model.action_space),
        log_std=log_std,
    )


def _linear(network: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    from torch import nn

    return [_arrays(layer) for layer in network if isinstance(layer, nn.Linear)]


def _arrays(layer: Any) -> tuple[np.ndarray, np.ndarray]:
    """Copies of weight and bias."""
    weight, bias = layer.weight.detach().cpu().numpy(), layer.bias.detach().cpu().numpy()
    return weight.copy(), bias.copy()
