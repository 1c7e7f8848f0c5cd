"""Who learns."""

from .base import Student, Study, Update, columns

__all__ = ["Student", "Study", "Update", "columns"]
