"""A trained policy as a plain network: a file without pickle, and NumPy alone to run it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import gymnasium as gym
import numpy as np

WEIGHTS, DESCRIPTION = "policy.safetensors", "policy.json"
VERSION = 1
"""Version of the two files' layout."""

ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
}
HEADS: dict[str, tuple[type[gym.Space], ...]] = {
    "logits": (gym.spaces.Discrete, gym.spaces.MultiDiscrete),
    "values": (gym.spaces.Discrete,),
    "gaussian": (gym.spaces.Box,),
    "squashed": (gym.spaces.Box,),
}
"""What the last layer's numbers are, and the spaces they make actions for."""

LOG_STD = (-20.0, 2.0)
"""Bounds of a squashed Gaussian's log standard deviation, as in Stable-Baselines3's SAC."""


@dataclass(frozen=True)
class PolicyNetwork:
    """A multilayer perceptron from observations to actions.

    What the last layer gives depends on the head: for "logits" one number per choice, axis after
    axis (greedy: the largest; sampled: by their softmax); for "values" the value of each choice
    (likewise, though a softmax of values means little); for "gaussian" means, with `log_std` beside
    them (the mean; a normal, clipped to the Box); for "squashed" means, then log standard
    deviations (tanh of the mean; tanh of a normal).

    A tanh is stretched from [-1, 1] to the Box.

    Attributes:
        layers: Weight of shape (outputs, inputs) and bias of shape (outputs,) of each layer.
        activation: Between the layers: a name in `ACTIVATIONS`.
        head: A name in `HEADS`.
        observation_shape: Shape of the observations; they are flattened.
        action_space: The space it acts in, as text.
        log_std: Shape (actions,), for ``"gaussian"``.
        training: How it came about; JSON.
    """

    layers: tuple[tuple[np.ndarray, np.ndarray], ...]
    activation: str
    head: str
    observation_shape: tuple[int, ...]
    action_space: str
    log_std: np.ndarray | None = None
    training: Mapping[str, Any] = field(default_factory=dict)

    def check(self, space: gym.Space) -> None:
        """Refuse to act in another space than the one it was trained in.

        Raises:
            ValueError: For another space, or a network that does not fit together.
        """
        if repr(space) != self.action_space:
            raise ValueError(
                f"the policy acts in {self.action_space}, and the teacher's action space is "
                f"{space!r}; train one there, or give the environment the options it was trained "
                "with"
            )
        sizes = [math.prod(self.observation_shape)]
        for weight, bias in self.layers:
            if weight.ndim != 2 or weight.shape[1] != sizes[-1] or bias.shape != weight.shape[:1]:
                raise ValueError(f"the policy's layers do not fit together: {self._shapes()}")
            sizes.append(len(bias))
        known = self.activation in ACTIVATIONS and isinstance(space, HEADS.get(self.head, ()))
        if not known or sizes[-1] != _outputs(self.head, space):
            raise ValueError(
                f"the policy's last layer has {sizes[-1]} {self.head} behind {self.activation}, "
                f"which make no action in {space!r}"
            )
        spread = () if self.log_std is None else self.log_std.shape
        if self.head == "gaussian" and spread != (sizes[-1],):
            raise ValueError(f"the policy has no log_std of shape ({sizes[-1]},)")

    def output(self, observation: np.ndarray) -> np.ndarray:
        """The last layer's numbers for an observation of `observation_shape`, shape (outputs,)."""
        hidden = np.asarray(observation, dtype=np.float32).ravel()
        for index, (weight, bias) in enumerate(self.layers):
            if index:
                hidden = ACTIVATIONS[self.activation](hidden)
            hidden = weight @ hidden + bias
        return hidden

    def action(
        self, observation: np.ndarray, space: gym.Space, rng: np.random.Generator | None = None
    ) -> Any:
        """The greedy element of the space, or with a generator a sampled one.

        Args:
            observation: Of shape `observation_shape`.
            space: Has passed `check`.
            rng: Draws the action; None takes the likeliest.
        """
        output = self.output(observation).astype(np.float64)
        if isinstance(space, gym.spaces.Discrete):
            return np.int64(choose(output, rng) + space.start)
        if isinstance(space, gym.spaces.MultiDiscrete):
            axes = np.split(output, np.cumsum(space.nvec)[:-1])
            return (np.array([choose(axis, rng) for axis in axes]) + space.start).astype(
                space.dtype
            )
        assert isinstance(space, gym.spaces.Box)
        if self.head == "gaussian":
            value = output
            if rng is not None:
                assert self.log_std is not None
                value = value + np.exp(self.log_std) * rng.standard_normal(len(value))
        else:
            mean, log_std = np.split(output, 2)
            noise = 0.0 if rng is None else rng.standard_normal(len(mean))
            squashed = np.tanh(mean + np.exp(np.clip(log_std, *LOG_STD)) * noise)
            low, high = (bound.ravel().astype(np.float64) for bound in (space.low, space.high))
            value = low + 0.5 * (squashed + 1.0) * (high - low)
        shaped = value.reshape(space.shape).astype(space.dtype)
        return np.clip(shaped, space.low, space.high)

    def save(self, folder: str | Path) -> None:
        """Write ``policy.safetensors`` and ``policy.json``.

        Raises:
            ModuleNotFoundError: Without safetensors.
        """
        arrays = {} if self.log_std is None else {"log_std": self.log_std}
        for index, (weight, bias) in enumerate(self.layers):
            arrays |= {f"layers.{index}.weight": weight, f"layers.{index}.bias": bias}
        description = {
            "version": VERSION,
            "activation": self.activation,
            "head": self.head,
            "layers": len(self.layers),
            "observation_shape": list(self.observation_shape),
            "action_space": self.action_space,
            "training": dict(self.training),
        }
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
        _safetensors().save_file(contiguous, path / WEIGHTS)
        (path / DESCRIPTION).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: str | Path) -> PolicyNetwork:
        """Read what `save` wrote.

        Raises:
            ValueError: If there is none, or one that can't be read.
            ModuleNotFoundError: Without safetensors.
        """
        path = Path(folder)
        for name in (DESCRIPTION, WEIGHTS):
            if not (path / name).is_file():
                raise ValueError(f"{str(folder)!r} holds no policy (no {name})")
        safetensors = _safetensors()
        try:
            description = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))
            if description["version"] != VERSION:
                raise ValueError(f"version {description['version']!r}, not {VERSION}")
            arrays = safetensors.load_file(path / WEIGHTS)
            return cls(
                layers=tuple(
                    (arrays[f"layers.{index}.weight"], arrays[f"layers.{index}.bias"])
                    for index in range(description["layers"])
                ),
                activation=description["activation"],
                head=description["head"],
                observation_shape=tuple(description["observation_shape"]),
                action_space=description["action_space"],
                log_std=arrays.get("log_std"),
                training=description["training"],
            )
        except Exception as error:  # broken JSON, a missing key, a file that is no safetensors
            reason = f"{type(error).__name__}: {error}"
            raise ValueError(f"the policy in {str(folder)!r} can't be read: {reason}") from error

    def _shapes(self) -> str:
        shapes = ", ".join(str(weight.shape) for weight, _ in self.layers)
        return f"{self.observation_shape} to {shapes}"


def choose(logits: np.ndarray, rng: np.random.Generator | None) -> int:
    """The largest of some logits, the first of them if several tie, or a draw from their softmax.

    Args:
        logits: Shape (n,).
        rng: Draws; None takes the largest.
    """
    if rng is None:
        return int(np.argmax(logits))
    weights = np.exp(logits - logits.max())
    return int(rng.choice(len(logits), p=weights / weights.sum()))


def _outputs(head: str, space: gym.Space) -> int:
    """How many numbers the last layer must give."""
    if isinstance(space, gym.spaces.Discrete):
        return int(space.n)
    if isinstance(space, gym.spaces.MultiDiscrete):
        return int(space.nvec.sum())
    return math.prod(space.shape or ()) * (2 if head == "squashed" else 1)


def _safetensors() -> ModuleType:
    try:
        import safetensors.numpy
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "trained policies need safetensors: pip install 'teachgym[rl]'"
        ) from error
    return safetensors.numpy
