"""The report: one HTML file that needs no network and no script."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .charts import Series, line_chart, schedule
from .comparison import WINDOW, Comparison
from .configuration import OF_A_RUN
from .results import Result, row_means
from .run_folder import RunWarning
from .statistics import summarise
from .tables import comparison_rows, findings

REPORT = "report.html"
WIDE, NARROW = 1040, 350
"""Pixels of charts for a desk and for a phone; the page shows the one that fits."""
PERIODS, NARROW_PERIODS, PERIOD = 50, 24, 10
"""Most columns of the picture of what was taught when; least columns, and lessons in one."""
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
    if isinstance(result, Result):
        return render_page("teach.html.jinja", _teach_context(result))
    return render_page("compare.html.jinja", _compare_context(result))


def render_page(template: str, context: dict[str, Any]) -> str:
    """A page from a template; all text in it is escaped.

    Args:
        template: Its file name.
        context: What it shows; the SVG under ``curve`` and ``schedules`` goes in as it is.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    context["curve"] = [Markup(svg) for svg in context["curve"]]
    context["schedules"] = [
        (label, [Markup(svg) for svg in pictures]) for label, pictures in context["schedules"]
    ]
    return environment.get_template(template).render(context)


def _teach_context(result: Result) -> dict[str, Any]:
    settings = result.settings
    lessons, means = result.curve
    return {
        "title": f"What {_short(settings['student'])} learned from {_short(settings['teacher'])}",
        "student": _short(settings["student"]),
        "student_is_named": settings["student"] is not None,
        "teacher": _short(settings["teacher"]),
        "env": settings["env"],
        "seed": settings["seed"],
        "budget": result.budget,
        "given": len(result.lessons),
        "exam_size": len(result.tasks),
        "first": result.first,
        "final": result.final,
        "exams": list(zip(lessons, means, strict=True)),
        "curve": _curves([Series("exam", lessons, means)], named=False),
        "topics": result.topics,
        "levels": result.levels,
        "before": _rows(result.topics, result.before),
        "after": _rows(result.topics, result.after),
        "schedules": [("What was taught when", _schedules(result.taught, result, "the teacher"))],
        "samples": samples(result),
        "settings": _described(settings),
    }


def _compare_context(comparison: Comparison) -> dict[str, Any]:
    example = comparison.example
    labels = [label for label in comparison.labels if comparison.runs(label)]
    names = {label: comparison.name(label) for label in labels}
    series = []
    for label in labels:
        lessons, curves = comparison.curves(label)
        mean = curves.mean(axis=0)
        band: tuple[list[float] | None, list[float] | None] = (None, None)
        if len(curves) > 1:
            spread = curves.std(axis=0, ddof=1)
            low, high = np.clip([mean - spread, mean + spread], 0, 1)
            band = (low.tolist(), high.tolist())
        series.append(Series(names[label], lessons, mean.tolist(), *band))
    baseline = comparison.name(comparison.baseline)
    runs = comparison.runs(comparison.baseline)
    end = summarise([run.final for run in runs]).mean if runs else None
    level = None if end is None else (end, f"{baseline}'s end")
    untaught = comparison.cells(labels[0])[0]
    return {
        "title": " against ".join(names.values())
        if len(labels) < 4
        else f"{len(labels)} teachers compared",
        "student": _short(example.settings["student"]),
        "student_is_named": example.settings["student"] is not None,
        "env": example.settings["env"],
        "budget": example.budget,
        "seeds": comparison.seeds,
        "findings": findings(comparison),
        "exam_size": len(example.tasks),
        "window": WINDOW,
        "baseline": baseline,
        "rows": comparison_rows(comparison),
        "curve": _curves(series, named=True, level=level),
        "topics": example.topics,
        "levels": example.levels,
        "cells": [
            ("Before the first lesson", _rows(example.topics, untaught)),
            *(
                (f"After {names[label]}", _rows(example.topics, comparison.cells(label)[1]))
                for label in labels
            ),
        ],
        "schedules": [
            (names[label], _schedules(partial(comparison.taught, label), example, names[label]))
            for label in labels
        ],
        "settings": _described(
            {name: value for name, value in example.settings.items() if name not in OF_A_RUN}
            | comparison.settings
        ),
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
) -> list[str]:
    """The exam curve for wide and for narrow screens."""
    title = "Mean exam score over lessons"
    draw = partial(line_chart, series, title=title, x_label=X_LABEL, y_label=Y_LABEL, level=level)
    return [
        draw(width=WIDE, height=380, name_lines=named),
        draw(width=NARROW, height=300, name_lines=False),
    ]


def _schedules(taught: Callable[[int], np.ndarray], run: Result, teacher: str) -> list[str]:
    """What was taught when, for wide and for narrow screens."""
    title = f"What {teacher} taught when"
    return [
        schedule(
            taught(min(periods, run.budget, max(PERIOD, run.budget // PERIOD))),
            run.topics,
            run.budget,
            title=title,
            width=width,
        )
        for periods, width in ((PERIODS, WIDE), (NARROW_PERIODS, NARROW))
    ]


def _rows(topics: list[str], cells: np.ndarray) -> list[tuple[str, dict[str, Any]]]:
    return [
        (topic, {"cells": [None if np.isnan(v) else float(v) for v in row], "mean": mean})
        for topic, row, mean in zip(topics, cells, row_means(cells), strict=True)
    ]


def _described(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Settings as text; those without a value are left out."""
    return [
        (name.replace("_", " "), _written(name, value))
        for name, value in settings.items()
        if value not in (None, {}, [])
    ]


def _written(name: str, value: Any) -> str:
    if name == "teachers":
        return ", ".join(label for label, _, _ in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={item}" for key, item in value.items())
    return str(value)


def _short(name: Any) -> str:
    """The last part of a path or of ``module:name``; a student who can't be chosen is simulated."""
    name = "a simulated student" if name is None else name
    return str(name).rstrip("/").rpartition("/")[2].rpartition(":")[2]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
