"""Keep a student's randomness to itself: nobody's stream depends on another's."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class RNGState:
    """State of the process's global generators.

    Attributes:
        python: What `random.getstate` returned.
        numpy: What `np.random.get_state` returned.
        torch: The CPU state of torch, or None where torch is not loaded.
        cuda: One state per CUDA device, or None where CUDA is not in use.
    """

    python: Any
    numpy: Any
    torch: Any = None
    cuda: Any = None


def rng_state() -> RNGState:
    """The state of Python's, NumPy's and, where it is already loaded, torch's global generators."""
    python, legacy = random.getstate(), np.random.get_state()
    torch = sys.modules.get("torch")
    # A torch that is still being imported (another thread) has no generator to save yet.
    if torch is None or not hasattr(torch, "get_rng_state"):
        return RNGState(python, legacy)
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    return RNGState(python, legacy, torch.get_rng_state(), cuda)


def set_rng_state(state: RNGState) -> None:
    """Put the global generators back to what `rng_state` returned."""
    random.setstate(state.python)
    np.random.set_state(state.numpy)
    if state.torch is not None:
        torch = sys.modules["torch"]
        torch.set_rng_state(state.torch)
        if state.cuda is not None:
            torch.cuda.set_rng_state_all(state.cuda)


@contextmanager
def isolated_rng() -> Iterator[None]:
    """Leave the global generators after the block as they were before it, errors included.

    Building a TRL trainer, for one, reseeds all of them. Nothing is seeded here: who draws from a
    global generator inside the block seeds it there.
    """
    before = rng_state()
    try:
        yield
    finally:
        set_rng_state(before)
