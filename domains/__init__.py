"""What is taught: tasks, and the domains that make them."""

from .arithmetic import Arithmetic
from .base import Domain, Task
from .questions import Questions
from .reasoning_gym import ReasoningGym
from .registry import DOMAINS
from .strings import Strings

__all__ = ["DOMAINS", "Arithmetic", "Domain", "Questions", "ReasoningGym", "Strings", "Task"]
