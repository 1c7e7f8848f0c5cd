import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from chores import noted, picky

from teachgym.experiments.cells import Cell, CellDatabase
from teachgym.experiments.sweep import sweep

HERE = Path(__file__).parent


def cells(count, teacher="uniform"):
    return tuple(Cell("report", "Landscape", teacher, "{}", "{}", seed) for seed in range(count))


def one_by_one(count, teacher="uniform"):
    return [(cell,) for cell in cells(count, teacher)]


@pytest.fixture
def database(tmp_path):
    return CellDatabase(tmp_path / "cells.sqlite")


@pytest.fixture
def notes(tmp_path, monkeypatch):
    """The lines that the work has left."""
    path = tmp_path / "notes"
    monkeypatch.setenv("NOTES", str(path))
    return lambda: path.read_text().splitlines() if path.exists() else []


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_cell_is_measured_and_only_once(database, notes, jobs):
    sweep([*one_by_one(4), *one_by_one(2)], noted, database, jobs=jobs)
    assert sorted(notes()) == [f"uniform {seed}" for seed in range(4)]
    sweep([cells(6)], noted, database, jobs=jobs)
    assert sorted(notes()) == [f"uniform {seed}" for seed in range(6)]
    results = database.results("report")
    assert results == {cell: {"double": 2 * cell.seed} for cell in cells(6)}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failing_cell_is_recorded_and_stops_nothing(database, notes, jobs):
    told = []
    groups = [cells(5), *one_by_one(5, "zpdes")]
    sweep(groups, picky, database, jobs=jobs, progress=told.append)
    assert {(cell.teacher, cell.seed) for cell in database.errors()} == {
        ("uniform", 3),
        ("zpdes", 3),
    }
    assert all("three is too much" in error for error in database.errors().values())
    assert len(database.results("report")) == 8 == len(notes())
    assert [now.error is not None for now in told].count(True) == 2
    # It is not tried again, until it is forgotten.
    sweep(groups, picky, database, jobs=jobs)
    assert len(notes()) == 8
    database.forget(list(database.errors()))
    sweep(groups, noted, database, jobs=jobs)
    assert database.errors() == {} and len(notes()) == 10


def test_a_killed_sweep_goes_on_and_repeats_no_finished_cell(
    database, notes, tmp_path, monkeypatch
):
    code = (
        "from chores import deadly; from test_sweep import one_by_one\n"
        "from teachgym.experiments.cells import CellDatabase\n"
        "from teachgym.experiments.sweep import sweep\n"
        f"if __name__ == '__main__': sweep(one_by_one(8), deadly, "
        f"CellDatabase({str(database.path)!r}), jobs=2)"
    )
    script = database.path.with_name("script.py")
    script.write_text(code)
    environment = os.environ | {"KILL_AT": "4", "PYTHONPATH": str(HERE), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, script], env=environment, timeout=120)
    assert done.returncode == -signal.SIGKILL
    kept = {cell.seed for cell in database.known()}
    assert kept and 4 not in kept
    assert 4 not in {int(line.split()[1]) for line in notes()}
    monkeypatch.setenv("NOTES", str(tmp_path / "again"))
    sweep(one_by_one(8), noted, database)
    again = (tmp_path / "again").read_text().splitlines()
    assert sorted(int(line.split()[1]) for line in again) == sorted(set(range(8)) - kept)
    assert len(database.results("report")) == 8


def test_an_interrupt_keeps_what_is_finished(database, notes):
    def interrupted(group):
        if group[0].seed == 2:
            raise KeyboardInterrupt
        return noted(group)

    with pytest.raises(KeyboardInterrupt):
        sweep(one_by_one(4), interrupted, database)
    assert database.known() == set(cells(2))
    assert database.errors() == {}


def test_an_interrupt_ends_the_processes(database, notes):
    def interrupt(now):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(one_by_one(40), noted, database, jobs=2, progress=interrupt)
    assert len(database.known()) < 40


def test_progress_goes_by_cost_and_counts_what_is_left_to_do(database, notes):
    sweep([cells(2)], noted, database)
    told = []
    groups = [cells(4), *one_by_one(1, "zpdes")]
    sweep(groups, noted, database, cost=lambda cell: 1.0 + cell.seed, progress=told.append)
    assert [(len(now.cells), now.done, now.total) for now in told] == [(2, 7.0, 8.0), (1, 8.0, 8.0)]


def test_results_must_be_as_many_as_cells(database):
    sweep([cells(1)], lambda group: [], database)
    assert "0 results for 1 cells" in database.errors()[cells(1)[0]]
    with pytest.raises(ValueError, match="at least one job"):
        sweep([cells(1)], lambda group: [], database, jobs=0)
