"""STAT-Sel: tasks of the skills that wrong answers lack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import DrawingTeacher, mix, normalise
from ..post_training.sampling import draw

UNKNOWN = 0.5
"""How often a skill is missing before it was asked for."""


def missing_skill_profile(rates: np.ndarray, skills: np.ndarray) -> np.ndarray:
    """How often each skill would be missing if every arm were asked once, shape (skills,).

    Args:
        rates: Shape (skills,): in what share of the answers that need a skill it is missing.
        skills: Shape (arms, skills), bool: which skills an arm needs.
    """
    return rates * skills.sum(axis=0)


def selection(profile: np.ndarray, skills: np.ndarray) -> np.ndarray:
    """The distribution of STAT-Sel over arms, shape (arms,): uniform if nothing is missing.

    A skill is drawn in proportion to the profile, then one of the arms that need it (He et al.
    2025, section 2.3).

    Args:
        profile: Shape (skills,): how often each skill was missing, >= 0.
        skills: Shape (arms, skills), bool: which skills an arm needs, each skill by one at least.
    """
    return normalise(skills @ (profile / skills.sum(axis=0)))


class STATSel(DrawingTeacher):
    """Draws tasks of the skills that the student's wrong answers lack (He et al. 2025).

    "Skill-Targeted Adaptive Training" (STAT, arXiv 2510.10023): a stronger model lists the skills
    that each task needs (the skill map). The student answers a validation set; for each wrong
    answer the model says which skills were missing. How often each one was is the missing-skill
    profile. STAT-Sel makes a training set of existing tasks: a skill contributes in proportion to
    its count in the profile, by tasks that the skill map gives for it. (STAT-Syn, which writes new
    tasks, is not for a teacher that sees no text.)

    Here a task is an arm, a (topic, level) cell. Nobody tells which skills a wrong answer lacks, so
    it counts for all skills of its arm, and a lesson with score s is 1 - s wrong answers. Lessons
    take the place of the validation set. As they are not spread evenly, the rate at which a skill
    is missing is followed, not the count, and the profile is what a validation set with every arm
    once would show, the rate times the number of arms that need the skill:

        missing <- (1 - smoothing) missing + 1 - s
        asked   <- (1 - smoothing) asked + 1
        rate     = missing / asked

    for each skill of the arm, from missing = 1/2 and asked = 1. These are choices of this library.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        skills: Expert knowledge: a table of 0 and 1 of shape (arms, skills), arm = topic * levels +
            level, with 1 where the arm needs the skill. None: the skills are the topics, or the
            arms where the space has no levels.
        smoothing: Rate at which old lessons of a skill fade, in [0, 1]; 0 keeps them all.
        exploration: Share of lessons drawn uniformly from all arms, in [0, 1].
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = ("missing", "asked")
    knowledge: ClassVar[tuple[str, ...]] = ("skills",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        skills: Any = None,
        smoothing: float = 0.1,
        exploration: float = 0.1,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        if skills is None:
            per_topic = self.arms.shape[-1] if self.arms.ordered else 1
            topics = np.eye(self.arms.n // per_topic, dtype=bool)
            self.skills = np.repeat(topics, per_topic, axis=0)
        else:
            self.skills = _skill_map(skills, self.arms.n)
        self.smoothing = checks.share("smoothing", smoothing)
        self.exploration = checks.share("exploration", exploration)
        self._needing, self._needed = np.nonzero(self.skills)
        self.missing = np.full(self.skills.shape[1], UNKNOWN)
        self.asked = np.ones(self.skills.shape[1])

    def profile(self) -> np.ndarray:
        """The missing-skill profile, shape (skills,), see `missing_skill_profile`."""
        return missing_skill_profile(self.missing / self.asked, self.skills)

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        # `selection(self.profile(), self.skills)`, in as many steps as the map has ones.
        rates = (self.missing / self.asked)[self._needed]
        weights = np.bincount(self._needing, weights=rates, minlength=self.arms.n)
        return mix(normalise(weights), self.exploration)

    def choose(self) -> int:
        """Draw an arm."""
        return draw(self.probabilities(), self.rng)

    def learn(self, arm: int, score: float) -> None:
        """Count the lesson for the skills of its arm."""
        needed = self.skills[arm]
        keep = 1.0 - self.smoothing
        self.missing[needed] = keep * self.missing[needed] + 1.0 - score
        self.asked[needed] = keep * self.asked[needed] + 1.0


def _skill_map(skills: Any, arms: int) -> np.ndarray:
    try:
        given = np.asarray(skills)
    except ValueError as error:
        raise ValueError(f"skills must be a table of 0 and 1: {error}") from error
    if given.ndim != 2 or given.shape[0] != arms or not np.isin(given, (0, 1)).all():
        raise ValueError(
            f"skills must be a table of 0 and 1 of shape ({arms}, skills), with 1 at [i, j] if arm "
            f"i needs skill j; they have shape {given.shape}"
        )
    table = given.astype(bool)
    for name, needed in (("arm", table.any(axis=1)), ("skill", table.any(axis=0))):
        if not needed.all():
            other = "skill" if name == "arm" else "arm"
            missing = ", ".join(map(str, np.flatnonzero(~needed)))
            raise ValueError(f"skills must give each {name} one {other} at least; not so {missing}")
    return table
