"""How `teachers.py` measures a cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from curriculum import RULES, SETTINGS
from teacher_settings import BUDGET, DEFAULTS, TOLD

from teachgym.core.threads import limited_threads
from teachgym.experiments.cells import Cell
from teachgym.experiments.compare import finish
from teachgym.experiments.comparison import run_path
from teachgym.experiments.configuration import RunConfig
from teachgym.experiments.evaluation import make_vector
from teachgym.experiments.exam_curves import exam_curves
from teachgym.experiments.results import read_result
from teachgym.experiments.sweep import Group
from teachgym.teachers import Teacher, make_teacher, teacher_options

TINY_ENV = "Strings"
TINY_SETTINGS = {"student": "tiny", **SETTINGS, "update_options": RULES["unscaled"]}
"""The settings of `curriculum.py`."""


def filled_in(options: Mapping[str, Any], lessons: int, knows: Mapping[str, Any]) -> dict[str, Any]:
    """Options with the values that stand for the budget, or for what an environment knows."""
    filled = {name: lessons if value == BUDGET else value for name, value in options.items()}
    return {name: knows[name] if value == TOLD else value for name, value in filled.items()}


def simulated(group: Group) -> list[dict[str, Any]]:
    """Teach the simulated students of a group of cells that differ in their seeds alone.

    Returns:
        For each cell the lessons and the mean exams of its students.
    """
    cell, settings = group[0], json.loads(group[0].settings)
    make = partial(make_vector, cell.env, options={"budget": settings["lessons"]})
    options = json.loads(cell.options)
    knows = {}
    if TOLD in options.values():
        env: Any = make(1).unwrapped
        knows["prerequisites"] = env.batch.graph.prerequisites
    options = filled_in(options, settings["lessons"], knows)
    if settings["bins"] is not None and "bins" in teacher_options(cell.teacher):
        options["bins"] = settings["bins"]
    students, every = settings["students"], settings["every"]
    seeds = [cell.seed * students + number for cell in group for number in range(students)]

    def teacher(space: Any, number: int) -> Teacher:
        return make_teacher(cell.teacher, space, seed=seeds[number], **options)

    with limited_threads(1):
        curves = exam_curves(
            make,
            teacher,
            len(seeds),
            cell.seed if students > 1 else [cell.seed for cell in group],
            every,
        )
    exams = curves.exams.reshape(len(group), students, -1).mean(axis=1)
    return [{"lessons": curves.lessons, "curve": np.round(one, 6).tolist()} for one in exams]


def tiny_cell(teacher: str, options: str, seed: int, settings: Mapping[str, Any]) -> Cell:
    """A student of the tiny language model; the settings are arguments of `teach`."""
    run = RunConfig(
        TINY_ENV, teacher=teacher, teacher_options=json.loads(options), seed=seed, **settings
    )
    return Cell.of_run("report", run)


def tiny_folder(folder: Path, cell: Cell) -> Path:
    """Where the run of a cell of the tiny language model is."""
    label = cell.teacher + ("" if cell.options == DEFAULTS else f":{cell.options}")
    return run_path(folder / f"tiny-{cell.config.budget}", label, cell.seed)


def tiny(folder: Path, group: Group) -> list[dict[str, Any]]:
    """Teach the tiny language model, in a run folder of its own that a killed sweep resumes.

    Returns:
        For the one cell the lessons and the exams, and the share of the groups of answers that had
        something to teach.
    """
    (cell,) = group
    config = cell.config
    options = filled_in(config.teacher_options, config.budget, {})
    out = tiny_folder(folder, cell)
    finish((out, replace(config, teacher_options=options, threads=1)), lambda progress: None)
    result = read_result(out)
    lessons, curve = result.curve
    silent = [lesson["stats"].get("groups_without_signal") for lesson in result.lessons]
    known = [share for share in silent if share is not None]
    return [
        {
            "lessons": lessons,
            "curve": np.round(curve, 6).tolist(),
            "informative": None if not known else round(1.0 - float(np.mean(known)), 6),
        }
    ]
