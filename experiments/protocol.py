"""Topics taught in turn: what is taught, to whom, and what was kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from ..core.checks import positive, share
from ..core.names import lookup
from .configuration import HOW_MUCH, WHERE, Config, Option, Options

if TYPE_CHECKING:
    from ..domains import Domain


@dataclass(frozen=True)
class Protocol(Config):
    """What is taught, in which order, for how long, and how it is examined.

    Each update is one lesson of `lesson_size` practice tasks of one topic, at levels drawn evenly.
    Budgets are matched in one of two ways. Without `gain` every topic gets `updates` updates,
    rehearsals included, whatever the learning rule: equal numbers of lessons, tasks and updates.
    With `gain` a topic's turn ends as soon as its score on fresh practice tasks has risen by that
    much since the turn began, or after `updates` updates: equal learning, unless the limit was
    reached, which the record shows. The domain may also be a `Domain`.

    Raises:
        ValueError: For numbers out of range, or topics that the domain does not have.
    """

    domain: Annotated[
        Any, Option("What is taught: strings, arithmetic or another domain.", names="domains")
    ] = "strings"
    domain_options: Annotated[
        Options | None, Option("Argument of the domain, such as levels=6.")
    ] = None
    topics: Annotated[
        Sequence[str] | None,
        Option(
            "The topics in the order of teaching, at least 2, with commas between them.",
            default="all of them",
            several=True,
        ),
    ] = None
    updates: Annotated[int, Option("Updates in the turn of a topic.", HOW_MUCH, 1)] = 60
    gain: Annotated[
        float | None,
        Option("Rise of the score, in (0, 1), at which a turn ends.", HOW_MUCH, default="never"),
    ] = None
    lesson_size: Annotated[int, Option("Tasks in a lesson.", HOW_MUCH, 1)] = 8
    share: Annotated[float, Option("Share of lessons that rehearse, in [0, 1].", HOW_MUCH)] = 0.25
    exponent: Annotated[float, Option("Of the power law of rehearsal.", HOW_MUCH)] = 1.0
    exam_size: Annotated[int, Option("Held-out tasks of each topic.", HOW_MUCH, 1)] = 60
    exam_seed: Annotated[int, Option("The same seed gives the same exam.", HOW_MUCH, 0)] = 0
    probe_every: Annotated[
        int, Option("With a gain, updates between probes of it.", HOW_MUCH, 1)
    ] = 5
    probe_size: Annotated[
        int, Option("With a gain, fresh practice tasks in a probe.", HOW_MUCH, 1)
    ] = 60

    def __post_init__(self) -> None:
        object.__setattr__(self, "domain_options", dict(self.domain_options or {}))
        if self.topics is not None:
            object.__setattr__(self, "topics", tuple(self.topics))
        self.check()
        if self.gain is not None and not 0 < self.gain < 1:
            raise ValueError(f"gain must be in (0, 1), or None, not {self.gain!r}")
        share("share", self.share)
        positive("exponent", self.exponent)
        known = {name: i for i, name in enumerate(self.made().topics)}
        chosen = self.order
        for name in chosen:
            lookup("topic", name, known)
        if len(chosen) < 2 or len(set(chosen)) < len(chosen):
            raise ValueError(f"topics must be at least 2 different ones, not {', '.join(chosen)}")

    def made(self) -> Domain:
        """The domain itself."""
        if isinstance(self.domain, str):
            from ..domains import DOMAINS

            return lookup("domain", self.domain, DOMAINS)(**(self.domain_options or {}))
        if self.domain_options:
            raise ValueError("domain_options are for a domain given by name")
        from ..envs.factories import resolve_domain

        return resolve_domain(self.domain)

    @property
    def order(self) -> tuple[str, ...]:
        """Names of the topics as they are taught."""
        return tuple(self.topics) if self.topics is not None else tuple(self.made().topics)


@dataclass(frozen=True)
class TurnsConfig(Config):
    """Who is taught topics in turn, and by which rule."""

    student: Annotated[
        Any,
        Option(
            "Who learns: tiny, simulated, the folder or hub id of a Hugging Face model, or "
            "module:factory.",
            names="students",
        ),
    ] = "tiny"
    student_options: Annotated[Options | None, Option("Argument of a named student.")] = None
    update: Annotated[
        str | None, Option("Learning rule of a language model.", default="grpo", names="updates")
    ] = None
    update_options: Annotated[Options | None, Option("Argument of the learning rule.")] = None
    schedule: Annotated[
        str, Option("How earlier topics are rehearsed: none, uniform or power_law.")
    ] = "none"
    seed: Annotated[int, Option("Seeds student, lessons and rehearsal.", HOW_MUCH, 0)] = 0
    threads: Annotated[
        int | None, Option("Threads of the numerical libraries.", WHERE, 1, "as they are")
    ] = None


@dataclass(slots=True)
class Retention:
    """What one student has learned and kept.

    Attributes:
        topics: Names of the topics as they were taught, T of them.
        matrix: Exam scores, shape (T + 1, T), as `teachgym.experiments.retention` takes it.
        updates: Updates in each turn.
        rehearsals: How many of them rehearsed an earlier topic.
        reached: With `gain`, whether a turn reached it before its limit.
        settings: All that is needed to repeat it.
    """

    topics: list[str]
    matrix: list[list[float]]
    updates: list[int] = field(default_factory=list)
    rehearsals: list[int] = field(default_factory=list)
    reached: list[bool] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
