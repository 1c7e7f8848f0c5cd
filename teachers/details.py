"""What each teacher takes, needs and comes from, read off the classes themselves."""

from __future__ import annotations

import contextlib
import inspect
import re
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np

from ..core.names import lookup
from .arm_teacher import ArmTeacher
from .base import Teacher
from .registry import TEACHERS, teacher_options

SPACES: dict[str, tuple[gym.Space, str, Any]] = {
    "Discrete": (gym.spaces.Discrete(6), "levels", 3),
    "MultiDiscrete": (gym.spaces.MultiDiscrete([2, 3]), "levels", 3),
    "Box": (gym.spaces.Box(0.0, 1.0, (2,), np.float32), "bins", (2, 3)),
}
"""Small spaces of every kind, and the option by which a teacher may ask for more about it."""
CITATION = re.compile(
    r"([A-Z][\w'-]+(?:(?:, | & | and )[A-Z][\w'-]+)*(?: et al\.)?),? \(?((?:19|20)\d\d)\b"
)
ARXIV = re.compile(r"arXiv (\d\d)(\d\d)\.(\d{4,5})")
LATER = 2
"""How many years a paper may come out after it was put on arXiv."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The publication that a teacher is from.

    Attributes:
        authors: Their family names, or the first one's "et al.".
        year: When it came out.
        arxiv: Its number on arXiv; empty if it has none.
    """

    authors: str
    year: int
    arxiv: str = ""

    def __str__(self) -> str:
        arxiv = f", arXiv {self.arxiv}" if self.arxiv else ""
        return f"{self.authors} {self.year}{arxiv}"


@dataclass(frozen=True, slots=True)
class TeacherDetails:
    """What one has to know of a teacher before using it.

    Attributes:
        name: Its name in `TEACHERS`.
        teacher: Its class.
        family: What kind of teacher it is.
        summary: The first line of its docstring.
        spaces: The kinds of spaces it takes, and the option that it then needs; "" if none.
        takes_scores: Whether it learns from the score of each answer where it is told.
        options: Its options with their defaults.
        knowledge: Those of them that hold expert knowledge.
        required: Options that it can't do without.
        extra: The extra of this package that it needs; "" if none.
        reference: Where it is from; None if it is this library's own.
    """

    name: str
    teacher: type[Teacher]
    family: str
    summary: str
    spaces: dict[str, str]
    takes_scores: bool
    options: dict[str, Any]
    knowledge: dict[str, Any]
    required: tuple[str, ...]
    extra: str
    reference: Reference | None

    def spaces_in_words(self) -> list[str]:
        """One phrase per kind of space, such as "Box (bins)"."""
        return [f"{kind} ({need})" if need else kind for kind, need in self.spaces.items()]

    def knowledge_in_words(self) -> list[str]:
        """The options of expert knowledge, with those defaults that say something."""
        return [
            option if default is None else f"{option}={default!r}"
            for option, default in self.knowledge.items()
        ]

    def needs_in_words(self) -> list[str]:
        """What it needs beyond a space, most pressing first; empty if nothing."""
        needs = [f"{option}=" for option in self.required]
        if self.teacher.needs_observation:
            needs.append("an observation")
        if self.extra:
            needs.append(f"extra {self.extra}")
        if self.needs_levels:
            needs.append("ordered levels")
        if self.takes_scores:
            needs.append("scores (optional)")
        return needs

    @property
    def needs_levels(self) -> bool:
        """Whether it refuses arms without an order."""
        return self.spaces.get("Discrete") == "levels"


def describe(name: str) -> TeacherDetails:
    """The details of a teacher.

    Raises:
        ValueError: For an unknown name.
    """
    teacher = lookup("teacher", name, TEACHERS)
    options = teacher_options(name)
    docstring = inspect.getdoc(teacher) or ""
    required = tuple(
        option
        for option, default in options.items()
        if option in teacher.requires or default is inspect.Parameter.empty
    )
    return TeacherDetails(
        name=name,
        teacher=teacher,
        family=family(teacher),
        summary=docstring.partition("\n")[0],
        spaces=spaces(teacher, options, required),
        takes_scores=teacher.takes_scores,
        options=options,
        knowledge={option: options[option] for option in teacher.knowledge},
        required=required,
        extra=teacher.extra,
        reference=reference(docstring),
    )


def family(teacher: type[Teacher]) -> str:
    """What a class says of itself, else the name of its sub-package, else "other"."""
    folders = teacher.__module__.removeprefix(f"{__package__}.").split(".")[:-1]
    return teacher.family or (folders[0].replace("_", "-") if folders else "other")


def spaces(
    teacher: type[Teacher], options: dict[str, Any], required: tuple[str, ...]
) -> dict[str, str]:
    """The kinds of spaces that a teacher takes, each with the option that it needs there.

    The class is tried on a small space of each kind. One that can't be made without more (a folder,
    a package that is not installed) is judged by what it is: teachers of arms cut a ``Box``.
    """
    taken = {}
    for kind, (space, option, value) in SPACES.items():
        offers: list[dict[str, Any]] = [{}, {option: value}] if option in options else [{}]
        # What is taken if the class can't be made here: MultiDiscrete and Discrete as they are.
        cuts = kind == "Box" and issubclass(teacher, ArmTeacher)
        works = offers[-1:] if cuts else offers[:1]
        if not required:
            with contextlib.suppress(ImportError):
                works = [offer for offer in offers if _takes(teacher, space, offer)]
        if works:
            taken[kind] = "".join(works[0])
    return taken


def reference(docstring: str) -> Reference | None:
    """The first publication that a docstring names as "Author et al. 2017"; None if there is none.

    The number on arXiv is the first one of about that year.
    """
    text = " ".join(docstring.partition("\nArgs:")[0].split())
    found = CITATION.search(ARXIV.sub("", text))
    if found is None:
        return None
    authors, year = found[1], int(found[2])
    for number in ARXIV.finditer(text):
        if 0 <= year - (2000 + int(number[1])) <= LATER:
            return Reference(authors, year, f"{number[1]}{number[2]}.{number[3]}")
    return Reference(authors, year)


def argument_texts(docstring: str) -> dict[str, str]:
    """What the section "Args" of a Google docstring says of each argument, each as one line."""
    section = re.search(r"^Args:\n((?:[ ]{4}.*\n?|\n(?=[ ]{4}))*)", docstring, re.MULTILINE)
    texts = re.split(r"^ {4}(\w+): ", section[1] if section else "", flags=re.MULTILINE)[1:]
    return {
        name: " ".join(text.split()) for name, text in zip(texts[::2], texts[1::2], strict=True)
    }


def _takes(teacher: type[Teacher], space: gym.Space, options: dict[str, Any]) -> bool:
    try:
        teacher(space, seed=0, **options)
    except (TypeError, ValueError):
        return False
    return True
