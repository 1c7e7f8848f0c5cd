"""What a chat model is shown of a student: a record of all lessons, as text of bounded length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .chat_form import Form

PARTS = 5
"""Into how many equal parts each axis of a ``Box`` without bins is cut, for the record."""

MAX_SLOTS = 200
"""How many topics-at-a-level the record shows, those taught last."""

MAX_NAMES = 200
"""How many topics are named."""

MAX_CELLS = 1_000_000
"""How many cells a record is kept of."""


class Slots:
    """The places of a student's record, as rows (topics) and columns (levels).

    A lesson counts in the slot of its cell. A ``Box`` without bins has no cells: each of its axes
    is cut into `PARTS`, and a lesson counts once per axis.

    Args:
        form: The action space.
        topic_names: A name for each row.

    Raises:
        ValueError: For names that are not texts, or not as many as there are topics; for more than
            `MAX_CELLS` cells.
    """

    def __init__(self, form: Form, topic_names: Sequence[str] | None) -> None:
        self.form = form
        cells = form.cells
        if cells is None:
            self.columns = PARTS
            self.n = len(form.fields) * PARTS
        else:
            self.columns = cells.shape[-1] if cells.ordered else 1
            self.n = cells.n
        if self.n > MAX_CELLS:
            raise ValueError(f"a chat teacher takes at most {MAX_CELLS} cells, unlike {form.space}")
        self.rows = self.n // self.columns
        self.names = _checked_names(topic_names, self.rows if cells is not None else None)

    def of(self, action: Any) -> np.ndarray:
        """The slots that a lesson counts in: indices of shape (1,) or (axes,)."""
        if self.form.cells is not None:
            return np.array([self.form.cells.arm(action)])
        assert self.form.cube is not None
        parts = np.minimum((self.form.cube.point(action) * PARTS).astype(np.int64), PARTS - 1)
        return np.arange(len(parts)) * PARTS + parts

    def row(self, row: int) -> str:
        """What a row is called."""
        cells = self.form.cells
        if cells is None:
            return self.form.fields[row].name
        topics = cells.shape[:-1] if cells.ordered else cells.shape
        index = np.unravel_index(row, topics) if topics else ()
        name = f" ({self.names[row]})" if self.names else ""
        return f"topic {', '.join(str(int(i)) for i in index)}{name}" if topics else "all"

    def column(self, row: int, column: int) -> str:
        """What a column is called; empty if there is but one."""
        if self.form.cells is not None:
            return f"level {column}: " if self.form.cells.ordered else ""
        low, high = self.form.fields[row].low, self.form.fields[row].high
        step = (high - low) / PARTS
        return f"{low + column * step:.4g} to {low + (column + 1) * step:.4g}: "


def names_text(slots: Slots) -> str:
    """The topics' names, as many as `MAX_NAMES`; empty if they have none."""
    if not slots.names:
        return ""
    shown = [slots.row(row) for row in range(min(slots.rows, MAX_NAMES))]
    more = f", and {slots.rows - len(shown)} more" if slots.rows > len(shown) else ""
    return f"The topics are: {', '.join(shown)}{more}."


def record_text(
    slots: Slots, lessons: np.ndarray, total: np.ndarray, last: np.ndarray, when: np.ndarray
) -> str:
    """A line per topic that was taught: lessons, mean score and last score at each level.

    Args:
        slots: What the places are called.
        lessons: Number of lessons, shape (slots,).
        total: Sum of their scores, shape (slots,).
        last: Score of the last one, shape (slots,).
        when: Number of the last one, from 1, shape (slots,).
    """
    taught = np.flatnonzero(lessons)
    if not len(taught):
        return "Nothing has been taught yet."
    shown = np.sort(taught[np.argsort(-when[taught], kind="stable")[:MAX_SLOTS]])
    lines: dict[int, list[str]] = {}
    for slot in shown.tolist():
        row, column = divmod(slot, slots.columns)
        count = "1 lesson" if lessons[slot] == 1 else f"{lessons[slot]} lessons"
        lines.setdefault(row, []).append(
            f"{slots.column(row, column)}{count}, mean {total[slot] / lessons[slot]:.2f}, last "
            f"{last[slot]:.2f}"
        )
    text = "\n".join(f"- {slots.row(row)}: {'; '.join(parts)}" for row, parts in lines.items())
    if len(taught) > len(shown):
        text += f"\n- and {len(taught) - len(shown)} more, which were taught before these"
    untaught = slots.n - len(taught)
    return f"{text}\n- never taught: {untaught} of {slots.n}" if untaught else text


def recent_text(form: Form, slots: Slots, recent: np.ndarray) -> str:
    """A line per lesson, oldest first.

    Args:
        form: The action space.
        slots: What the topics are called.
        recent: Fields' values and score of each lesson, shape (lessons, fields + 1).
    """
    lines = []
    for *values, score in recent.tolist():
        parts = [
            f"{field.name} {value:.0f}" if field.whole else f"{field.name} {value:.4g}"
            for field, value in zip(form.fields, values, strict=True)
        ]
        if slots.names:
            row = int(slots.of(form.action(np.array(values)))[0]) // slots.columns
            parts[0] += f" ({slots.names[row]})"
        lines.append(f"- {', '.join(parts)}: score {score:.2f}")
    return "\n".join(lines)


def _checked_names(names: Sequence[str] | None, rows: int | None) -> tuple[str, ...]:
    if names is None:
        return ()
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"topic_names must be a list of texts, not {names!r}")
    if rows is None:
        raise ValueError("topic_names are for a space that is made of topics; a Box needs bins=")
    if len(names) != rows:
        raise ValueError(f"topic_names has {len(names)} names, and there are {rows} topics")
    # Names may come from data sets: one line each, and not a page.
    return tuple(" ".join(name.split())[:60] for name in names)
