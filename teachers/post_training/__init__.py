"""Curricula from the post-training of language models by reinforcement learning."""

from .adarft import AdaRFT
from .bmc import BMC
from .bots import BOTS
from .dump import DUMP
from .greso import GRESO
from .lilo import LILO
from .mopps import MoPPS
from .online_filtering import OnlineFiltering
from .pass_rate_gaussian import PassRateGaussian
from .pcl import PCL
from .sec import SEC
from .vcrl import VCRL

__all__ = [
    "BMC",
    "BOTS",
    "DUMP",
    "GRESO",
    "LILO",
    "PCL",
    "SEC",
    "VCRL",
    "AdaRFT",
    "MoPPS",
    "OnlineFiltering",
    "PassRateGaussian",
]
