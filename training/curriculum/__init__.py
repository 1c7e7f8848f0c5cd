"""A curriculum for anybody's training run: `TaskStream` for any loop, `Curriculum` for TRL."""

from .bins import BinnedSource
from .feedback import Feedback
from .packing import from_text, to_text
from .sources import DomainSource, Drawn, Source, make_source
from .stream import TaskStream
from .table import TableSource

__all__ = [
    "BinnedSource",
    "DomainSource",
    "Drawn",
    "Feedback",
    "Source",
    "TableSource",
    "TaskStream",
    "from_text",
    "make_source",
    "to_text",
]
