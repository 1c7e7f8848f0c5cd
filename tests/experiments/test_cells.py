import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from teachgym.experiments.cells import Cell, CellDatabase, canonical
from teachgym.experiments.configuration import RunConfig
from teachgym.experiments.sweep import sweep

CELLS = [Cell("report", "Landscape", "zpdes", "{}", "{}", seed) for seed in range(3)]


@pytest.fixture
def database(tmp_path):
    return CellDatabase(tmp_path / "new folder" / "cells.sqlite")


def test_what_is_recorded_is_there_when_the_file_is_opened_again(database):
    database.record(CELLS[:2], [{"curve": np.array([0.0, 0.5])}, {"curve": [1]}], seconds=3.0)
    database.record_failure(CELLS[2], "ValueError: no", 0.5)
    database.note("machine", {"cores": 2})
    again = CellDatabase(database.path)
    assert again.known() == set(CELLS)
    assert again.results("report") == {CELLS[0]: {"curve": [0.0, 0.5]}, CELLS[1]: {"curve": [1]}}
    assert again.results("tuning") == {}
    assert again.errors() == {CELLS[2]: "ValueError: no"}
    assert again.seconds() == {CELLS[0]: 1.5, CELLS[1]: 1.5}
    assert again.facts() == {"machine": {"cores": 2}}


def test_cells_that_are_measured_together_are_kept_together_or_not_at_all(database):
    with pytest.raises(ValueError, match="zip"):
        database.record(CELLS, [{}, {}], seconds=1.0)
    broken = (Cell("report", "Landscape", None, "{}", "{}", 7), CELLS[0])
    with pytest.raises(sqlite3.IntegrityError):
        database.record(broken[::-1], [{}, {}], seconds=1.0)
    assert database.known() == set()


def test_a_failure_gives_way_to_a_result_and_cells_can_be_forgotten(database):
    database.record_failure(CELLS[0], "no", 0.1)
    database.record(CELLS, [{}, {}, {}], seconds=1.0)
    assert database.errors() == {}
    database.forget(CELLS[1:])
    assert database.known() == {CELLS[0]}


def test_the_same_options_are_the_same_text():
    assert canonical({"b": (1, 2), "a": np.float64(0.5)}) == canonical({"a": 0.5, "b": [1, 2]})
    assert canonical({}) == "{}"


def test_other_files_are_refused(tmp_path):
    (tmp_path / "text").write_text("no database, but long enough to be taken for one " * 40)
    with pytest.raises(ValueError, match="no database of cells"):
        CellDatabase(tmp_path / "text")
    with pytest.raises(ValueError, match="no database of cells"):
        CellDatabase(tmp_path)
    connection = sqlite3.connect(tmp_path / "later")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ValueError, match="version 99"):
        CellDatabase(tmp_path / "later")
    connection = sqlite3.connect(tmp_path / "other")
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(ValueError, match="version 0"):
        CellDatabase(tmp_path / "other")


def test_a_run_is_a_cell_and_the_cell_is_the_run():
    config = RunConfig(
        "Arithmetic", teacher="e2h", teacher_options={"lessons": 9}, seed=4, budget=9
    )
    cell = Cell.of_run("report", replace(config, checkpoint_every=2))
    assert cell == Cell("report", "Arithmetic", "e2h", '{"lessons":9}', '{"budget":9}', 4)
    assert cell.config == config
    # Fields at their defaults are not in it, so that a new option leaves old cells as they are.
    assert Cell.of_run("report", RunConfig()).settings == "{}"


def test_an_earlier_database_is_read_but_not_added_to(tmp_path):
    path = tmp_path / "cells.sqlite"
    CellDatabase(path).record(CELLS[:1], [{"curve": [1]}], seconds=1.0)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 1")
    old = CellDatabase(path)
    assert old.results("report") == {CELLS[0]: {"curve": [1]}}
    sweep([(CELLS[0],)], measure, old)  # nothing is missing
    with pytest.raises(ValueError, match="before random streams were separate"):
        sweep([(CELLS[1],)], measure, old)


def measure(group):
    return [{} for _ in group]
