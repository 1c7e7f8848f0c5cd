"""Observations on a common scale, for a network to learn from."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import torch
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor


class Standardised(BaseFeaturesExtractor):
    """Takes flat observations less their mean, over their deviation; both stay as they are given.

    Args:
        observation_space: A flat `Box`.
        mean: Shape (inputs,).
        deviation: Shape (inputs,), above 0.
    """

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(
        self, observation_space: gym.Space, *, mean: np.ndarray, deviation: np.ndarray
    ) -> None:
        super().__init__(observation_space, features_dim=len(mean))
        self.register_buffer("mean", torch.as_tensor(mean, dtype=torch.float32))
        self.register_buffer("deviation", torch.as_tensor(deviation, dtype=torch.float32))

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        """Standardise a batch."""
        return (observations - self.mean) / self.deviation

    def folded(self, weight: np.ndarray, bias: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The layer that does to plain observations what a layer does to standardised ones.

        Args:
            weight: Shape (outputs, inputs).
            bias: Shape (outputs,).
        """
        mean = self.mean.cpu().numpy().astype(np.float64)
        scaled = weight / self.deviation.cpu().numpy().astype(np.float64)
        return scaled.astype(weight.dtype), (bias - scaled @ mean).astype(bias.dtype)
