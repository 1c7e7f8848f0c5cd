"""What a call of `teachers.py` has to run."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from teacher_cells import TINY_ENV, TINY_SETTINGS, tiny_cell
from teacher_results import Results, choose
from teacher_settings import (
    BASELINE,
    FIRST_SEED,
    TINY,
    TINY_SEED,
    TRIALS,
    TUNING,
    TUNING_SEED,
    Trial,
    candidates,
    groups,
    scheduled,
    teachers,
    told,
)

from teachgym.core.names import lookup
from teachgym.experiments.cells import canonical
from teachgym.experiments.sweep import Group

TINY_SEEDS = 5
QUICK: dict[str, Any] = {"lessons": 40, "seeds": 2, "every": 10}
"""What a quick run makes of every simulated environment."""
QUICK_TINY = {**TINY_SETTINGS, "budget": 8, "exam_size": 108, "exam_every": 4}
"""The settings of the tiny language model in a quick run."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run.

    Attributes:
        names: The teachers, the baseline first.
        trials: The environments with simulated students.
        tuning: How options are tried out, by environment.
        tiny: The settings of the tiny language model, None if it is not asked for.
        tiny_seeds: How many seeds it has.
    """

    names: list[str]
    trials: list[Trial]
    tuning: dict[str, Trial]
    tiny: Mapping[str, Any] | None
    tiny_seeds: int

    def tuning_groups(self) -> list[Group]:
        """What is run to choose options."""
        return [
            group
            for env in dict.fromkeys(trial.tuned_on for trial in (*self.trials, *self._for_tiny()))
            for name in self.names
            for options in (candidates(name) if len(candidates(name)) > 1 else [])
            for group in groups(
                "tuning", self.tuning[env], name, options, TUNING_SEED, self.tuning[env].seeds
            )
        ]

    def report_groups(self, tuned: Results) -> list[Group]:
        """What is run to be reported, once the options are chosen."""
        return [
            group
            for trial in self.trials
            for name, options in wanted(trial, self.names, tuned)
            for group in groups("report", trial, name, options, FIRST_SEED, trial.seeds)
        ]

    def tiny_groups(self, tuned: Results) -> list[Group]:
        """What is run on the tiny language model; seed by seed, so that part of it is of use."""
        if self.tiny is None:
            return []
        return [
            (tiny_cell(name, choose(tuned, "KnowledgeGraph", name), seed, self.tiny),)
            for seed in range(TINY_SEED, TINY_SEED + self.tiny_seeds)
            for name in self.names
            if name in TINY
        ]

    def _for_tiny(self) -> list[Trial]:
        return [] if self.tiny is None else [TRIALS["KnowledgeGraph"]]


def wanted(trial: Trial, names: Iterable[str], tuned: Results) -> list[tuple[str, str]]:
    """Names and options of the teachers that are reported in an environment."""
    pairs = []
    for name in names:
        chosen = choose(tuned, trial.tuned_on, name)
        pairs.append((name, chosen))
        if trial.defaults:
            pairs.append((name, canonical(scheduled(name))))
        if trial.env == "KnowledgeGraph" and (knows := told(name, json.loads(chosen))):
            pairs.append((name, canonical(knows)))
    return list(dict.fromkeys(pairs))


def make_plan(
    only: Collection[str] = (),
    envs: Collection[str] = (),
    seeds: int | None = None,
    quick: bool = False,
) -> Plan:
    """Choose what is to be run.

    Args:
        only: Teachers, beside the baseline; empty for all.
        envs: Environments, empty for all.
        seeds: How many are reported in each, None for what `TRIALS` says.
        quick: Whether to give a few lessons only.

    Raises:
        ValueError: For an unknown teacher or environment, or no seeds.
    """
    known = teachers()
    for name in only:
        lookup("teacher", name, dict.fromkeys(known))
    for env in envs:
        lookup("environment", env, dict.fromkeys([*TRIALS, TINY_ENV]))
    if seeds is not None and seeds < 1:
        raise ValueError(f"there must be at least one seed, not {seeds}")
    changes: dict[str, Any] = dict(QUICK) if quick else {}
    if seeds is not None:
        changes["seeds"] = seeds
    tuning: dict[str, Trial] = dict(TUNING)
    tiny_settings, tiny_seeds = TINY_SETTINGS, TINY_SEEDS
    if quick:
        tuning = {name: replace(trial, **QUICK) for name, trial in TUNING.items()}
        tiny_settings, tiny_seeds = QUICK_TINY, 2
    return Plan(
        [name for name in known if not only or name in only or name == BASELINE],
        [replace(one, **changes) for one in TRIALS.values() if not envs or one.env in envs],
        tuning,
        tiny_settings if not envs or TINY_ENV in envs else None,
        tiny_seeds if seeds is None else seeds,
    )
