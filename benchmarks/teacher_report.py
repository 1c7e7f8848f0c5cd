"""From the database of `teachers.py` to its page, its pictures and its JSON file."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

from teacher_cells import TINY_ENV
from teacher_page import Section, chart, page
from teacher_plan import Plan, wanted
from teacher_results import choose, table
from teacher_settings import TINY, Trial, scheduled

from teachgym.experiments.cells import CellDatabase, canonical
from teachgym.experiments.run_folder import write_json


def sections(plan: Plan, database: CellDatabase) -> list[Section]:
    """The page's environments, of which something was measured."""
    tuned, results, errors = database.results("tuning"), database.results("report"), {}
    for cell, error in database.errors().items():
        what = f"`{cell.teacher}` with {cell.options} in {cell.env}, {cell.stage}, seed {cell.seed}"
        errors[what] = (cell.env, error.strip().splitlines()[-1])
    found = []
    for trial in plan.trials:
        pairs = wanted(trial, plan.names, tuned)
        chosen = {name: choose(tuned, trial.tuned_on, name) for name in plan.names}
        rows = table(results, trial.env, canonical(trial.settings), pairs)
        main = [
            row
            for row in rows
            if row.options == chosen[row.teacher] or "prerequisites" in row.options
        ]
        plain = {
            row.teacher: row
            for row in rows
            if trial.defaults and row.options == canonical(scheduled(row.teacher))
        }
        if main:
            setting = _setting(trial, main[0].seeds)
            found.append(Section(trial.env, trial.title, main, setting, plain))
    if plan.tiny is not None:
        pairs = [(n, choose(tuned, "KnowledgeGraph", n)) for n in plan.names if n in TINY]
        rows = table(results, TINY_ENV, canonical(plan.tiny), pairs)
        if rows:
            title = "the tiny language model, taught by GRPO"
            setting = _tiny_setting(plan.tiny, rows[0].seeds)
            found.append(Section(TINY_ENV, title, rows, setting))
    return [
        replace(one, errors={what: why for what, (env, why) in errors.items() if env == one.env})
        for one in found
    ]


def _setting(trial: Trial, seeds: Sequence[int]) -> str:
    students = f", {trial.students} students a seed" if trial.students > 1 else ""
    cells = "" if trial.bins is None else f"; {trial.bins} bins an axis for teachers of arms"
    tuned = f"; options of `{trial.tuned_on}-v0`" if trial.tuned_on != trial.env else ""
    return f"{trial.lessons} lessons, seeds {seeds[0]} to {seeds[-1]}{students}{cells}{tuned}." + (
        "\n`told`: with the environment's prerequisites." if trial.students > 1 else ""
    )


def _tiny_setting(given: Mapping[str, Any], seeds: Sequence[int]) -> str:
    update = ", ".join(f"{key}={value}" for key, value in given["update_options"].items())
    return (
        f"{given['budget']} lessons of {given['lesson_size']} task, {given['lessons_per_update']} "
        f"to an update, an exam of {given['exam_size']} held-out tasks every "
        f"{given['exam_every']}; seeds {seeds[0]} to {seeds[-1]}; options of `KnowledgeGraph-v0`.\n"
        f"`{update}`, as in {{doc}}`results`. A group of answers has a signal if some are right "
        "and some wrong."
    )


def write_page(plan: Plan, database: CellDatabase, out: Path, docs: Path, label: str = "") -> Path:
    """Write the page, its pictures, and the JSON file with everything."""
    found = sections(plan, database)
    if not found:
        raise ValueError(f"{str(database.path)!r} holds nothing to report yet: run the other parts")
    took: dict[str, float] = {}
    for cell, seconds in database.seconds().items():
        part = "the tiny language model" if cell.env == TINY_ENV else "simulated students"
        took[part] = took.get(part, 0.0) + seconds / 60
    took = dict(sorted(took.items()))
    (docs / "images").mkdir(parents=True, exist_ok=True)
    for section in found:
        (docs / "images" / section.image).write_text(chart(section), encoding="utf-8")
    target = docs / "teacher-results.md"
    text = page(found, database.facts(), took)
    if label:
        first, rest = text.split("\n", 1)
        text = f"{first}\n\n**{label}**\n{rest}"
    target.write_text(text, encoding="utf-8")
    write_json(out / "results.json", everything(found, database))
    return target


def everything(found: Sequence[Section], database: CellDatabase) -> dict[str, Any]:
    """All numbers and curves, what tuning gave, what failed, and what it took."""
    return {
        "facts": database.facts(),
        "environments": {
            section.env: {
                "setting": section.setting,
                "teachers": [row.as_json() for row in section.rows],
                "defaults": [row.as_json() for row in section.defaults.values()],
            }
            for section in found
        },
        "tuning": [
            {"env": c.env, "teacher": c.teacher, "options": c.options, "seed": c.seed, **result}
            for c, result in database.results("tuning").items()
        ],
        "errors": [
            {"env": c.env, "teacher": c.teacher, "options": c.options, "seed": c.seed, "error": e}
            for c, e in database.errors().items()
        ],
        "cpu_seconds": _sums(database),
    }


def _sums(database: CellDatabase) -> dict[str, dict[str, float]]:
    """CPU seconds by environment and teacher."""
    sums: dict[str, dict[str, float]] = {}
    for cell, seconds in database.seconds().items():
        part = sums.setdefault(cell.env, {})
        part[cell.teacher] = round(part.get(cell.teacher, 0.0) + seconds, 3)
    return sums


def machine() -> dict[str, Any]:
    """What the numbers were made on."""
    processor, info = platform.processor() or platform.machine(), Path("/proc/cpuinfo")
    if info.is_file():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        processor = names[0].partition(":")[2].strip() if names else processor
    revision = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    try:
        commit = subprocess.run(revision, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = "unknown"
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": metadata.version("numpy"),
        "commit": commit,
    }
