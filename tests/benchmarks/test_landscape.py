import json

import pytest
from teacher_cells import simulated

from teachgym.experiments.cells import CellDatabase


@pytest.fixture
def landscape(script, monkeypatch):
    """The script with few tasks."""
    module = script("landscape")
    monkeypatch.setattr(module, "TASKS", 200)
    monkeypatch.setattr(module, "EVERY", 50)
    monkeypatch.setattr(module, "SHOWN", (50, 100, 150, 200))
    return module


def test_an_interrupted_call_goes_on_and_repeats_no_cell(landscape, tmp_path, monkeypatch, capsys):
    measured = []

    def interrupted(group):
        if len(measured) == 5:
            raise KeyboardInterrupt
        measured.append(group[0])
        return simulated(group)

    call = ["--seeds", "3", "--out", str(tmp_path)]
    monkeypatch.setattr(landscape, "simulated", interrupted)
    with pytest.raises(KeyboardInterrupt):
        landscape.main(call)
    assert set(CellDatabase(tmp_path / "cells.sqlite").results("report")) == set(measured)

    def counted(group):
        measured.append(group[0])
        return simulated(group)

    monkeypatch.setattr(landscape, "simulated", counted)
    landscape.main(call)
    assert len(measured) == len(set(measured)) == 12
    assert capsys.readouterr().out.count("| RIAC |") == 2
    before = (tmp_path / "results.json").read_bytes()
    monkeypatch.setattr(landscape, "simulated", lambda group: pytest.fail("measured again"))
    landscape.main(call)
    assert (tmp_path / "results.json").read_bytes() == before


def test_what_has_failed_is_said_and_tried_again(landscape, tmp_path, monkeypatch, capsys):
    def picky(group):
        if group[0].teacher == "riac":
            raise ArithmeticError("too steep")
        return simulated(group)

    call = ["--seeds", "0", "--out", str(tmp_path)]
    monkeypatch.setattr(landscape, "simulated", picky)
    with pytest.raises(SystemExit, match="2 cells failed"):
        landscape.main(call)
    assert "ArithmeticError: too steep" in capsys.readouterr().err
    monkeypatch.setattr(landscape, "simulated", simulated)
    landscape.main(call)
    results = json.loads((tmp_path / "results.json").read_text())["results"]
    assert {setting: len(records) for setting, records in results.items()} == {
        "plain": 6,
        "irrelevant": 6,
    }
    assert all(len(record["curve"]) == 4 for record in results["plain"])
