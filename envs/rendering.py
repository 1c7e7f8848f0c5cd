"""The classroom as text, and mastery and practice as a heat map."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..domains import Domain
from .observation import LessonRecord

MASTERY = np.array([[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]])
"""Colours of mastery 0 to 1 (five points of the viridis scale)."""
PRACTICE = np.array([[255, 245, 235], [253, 190, 133], [253, 141, 60], [217, 71, 1], [127, 39, 4]])
"""Colours of practice, none to the most practised cell (ColorBrewer's oranges)."""
PAPER, MISSING, BAR = (250, 250, 250), (205, 205, 205), (70, 70, 70)
PANEL, MARGIN = 180, 12
"""Least width of a panel, and the space around it, in pixels."""


def classroom(
    domain: Domain,
    record: LessonRecord,
    budget: int,
    exam: dict[str, Any],
    last_lesson: dict[str, Any] | None,
) -> str:
    """Mastery (last exam, in percent) and lessons of each topic and level, and the last lesson.

    A dot stands for no exam task, or no lesson.
    """
    names = [_shortened(topic, 20) for topic in domain.topics]
    width = max(len(name) for name in [*names, "level"])
    levels = "".join(f"{level + 1:4d}" for level in range(domain.levels))
    gap = " " * width
    lines = [
        f"lesson {record.lessons} of {budget}    exam {exam['mean']:.3f}",
        "",
        f"{gap}  {'mastery %':<{len(levels)}}    lessons",
        f"{'level':<{width}}  {levels}    {levels}",
    ]
    for name, mastery, practice in zip(names, exam["cells"], record.practice, strict=True):
        left = "".join("   ·" if m is None else f"{round(100 * m):4d}" for m in mastery)
        right = "".join(f"{n:4d}" if n else "   ·" for n in practice)
        lines.append(f"{name:<{width}}  {left}    {right}")
    if last_lesson is not None:
        topic, level = domain.topics[last_lesson["topic"]], last_lesson["level"] + 1
        lines += [
            "",
            f"last lesson: {topic}, level {level}, score {last_lesson['score']:.2f}",
            f"  task:   {_shortened(last_lesson['prompt'], 100)!r}",
            f"  answer: {_shortened(last_lesson['completion'], 100)!r}"
            f" (right: {_shortened(last_lesson['answer'], 100)!r})",
        ]
    return "\n".join(lines) + "\n"


def heat_map(record: LessonRecord, exam: dict[str, Any], budget: int) -> np.ndarray:
    """Mastery on the left, practice on the right, and a bar of the budget that is spent.

    In both panels a row is a topic and a column a level, the lowest on the left. Mastery is the
    last exam's, from dark violet (0) to yellow (1), grey where the exam has no task. Practice goes
    from pale to dark orange (the most practised cell).

    Returns:
        uint8 image of shape (height, width, 3), its size fixed by topics and levels.
    """
    topics, levels = record.practice.shape
    cell = (int(np.clip(240 // topics, 6, 30)), max(6, -(-PANEL // levels)))
    mastery = np.array([[np.nan if m is None else m for m in row] for row in exam["cells"]])
    practice = record.practice / max(record.practice.max(), 1)
    height, width = topics * cell[0], levels * cell[1]
    image = np.full((height + 3 * MARGIN, 2 * width + 3 * MARGIN, 3), PAPER, dtype=np.uint8)
    for panel, (values, scale) in enumerate([(mastery, MASTERY), (practice, PRACTICE)]):
        left = MARGIN + panel * (width + MARGIN)
        image[MARGIN : MARGIN + height, left : left + width] = _panel(values, scale, cell)
    bar = image[height + 2 * MARGIN : -MARGIN // 2, MARGIN:-MARGIN]
    bar[:] = MISSING
    bar[:, : round(bar.shape[1] * record.lessons / budget)] = BAR
    return image


def _panel(values: np.ndarray, scale: np.ndarray, cell: tuple[int, int]) -> np.ndarray:
    """Coloured cells with a thin line of paper between them; NaN is grey."""
    points = np.linspace(0, 1, len(scale))
    filled = np.nan_to_num(values)
    colours = np.stack([np.interp(filled, points, scale[:, c]) for c in range(3)], axis=-1)
    colours[np.isnan(values)] = MISSING
    image = colours.round().astype(np.uint8).repeat(cell[0], axis=0).repeat(cell[1], axis=1)
    image[cell[0] - 1 :: cell[0]] = PAPER
    image[:, cell[1] - 1 :: cell[1]] = PAPER
    return image


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
