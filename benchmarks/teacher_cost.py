"""What teachers cost: CPU time in `act` and `observe`, on one thread.

Teachers of continuous tasks on the toy landscape, in CPU seconds per 1,000 tasks. ALP-GMM and
Covar-GMM take turns, 500 tasks each, with plain ones of scikit-learn's mixtures
(`plain_mixtures.py`), each with a student of its own; a fifth of their time is allowed. RIAC may
take 0.3 s. Teachers of arms at 100 arms, `MultiDiscrete([10, 10])`, in µs per lesson; 50 are
allowed but for those that hold a model. Those that learn from the scores of answers are measured
twice: told 8 answers to each of 4 tasks, and told their mean alone. A student of ten topics, who
learns a level once the level below is half learned, answers; the time it takes does not count.

Prints a line of JSON per measurement and then a table: medians over the rounds, with least and
most. What is above its limit is marked, and the exit code says so.

    python benchmarks/teacher_cost.py
    python benchmarks/teacher_cost.py --kind continuous --tasks 20000 --rounds 3
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from time import process_time
from typing import Any

import gymnasium as gym
import numpy as np
from plain_mixtures import PLAIN

import teachgym.envs  # noqa: F401
from teachgym.core.threads import limited_threads
from teachgym.teachers import TEACHERS, make_teacher

ARMS = gym.spaces.MultiDiscrete([10, 10])
MODELS = ("policy", "pcl", "chat")
"""Teachers that hold a model: the limit is not theirs."""
CONTINUOUS = (
    "alp_gmm",
    "covar_gmm",
    "riac",
    "adr",
    "spdl",
    "goal_gan",
    "setter_solver",
)
"""Teachers of continuous tasks; all others are measured with arms."""
LIMIT_ARMS = 50.0
"""µs per lesson."""
LIMITS = {"riac": 0.3}
"""CPU seconds per 1,000 tasks."""
LIMIT_MIXTURES = 0.2
"""Share of the plain reference's time."""
TURN = 500
"""Tasks before the reference's turn: two fits."""
GROUPS = (4, 8)
"""Tasks in a lesson, and answers to each."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A measurement.

    Attributes:
        teacher: Its name, and how it was used.
        unit: Of all values but the ratio.
        median: Over the rounds.
        low: The least.
        high: The most.
        limit: What is allowed of the median, or of the ratio if there is one; None: anything.
        plain: Median of the reference, where there is one.
        ratio: Median over the rounds of this teacher's time / the reference's.
        ratio_low: The least.
        ratio_high: The most.
    """

    teacher: str
    unit: str
    median: float
    low: float
    high: float
    limit: float | None = None
    plain: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None

    @property
    def within(self) -> bool:
        """Whether it is within its limit."""
        judged = self.median if self.ratio is None else self.ratio
        return self.limit is None or judged <= self.limit


class Landscape:
    """A teacher on the toy landscape, and the CPU seconds that it has taken."""

    def __init__(self, teacher: Any, irrelevant: int) -> None:
        self.teacher = teacher
        self.env = gym.make("teachgym/Landscape-v0", budget=10**9, irrelevant=irrelevant)
        self.env.reset(seed=0)
        self.seconds = 0.0

    def teach(self, tasks: int) -> None:
        """Teach so many tasks."""
        for _ in range(tasks):
            begun = process_time()
            task = self.teacher.act()
            self.seconds += process_time() - begun
            task = np.asarray(task, dtype=np.float32)
            score = self.env.step(task)[4]["score"]
            begun = process_time()
            self.teacher.observe(task, score)
            self.seconds += process_time() - begun


def on_landscape(name: str, irrelevant: int, tasks: int, rounds: int) -> Cost:
    """Measure a teacher of continuous tasks, beside its plain reference if it has one."""
    own, plain = [], []
    for seed in range(rounds):
        space = gym.spaces.Box(0.0, 1.0, (2 + irrelevant,), np.float32)
        runs = [Landscape(make_teacher(name, space, seed=seed), irrelevant)]
        if name in PLAIN:
            runs.append(Landscape(PLAIN[name](2 + irrelevant, seed), irrelevant))
        for _ in range(tasks // TURN):
            for run in runs:
                run.teach(TURN)
        own.append(1000 * runs[0].seconds / tasks)
        plain += [1000 * run.seconds / tasks for run in runs[1:]]
    label = f"{name}, {irrelevant} irrelevant dimensions, {tasks} tasks"
    measured = (label, "CPU s / 1,000 tasks", statistics.median(own), min(own), max(own))
    if not plain:
        return Cost(*measured, limit=LIMITS.get(name))
    ratios = [a / b for a, b in zip(own, plain, strict=True)]
    return Cost(
        *measured,
        limit=LIMIT_MIXTURES,
        plain=statistics.median(plain),
        ratio=statistics.median(ratios),
        ratio_low=min(ratios),
        ratio_high=max(ratios),
    )


def students_answers(seed: int) -> Callable[[Any], np.ndarray]:
    """Ten topics of ten levels; a level is learned by practice once the one below is half learned.

    Returns:
        A function that gives the scores of a lesson's answers, shape `GROUPS`, 0 or 1, and lets
        the student learn.
    """
    rng = np.random.default_rng(seed)
    ability = np.full((10, 10), 0.02)
    ability[:, 0] = 0.3

    def answer(action: Any) -> np.ndarray:
        topic, level = action
        scores = (rng.random(GROUPS) < ability[topic, level]).astype(float)
        if level == 0 or ability[topic, level - 1] > 0.5:
            ability[topic, level] += 0.02 * (1.0 - ability[topic, level])
        return scores

    return answer


def on_arms(name: str, told: bool, lessons: int, rounds: int, warmup: int) -> Cost:
    """Measure a teacher of arms, told the scores of answers or their mean alone."""
    times = []
    for seed in range(rounds):
        teacher: Any = make_teacher(name, ARMS, seed=seed)
        answer = students_answers(seed)
        used = 0.0
        for lesson in range(warmup + lessons):
            begun = process_time()
            action = teacher.act()
            took = process_time() - begun
            scores = answer(action)
            more = {"scores": scores} if told else {}
            score = float(scores.mean())
            begun = process_time()
            teacher.observe(action, score, **more)
            took += process_time() - begun
            used += took if lesson >= warmup else 0.0
        times.append(1e6 * used / lessons)
    label = name + (", told all scores" if told else "")
    return Cost(
        label, "µs / lesson", statistics.median(times), min(times), max(times), limit=LIMIT_ARMS
    )


def measure(options: argparse.Namespace) -> Iterator[Cost]:
    """All measurements that were asked for."""
    for name, kind in TEACHERS.items():
        if options.teacher and name not in options.teacher:
            continue
        if name in MODELS:
            continue
        continuous = name in CONTINUOUS
        if options.kind != "all" and continuous != (options.kind == "continuous"):
            continue
        space = gym.spaces.Box(0.0, 1.0, (2,), np.float32) if continuous else ARMS
        try:
            make_teacher(name, space, seed=0)
        except (ModuleNotFoundError, TypeError, ValueError) as error:  # needs what we do not have
            print(json.dumps({"teacher": name, "skipped": str(error)}), flush=True)
            continue
        if continuous:
            for irrelevant in (0, 10):
                yield on_landscape(name, irrelevant, options.tasks, options.rounds)
        else:
            for told in (False, True) if kind.takes_scores else (False,):
                yield on_arms(name, told, options.lessons, options.rounds, options.lessons // 4)


def table(costs: list[Cost]) -> str:
    """Markdown."""
    lines = ["| teacher | cost | range | reference | ratio | limit |", "|---|---|---|---|---|---|"]
    for cost in costs:
        plain = "" if cost.plain is None else f"{cost.plain:.3f}"
        ratio = ""
        if cost.ratio is not None:
            ratio = f"{cost.ratio:.3f} ({cost.ratio_low:.3f} to {cost.ratio_high:.3f})"
        limit = "" if cost.limit is None else f"{cost.limit:g}"
        lines.append(
            f"| {cost.teacher} | {cost.median:.3g} {cost.unit} | {cost.low:.3g} to {cost.high:.3g} "
            f"| {plain} | {ratio} | {limit}{'' if cost.within else ' **exceeded**'} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kind", choices=["all", "continuous", "arms"], default="all")
    parser.add_argument("--teacher", action="append", help="its name; default: all of the kind")
    parser.add_argument("--tasks", type=int, default=20_000, help="tasks of a landscape")
    parser.add_argument("--lessons", type=int, default=5_000, help="lessons with arms")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    costs = []
    with limited_threads(1):
        for cost in measure(options):
            print(json.dumps({**asdict(cost), "within": cost.within}), flush=True)
            costs.append(cost)
    print(table(costs))
    sys.exit(0 if all(cost.within for cost in costs) else 1)


if __name__ == "__main__":
    main()
