"""Domains, rewards and students by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

from ..core.names import imported, lookup
from ..domains import DOMAINS, Domain
from ..rewards import Reward, make_reward
from ..students import SimulatedAnswerer, Student

StudentFactory = Callable[[], Student]
StudentSource = str | Path | StudentFactory


def simulated(
    *, update: str | None = None, update_options: Mapping[str, Any] | None = None, **options: Any
) -> Student:
    """Answers right with a probability that grows with practice (item response theory)."""
    if update is not None or update_options:
        raise ValueError("the simulated student learns by itself: leave update and its options out")
    return SimulatedAnswerer(**options)


def tiny(
    *, update: str | None = None, update_options: Mapping[str, Any] | None = None, **options: Any
) -> Student:
    """The bundled character-level Llama, taught by a TRL update; needs the extra `lm`."""
    return language_model("tiny", update=update, update_options=update_options, **options)


STUDENTS: dict[str, Callable[..., Student]] = {
    "simulated": simulated,
    "tiny": tiny,
}


def language_model(
    model: str | Path,
    *,
    update: str | None = None,
    update_options: Mapping[str, Any] | None = None,
    **options: Any,
) -> Student:
    """A Hugging Face causal language model as a student.

    Args:
        model: ``"tiny"``, a folder or a hub id.
        update: Name of the learning rule, ``"none"`` for a student that does not learn; by
            default ``"grpo"``.
        update_options: Arguments of the learning rule.
        options: Arguments of `LanguageModelStudent`.
    """
    from ..students import LanguageModelStudent
    from ..training import UPDATES

    if update == "none" and update_options:
        raise ValueError("update='none' takes no update_options")
    rule = lookup("update", update or "grpo", UPDATES)
    return LanguageModelStudent(model, update=rule(**update_options or {}), **options)


def student_factory(
    student: StudentSource,
    *,
    update: str | None = None,
    update_options: Mapping[str, Any] | None = None,
    student_options: Mapping[str, Any] | None = None,
) -> StudentFactory:
    """What makes the student of an environment; nothing is loaded yet.

    Args:
        student: A name in `STUDENTS`; ``"package.module:factory"``; the folder of a Hugging Face
            model, or its hub id ``"organisation/name"``; or a factory, which is called without
            arguments and returns a student.
        update: Name of a language model's learning rule (``"grpo"`` by default, ``"none"`` to
            learn nothing).
        update_options: Arguments of the learning rule.
        student_options: Arguments of a named student.

    Raises:
        TypeError: For a student in place of a factory, or something else that is not callable.
        ValueError: For an unknown name, or options that do not apply.
    """
    learning: dict[str, Any] = {"update": update, "update_options": update_options}
    options = dict(student_options or {})
    if update is not None:
        from ..training import UPDATES

        lookup("update", update, UPDATES)
    if isinstance(student, str) and student in STUDENTS:
        return partial(STUDENTS[student], **learning, **options)
    if isinstance(student, str | Path) and _is_model(student):
        return partial(language_model, student, **learning, **options)
    if update is not None or update_options:
        raise ValueError(
            "update and update_options are for language models given by name; a factory gives its "
            "student the update itself"
        )
    if isinstance(student, str) and ":" in student:
        return partial(_student_maker(student), **options)
    if isinstance(student, str | Path):
        raise _unknown(str(student))
    if not isinstance(student, type) and hasattr(student, "study"):
        raise TypeError(
            "student must be a factory, not a student: environments are copied, and each copy "
            "needs a student of its own; give a callable that returns a "
            f"{type(student).__name__}, such as its class or a function"
        )
    if not callable(student):
        raise TypeError(
            "student must be a name or a callable that returns a student, not "
            f"{type(student).__name__}"
        )
    if options:
        raise ValueError("student_options are for students given by name; a factory has its own")
    return student


def check_student(student: object) -> Student:
    """Return what a factory made, if it has the methods of a `Student`.

    Raises:
        TypeError: If a method is missing.
    """
    answers = "sit" if hasattr(student, "sit") else "answer"
    missing = [name for name in ("reset", answers, "study") if not hasattr(student, name)]
    if missing:
        raise TypeError(
            f"the factory returned a {type(student).__name__}, which is no student: it has no "
            f"{' or '.join(missing)} method"
        )
    return cast(Student, student)


def resolve_domain(domain: str | Domain) -> Domain:
    """A domain by its name in `DOMAINS`, or the object itself."""
    if isinstance(domain, str):
        return lookup("domain", domain, DOMAINS)()
    if not isinstance(domain, Domain):
        raise TypeError(f"domain must be a name or a Domain, not {domain!r}")
    return domain


def resolve_reward(reward: str | Reward) -> Reward:
    """A reward by its name in `REWARDS`, or the object itself."""
    if isinstance(reward, str):
        return make_reward(reward)
    if isinstance(reward, type) or not callable(reward):
        raise TypeError(
            "reward must be a name or a callable as TRL takes it, called with prompts, completions "
            f"and answer, not {reward!r}"
        )
    return reward


def _unknown(student: str) -> ValueError:
    try:
        lookup("student", student, STUDENTS)
    except ValueError as error:
        message = str(error)
    return ValueError(
        f"{message}; a student can also be 'package.module:factory', the folder of a model that "
        "exists, or a hub id 'organisation/name'"
    )


def _is_model(student: str | Path) -> bool:
    """Whether this is a folder, or looks like a hub id."""
    if Path(student).is_dir():
        return True
    return re.fullmatch(r"[\w-][\w.-]*/[\w.-]+", str(student)) is not None


def _student_maker(name: str) -> Callable[..., Student]:
    """What ``"package.module:factory"`` names."""
    found = imported("student", name)
    if not callable(found) or (not isinstance(found, type) and hasattr(found, "study")):
        raise TypeError(f"student {name!r} must name a callable that returns a student")
    return cast("Callable[..., Student]", found)
