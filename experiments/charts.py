"""Charts as inline SVG; colours come from the page's style sheet, so they follow light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

LABEL_GAP, NAME = 16, 24
"""Least distance between labels at the ends of lines, in pixels, and their most letters."""
SPAN = 0.1
"""Least range of scores that a chart shows: smaller changes are not to look like large ones."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart.

    Attributes:
        label: Its name.
        x: Positions, rising.
        y: As many values.
        low: Lower edge of its band, as many values, or None.
        high: Upper edge of its band, or None.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the data lie in a drawing, in pixels, and what they range over."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def x(self, value: float) -> float:
        """Horizontal position of a value."""
        low, high = self.x_range
        share = (value - low) / (high - low)
        return round(self.left + share * (self.width - self.left - self.right), 1)

    def y(self, value: float) -> float:
        """Vertical position of a value."""
        low, high = self.y_range
        share = (value - low) / (high - low)
        return round(self.height - self.bottom - share * (self.height - self.top - self.bottom), 1)


def nice_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers that enclose the range from `low` to `high`, about so many."""
    if high <= low:
        high = low + 1.0
    raw = (high - low) / max(about - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def line_chart(
    series: Sequence[Series],
    *,
    title: str,
    x_label: str,
    y_label: str,
    width: int = 1040,
    height: int = 380,
    name_lines: bool = True,
    level: tuple[float, str] | None = None,
    unit: str = "lesson",
) -> str:
    """Lines over a common x axis.

    Args:
        series: At least one, none of them empty.
        title: What a screen reader says first.
        x_label: Axis label with unit.
        y_label: Axis label with unit.
        width: In pixels.
        height: In pixels.
        name_lines: Whether the ends of lines carry names beside values.
        level: A horizontal line to hold the others against: its value and its name.
        unit: What x counts, for a screen reader.
    """
    bounds = [
        value for line in series for part in (line.y, line.low, line.high) for value in part or ()
    ]
    if level is not None:
        bounds.append(level[0])
    wide = width > 600
    y_ticks = nice_ticks(*_widened(min(bounds), max(bounds)), 6 if wide else 5)
    x_ticks = nice_ticks(0, max(line.x[-1] for line in series), 9 if wide else 5)
    last = max(line.x[-1] for line in series)
    longest = max(len(line.label) for line in series)
    right = 74 + 8 * min(longest, NAME) if name_lines else 56
    frame = Frame(width, height, 66, right, 14, 52, (0, max(last, 1)), (y_ticks[0], y_ticks[-1]))
    parts = _axes(frame, [tick for tick in x_ticks if tick <= last], y_ticks, x_label, y_label)
    if level is not None:
        y = frame.y(level[0])
        parts.append(
            f'<line class="level" x1="{frame.left}" x2="{width - right}" y1="{y}" y2="{y}"/>'
            f'<text class="tick" x="{frame.left + 6}" y="{y - 6}">{escape(level[1])}</text>'
        )
    for index, line in enumerate(series):
        parts.extend(_line(frame, line, index))
    parts.extend(_end_labels(frame, series, name_lines))
    spoken = "; ".join(
        f"{line.label}: {line.y[0]:.3f} at {unit} {line.x[0]:g}, "
        f"{line.y[-1]:.3f} at {unit} {line.x[-1]:g}"
        for line in series
    )
    return _svg(frame.width, frame.height, title, spoken, parts)


def schedule(
    counts: np.ndarray,
    topics: Sequence[str],
    budget: int,
    *,
    title: str,
    width: int = 1040,
    unit: str = "lesson",
) -> str:
    """A heat map of what was taught when: a band per topic, in it a row per level.

    Args:
        counts: Lessons or tasks, shape (topics, levels, periods).
        topics: Their names.
        budget: Length of all periods together.
        title: What a screen reader says first.
        width: In pixels.
        unit: What the budget counts, in the singular.
    """
    levels, periods = counts.shape[1:]
    row = max(3.0, min(10.0, 60 / levels))  # pixels
    gap, top, bottom = 5, 6, 46
    band = levels * row + gap
    letters = 20 if width > 600 else 12
    label = 16 + 8 * min(max(map(len, topics)), letters)
    height = round(top + len(topics) * band + bottom)
    frame = Frame(width, height, label, 34, top, bottom, (0, budget), (0, 1))
    column = (width - label - 34) / periods
    largest = max(float(counts.max()), 1e-9)
    parts = []
    for t, topic in enumerate(topics):
        y = top + t * band
        parts.append(
            f'<rect class="empty" x="{label}" y="{y:.1f}" width="{width - label - 34}" '
            f'height="{levels * row:.1f}"/>'
            f'<text class="name" x="{label - 8}" y="{y + levels * row / 2 + 4:.1f}" '
            f'text-anchor="end">{escape(_cut(topic, letters))}</text>'
        )
        if levels > 1:
            parts.append(
                f'<text class="small" x="{width - 30}" y="{y + 8:.1f}">{levels}</text>'
                f'<text class="small" x="{width - 30}" y="{y + levels * row:.1f}">1</text>'
            )
        for level, period in zip(*np.nonzero(counts[t]), strict=True):
            share = float(counts[t, level, period]) / largest
            parts.append(
                f'<rect class="heat" x="{label + period * column:.1f}" '
                f'y="{y + (levels - 1 - level) * row:.1f}" width="{column:.1f}" '
                f'height="{row:.1f}" fill-opacity="{0.12 + 0.88 * share:.2f}"/>'
            )
    base = height - bottom
    for tick in nice_ticks(0, budget, 9 if width > 600 else 5):
        if tick <= budget:
            x = frame.x(tick)
            parts.append(
                f'<text class="tick" x="{x}" y="{base + 16}" text-anchor="middle">{tick:g}</text>'
            )
    middle = (label + width - 34) / 2
    parts.append(
        f'<text class="axis" x="{middle}" y="{height - 8}" text-anchor="middle">'
        f"{escape(unit)}</text>"
    )
    totals = counts.sum(axis=(1, 2))
    spoken = "Counts per topic: " + ", ".join(
        f"{topic} {total:g}" for topic, total in zip(topics, totals, strict=True)
    )
    return _svg(width, height, title, spoken, parts)


def _widened(low: float, high: float) -> tuple[float, float]:
    """A range of scores that spans at least `SPAN`, within [0, 1]."""
    missing = max(0.0, SPAN - (high - low)) / 2
    low, high = low - missing, high + missing
    shift = max(0.0, -low) - max(0.0, high - 1)
    return low + shift, high + shift


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _svg(width: int, height: int, title: str, description: str, parts: Sequence[str]) -> str:
    label = escape(f"{title}. {description}.")
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )


def _axes(
    frame: Frame,
    x_ticks: Sequence[float],
    y_ticks: Sequence[float],
    x_label: str,
    y_label: str,
) -> list[str]:
    end, base = frame.width - frame.right, frame.height - frame.bottom
    parts = []
    for tick in y_ticks:
        y = frame.y(tick)
        parts.append(
            f'<line class="grid" x1="{frame.left}" x2="{end}" y1="{y}" y2="{y}"/>'
            f'<text class="tick" x="{frame.left - 8}" y="{y + 4}" text-anchor="end">{tick:g}</text>'
        )
    for tick in x_ticks:
        x = frame.x(tick)
        parts.append(
            f'<text class="tick" x="{x}" y="{base + 18}" text-anchor="middle">{tick:g}</text>'
        )
    middle = (frame.top + base) / 2
    parts.append(
        f'<text class="axis" x="{(frame.left + end) / 2}" y="{frame.height - 10}" '
        f'text-anchor="middle">{escape(x_label)}</text>'
        f'<text class="axis" transform="translate(15 {middle}) rotate(-90)" '
        f'text-anchor="middle">{escape(y_label)}</text>'
    )
    return parts


def _line(frame: Frame, line: Series, index: int) -> list[str]:
    parts = []
    style = f"s{index % 6 + 1}"
    if line.low is not None and line.high is not None:
        there = [f"{frame.x(x)},{frame.y(y)}" for x, y in zip(line.x, line.high, strict=True)]
        back = [f"{frame.x(x)},{frame.y(y)}" for x, y in zip(line.x, line.low, strict=True)]
        parts.append(f'<polygon class="band {style}" points="{" ".join(there + back[::-1])}"/>')
    points = [f"{frame.x(x)},{frame.y(y)}" for x, y in zip(line.x, line.y, strict=True)]
    parts.append(f'<polyline class="line {style}" points="{" ".join(points)}"/>')
    x, y = points[-1].split(",")
    parts.append(f'<circle class="dot {style}" cx="{x}" cy="{y}" r="4"/>')
    return parts


def _end_labels(frame: Frame, series: Sequence[Series], name_lines: bool) -> list[str]:
    ends = sorted((frame.y(line.y[-1]), index) for index, line in enumerate(series))
    spots: list[float] = []
    for y, _ in ends:
        spots.append(max(y, spots[-1] + LABEL_GAP) if spots else y)
    overflow = max(0.0, spots[-1] - (frame.height - frame.bottom))
    parts = []
    for spot, (_, index) in zip(spots, ends, strict=True):
        line = series[index]
        text = f"{line.y[-1]:.3f}" + (f" {_cut(line.label, NAME)}" if name_lines else "")
        x = frame.x(line.x[-1]) + 9
        parts.append(
            f'<text class="end s{index % 6 + 1}" x="{x}" y="{spot - overflow + 4:.1f}">'
            f"{escape(text)}</text>"
        )
    return parts
