"""Teachers that keep the tasks worth repeating, and repeat them."""

from .accel import ACCEL
from .plr import PLR
from .robust_plr import RobustPLR

__all__ = ["ACCEL", "PLR", "RobustPLR"]
