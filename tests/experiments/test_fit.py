import json

import numpy as np
import pytest

from teachgym.experiments.fit_log import fit_log
from teachgym.students.fitting import evaluate, load, read_log, record
from teachgym.students.simulated import BKT


@pytest.fixture
def data(tmp_path):
    """A log of 40 simulated students in pyKT's format."""
    rng = np.random.default_rng(0)
    cohort = BKT(40, 3)
    cohort.reset(rng)
    log = record(cohort, 20, rng)
    lines = []
    for student in range(40):
        rows = slice(20 * student, 20 * student + 20)
        concepts = ",".join(f"k{k}" for k in log.tags[rows])
        answers = ",".join(str(int(right)) for right in log.correct[rows])
        lines += [f"{student},20", "NA", concepts, answers, "NA", "NA"]
    path = tmp_path / "data.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_fit_leaves_a_model_that_predicts_as_it_said(run, data, tmp_path):
    out = tmp_path / "model"
    code, shown, progress = run("fit", "bkt", data, "--held-out", "0.25", "--seed", 3, "--out", out)
    assert code == 0
    assert "bkt: 800 answers of 40 students to 3 items of 3 concepts\n" in shown
    assert "fitting bkt" in progress and "40 students" in progress
    content = json.loads((out / "evaluation.json").read_text())
    _, test = read_log(data, "pykt").split(0.25, np.random.default_rng(3))
    result = evaluate(load(out), test)
    assert content["evaluation"] == {
        "auc": result.auc,
        "accuracy": result.accuracy,
        "answers": 190,
    }
    assert f"held out: AUC {result.auc:.4f}, accuracy {result.accuracy:.4f} over 190" in shown
    assert content["settings"]["seed"] == 3 and content["settings"]["format"] == "pykt"


def test_all_options_are_passed_on(run, tmp_path):
    table = tmp_path / "table.csv"
    rows = [f"{who},{i},{i % 2},k,{i}" for who in "ab" for i in range(6)]
    table.write_text("\n".join(["who,q,correct,skill_name,at", *rows, "a,1,,k,9"]) + "\n")
    arguments = ["fit", "bkt", table, "--format", "assistments", "--out", tmp_path / "m", "-q"]
    arguments += ["--column", "student=who", "--column", "item=q", "--column", "time=at"]
    arguments += ["--column", "unit=days", "--model-option", "forgets=true", "--held-out", "0"]
    code, _, error = run(*arguments)
    assert code == 2 and "line 14: expected the answer to be 0 or 1, not ''" in error
    code, shown, error = run(*arguments, "--lenient")
    assert (code, error) == (0, "")
    assert "12 answers of 2 students to 6 items of 1 concepts, 1 rows dropped" in shown
    assert "held out" not in shown
    assert load(tmp_path / "m").forget[0] > 0
    settings = json.loads((tmp_path / "m" / "evaluation.json").read_text())["settings"]
    assert settings["reading"]["student"] == "who" and settings["options"] == {"forgets": True}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bkd", "data.txt"], "unknown model 'bkd'; did you mean 'bkt'"),
        (["bkt", "nowhere.txt"], "No such file or directory: nowhere.txt"),
        (["bkt", "data.txt", "--format", "pyk"], "unknown format 'pyk'; did you mean 'pykt'"),
        (["bkt", "data.txt", "--model-option", "forget=1"], "did you mean 'forgets'"),
        (["bkt", "data.txt", "--column", "student=x"], "unknown option of the format pykt"),
        (["bkt", "data.txt", "--held-out", "1"], "held_out must be in [0, 1), not 1.0"),
        (["bkt", "data.txt", "--held-out", "0.999"], "40 student(s) are too few"),
        (["das3h", "data.txt"], "DAS3H needs the times of all answers"),
        (["bkt", "broken.txt"], "broken.txt, line 1: expected 'student,number of answers'"),
        (["bkt", "empty.txt"], "empty.txt: no answers are there"),
        (["bkt", "data.txt", "--out", "taken"], "taken already holds a model"),
        (["bkt", "empty.txt", "--out", "data.txt"], "'data.txt' is a file; choose another"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(run, data, monkeypatch, arguments, message):
    monkeypatch.chdir(data.parent)
    (data.parent / "broken.txt").write_text("x\n")
    (data.parent / "empty.txt").write_text("")
    (data.parent / "taken").mkdir()
    (data.parent / "taken" / "model.json").write_text("{}")
    code, _, error = run("fit", *arguments, "-q")
    assert code == 2
    assert message in error and error.startswith("teachgym: error: ")
    assert len(error.strip().splitlines()) == 1
    assert not (data.parent / "runs").exists()


def test_the_default_folder_and_help(run, data, monkeypatch):
    monkeypatch.chdir(data.parent)
    code, shown, _ = run("fit", "pfa", "data.txt", "-q")
    assert code == 0 and "Everything is in runs/data-pfa" in shown
    assert (data.parent / "runs" / "data-pfa" / "model.json").is_file()
    code, shown, _ = run("fit", "--help")
    assert code == 0 and "--lenient" in shown


def test_an_area_that_is_not_defined_is_null_in_the_file(tmp_path):
    """Students held out who answer everything right: there is no area under the curve."""
    rows = [[f"{who},4", "NA", "k,k,k,k", "1,1,1,1", "NA", "NA"] for who in range(4)]
    (tmp_path / "data.txt").write_text("\n".join(line for row in rows for line in row) + "\n")
    result = fit_log("bkt", tmp_path / "data.txt", format="pykt", out=tmp_path / "m", held_out=0.5)
    assert np.isnan(result.held_out.auc) and result.held_out.accuracy == 1.0
    text = (tmp_path / "m" / "evaluation.json").read_text()
    assert json.loads(text)["evaluation"]["auc"] is None and "NaN" not in text


def test_progress_ends_full_when_the_search_ends_early(data, tmp_path):
    seen = []
    fit_log(
        "bkt", data, format="pykt", out=tmp_path / "m", progress=lambda *step: seen.append(step)
    )
    assert seen[0][:3] == ("reading", 0, 1)
    assert ("reading", 1, 1, "40 students") in seen
    assert seen[-1][:3] == ("fitting bkt", 200, 200) and len(seen) < 150


def test_names_are_completed():
    from teachgym.experiments.commands import names

    assert names.models("p") == ["pfa", "psi_kt"]
    assert names.formats("e") == ["ednet"]


def test_models_and_formats_are_listed(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    code, shown, _ = run("list", "models")
    assert code == 0 and shown.split()[0] == "irt" and "Bayesian knowledge tracing" in shown
    code, shown, _ = run("list", "formats")
    assert code == 0 and "pykt" in shown and "EdNet's KT1" in shown
