"""Fitting simulated students to logs of real ones."""

from .logs import InteractionLog, StudentRecord
from .readers import FORMATS, read_log, stream_assistments, stream_ednet, stream_pykt

__all__ = [
    "FORMATS",
    "InteractionLog",
    "StudentRecord",
    "read_log",
    "stream_assistments",
    "stream_ednet",
    "stream_pykt",
]
