import json

import pytest

from teachgym.experiments.cells import CellDatabase

QUICK = ["--quick", "--only", "zpdes", "e2h", "--env", "LandscapeRugged", "KnowledgeGraph"]
SHORT = ["--quick", "--only", "e2h", "--env", "LandscapeRugged", "--part", "simulated"]


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A folder in which everything was run once."""
    return tmp_path_factory.mktemp("teachers")


@pytest.fixture
def teachers(script):
    return script("teachers")


def call(teachers, out, *more):
    return teachers.main([*QUICK, "--out", str(out), *more])


def outputs(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".sqlite"
    }


def test_one_command_makes_the_page(teachers, done, capsys):
    assert call(teachers, done, "--part", "simulated", "--part", "page") == 0
    assert "teacher-results.md" in capsys.readouterr().out
    text = (done / "teacher-results.md").read_text()
    assert "## KnowledgeGraph-v0" in text and "## LandscapeRugged-v0" in text
    assert "`zpdes`, told" in text and "lessons=budget" in text
    assert "A quick run" in text
    everything = json.loads((done / "results.json").read_text())
    graph = everything["environments"]["KnowledgeGraph"]["teachers"]
    assert {row["teacher"] for row in graph} == {"uniform", "zpdes", "e2h"}
    assert all(len(row["finals"]) == 2 for row in graph)
    assert everything["tuning"] and everything["errors"] == []


def test_the_second_call_measures_nothing_and_writes_the_same(teachers, done, monkeypatch):
    call(teachers, done, "--part", "simulated", "--part", "page")
    before = outputs(done)
    monkeypatch.setattr(teachers, "simulated", lambda group: pytest.fail("measured again"))
    assert call(teachers, done, "--part", "simulated", "--part", "page") == 0
    assert outputs(done) == before


def test_the_page_is_made_of_the_database_alone(teachers, done, tmp_path):
    call(teachers, done, "--part", "simulated", "--part", "page")
    (tmp_path / "cells.sqlite").write_bytes((done / "cells.sqlite").read_bytes())
    assert call(teachers, tmp_path, "--part", "page") == 0
    assert outputs(tmp_path) == outputs(done)


def test_results_do_not_depend_on_the_other_seeds_or_the_jobs(teachers, tmp_path):
    once, parts = tmp_path / "once", tmp_path / "parts"
    assert teachers.main([*SHORT, "--out", str(once)]) == 0
    assert teachers.main([*SHORT, "--out", str(parts), "--seeds", "1"]) == 0
    assert teachers.main([*SHORT, "--out", str(parts), "--jobs", "2"]) == 0
    first, second = (CellDatabase(path / "cells.sqlite") for path in (once, parts))
    assert len(first.results("report")) == 4
    assert first.results("report") == second.results("report")
    assert first.results("tuning") == second.results("tuning")


def test_a_failing_teacher_is_on_the_page(teachers, tmp_path, monkeypatch, capsys):
    def picky(group):
        if group[0].teacher == "e2h" and group[0].stage == "report":
            raise ArithmeticError("too steep")
        return simulated(group)

    simulated, there = teachers.simulated, ["--out", str(tmp_path)]
    monkeypatch.setattr(teachers, "simulated", picky)
    assert teachers.main([*SHORT, *there, "--part", "page"]) == 1
    assert "2 cells failed" in capsys.readouterr().err
    assert "ArithmeticError: too steep" in (tmp_path / "teacher-results.md").read_text()
    monkeypatch.setattr(teachers, "simulated", simulated)
    assert teachers.main([*SHORT, *there, "--redo", "failed"]) == 0
    database = CellDatabase(tmp_path / "cells.sqlite")
    assert sum(cell.teacher == "e2h" for cell in database.results("report")) == 2


def test_an_interrupt_is_no_traceback(teachers, tmp_path, monkeypatch, capsys):
    def interrupted(group):
        raise KeyboardInterrupt

    monkeypatch.setattr(teachers, "simulated", interrupted)
    assert call(teachers, tmp_path) == 130
    assert "begin again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "answer"),
    [
        (["--only", "zpdse"], "did you mean 'zpdes'"),
        (["--env", "Landscap"], "did you mean 'Landscape'"),
        (["--part", "page"], "nothing to report yet"),
        (["--part", "simulated", "--jobs", "0"], "at least one job"),
    ],
)
def test_mistakes_are_one_line(teachers, tmp_path, capsys, wrong, answer):
    assert teachers.main(["--quick", "--out", str(tmp_path), *wrong]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert answer in error
