"""What a run is: each option written down once.

The fields of `RunConfig` are the arguments of `teach` and `compare`, the options of the command
line, what ``config.json`` keeps, what a worker process gets, and the key of a database.
"""

from __future__ import annotations

import dataclasses
import inspect
import platform
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar, get_type_hints

from ..core.checks import at_least
from ..core.state import jsonable
from .values import canonical

F = TypeVar("F", bound=Callable[..., Any])

PACKAGES = (
    "teachgym",
    "gymnasium",
    "numpy",
    "scikit-learn",
    "torch",
    "transformers",
    "trl",
    "peft",
    "sentence-transformers",
    "reasoning-gym",
    "stable-baselines3",
    "fsrs",
    "openai",
)
"""Whose versions can change the numbers of a run."""
WHAT, HOW_MUCH, WHERE = "Who and what", "How much", "Folder and machine"
"""Groups of options."""
OF_A_RUN = ("teacher", "teacher_options", "seed")
"""Fields of a `RunConfig` that the runs of a comparison differ in."""


@dataclass(frozen=True, slots=True)
class Option:
    """How an option is shown, and what it may be.

    Attributes:
        help: What it is.
        group: One of `WHAT`, `HOW_MUCH` and `WHERE`.
        least: The least number.
        default: What help shows where the field's own default says nothing.
        names: What completes it: a function of `commands.names`.
        changes: Whether it changes the result of a run.
        of_env: Whether it is an argument of the environment.
        flag: What it is called on the command line, if not as the field.
        several: Whether it may be given several times there.
    """

    help: str
    group: str = WHAT
    least: int | None = None
    default: str = ""
    names: str = ""
    changes: bool = True
    of_env: bool = False
    flag: str = ""
    several: bool = False


Options = Mapping[str, Any]
"""Arguments by name; on the command line ``KEY=VALUE``, which may be repeated."""


class Config:
    """A frozen dataclass whose fields are options: annotated with an `Option` each."""

    @classmethod
    def options(cls) -> dict[str, Option]:
        """The options by name, in their order."""
        hints = get_type_hints(cls, include_extras=True)
        return {
            field.name: next(m for m in hints[field.name].__metadata__ if isinstance(m, Option))
            for field in dataclasses.fields(cls)  # type: ignore[arg-type]
        }

    @classmethod
    def of(
        cls, values: Mapping[str, Any], function: str = "a run", without: Sequence[str] = ()
    ) -> Self:
        """Make one of values by name; those that are None are left to their defaults.

        Args:
            values: The values.
            function: Whose arguments they are, for the message.
            without: Fields that are none of its arguments.

        Raises:
            TypeError: For unknown names.
        """
        known = [name for name in cls.options() if name not in without]
        if unknown := [name for name in values if name not in known]:
            raise TypeError(
                f"{function} has no argument {', '.join(unknown)}; it has: {', '.join(known)}"
            )
        return cls(**{name: value for name, value in values.items() if value is not None})

    def check(self) -> None:
        """Refuse numbers below their least.

        Raises:
            TypeError: For something that is no whole number.
            ValueError: For one that is too small.
        """
        for name, option in self.options().items():
            value = getattr(self, name)
            if option.least is not None and value is not None:
                at_least(name, value, option.least)

    def values(self) -> dict[str, Any]:
        """The fields by name; a worker makes the same run of them."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}  # type: ignore[arg-type]

    def stored(self) -> dict[str, Any]:
        """The fields as ``config.json`` keeps them: strict JSON, without what changes nothing."""
        options = self.options()
        kept = {name: value for name, value in self.values().items() if options[name].changes}
        return dict(jsonable(kept))

    def key(self, *without: str) -> str:
        """What tells one result from another, as text.

        It holds only what changes a result and differs from its default, so that an option that is
        added later leaves the keys of old results as they are.

        Args:
            without: Fields that are kept apart.

        Raises:
            TypeError: For a function or class without an importable name, which it can't tell from
                others.
        """
        defaults = {field.name: field.default for field in dataclasses.fields(self)}  # type: ignore[arg-type]
        text = canonical(
            {
                name: value
                for name, value in self.stored().items()
                if name not in without and value != {} and value != jsonable(defaults[name])
            }
        )
        if re.search(r":[\w.]*<(lambda|locals)>", text):
            raise TypeError(f"a key needs functions and classes at the top of a module: {text}")
        return text


@dataclass(frozen=True)
class RunConfig(Config):
    """One run: a student, taught by a teacher in an environment.

    Fields that are None are left to the environment.
    """

    env: Annotated[
        str,
        Option(
            "Environment: Strings, Arithmetic, ReasoningGym, Questions, KnowledgeGraph, or another "
            "one of teachgym list envs, or a full id.",
            names="environments",
        ),
    ] = "Strings"
    student: Annotated[
        Any,
        Option(
            "Who learns: simulated, tiny, the folder or hub id of a Hugging Face model, or "
            "module:factory for a student of your own; where students are simulated by the "
            "thousand, their model, such as irt.",
            default="the environment's own",
            names="students",
            of_env=True,
        ),
    ] = None
    teacher: Annotated[
        Any,
        Option(
            "Who decides what comes next: a name, or module:Class for one of your own; with "
            "arguments, name:key=value,key=value.",
            names="teachers",
        ),
    ] = "alp_gmm"
    seed: Annotated[int, Option("Seeds student, tasks and teacher.", HOW_MUCH, 0)] = 0
    update: Annotated[
        str | None,
        Option(
            "Learning rule of a language model: grpo, rloo, dpo, kto, sft, distill or none.",
            default="grpo",
            names="updates",
            of_env=True,
        ),
    ] = None
    update_options: Annotated[
        Options | None,
        Option("Argument of the learning rule, such as learning_rate=1e-4.", of_env=True),
    ] = None
    teacher_options: Annotated[
        Options | None, Option("Argument of the teacher, such as warmup=50.")
    ] = None
    reward: Annotated[
        Any,
        Option(
            "How answers are scored: a name, or module:function.",
            default="the domain's own",
            names="rewards",
            of_env=True,
        ),
    ] = None
    env_options: Annotated[
        Options | None,
        Option("Further argument of the environment, such as levels=8 or action=box."),
    ] = None
    threads: Annotated[
        int | None,
        Option(
            "Threads of the numerical libraries; fix them for numbers that repeat exactly on "
            "another machine.",
            WHERE,
            1,
            "as they are",
        ),
    ] = None
    budget: Annotated[
        int | None, Option("Lessons to give.", HOW_MUCH, 1, "the environment's own", of_env=True)
    ] = None
    lesson_size: Annotated[
        int | None, Option("Tasks in a lesson.", HOW_MUCH, 1, "8", of_env=True)
    ] = None
    lessons_per_update: Annotated[
        int | None, Option("Lessons that share one weight update.", HOW_MUCH, 1, "1", of_env=True)
    ] = None
    exam_size: Annotated[
        int | None, Option("Held-out tasks in the exam.", HOW_MUCH, 1, "200", of_env=True)
    ] = None
    exam_every: Annotated[
        int | None, Option("Lessons between exams.", HOW_MUCH, 1, "10", of_env=True)
    ] = None
    checkpoint_every: Annotated[
        int | None,
        Option("Lessons between checkpoints.", WHERE, 1, "at each exam", changes=False),
    ] = None

    def __post_init__(self) -> None:
        for name in ("teacher_options", "update_options", "env_options"):
            object.__setattr__(self, name, dict(getattr(self, name) or {}))


@dataclass(frozen=True)
class TrainingConfig(Config):
    """The training of a teacher policy, and whom it is then held against."""

    env: Annotated[
        str,
        Option(
            "Environment with simulated students: a short name such as KnowledgeGraph, or a full "
            "id.",
            names="simulations",
        ),
    ] = "KnowledgeGraph"
    env_options: Annotated[
        Options | None,
        Option("Further argument of the environment, such as levels=8 or action=box."),
    ] = None
    algorithm: Annotated[
        str, Option("ppo, a2c, dqn or sac, of Stable-Baselines3.", names="algorithms")
    ] = "ppo"
    algorithm_options: Annotated[
        Options | None, Option("Argument of the algorithm, such as learning_rate=1e-4.")
    ] = None
    teachers: Annotated[
        Sequence[str] | None,
        Option(
            "Teachers that the trained one is held against, with commas between them, as in "
            "compare.",
            default="uniform, and progression where there are levels",
            names="teachers",
            several=True,
        ),
    ] = None
    total_steps: Annotated[
        int, Option("Lessons to give in training, over all students.", HOW_MUCH, 1, flag="steps")
    ] = 1_000_000
    n_envs: Annotated[
        int, Option("Students taught side by side.", HOW_MUCH, 1, flag="students")
    ] = 64
    episodes: Annotated[
        int, Option("New students that the trained teacher is evaluated on.", HOW_MUCH, 1)
    ] = 200
    seed: Annotated[int, Option("Seeds the training and its students.", HOW_MUCH, 0)] = 0
    evaluation_seed: Annotated[int, Option("Seeds the new students.", HOW_MUCH, 0)] = 1_000_000
    threads: Annotated[
        int | None, Option("Threads of the numerical libraries.", WHERE, 1, "as they are")
    ] = None


def takes(config: type[Config], without: Sequence[str] = ()) -> Callable[[F], F]:
    """Show the fields of a configuration in the signature of a function, for its ``**options``."""
    types = get_type_hints(config)

    def show(function: F) -> F:
        parameters = dict(inspect.signature(function).parameters)
        del parameters["options"]
        for name, field in inspect.signature(config).parameters.items():
            if name not in without:
                shown = field.replace(kind=field.KEYWORD_ONLY, annotation=types[name])
                parameters.setdefault(name, shown)
        function.__signature__ = inspect.Signature(list(parameters.values()))  # type: ignore[attr-defined]
        return function

    return show


def check_same(stored: Mapping[str, Any], now: Mapping[str, Any], folder: Path) -> None:
    """Refuse to continue a run with other settings.

    Raises:
        ValueError: Names each setting that differs, with both values.
    """
    differ = [
        f"{name} is {stored.get(name)!r} there, {now.get(name)!r} here"
        for name in sorted({*stored, *now})
        if stored.get(name) != now.get(name)
    ]
    if differ:
        raise ValueError(
            f"the run in {str(folder)!r} has other settings: {'; '.join(differ)}; resume it with "
            "the same ones, or choose another --out (out=)"
        )


def versions() -> dict[str, str]:
    """Versions of Python and of those `PACKAGES` that are installed."""
    found = {"python": platform.python_version(), "system": platform.platform()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
