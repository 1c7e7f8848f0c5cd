"""Teachers on the toy landscape, against what its authors' own code reaches.

Share of the cells that are mastered after 5,000 to 20,000 tasks, on 10 by 10 cells, without and
with 10 irrelevant dimensions. `PUBLISHED` are results of the authors' code (teachDeepRL, of
Portelas et al. 2019, arXiv 1910.07224) on the same landscape. Two means after 20,000 tasks agree if

    |a - b| <= 3 sqrt(s_a^2 / n_a + s_b^2 / n_b)

RIAC may also be better: in the authors' code its split score takes the length of a list of two
deques, so that only differences of ALP count, and children inherit the last attempt's ALP and not
the best one's.

A (teacher, setting, seed) is a cell in `cells.sqlite` under `--out`, and is not done again. Then it
prints a table per setting, and writes `results.json` and a chart per setting,
`landscape_SETTING.svg`.

    python benchmarks/landscape.py --out runs/landscape
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from measured import measured
from teacher_cells import simulated

from teachgym.experiments.cells import Cell, canonical
from teachgym.experiments.charts import Series, line_chart

TASKS = 20_000
EVERY = 500
"""Tasks between two points of a curve."""
SHOWN = (5_000, 10_000, 15_000, 20_000)
"""Columns of the table."""
SETTINGS = {"plain": "Landscape", "irrelevant": "LandscapeIrrelevant"}
"""The environment of each setting."""
TITLES = {"plain": "10 by 10 cells", "irrelevant": "10 by 10 cells, 10 irrelevant dimensions"}
TEACHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "Uniform": ("uniform", {}),
    "ALP-GMM": ("alp_gmm", {}),
    "ALP-GMM, last 500": ("alp_gmm", {"memory": 500}),
    "RIAC": ("riac", {}),
    "Covar-GMM": ("covar_gmm", {}),
    "Covar-GMM, |cov|": ("covar_gmm", {"absolute": True}),
}
"""Names in the registry, and options: neighbours in the last 500 tasks, |cov| for max(0, cov)."""
PUBLISHED: dict[str, dict[str, tuple[list[float], float, int]]] = {
    "plain": {
        "Uniform": ([0.0, 1.0, 2.3, 4.3], 0.7, 10),
        "ALP-GMM": ([5.5, 14.1, 24.2, 35.6], 3.3, 10),
        "ALP-GMM, last 500": ([67.6], 5.0, 10),
        "RIAC": ([8.9, 22.9, 35.4, 48.1], 1.9, 10),
        "Covar-GMM": ([13.3, 31.2, 48.8, 67.4], 5.6, 10),
        "Covar-GMM, |cov|": ([75.2], 5.2, 10),
    },
    "irrelevant": {
        "Uniform": ([0.0, 1.0, 2.4, 4.0], 0.0, 5),
        "ALP-GMM": ([12.2, 28.4, 40.4, 51.6], 0.9, 5),
        "RIAC": ([3.8, 7.6, 11.4, 16.2], 3.8, 5),
        "Covar-GMM": ([7.4, 16.6, 27.0, 40.0], 3.2, 5),
    },
}
"""The authors' code: means in % in the columns of the table (of some only the last), standard
deviation after 20,000 tasks, number of seeds."""
MAY_BE_BETTER = ("RIAC",)

STYLE = """svg { font: 14px system-ui, sans-serif; background: white; }
.grid { stroke: #e3e5e8; } .tick, .axis { fill: #4b5563; }
.line { fill: none; stroke-width: 2.5; } .band { fill-opacity: 0.12; }
"""
COLOURS = ("#6b7280", "#2563eb", "#0891b2", "#16a34a", "#dc2626", "#d97706")


def cell_of(teacher: str, setting: str, seed: int) -> Cell:
    """A teacher with one student of a landscape, as `teacher_cells.simulated` measures it."""
    name, options = TEACHERS[teacher]
    how = {"lessons": TASKS, "students": 1, "every": EVERY, "bins": None}
    return Cell("report", SETTINGS[setting], name, canonical(options), canonical(how), seed)


def agreement(
    here: tuple[float, float, int], there: tuple[float, float, int], may_be_better: bool
) -> tuple[float, bool]:
    """The largest difference that still agrees, and whether the means agree.

    Args:
        here: Mean, standard deviation and number of seeds.
        there: The same of the others.
        may_be_better: Whether a larger mean here counts as agreement too.
    """
    error = 3.0 * math.sqrt(here[1] ** 2 / here[2] + there[1] ** 2 / there[2])
    difference = here[0] - there[0]
    # Means are given with one digit behind the point.
    agree = abs(difference) <= error + 0.05
    return error, agree or (may_be_better and difference > 0)


def summary(
    setting: str, seeds: list[int], results: Mapping[Cell, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What is reported of a setting, a record per teacher."""
    records = []
    for teacher in TEACHERS:
        curves = [results[cell_of(teacher, setting, seed)]["curve"] for seed in seeds]
        values = (100.0 * np.array(curves)[:, 1:]).round(3)  # without the start
        columns = {str(tasks): values[:, tasks // EVERY - 1] for tasks in SHOWN}
        last = values[:, -1]
        spread = float(last.std(ddof=1)) if len(seeds) > 1 else 0.0
        record: dict[str, Any] = {
            "setting": setting,
            "teacher": teacher,
            "options": TEACHERS[teacher][1],
            "seeds": seeds,
            "mastered": {
                tasks: round(float(column.mean()), 2) for tasks, column in columns.items()
            },
            "sd": round(spread, 2),
            "of_seeds": last.tolist(),
            "curve": values.mean(axis=0).round(3).tolist(),
            "low": values.min(axis=0).tolist(),
            "high": values.max(axis=0).tolist(),
        }
        if teacher in PUBLISHED[setting]:
            means, deviation, count = PUBLISHED[setting][teacher]
            here = (float(last.mean()), spread, len(seeds))
            there = (means[-1], deviation, count)
            error, agree = agreement(here, there, teacher in MAY_BE_BETTER)
            record |= {"published": means, "published_sd": deviation, "published_seeds": count}
            record |= {"allowed": round(error, 2), "agrees": agree}
        records.append(record)
    return records


def table(records: list[dict[str, Any]]) -> str:
    """Markdown; the authors' numbers stand in brackets."""
    lines = ["| teacher | 5k | 10k | 15k | 20k | difference | allowed | agrees |", "|---" * 8 + "|"]
    for record in records:
        cells = [f"{share:.1f}" for share in record["mastered"].values()]
        cells[-1] += f" ± {record['sd']:.1f}"
        verdict = [""] * 3
        if "published" in record:
            means = record["published"]
            for place in range(-len(means), 0):
                more = f" ± {record['published_sd']}" if place == -1 else ""
                cells[place] += f" ({means[place]}{more})"
            difference = record["mastered"][str(TASKS)] - means[-1]
            agrees = "yes" if record["agrees"] else "**no**"
            verdict = [f"{difference:+.1f}", f"{record['allowed']:.1f}", agrees]
        name = record["teacher"].replace("|", "\\|")
        lines.append("| " + " | ".join([name, *cells, *verdict]) + " |")
    return "\n".join(lines)


def flips(results: dict[str, list[dict[str, Any]]]) -> bool:
    """Whether Covar-GMM leads ALP-GMM on the plain landscape, and ALP-GMM on the other one."""
    last = {
        (setting, record["teacher"]): record["mastered"][str(TASKS)]
        for setting, records in results.items()
        for record in records
    }
    lead = {s: last[s, "Covar-GMM"] - last[s, "ALP-GMM"] for s in SETTINGS}
    return lead["plain"] > 0 > lead["irrelevant"]


def draw(setting: str, records: list[dict[str, Any]]) -> str:
    """Curves: mean over the seeds, band from the least to the greatest; a standalone SVG."""
    tasks = [EVERY * place / 1000 for place in range(1, TASKS // EVERY + 1)]
    series = [
        Series(
            record["teacher"],
            [0.0, *tasks],
            [0.0, *(share / 100 for share in record["curve"])],
            [0.0, *(share / 100 for share in record["low"])],
            [0.0, *(share / 100 for share in record["high"])],
        )
        for record in records
    ]
    chart = line_chart(
        series,
        title=f"{TITLES[setting]}: share of cells mastered, {len(records[0]['seeds'])} seeds",
        x_label="thousand tasks",
        y_label="share of cells mastered",
        width=760,
        height=360,
    )
    rules = "".join(
        f".line.s{i} {{ stroke: {colour}; }}\n"
        f".band.s{i}, .dot.s{i}, .end.s{i} {{ fill: {colour}; }}\n"
        for i, colour in enumerate(COLOURS, 1)
    )
    opening, rest = chart.split(">", 1)
    return f'{opening} xmlns="http://www.w3.org/2000/svg"><style>{STYLE}{rules}</style>{rest}\n'


def main(argv: Sequence[str] | None = None) -> int:
    """Do what is missing, print, write; 1 if something does not agree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(10)))
    parser.add_argument("--jobs", type=int, default=1, help="cells at a time")
    parser.add_argument("--out", type=Path, default=Path("runs/landscape"))
    options = parser.parse_args(argv)
    cells = [
        cell_of(teacher, setting, seed)
        for seed in options.seeds
        for setting in SETTINGS
        for teacher in TEACHERS
    ]
    found = measured(cells, simulated, options.out, options.jobs)
    results = {s: summary(s, options.seeds, found) for s in SETTINGS}
    for setting, records in results.items():
        print(f"\n{TITLES[setting]}, {len(options.seeds)} seeds, share of cells mastered in %\n")
        print(table(records))
        chart = options.out / f"landscape_{setting}.svg"
        chart.write_text(draw(setting, records), encoding="utf-8")
    order = flips(results)
    print(f"\nCovar-GMM leads without irrelevant dimensions, ALP-GMM with them: {order}")
    text = json.dumps({"order_flips": order, "results": results}, indent=1) + "\n"
    (options.out / "results.json").write_text(text, encoding="utf-8")
    agree = all(record.get("agrees", True) for records in results.values() for record in records)
    return 0 if agree and order else 1


if __name__ == "__main__":
    sys.exit(main())
