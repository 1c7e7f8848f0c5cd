"""The domains that have names."""

from __future__ import annotations

from .arithmetic import Arithmetic
from .base import Domain
from .questions import Questions
from .reasoning_gym import ReasoningGym
from .strings import Strings

DOMAINS: dict[str, type[Domain]] = {
    "strings": Strings,
    "arithmetic": Arithmetic,
    "reasoning_gym": ReasoningGym,
    "questions": Questions,
}
"""All named domains; each can be made without arguments."""
