"""How learning happens: updates by TRL.

Nothing heavy is imported until an update is bound to a model.
"""

from collections.abc import Callable

from ..students import Update
from .grpo import GRPO
from .sft import SFT
from .trl_update import TRLUpdate

UPDATES: dict[str, Callable[..., Update]] = {"grpo": GRPO, "sft": SFT}
"""The named updates."""

__all__ = ["GRPO", "SFT", "UPDATES", "TRLUpdate"]
