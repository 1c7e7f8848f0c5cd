"""A Gymnasium vector environment as Stable-Baselines3 wants it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import Wrapper
from gymnasium.vector import AutoresetMode, VectorEnv

try:
    from stable_baselines3.common.monitor import Monitor
    from stable_baselines3.common.vec_env import VecEnv
    from stable_baselines3.common.vec_env.base_vec_env import (
        VecEnvIndices,
        VecEnvObs,
        VecEnvStepReturn,
    )
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "SB3VecEnv needs stable-baselines3: pip install 'teachgym[rl]'"
    ) from error


class SB3VecEnv(VecEnv):
    """Adapts a Gymnasium `VectorEnv` to Stable-Baselines3's `VecEnv`.

    The students of a native vector environment then learn side by side under one policy, at the
    environment's own speed: no Python loop over the environments that go on.

    What an algorithm finds in the info of an environment whose episode has just ended:

    - ``terminal_observation``, the last observation before the reset;
    - ``TimeLimit.truncated``, whether it was cut off, so that its last value is bootstrapped;
    - ``episode`` with the return ``r``, the length ``l`` and the seconds ``t`` since the start, as
      SB3's `Monitor` gives them: ``ep_rew_mean`` is logged without a `VecMonitor`;
    - the environment's own last info.

    The info of an environment that goes on is an empty dict: SB3's algorithms look at no other, and
    taking the info apart at each step would cost more than the step.

    Args:
        env: A vector environment that resets in the step that ends an episode.

    Raises:
        TypeError: For something else than a Gymnasium vector environment.
        ValueError: For another autoreset mode, an environment that hands out its own buffers, or
            actions that are not counted from 0.
    """

    def __init__(self, env: VectorEnv) -> None:
        if not isinstance(env, VectorEnv):
            raise TypeError(
                f"env must be a gymnasium.vector.VectorEnv, as of gym.make_vec, not {env!r}"
            )
        mode = env.metadata.get("autoreset_mode")
        if mode != AutoresetMode.SAME_STEP:
            raise ValueError(
                f"{env} has the autoreset mode {mode}, and Stable-Baselines3 needs SAME_STEP; "
                "environments of teachgym have it, others may take it: gym.make_vec(id, num_envs, "
                'vectorization_mode="sync", vector_kwargs={"autoreset_mode": "SameStep"})'
            )
        if getattr(env.unwrapped, "copy", True) is False:
            raise ValueError(
                f"{env} was made with copy=False: it overwrites observations that Stable-Baselines3"
                " still holds; make it with copy=True"
            )
        if np.any(getattr(env.single_action_space, "start", 0)):
            raise ValueError(
                f"Stable-Baselines3 counts actions from 0, unlike {env.single_action_space!r}"
            )
        self.env = env
        super().__init__(env.num_envs, env.single_observation_space, env.single_action_space)
        self._actions: np.ndarray | None = None
        self._started = time.time()
        self._returns = np.zeros(self.num_envs)
        self._lengths = np.zeros(self.num_envs, dtype=np.int64)

    def reset(self) -> VecEnvObs:
        """Begin new episodes, with the seeds of `seed` and the options of `set_options`.

        Raises:
            ValueError: For options that differ between the environments.
        """
        options = self._options[0]
        if any(other != options for other in self._options):
            raise ValueError("a vector environment takes the same options for all environments")
        # A vector environment spreads one seed over its environments, as `seed` did.
        observation, info = self.env.reset(seed=self._seeds[0], options=options or None)
        self._reset_seeds()
        self._reset_options()
        self.reset_infos = [_of_one(info, index) for index in range(self.num_envs)]
        self._returns[:] = 0
        self._lengths[:] = 0
        return observation

    def step_async(self, actions: np.ndarray) -> None:
        """Take the actions, shape (num_envs, ...), of the next `step_wait`."""
        self._actions = actions

    def step_wait(self) -> VecEnvStepReturn:
        """Step all environments.

        Returns:
            Observations, float32 rewards and ends of episodes, one row per environment, and the
            infos described above. All of it is the caller's.
        """
        observation, reward, terminated, truncated, info = self.env.step(self._actions)
        # A copy: algorithms add the value of a truncated episode's last observation to it.
        rewards = np.array(reward, dtype=np.float32)
        dones = np.logical_or(terminated, truncated)
        self._returns += rewards
        self._lengths += 1
        # Each one its own: wrappers write into them.
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        ended = np.flatnonzero(dones)
        if len(ended):
            self._end(ended, terminated, info, infos)
        return observation, rewards, dones, infos

    def _end(
        self,
        ended: np.ndarray,
        terminated: np.ndarray,
        info: Mapping[str, Any],
        infos: list[dict[str, Any]],
    ) -> None:
        """Fill in the infos of the episodes that have ended."""
        final = info.get("final_info", {})
        fresh = {key: value for key, value in info.items() if key.lstrip("_") not in FINAL}
        seconds = round(time.time() - self._started, 6)
        for index in ended.tolist():
            infos[index] = {
                **_of_one(final, index),
                "TimeLimit.truncated": not terminated[index],
                "terminal_observation": _row(info["final_obs"], index),
                "episode": {
                    "r": round(float(self._returns[index]), 6),
                    "l": int(self._lengths[index]),
                    "t": seconds,
                },
            }
            self.reset_infos[index] = _of_one(fresh, index)
        self._returns[ended] = 0
        self._lengths[ended] = 0

    def close(self) -> None:
        """Close the environment."""
        self.env.close()

    def get_images(self) -> Sequence[np.ndarray | None]:
        """The picture of each environment, None without ``render_mode="rgb_array"``."""
        images: Any = self.env.render() if self.render_mode == "rgb_array" else None
        return [None] * self.num_envs if images is None else list(images)

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """An attribute for each environment; that of the vector environment, if it is native."""
        base = self.env.unwrapped
        if attr_name != "render_mode" and hasattr(base, "get_attr"):
            values = base.get_attr(attr_name)
        else:
            values = [getattr(self.env, attr_name)] * self.num_envs
        return [values[index] for index in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Refused: a native vector environment has no separate environments to change.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError(f"set {attr_name} on the vector environment itself: vec_env.env")

    def env_method(
        self,
        method_name: str,
        *method_args: Any,
        indices: VecEnvIndices = None,
        **method_kwargs: Any,
    ) -> list[Any]:
        """Call a method of each environment.

        Raises:
            NotImplementedError: For a native vector environment, which has no separate ones.
        """
        base = self.env.unwrapped
        if not hasattr(base, "call"):
            raise NotImplementedError(
                f"{self.env} has no separate environments; call {method_name} on the vector "
                "environment itself: vec_env.env"
            )
        results = base.call(method_name, *method_args, **method_kwargs)
        return [results[index] for index in self._get_indices(indices)]

    def env_is_wrapped(
        self, wrapper_class: type[Wrapper], indices: VecEnvIndices = None
    ) -> list[bool]:
        """Whether each environment has a wrapper: a `Monitor` for SB3, as it gives ``episode``."""
        return [wrapper_class is Monitor for _ in self._get_indices(indices)]


FINAL = ("final_obs", "final_info")
"""Keys of the info that belong to the episode that has ended."""


def _of_one(info: Mapping[str, Any], index: int) -> dict[str, Any]:
    """One environment's part of a vector environment's info.

    Args:
        info: For each key an array with a row per environment, or a dict of such; beside it, under
            ``_key``, which environments have the key.
        index: The environment.
    """
    own = {}
    for key, value in info.items():
        if key.startswith("_") and key[1:] in info:
            continue
        mask = info.get(f"_{key}")
        if mask is None or mask[index]:
            own[key] = _of_one(value, index) if isinstance(value, Mapping) else value[index]
    return own


def _row(observation: Any, index: int) -> Any:
    """One environment's observation, of a batch that may be a dict of arrays."""
    if isinstance(observation, Mapping):
        return {key: _row(value, index) for key, value in observation.items()}
    return observation[index]
