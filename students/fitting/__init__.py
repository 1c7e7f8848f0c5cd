"""Fitting simulated students to logs of real ones.

log = read_log("data.txt", "pykt")
train, test = log.split(0.2, np.random.default_rng(0))
model = fit("bkt", train)
evaluate(model, test).auc
model.cohort(1000)  # simulated students with the fitted parameters
"""

from .bkt import FittedBKT
from .das3h import FittedDAS3H
from .dkt import FittedDKT
from .irt import FittedIRT
from .logs import InteractionLog, StudentRecord
from .model import Evaluation, FittedModel, evaluate
from .pfa import FittedPFA
from .psi_kt import FittedPSIKT
from .readers import (
    FORMATS,
    read_log,
    read_records,
    stream_assistments,
    stream_ednet,
    stream_pykt,
)
from .recording import record
from .registry import MODELS, check_options, fit, load

__all__ = [
    "FORMATS",
    "MODELS",
    "Evaluation",
    "FittedBKT",
    "FittedDAS3H",
    "FittedDKT",
    "FittedIRT",
    "FittedModel",
    "FittedPFA",
    "FittedPSIKT",
    "InteractionLog",
    "StudentRecord",
    "check_options",
    "evaluate",
    "fit",
    "load",
    "read_log",
    "read_records",
    "record",
    "stream_assistments",
    "stream_ednet",
    "stream_pykt",
]
