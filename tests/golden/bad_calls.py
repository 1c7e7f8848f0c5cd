"""A table of calls that are mistakes, and what is said to whoever makes them."""

import functools

from golden.canonical import outcome

BAD = {"-1": -1, "bad": "bad"}
"""What every option of every teacher, student and environment is given."""


class Table(dict):
    """Bad calls by name."""

    def add(self, name, call, *arguments, **options):
        """Enter a call whose error, or lack of one, is to be kept."""
        self[name] = functools.partial(_said, call, *arguments, **options)

    def each(self, name, call, options):
        """Enter a call with each of its options at fault."""
        for option in options:
            for word, value in BAD.items():
                self.add(f"{name}/{option}={word}", call, **{option: value})


def _said(call, *arguments, **options):
    found = outcome(lambda: call(*arguments, **options))
    return found if isinstance(found, Exception) else "accepted"


def unraised(make):
    """Without what Gymnasium adds to a TypeError: all arguments."""

    def made(**options):
        try:
            return make(**options)
        except TypeError as error:
            raise TypeError(str(error).partition(" was raised from the env")[0]) from error

    return made
