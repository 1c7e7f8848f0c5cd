"""The commands of `teachgym`, one a module."""
