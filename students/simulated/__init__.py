"""Simulated students."""

from ...core.prerequisites import check_prerequisites
from .answerer import SimulatedAnswerer
from .bkt import BKT
from .cohort import Cohort
from .das3h import DAS3H
from .dkt import DKT
from .efc import EFC
from .elo import Elo
from .fsrs import FSRS
from .hlr import HLR
from .irt import IRT
from .pfa import PFA
from .population import Population
from .psi_kt import PSIKT

COHORTS: dict[str, type[Cohort]] = {
    "irt": IRT,
    "bkt": BKT,
    "elo": Elo,
    "pfa": PFA,
    "hlr": HLR,
    "efc": EFC,
    "das3h": DAS3H,
    "fsrs": FSRS,
    "psi_kt": PSIKT,
}
"""Models of many students at once, by name; the first four know no time."""

__all__ = [
    "BKT",
    "COHORTS",
    "DAS3H",
    "DKT",
    "EFC",
    "FSRS",
    "HLR",
    "IRT",
    "PFA",
    "PSIKT",
    "Cohort",
    "Elo",
    "Population",
    "SimulatedAnswerer",
    "check_prerequisites",
]
