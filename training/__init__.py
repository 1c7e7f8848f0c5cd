"""How learning happens: updates by TRL, and teachers trained with Stable-Baselines3.

Nothing heavy is imported until an update is bound to a model, or `SB3VecEnv` is asked for.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..students import Update
from .curriculum import Curriculum, TaskStream
from .distill import Distill
from .dpo import DPO
from .grpo import GRPO
from .kto import KTO
from .no_update import NoUpdate
from .rloo import RLOO
from .sft import SFT
from .trl_update import TRLUpdate

UPDATES: dict[str, Callable[..., Update]] = {
    "grpo": GRPO,
    "rloo": RLOO,
    "dpo": DPO,
    "kto": KTO,
    "sft": SFT,
    "distill": Distill,
    "none": NoUpdate,
}
"""The named updates."""

if TYPE_CHECKING:
    from .curriculum import CurriculumGRPOTrainer, CurriculumRLOOTrainer
    from .sb3_vec_env import SB3VecEnv

__all__ = [
    "DPO",
    "GRPO",
    "KTO",
    "RLOO",
    "SFT",
    "UPDATES",
    "Curriculum",
    "CurriculumGRPOTrainer",
    "CurriculumRLOOTrainer",
    "Distill",
    "NoUpdate",
    "SB3VecEnv",
    "TRLUpdate",
    "TaskStream",
]


def __getattr__(name: str) -> Any:
    if name == "SB3VecEnv":  # a subclass of a class of Stable-Baselines3, which imports torch
        from .sb3_vec_env import SB3VecEnv

        return SB3VecEnv
    if name in ("CurriculumGRPOTrainer", "CurriculumRLOOTrainer"):  # subclasses of TRL's
        from . import curriculum

        return getattr(curriculum, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
