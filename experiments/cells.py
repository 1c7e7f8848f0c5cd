"""A database of the cells of a sweep: what was measured, and what failed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.state import jsonable
from .configuration import OF_A_RUN, RunConfig
from .values import canonical

VERSION = 2
"""Of the tables and of what a seed stands for."""
READ = (1, 2)
"""Versions that are read; to those before this one nothing is added."""

TABLES = """
CREATE TABLE cells (
    stage TEXT NOT NULL,
    env TEXT NOT NULL,
    teacher TEXT NOT NULL,
    options TEXT NOT NULL,
    settings TEXT NOT NULL,
    seed INTEGER NOT NULL,
    result TEXT,
    error TEXT,
    seconds REAL NOT NULL,
    PRIMARY KEY (stage, env, teacher, options, settings, seed)
);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One thing to measure; two cells are the same if all of this is.

    Attributes:
        stage: What it is measured for, such as ``"tuning"``.
        env: The environment.
        teacher: The teacher's label.
        options: The teacher's options, as `canonical` writes them.
        settings: All else that the result depends on, as `canonical` writes it.
        seed: The seed.
    """

    stage: str
    env: str
    teacher: str
    options: str
    settings: str
    seed: int

    @classmethod
    def of_run(cls, stage: str, config: RunConfig) -> Cell:
        """The cell of a run whose teacher has a name; `config` gives it back."""
        settings = config.key("env", *OF_A_RUN)
        options = canonical(config.teacher_options or {})
        return cls(stage, config.env, config.teacher, options, settings, config.seed)

    @property
    def config(self) -> RunConfig:
        """The run that is measured."""
        return RunConfig(
            self.env,
            teacher=self.teacher,
            teacher_options=json.loads(self.options),
            seed=self.seed,
            **json.loads(self.settings),
        )


class CellDatabase:
    """Cells in a SQLite file, one transaction for what was measured together.

    Args:
        path: The file; made if it is not there, its folder too.

    Raises:
        ValueError: If the file is something else, or of another version.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._connected() as connection:
                connection.execute("BEGIN IMMEDIATE")
                version = connection.execute("PRAGMA user_version").fetchone()[0]
                tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
                if not version and not tables:
                    statements = [part for part in TABLES.split(";") if part.strip()]
                    for statement in (*statements, f"PRAGMA user_version = {VERSION}"):
                        connection.execute(statement)
                    version = VERSION
        except sqlite3.DatabaseError as error:
            raise ValueError(
                f"{str(path)!r} is no database of cells ({error}); choose another file"
            ) from None
        self.version = version
        if version not in READ:
            raise ValueError(
                f"{str(path)!r} is of version {version}, and this code reads {VERSION}; choose "
                "another file"
            )

    def check_current(self) -> None:
        """Refuse to add to a database whose seeds stand for other random numbers.

        Raises:
            ValueError: If an earlier version made it.
        """
        if self.version != VERSION:
            raise ValueError(
                f"{str(self.path)!r} was made before random streams were separate: it can be read, "
                "but cells of now are not comparable with those in it; choose another folder"
            )

    def known(self) -> set[Cell]:
        """The cells that were measured or have failed."""
        return self._cells("1")

    def results(self, stage: str) -> dict[Cell, dict[str, Any]]:
        """What was measured in a stage, in the order of the cells."""
        query = "SELECT {} FROM cells WHERE stage = ? AND error IS NULL"
        return {cell: json.loads(rest[0]) for cell, rest in self._rows(query, "result", stage)}

    def errors(self) -> dict[Cell, str]:
        """What went wrong, in the order of the cells."""
        query = "SELECT {} FROM cells WHERE error IS NOT NULL"
        return {cell: rest[0] for cell, rest in self._rows(query, "error")}

    def seconds(self) -> dict[Cell, float]:
        """How long each measured cell took."""
        query = "SELECT {} FROM cells WHERE error IS NULL"
        return {cell: float(rest[0]) for cell, rest in self._rows(query, "seconds")}

    def record(
        self, cells: Sequence[Cell], results: Sequence[Mapping[str, Any]], seconds: float
    ) -> None:
        """Keep what was measured, all of it or nothing.

        Args:
            cells: The cells.
            results: What came out, one for each.
            seconds: How long all of them took together; each is noted with an equal part.
        """
        each = seconds / len(cells)
        rows = [
            (*_key(cell), canonical(result), None, each)
            for cell, result in zip(cells, results, strict=True)
        ]
        self._replace(rows)

    def record_failure(self, cell: Cell, error: str, seconds: float) -> None:
        """Keep that a cell failed, and why."""
        self._replace([(*_key(cell), None, error, seconds)])

    def forget(self, cells: Collection[Cell]) -> None:
        """Drop cells, so that they are measured anew."""
        where = (
            "stage = ? AND env = ? AND teacher = ? AND options = ? AND settings = ? AND seed = ?"
        )
        with self._connected() as connection:
            connection.executemany(f"DELETE FROM cells WHERE {where}", [_key(c) for c in cells])

    def facts(self) -> dict[str, Any]:
        """What else was noted, by name."""
        with self._connected() as connection:
            rows = connection.execute("SELECT name, value FROM facts ORDER BY name").fetchall()
        return {name: json.loads(value) for name, value in rows}

    def note(self, name: str, value: Any) -> None:
        """Keep something under a name, in place of what was there."""
        text = json.dumps(jsonable(value), sort_keys=True)
        with self._connected() as connection:
            connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, text))

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction: it is kept whole, or rolled back at an error."""
        with closing(sqlite3.connect(self.path, timeout=60.0)) as connection, connection:
            yield connection

    def _cells(self, condition: str) -> set[Cell]:
        return {cell for cell, _ in self._rows(f"SELECT {{}} FROM cells WHERE {condition}", "seed")}

    def _rows(
        self, query: str, column: str, *values: Any
    ) -> Iterator[tuple[Cell, tuple[Any, ...]]]:
        columns = f"stage, env, teacher, options, settings, seed, {column}"
        order = " ORDER BY stage, env, teacher, options, settings, seed"
        with self._connected() as connection:
            rows = connection.execute(query.format(columns) + order, values).fetchall()
        for row in rows:
            yield Cell(*row[:6]), row[6:]

    def _replace(self, rows: Sequence[tuple[Any, ...]]) -> None:
        with self._connected() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )


def _key(cell: Cell) -> tuple[Any, ...]:
    return (cell.stage, cell.env, cell.teacher, cell.options, cell.settings, cell.seed)
