"""A teacher that was trained."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

from ..core.spaces import Cells, Cube
from .checked import CheckedTeacher
from .network import PolicyNetwork


class PolicyTeacher(CheckedTeacher):
    """Acts on the observation by a policy that ``teachgym train-teacher`` has trained.

    The policy is a network in two files, ``policy.safetensors`` and ``policy.json``, see
    `PolicyNetwork`. It learns nothing more here. It fits every environment with the action space
    and the shape of observations that it was trained with, whoever the student is. Such a teacher
    is this library's own; the algorithms that train it are those of Stable-Baselines3.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box``: that of the policy.
        seed: Seeds the teacher's own generator, which sampled actions are drawn from.
        folder: Where the policy is.
        deterministic: Whether to take the likeliest action instead of drawing one. A policy that
            was trained to draw may repeat itself for ever when it does not. Values of actions are
            always taken greedily.

    Raises:
        ValueError: Without a folder, or for a policy that can't be read or acts in another space.
        ModuleNotFoundError: Without safetensors.

    Attributes:
        policy: A checksum of the weights, so that a state is not loaded into another policy.
    """

    requires = ("folder",)
    needs_observation = True
    extra = "rl"
    family = "learned"
    state_fields = ("policy",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        folder: str | Path | None = None,
        deterministic: bool = False,
    ) -> None:
        super().__init__(action_space, seed=seed)
        # Refuse what no teacher can act in, whatever the folder holds.
        if isinstance(action_space, gym.spaces.Box):
            Cube(action_space)
        else:
            Cells(action_space)
        if folder is None:
            raise ValueError(
                "a policy teacher needs folder=, where teachgym train-teacher has saved a policy"
            )
        self.network = PolicyNetwork.load(str(folder))
        self.network.check(action_space)
        self.policy = zlib.crc32(
            b"".join(array.tobytes() for pair in self.network.layers for array in pair)
        )
        self.deterministic = bool(deterministic)

    def act(self, observation: Any = None) -> Any:
        """Choose an element of the action space.

        Raises:
            ValueError: For an observation of another shape than those of the training.
        """
        shape = None if observation is None else np.shape(observation)
        if shape != self.network.observation_shape:
            raise ValueError(
                f"the policy was trained on observations of shape {self.network.observation_shape},"
                f" and this one has {'none' if shape is None else shape}"
            )
        greedy = self.deterministic or self.network.head == "values"
        rng = None if greedy else self.rng
        return self.network.action(observation, self.action_space, rng)

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Check the lesson, and forget it."""
        self.check(action, score)

    def _restored(self, name: str, value: Any) -> Any:
        if value != getattr(self, name):
            raise ValueError(
                "this state does not fit: it is of a teacher with another policy; give the folder "
                "that holds the one it was saved with"
            )
        return value
