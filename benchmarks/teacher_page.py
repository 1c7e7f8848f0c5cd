"""The results page that `teachers.py` writes from its database."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
from teacher_results import BETTER, UNCLEAR, WORSE, Row, ranked
from teacher_settings import BASELINE, LEFT_OUT

from teachgym.experiments.charts import Series, line_chart

COLOURS = ("#1466a8", "#c04a06", "#14795a", "#84459e", "#8a6100", "#b02e63")
DASHES = ("", "9 5", "2 5", "12 4 2 4", "5 3", "14 6")
STYLE = "svg { font: 14px system-ui, sans-serif; background: white; } " + " ".join(
    [
        ".grid { stroke: #e3e5e8; } .tick, .axis { fill: #4b5563; }",
        ".line { fill: none; stroke-width: 2.5; }",
        *(
            f".line.s{n} {{ stroke: {colour}; stroke-dasharray: {dash or 'none'}; }} "
            f".dot.s{n}, .end.s{n} {{ fill: {colour}; }}"
            for n, (colour, dash) in enumerate(zip(COLOURS, DASHES, strict=True), start=1)
        ),
    ]
)
TEMPLATE = Path(__file__).with_suffix(".md.in")
"""The page's beginning."""
MACHINE = ("processor", "cores", "python", "numpy", "commit")
"""What it tells of the machine."""
SHOWN = 5
"""How many teachers a chart shows beside the baseline."""


@dataclass(frozen=True, slots=True)
class Section:
    """An environment on the page.

    Attributes:
        env: Its short name.
        title: What it is, in a few words.
        rows: Its teachers, the best first, the baseline among them.
        setting: A sentence on how it was run.
        defaults: The rows of the default options by teacher, where these were run too.
        remarks: Further sentences.
        errors: The last line of each failed cell's error, by what failed.
    """

    env: str
    title: str
    rows: Sequence[Row]
    setting: str
    defaults: Mapping[str, Row] = field(default_factory=dict)
    remarks: Sequence[str] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def image(self) -> str:
        """Name of the file with its chart."""
        return f"teachers_{self.env.lower()}.svg"


def name_of(row: Row) -> str:
    """A teacher's name, and whether it was told the prerequisites."""
    return f"`{row.teacher}`" + (", told" if "prerequisites" in row.options else "")


def options_of(options: str) -> str:
    """Options as text, a dash for none."""
    given = {k: v for k, v in json.loads(options).items() if k != "prerequisites"}
    texts = [f"{k}={v if isinstance(v, str) else json.dumps(v)}" for k, v in given.items()]
    return f"`{', '.join(texts)}`" if texts else "\N{EN DASH}"


def page(
    sections: Sequence[Section], facts: Mapping[str, Any], minutes: Mapping[str, float]
) -> str:
    """The whole page, in Markdown.

    Args:
        sections: The environments, those with simulated students first.
        facts: What the database notes: `machine`.
        minutes: CPU minutes of each part.
    """
    parts = [_head(sections, facts, minutes), _overview(sections), _negative(sections)]
    parts += [_section(section) for section in sections]
    return "\n\n".join(parts) + "\n"


def chart(section: Section) -> str:
    """The learning curves of the best teachers and of the baseline, as an SVG file."""
    base = [row for row in section.rows if _is_base(row)]
    shown = [row for row in section.rows if not _is_base(row)][:SHOWN] + base
    text = line_chart(
        [
            Series(name_of(row).replace("`", ""), row.lessons, row.curves.mean(axis=0).tolist())
            for row in shown
        ],
        title=f"{section.env}-v0",
        x_label="lessons",
        y_label="exam",
        width=760,
        height=340,
    )
    opening, rest = text.split(">", 1)
    return f'{opening} xmlns="http://www.w3.org/2000/svg"><style>{STYLE}</style>{rest}\n'


def _is_base(row: Row) -> bool:
    return row.teacher == BASELINE


def _head(
    sections: Sequence[Section], facts: Mapping[str, Any], minutes: Mapping[str, float]
) -> str:
    machine = facts.get("machine", {})
    spent = " and ".join(f"{value:.0f} CPU minutes ({part})" for part, value in minutes.items())
    template = Template(TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(
        teachers=len({row.teacher for section in sections for row in section.rows}),
        spent=spent,
        left_out="\n".join(f"- `{name}` {why}." for name, why in LEFT_OUT.items()),
        **{name: machine.get(name, "unknown") for name in MACHINE},
    ).rstrip()


def _overview(sections: Sequence[Section]) -> str:
    """All teachers and environments: by how much each ends above uniform practice."""
    cells: dict[str, dict[str, Row]] = {}
    ranks: dict[str, list[float]] = {}
    for section in sections:
        others = [row for row in section.rows if "prerequisites" not in row.options]
        for rank, row in zip(ranked(others), others, strict=True):
            cells.setdefault(row.teacher, {})[section.env] = row
            ranks.setdefault(row.teacher, []).append(rank / len(others))
    order = sorted(cells, key=lambda name: (np.mean(ranks[name]), name))
    heads = [re.sub("^Landscape(?=.)", "L. ", section.env) for section in sections]
    head = " | ".join(heads)
    lines = [
        "## At a glance",
        "",
        "By how much the last exam is above that of uniform practice: **bold** where the interval",
        "is above 0, *slanted* where it is below, plain where these seeds do not tell the two",
        "apart. In order of the mean rank. “L.” is for landscape.",
        "",
        f"| teacher | {head} |",
        "|---|" + "---|" * len(sections),
    ]
    for name in order:
        shown = [_mark(cells[name].get(section.env)) for section in sections]
        lines.append(f"| `{name}` | {' | '.join(shown)} |")
    return "\n".join(lines)


def _mark(row: Row | None) -> str:
    if row is None or row.difference is None:
        return "" if row is None else "0"
    text = _signed(row.difference.mean)
    return {BETTER: f"**{text}**", WORSE: f"*{text}*", UNCLEAR: text}[row.verdict]


def _negative(sections: Sequence[Section]) -> str:
    """Who is not better than uniform practice, environment by environment."""
    lines = ["## Not better than uniform practice", ""]
    for section in sections:
        named: dict[str, list[str]] = {UNCLEAR: [], WORSE: []}
        for row in section.rows:
            if not _is_base(row) and row.verdict in named:
                named[row.verdict].append(name_of(row))
        if not any(named.values()):
            lines.append(f"- **{section.env}**: none; each is better than uniform practice.")
            continue
        told = [
            f"{what}: {', '.join(named[verdict])}"
            for verdict, what in ((UNCLEAR, "not told apart from it"), (WORSE, "worse"))
            if named[verdict]
        ]
        lines.append(f"- **{section.env}**: {'; '.join(told)}.")
    return "\n".join(lines)


def _section(section: Section) -> str:
    with_defaults = bool(section.defaults)
    head = ["", "teacher", "options", "exam", "difference to uniform", "95% interval"]
    head += ["passes uniform's end at", "mean of the curve"]
    head += ["exam with defaults"] if with_defaults else []
    informative = any(row.as_json()["informative"] is not None for row in section.rows)
    head += ["groups with a signal"] if informative else []
    lines = [f"## {section.env}-v0", "", f"{section.title[:1].upper()}{section.title[1:]}."]
    lines += [section.setting, *section.remarks, ""]
    lines += [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for rank, row in zip(ranked(section.rows), section.rows, strict=True):
        cells = [str(rank), name_of(row), options_of(row.options), _spread(row), *_against(row)]
        cells.append(f"{row.whole:.3f}")
        if with_defaults:
            default = section.defaults.get(row.teacher)
            told = "prerequisites" in row.options
            cells.append("" if default is None or told else _spread(default))
        if informative:
            share = row.as_json()["informative"]
            cells.append("" if share is None else f"{share:.0%}")
        lines.append(f"| {' | '.join(cells)} |")
    for what, error in section.errors.items():
        lines += ["", f"**Failed**: {what}: `{error}`"]
    lines += ["", f"![Learning curves in {section.env}-v0](images/{section.image})"]
    return "\n".join(lines)


def _against(row: Row) -> list[str]:
    """Difference, interval, and where the baseline's end is passed."""
    interval = row.difference
    if interval is None:
        return ["", "", ""]
    ends = ""
    if interval.low is not None and interval.high is not None:
        ends = f"{_signed(interval.low)} to {_signed(interval.high)}"
    difference = _signed(interval.mean)
    if row.verdict == BETTER:
        difference = f"**{difference}**"
    return [difference, ends, "never" if row.passes is None else f"lesson {row.passes}"]


def _signed(value: float) -> str:
    text = f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")
    return "0.000" if text[1:] == "0.000" else text


def _spread(row: Row) -> str:
    final = row.final
    return f"{final.mean:.3f}" + ("" if final.sd is None else f" ± {final.sd:.3f}")
