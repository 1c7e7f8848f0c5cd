"""The numbers of runs and comparisons as text, and as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .comparison import Comparison
from .results import Result, row_means
from .retention import MEASURES, check_matrix
from .statistics import Summary, summarise
from .train_teacher import POLICY, TrainedTeacher

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ..teachers.details import TeacherDetails
    from .forgetting import Retention

MIN_WIDTH = 11
"""Width of the first column of a table, in characters, at least."""


def plain_console() -> Console:
    """Standard output; square brackets in names and paths mean nothing to it."""
    from rich.console import Console

    return Console(markup=False, highlight=False)


def comparison_rows(comparison: Comparison) -> list[dict[str, str]]:
    """A row per teacher: teacher, seeds, first, final, difference, interval, passes."""
    rows = []
    for label in comparison.labels:
        runs = comparison.runs(label)
        if not runs:
            continue
        difference, passes = comparison.difference(label), comparison.passes(label)
        row = {
            "teacher": comparison.name(label),
            "seeds": str(len(runs)),
            "first": _spread(summarise([run.first for run in runs])),
            "final": _spread(summarise([run.final for run in runs])),
            "difference": "—" if difference is None else f"{difference.mean:+.3f}",
            "interval": "—",
            "passes": "—" if difference is None else "never",
        }
        if difference is not None and difference.low is not None:
            row["interval"] = f"{difference.low:+.3f} to {difference.high:+.3f}"
        if passes is not None:
            row["passes"] = f"{passes} ({passes / runs[0].budget:.0%})"
        rows.append(row)
    return rows


def findings(comparison: Comparison) -> list[str]:
    """A sentence for each teacher that is held against the baseline."""
    sentences = []
    baseline = comparison.name(comparison.baseline)
    for label in comparison.labels:
        difference = comparison.difference(label)
        if difference is None:
            continue
        final = summarise([run.final for run in comparison.runs(label)]).mean
        side = "above" if difference.mean >= 0 else "below"
        sentence = (
            f"{comparison.name(label)} ends at {final:.3f}, {abs(difference.mean):.3f} {side} "
            f"{baseline}"
        )
        if difference.low is None or difference.high is None:
            sentence += "; one seed says nothing about chance"
        else:
            sentence += f" (95% interval {difference.low:+.3f} to {difference.high:+.3f})"
            if difference.low <= 0 <= difference.high:
                sentence += ": these seeds do not tell the two apart"
        passes = comparison.passes(label)
        if passes is not None and difference.mean > 0:
            budget = comparison.example.budget
            sentence += (
                f". From lesson {passes} of {budget} on it stays above where {baseline} ends"
            )
        sentences.append(f"{sentence}.")
    return sentences


def show_result(result: Result, console: Console) -> None:
    """Print what a student learned: exams, and score by topic before and after."""
    settings = result.settings
    console.print(
        f"{settings['student'] or 'a simulated student'} taught by {settings['teacher']} in "
        f"{settings['env']}, seed {settings['seed']}: "
        f"{len(result.lessons)} of {result.budget} lessons",
        style="bold",
        soft_wrap=True,
    )
    table = _table("topic", "lessons", "before", "after", "change")
    lessons = result.taught().sum(axis=(1, 2))
    rows = zip(
        result.topics, lessons, row_means(result.before), row_means(result.after), strict=True
    )
    for topic, given, before, after in rows:
        table.add_row(topic, str(given), _number(before), _number(after), _change(before, after))
    table.add_section()
    table.add_row(
        "exam",
        str(len(result.lessons)),
        f"{result.first:.3f}",
        f"{result.final:.3f}",
        f"{result.gain:+.3f}",
        style="bold",
    )
    console.print(table)
    counted = result.lessons[-1].get("teacher") if result.lessons else None
    if counted:
        counts = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in counted.items())
        console.print(f"The teacher's count: {counts}", soft_wrap=True)


def show_comparison(comparison: Comparison, console: Console) -> None:
    """Print final scores with intervals, and what each teacher's students learned by topic."""
    done, all_runs = len(comparison.results), len(comparison.labels) * len(comparison.seeds)
    if done < all_runs:
        console.print(f"{done} of {all_runs} runs are finished; the tables show these.")
    base = comparison.name(comparison.baseline)
    console.print(
        f"Final exam{_size(len(comparison.example.tasks))} after {comparison.example.budget} "
        f"lessons; difference to {base}, and the lesson from which {base}'s end is passed",
        soft_wrap=True,
    )
    table = _table("teacher", "seeds", "exam", "difference", "95% interval", "passes")
    for row in comparison_rows(comparison):
        table.add_row(*(value for name, value in row.items() if name != "first"))
    console.print(table)
    for topics in topic_tables(comparison, console.width):
        console.print(topics)
    for sentence in findings(comparison):
        console.print(sentence, soft_wrap=True)


def topic_tables(comparison: Comparison, width: int) -> Iterator[Table]:
    """Scores by topic, before and after each teacher: as many tables as the width asks for."""
    labels = [label for label in comparison.labels if comparison.runs(label)]
    topics = comparison.example.topics
    untaught = row_means(comparison.cells(labels[0])[0])
    # A table has a margin of one space, and three of them between columns.
    narrow = max(MIN_WIDTH, *map(len, topics)) + len("before") + 5
    while labels:
        table, room = _table("topic", "before"), width - narrow
        columns = [untaught]
        while labels and (len(columns) == 1 or len(_after(comparison, labels[0])) + 3 <= room):
            label = labels.pop(0)
            room -= len(_after(comparison, label)) + 3
            table.add_column(_after(comparison, label), justify="right", no_wrap=True)
            columns.append(row_means(comparison.cells(label)[1]))
        for topic, *values in zip(topics, *columns, strict=True):
            table.add_row(topic, *map(_number, values))
        yield table


def _size(tasks: int) -> str:
    """How large an exam is, where its tasks are asked one by one."""
    return f" of {tasks} tasks" if tasks else ""


def _after(comparison: Comparison, label: str) -> str:
    return f"after {comparison.name(label)}"


def show_retention(retention: Retention, console: Console) -> None:
    """Print each topic's score before, after its own turn and at the end, and the measures."""
    matrix = check_matrix(retention.matrix)
    table = _table("topic", "updates", "before", "after its turn", "at the end")
    for place, topic in enumerate(retention.topics):
        scores = (matrix[0, place], matrix[place + 1, place], matrix[-1, place])
        table.add_row(topic, str(retention.updates[place]), *(f"{score:.3f}" for score in scores))
    console.print(table)
    for name, measure in MEASURES.items():
        console.print(f"{name.replace('_', ' ')}: {measure(matrix):+.3f}", soft_wrap=True)


def show_training(result: TrainedTeacher, console: Console) -> None:
    """Print what a trained teacher's held-out students learned, beside those of others."""
    settings = result.settings
    console.print(
        f"{settings['algorithm']} in {settings['env']}, seed {settings['seed']}: "
        f"{result.steps} lessons of training",
        style="bold",
        soft_wrap=True,
    )
    if not result.returns:
        console.print("It was not evaluated.")
        return
    table = _table("teacher", "students", "return", "policy's lead", "95% interval")
    for label in result.returns:
        summary = result.summary(label)
        row = [label, str(summary.n), _spread(summary), "—", "—"]
        if label != POLICY:
            above = result.advantage(label)
            row[3] = f"{above.mean:+.3f}"
            if above.low is not None:
                row[4] = f"{above.low:+.3f} to {above.high:+.3f}"
        table.add_row(*row)
    console.print(table)


def show_teachers(console: Console) -> None:
    """Print every teacher, by family: spaces, what it needs and may be told, and its paper."""
    from rich.table import Table
    from rich.text import Text

    from ..teachers import TEACHERS
    from ..teachers.details import describe

    families: dict[str, list[TeacherDetails]] = {}
    for details in map(describe, TEACHERS):
        families.setdefault(details.family, []).append(details)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 1, 0), header_style="")
    table.add_column("teacher\nclass", no_wrap=True)
    table.add_column("spaces\n(option needed)", no_wrap=True)
    table.add_column("needs, and\nexpert knowledge", no_wrap=True)
    table.add_column("paper", overflow="fold")
    for family, members in families.items():
        table.add_row(Text(family.upper(), style="bold"))
        for details in members:
            table.add_row(
                Text.assemble((details.name, "bold"), f"\n{details.teacher.__name__}"),
                "\n".join(details.spaces_in_words()),
                "\n".join([*details.needs_in_words(), *details.knowledge_in_words()]) or "—",
                str(details.reference or "this library's own"),
            )
    console.print(table)


def _table(first: str, *numbers: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, overflow="fold", min_width=MIN_WIDTH)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _spread(summary: Summary) -> str:
    return f"{summary.mean:.3f}" + ("" if summary.sd is None else f" ± {summary.sd:.3f}")


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _change(before: float | None, after: float | None) -> str:
    return "—" if before is None or after is None else f"{after - before:+.3f}"
