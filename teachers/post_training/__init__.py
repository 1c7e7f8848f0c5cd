"""Curricula from the post-training of language models by reinforcement learning."""

from .adarft import AdaRFT
from .bmc import BMC
from .dump import DUMP
from .mopps import MoPPS
from .sec import SEC
from .vcrl import VCRL

__all__ = ["BMC", "DUMP", "SEC", "VCRL", "AdaRFT", "MoPPS"]
