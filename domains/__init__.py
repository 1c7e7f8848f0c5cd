"""What is taught: tasks, and the domains that make them."""

from .arithmetic import Arithmetic
from .base import Domain, Task
from .strings import Strings

__all__ = ["Arithmetic", "Domain", "Strings", "Task"]
