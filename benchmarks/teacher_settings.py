"""What `teachers.py` runs: the environments, and the options that are tried for each teacher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from teachgym.experiments.cells import Cell, canonical
from teachgym.experiments.sweep import Group
from teachgym.teachers import TEACHERS, teacher_options

BASELINE = "uniform"
BUDGET = "budget"
"""An option of this value becomes the lessons of the episode."""
TOLD = "told"
"""An option of this value becomes what the environment knows, such as its prerequisites."""
DEFAULTS = "{}"
"""No options, as cells write it."""

LEFT_OUT = {
    "chat": "needs a chat model, and these results are to be repeated without a network",
    "policy": "has to be trained for an environment first; see {doc}`trained-teachers`, where it "
    "meets the others on `KnowledgeGraph-v0`",
}
"""Teachers of the registry that are not run, and why."""


@dataclass(frozen=True, slots=True)
class Trial:
    """An environment with simulated students, as the teachers meet it.

    Attributes:
        env: Its short name.
        title: What it is, in a few words.
        lessons: Of an episode.
        students: Taught side by side under one seed; the seed's result is their mean.
        seeds: How many are reported.
        every: Lessons between the points of a curve.
        tuned_on: The environment that the options were chosen on.
        bins: Bins per axis for teachers of arms; None if the environment has its own cells.
        defaults: Whether the teachers are run with their default options, too.
    """

    env: str
    title: str
    lessons: int
    students: int
    seeds: int
    every: int
    tuned_on: str
    bins: int | None = None
    defaults: bool = False

    @property
    def settings(self) -> dict[str, Any]:
        """What the results of its cells depend on."""
        names = ("lessons", "students", "every", "bins")
        return {name: getattr(self, name) for name in names}


def variant(name: str, title: str, bins: int = 10) -> Trial:
    """A harder landscape, with half the lessons and the options of the plain one."""
    return Trial(f"Landscape{name}", title, 10_000, 1, 5, 250, "Landscape", bins)


TRIALS = {
    trial.env: trial
    for trial in (
        Trial("Landscape", "10 by 10 cells", 20_000, 1, 10, 500, "Landscape", 10),
        variant("Irrelevant", "ten more coordinates that do not count", bins=2),
        variant("Unfeasible", "four fifths of the space can't be learned"),
        variant("Trivial", "four fifths of the space are known already"),
        variant("Rugged", "the quarters of each dimension are moved about"),
        variant("Forgetting", "at one and two thirds all is forgotten"),
        variant("Diverse", "easiest corner and pace differ between students"),
        Trial(
            "KnowledgeGraph",
            "10 topics with prerequisites, 4 levels each",
            200,
            20,
            10,
            10,
            "KnowledgeGraph",
            defaults=True,
        ),
    )
}
"""The environments, by short name."""
TUNING = {
    "Landscape": Trial("Landscape", "", 5_000, 1, 3, 250, "Landscape", 10),
    "KnowledgeGraph": Trial("KnowledgeGraph", "", 200, 20, 3, 10, "KnowledgeGraph"),
}
"""How options are tried out; with the seeds from `TUNING_SEED` on."""
FIRST_SEED, TUNING_SEED, TINY_SEED = 0, 1000, 60

FEW_FITS = {"warmup": 40, "fit_every": 40, "window": 100}
GRIDS: dict[str, dict[str, Sequence[Any]]] = {
    "progression": {"raise_at": (0.8, 0.6), "window": (5, 2)},
    "exp3s": {"learning_rate": (0.001, 0.05), "exploration": (0.05, 0.2)},
    "rlve": {"raise_at": (0.9, 0.7), "lessons": (8, 3)},
    "e2h": {"schedule": ("gaussian", "cosine"), "exponent": (0.5, 1.0)},
    "ucb1": {"exploration": (1.0, 0.1), "discount": (1.0, 0.99)},
    "thompson": {"discount": (1.0, 0.99), "smoothing": (0.2, 0.5)},
    "epsilon_greedy_progress": {"epsilon": (0.1, 0.3), "smoothing": (0.2, 0.5)},
    "tscl_online": {"learning_rate": (0.1, 0.3), "epsilon": (0.1, 0.3)},
    "tscl_naive": {"practice": (10, 3), "epsilon": (0.1, 0.3)},
    "tscl_window": {"window": (10, 5), "epsilon": (0.1, 0.3)},
    "tscl_sampling": {"window": (10, 5), "epsilon": (0.1, 0.3)},
    "learning_progress": {"rate": (0.1, 0.3), "exploration": (0.1, 0.3)},
    "zpdes": {"window": (6, 4), "mastered_at": (0.8, 0.6)},
    "learnability": {"success_power": (1.0, 2.0), "sampling": ("proportional", "top_k")},
    "riac": {"region_size": (200, 50)},
    "adr": {"step": (0.05, 0.1), "widen_at": (0.8, 0.6)},
    "spdl": {"update_every": (100, 20), "threshold": (0.5, 0.3)},
    "goal_gan": {"lowest": (0.1, 0.3)},
    "setter_solver": {"learning_rate": (0.003, 0.001), "noise": (0.01, 0.05)},
    "sec": {"temperature": (1.0, 0.2), "learning_rate": (0.5, 0.2)},
    "dump": {"temperature": (0.1, 0.02), "window": (300, 30)},
    "adarft": {"step": (50.0, 5.0), "target_score": (0.5, 0.7)},
    "mopps": {"decay": (0.5, 0.8), "target": (0.5, 0.7)},
    "bmc": {"drift": (0.02, 0.1), "noise": (1.0, 0.3)},
    "vcrl": {"threshold": (0.8, 0.5), "momentum": (0.9, 0.5)},
    "greso": {"step": (0.01, 0.05), "base": (0.5, 0.9)},
    "bots": {"forgetting": (0.2, 0.05), "target": (0.5, 0.7)},
    "lilo": {"pool": (4, 16), "rate": (0.5, 0.2)},
    "online_filtering": {"attempts": (10, 3)},
    "pass_rate_gaussian": {"deviation": (0.15, 0.3), "end": (0.2, 0.5)},
    "maximum_information": {"topics": ("uniform", "best"), "forgetting": (0.1, 0.3)},
    "ability_matching": {"target": (0.6, 0.5), "forgetting": (0.1, 0.3)},
    "pudf": {"epoch": (50, 20), "exploration": (0.0, 0.1)},
    "cyclical": {"smallest": (0.25, 0.1), "factor": (0.5, 0.8)},
    "corgi": {"curriculum": ("interleaving", "blocking")},
    "stat_sel": {"exploration": (0.1, 0.3), "smoothing": (0.1, 0.3)},
    "plr": {"potential": ("change", "learnability"), "temperature": (0.3, 0.1)},
    "robust_plr": {"potential": ("change", "learnability"), "temperature": (0.3, 0.1)},
    "accel": {"potential": ("change", "learnability"), "replay": (0.8, 0.5)},
    "pcl": {"pool": (4, 16), "learning_rate": (0.003, 0.01)},
    "leitner": {"new_first": (False, True)},
    "sm2": {"new_first": (False, True)},
    "fsrs": {"new_first": (False, True)},
    "threshold": {"threshold": (0.5, 0.7)},
}
"""Values that are tried for a teacher's options, the default first: each with each."""
LISTS: dict[str, list[dict[str, Any]]] = {
    "alp_gmm": [{}, {"memory": 500}, FEW_FITS, {**FEW_FITS, "memory": 100}],
    "covar_gmm": [{}, {"absolute": True}, FEW_FITS, {**FEW_FITS, "absolute": True}],
}
"""Teachers whose options are tried as they stand here."""
SCHEDULES = {"e2h": "lessons", "corgi": "lessons", "pass_rate_gaussian": "lessons"}
"""Options that are to be the budget: without that, a schedule ends early, or never."""

TINY = (
    "uniform",
    "progression",
    "alp_gmm",
    "tscl_window",
    "learning_progress",
    "exp3s",
    "learnability",
    "plr",
    "ability_matching",
    "sec",
    "mopps",
)
"""The teachers of the tiny language model: one or two of each family."""


def teachers() -> list[str]:
    """The teachers of the registry that are run, the baseline first."""
    names = [name for name in TEACHERS if name not in LEFT_OUT and name != BASELINE]
    return [BASELINE, *names]


def scheduled(teacher: str) -> dict[str, Any]:
    """The options that every run of a teacher has."""
    return {SCHEDULES[teacher]: BUDGET} if teacher in SCHEDULES else {}


def candidates(teacher: str) -> list[str]:
    """The options that are tried for a teacher, its defaults first, as cells write them."""
    grid = GRIDS.get(teacher, {})
    tried = LISTS.get(
        teacher, [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    )
    defaults = teacher_options(teacher)
    texts = []
    for options in tried:
        changed = {name: value for name, value in options.items() if value != defaults[name]}
        texts.append(canonical({**scheduled(teacher), **changed}))
    return texts


def told(teacher: str, options: Mapping[str, Any]) -> dict[str, Any] | None:
    """The options with what the environment knows, None for a teacher that can't be told."""
    if "prerequisites" not in teacher_options(teacher):
        return None
    return {**options, "prerequisites": TOLD}


def groups(
    stage: str, trial: Trial, teacher: str, options: str, first_seed: int, seeds: int
) -> list[Group]:
    """The cells of a teacher in an environment.

    One student of each seed can be taught beside those of other seeds, where all that is drawn in
    an environment is drawn at its reset: in landscapes. Elsewhere a seed has its students for
    itself.
    """
    settings = canonical(trial.settings)
    cells = [
        Cell(stage, trial.env, teacher, options, settings, seed)
        for seed in range(first_seed, first_seed + seeds)
    ]
    return [tuple(cells)] if trial.students == 1 else [(cell,) for cell in cells]
