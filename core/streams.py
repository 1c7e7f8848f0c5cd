"""Random streams: what one seed gives to each part that draws, so that none shares another's."""

from __future__ import annotations

import zlib
from typing import Any, Literal

import numpy as np

Part = Literal[
    "teacher", "student", "tasks", "exam", "starts", "lessons", "answers", "abilities", "mistakes"
]
"""Who draws. In simulated environments `starts` are the students' untaught states, and `lessons`
their answers and what they learn; `answers`, `abilities` and `mistakes` are the simulated
answerer's."""


def sequence(seed: int | None, part: Part, *index: int) -> np.random.SeedSequence:
    """The seed of a part's stream: the same for the same arguments, and unlike any other part's.

    Its spawn key is a hash of the part's name, so that it is also unlike ``default_rng(seed)``,
    with which Gymnasium seeds spaces and environments, and unlike what a user spawns from the seed.

    Args:
        seed: At least 0; None takes fresh entropy.
        part: Who draws.
        index: Which of several streams of the part, such as a topic; each at least 0.
    """
    return np.random.SeedSequence(seed, spawn_key=(zlib.crc32(f"teachgym {part}".encode()), *index))


def stream(seed: int | None, part: Part, *index: int) -> np.random.Generator:
    """The generator of a part; arguments are those of `sequence`."""
    return np.random.default_rng(sequence(seed, part, *index))


class Streams:
    """The generators of an environment's parts, seeded together.

    Args:
        parts: Who draws.
    """

    def __init__(self, *parts: Part) -> None:
        self._parts = parts
        self._generators: dict[str, np.random.Generator] = {}

    def __getitem__(self, part: Part) -> np.random.Generator:
        """The generator of a part."""
        return self._generators[part]

    def reset(self, seed: int | None, fallback: int | None) -> None:
        """Seed all generators; None lets them go on, and seeds them if they never were.

        Args:
            seed: What `Env.reset` was given.
            fallback: The seed that takes its place the first time, such as ``np_random_seed``;
                None, or one below 0,
                is fresh entropy.
        """
        if seed is None:
            if self._generators:
                return
            seed = None if fallback is None or fallback < 0 else fallback
        self._generators = {part: stream(seed, part) for part in self._parts}

    def state_dict(self) -> dict[str, Any]:
        """The state of each generator, as JSON-able values."""
        return {part: rng.bit_generator.state for part, rng in self._generators.items()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.reset(0, 0)
        for part, rng in self._generators.items():
            rng.bit_generator.state = state[part]
