"""A curriculum for anybody's training run: `TaskStream` for any loop, `Curriculum` for TRL.

TRL itself is imported when a callback or one of its trainers is asked for.
"""

from typing import TYPE_CHECKING, Any

from ...core.state import from_text, to_text
from .bins import BinnedSource
from .checkpoints import last_checkpoint
from .feedback import Feedback
from .for_trl import Curriculum
from .sources import DomainSource, Drawn, Source
from .stream import TaskStream, make_source
from .table import TableSource

if TYPE_CHECKING:
    from .trainers import CurriculumGRPOTrainer, CurriculumRLOOTrainer

__all__ = [
    "BinnedSource",
    "Curriculum",
    "CurriculumGRPOTrainer",
    "CurriculumRLOOTrainer",
    "DomainSource",
    "Drawn",
    "Feedback",
    "Source",
    "TableSource",
    "TaskStream",
    "from_text",
    "last_checkpoint",
    "make_source",
    "to_text",
]


def __getattr__(name: str) -> Any:
    if name in ("CurriculumGRPOTrainer", "CurriculumRLOOTrainer"):  # subclasses of TRL's
        from . import trainers

        return getattr(trainers, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
