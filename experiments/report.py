"""The report: one HTML file that needs no network and no script."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .charts import Series, line_chart, schedule
from .comparison import WINDOW, Comparison
from .results import Result, row_means
from .run_folder import RunWarning
from .tables import comparison_rows, findings

REPORT = "report.html"
PERIODS = 50
"""Columns of the picture of what was taught when."""
SAMPLES = 3
"""Sample answers per topic."""
LONGEST = 300
"""Characters of a text that the report shows."""
X_LABEL, Y_LABEL = "lessons", "mean exam score (0 to 1)"


def write_report(result: Result | Comparison, folder: Path) -> None:
    """Write ``report.html`` to a folder; without jinja2, warn and go on.

    Raises:
        OSError: If it can't be written.
    """
    try:
        page = render(result)
    except ModuleNotFoundError as error:
        if error.name not in ("jinja2", "markupsafe"):
            raise
        message = "no report.html: it needs jinja2: pip install 'teachgym[report]'"
        warnings.warn(message, RunWarning, stacklevel=2)
        return
    # What a model wrote may hold characters that are no text, such as half a surrogate pair.
    (folder / REPORT).write_text(page, encoding="utf-8", errors="xmlcharrefreplace")


def render(result: Result | Comparison) -> str:
    """The report of a run or a comparison as HTML; all text in it is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    if isinstance(result, Result):
        name, context = "teach.html.jinja", _teach_context(result)
    else:
        name, context = "compare.html.jinja", _compare_context(result)
    charts = {key: Markup(context[key]) for key in ("curve_wide", "curve_narrow")}
    if "schedules" in context:
        charts["schedules"] = [(name, Markup(svg)) for name, svg in context["schedules"]]
    else:
        charts["schedule"] = Markup(context["schedule"])
    return environment.get_template(name).render(context | charts)


def _teach_context(result: Result) -> dict[str, Any]:
    settings = result.settings
    lessons, means = result.curve
    periods = min(PERIODS, result.budget)
    taught = result.taught(periods)
    return {
        "title": f"What {_short(settings['student'])} learned from {_short(settings['teacher'])}",
        "student": _short(settings["student"]),
        "teacher": _short(settings["teacher"]),
        "env": settings["env"],
        "seed": settings["seed"],
        "budget": result.budget,
        "given": len(result.lessons),
        "exam_size": len(result.tasks),
        "first": result.first,
        "final": result.final,
        "curve": list(zip(lessons, means, strict=True)),
        **_curves([Series("exam", lessons, means)], named=False),
        "topics": result.topics,
        "levels": result.levels,
        "before": _rows(result.topics, result.before),
        "after": _rows(result.topics, result.after),
        "taught_most": int(taught.max()),
        "column": f"{result.budget / periods:g} lessons",
        "schedule": schedule(taught, result.topics, result.budget, title="What was taught when"),
        "samples": samples(result),
        "settings": _described(settings),
    }


def _compare_context(comparison: Comparison) -> dict[str, Any]:
    example = comparison.example
    labels = [label for label in comparison.labels if comparison.runs(label)]
    series = []
    for label in labels:
        lessons, curves = comparison.curves(label)
        mean = curves.mean(axis=0)
        spread = curves.std(axis=0, ddof=1) if len(curves) > 1 else None
        band = (
            (None, None) if spread is None else ((mean - spread).tolist(), (mean + spread).tolist())
        )
        series.append(Series(label, lessons, mean.tolist(), *band))
    numbers = [comparison.teacher(label) for label in labels]
    ends = {row["teacher"]: row["final"]["mean"] for row in numbers}
    level = (
        (ends[comparison.baseline], f"{comparison.baseline}'s end")
        if comparison.baseline in ends
        else None
    )
    untaught = comparison.cells(labels[0])[0]
    periods = min(PERIODS, example.budget)
    return {
        "title": " against ".join(labels)
        if len(labels) < 4
        else f"{len(labels)} teachers compared",
        "student": _short(example.settings["student"]),
        "env": example.settings["env"],
        "budget": example.budget,
        "seeds": comparison.seeds,
        "teachers": numbers,
        "findings": findings(comparison),
        "exam_size": len(example.tasks),
        "window": WINDOW,
        "baseline": comparison.baseline,
        "rows": comparison_rows(comparison),
        **_curves(series, named=True, level=level),
        "topics": example.topics,
        "levels": example.levels,
        "cells": [
            ("Before the first lesson", _rows(example.topics, untaught)),
            *(
                (f"After {label}", _rows(example.topics, comparison.cells(label)[1]))
                for label in labels
            ),
        ],
        "schedules": [
            (
                label,
                schedule(
                    comparison.taught(label, periods),
                    example.topics,
                    example.budget,
                    title=f"What {label} taught when",
                ),
            )
            for label in labels
        ],
        "settings": _described(example.settings | comparison.settings),
    }


def samples(result: Result, per_topic: int = SAMPLES) -> list[dict[str, Any]]:
    """Tasks of each topic at levels from the lowest to the highest, with first and last answer."""
    first, last = result.exams[0], result.exams[-1]
    chosen = []
    for topic, name in enumerate(result.topics):
        indices = [i for i, task in enumerate(result.tasks) if task["topic"] == topic]
        indices.sort(key=lambda i: (result.tasks[i]["level"], i))
        spots = np.linspace(0, len(indices) - 1, min(per_topic, len(indices)))
        for i in (indices[round(spot)] for spot in spots):
            task = result.tasks[i]
            chosen.append(
                {
                    "topic": name,
                    "level": task["level"],
                    "prompt": _cut(task["prompt"]),
                    "answer": _cut(task["answer"]),
                    "before": _cut(first["answers"][i]),
                    "before_score": first["scores"][i],
                    "after": _cut(last["answers"][i]),
                    "after_score": last["scores"][i],
                }
            )
    return chosen


def _curves(
    series: list[Series], *, named: bool, level: tuple[float, str] | None = None
) -> dict[str, str]:
    """The exam curve for wide and for narrow screens."""
    title = "Mean exam score over lessons"
    labels = {"title": title, "x_label": X_LABEL, "y_label": Y_LABEL, "level": level}
    return {
        "curve_wide": line_chart(series, name_lines=named, **labels),
        "curve_narrow": line_chart(series, width=360, height=300, name_lines=False, **labels),
    }


def _rows(topics: list[str], cells: np.ndarray) -> list[tuple[str, dict[str, Any]]]:
    return [
        (topic, {"cells": [None if np.isnan(v) else float(v) for v in row], "mean": mean})
        for topic, row, mean in zip(topics, cells, row_means(cells), strict=True)
    ]


def _described(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Settings as text; those without a value are left out."""
    return [
        (name.replace("_", " "), value if isinstance(value, str) else str(value))
        for name, value in settings.items()
        if value not in (None, {}, [])
    ]


def _short(name: Any) -> str:
    """The last part of a path or of ``module:name``."""
    return str(name).rstrip("/").rpartition("/")[2].rpartition(":")[2]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
