import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SMALL = ["--student", "simulated", "--budget", "20", "--exam-size", "40", "--exam-every", "5"]
SMALL += ["--env-option", "levels=4"]


def teachgym(*arguments, cwd=None, **environment):
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "teachgym.experiments.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | environment,
    )


def test_help_needs_nothing_heavy():
    code = (
        "import sys; from teachgym.experiments import cli; cli.sys.argv = ['teachgym', '--help']\n"
        "try: cli.main()\nexcept SystemExit as stop: assert stop.code == 0\n"
        "heavy = {'torch', 'transformers', 'gymnasium', 'sklearn', 'scipy', 'jinja2'}\n"
        "print(heavy & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    for command in ("teach", "compare", "train-teacher", "list", "show"):
        assert command in done.stdout
    assert done.stderr.strip() == "set()"


@pytest.mark.parametrize("command", ["teach", "compare", "train-teacher", "list", "show"])
def test_every_command_has_help(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0 and "Usage" in out


def test_teach_and_show(run, tmp_path):
    out = tmp_path / "run"
    code, taught, progress = run("teach", *SMALL, "--teacher", "uniform", "--out", out)
    assert code == 0
    assert "20 of 20 lessons" in taught and "reverse" in taught
    assert "exam" in progress  # the bar
    code, shown, _ = run("show", out)
    assert code == 0
    assert shown.splitlines()[1:] == taught.splitlines()[1:-1]
    (out / "report.html").unlink()
    assert run("show", out, "--report")[0] == 0
    assert (out / "report.html").is_file()


def test_topics_in_turn_and_show(run, tmp_path):
    out = tmp_path / "run"
    options = ("--student", "simulated", "--topics", "copy,sort", "--updates", "3")
    code, taught, _ = run("forgetting", *options, "--out", out)
    assert code == 0 and "backward transfer" in taught
    code, shown, _ = run("show", out)
    assert code == 0 and shown.splitlines() == taught.splitlines()[: len(shown.splitlines())]
    code, _, refused = run("show", out, "--report")
    assert code == 2 and "results.json" in refused


def test_teach_passes_all_options_on(run, tmp_path):
    import json

    out = tmp_path / "run"
    code, _, _ = run(
        "teach", *SMALL, "--teacher", "alp_gmm", "--teacher-option", "warmup=5", "--seed", 7,
        "--lesson-size", 3, "--lessons-per-update", 2, "--threads", 1, "--reward", "f1",
        "--out", out, "-q",
    )  # fmt: skip
    assert code == 0
    settings = json.loads((out / "config.json").read_text())["settings"]
    assert settings["teacher_options"] == {"warmup": 5}
    assert (settings["seed"], settings["lesson_size"], settings["threads"]) == (7, 3, 1)
    assert (settings["lessons_per_update"], settings["reward"]) == (2, "f1")
    assert settings["env_options"] == {"levels": 4}


def test_compare_and_show(run, tmp_path):
    out = tmp_path / "c"
    code, compared, _ = run(
        "compare", *SMALL, "--teachers", "uniform,exp3s", "--seeds", "2", "--out", out
    )
    assert code == 0
    assert "95%" in compared and "exp3s ends at" in compared
    code, shown, _ = run("show", out)
    assert code == 0 and "exp3s ends at" in shown
    code, again, _ = run("compare", "--resume", "--out", out)
    assert code == 0 and "exp3s ends at" in again


def test_list(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    code, out, _ = run("list")
    assert code == 0
    for name in (
        "teachgym/Strings-v0",
        "arithmetic",
        "alp_gmm",
        "simulated",
        "exact_match",
        "grpo",
    ):
        assert name in out
    code, out, _ = run("list", "teachers")
    assert code == 0 and "uniform" in out and "exact_match" not in out
    for line in filter(None, out.splitlines()):
        assert len(line.split()) > 2, "each has a line about it"


@pytest.mark.parametrize("columns", [80, 120])
def test_list_of_teachers_with_details(run, monkeypatch, columns):
    from teachgym.teachers import TEACHERS
    from teachgym.teachers.details import describe

    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, _ = run("list", "teachers", "--details")
    assert code == 0
    assert max(map(len, out.splitlines())) <= columns
    assert "…" not in out  # nothing is cut off
    words = out.split()
    for name, teacher in TEACHERS.items():
        details = describe(name)
        assert name in words and teacher.__name__ in words
        assert all(known in out for known in details.knowledge_in_words())
        if details.reference is not None and details.reference.arxiv:
            assert details.reference.arxiv in words


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["teach", "--teacher", "unifrom"], "did you mean 'uniform'"),
        (["teach", "--env", "Strngs"], "did you mean 'Strings'"),
        (["teach", "--student", "simulatd"], "did you mean 'simulated'"),
        (["teach", "--env-option", "level=3"], "did you mean 'levels'"),
        (["teach", "--student", "no_such:Student"], "no module 'no_such'"),
        (["teach", "--student", "simulated", "--teacher-option", "x"], "key=value"),
        (["list", "teacher"], "did you mean 'teachers'"),
        (["list", "envs", "--details"], "--details is for teachers"),
        (["list", "--details"], "--details is for teachers"),
        (["show", "nowhere"], "holds no run"),
        (["teach", "--resume", "--out", "nowhere"], "holds no run"),
        (["compare", "--seeds", "few"], "seeds are"),
        (["compare", "--seeds", "0"], "seeds are"),
        (["teach", "--env-option", "budget=3"], "an option of its own"),
        (["teach", "--reward", "math:pi"], "completions and answer, not 3.14"),
        (
            ["compare", "--student", "simulated", "--teachers", "uniform,exp3"],
            "did you mean 'exp3s'",
        ),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(run, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    code, _, error = run(*arguments)
    assert code == 2
    assert message in error and error.startswith("teachgym: error: ")
    assert len(error.strip().splitlines()) == 1 and "environment creator" not in error
    assert not list(tmp_path.rglob("lessons.jsonl"))


def test_traceback_is_shown_when_asked_for(run):
    code, _, error = run("--traceback", "show", "nowhere")
    assert code == 2 and "Traceback" in error and "holds no run" in error


def test_a_model_folder_that_is_none(run, tmp_path):
    pytest.importorskip("transformers")
    (tmp_path / "model").mkdir()
    code, _, error = run(
        "teach", "--student", tmp_path / "model", "--out", tmp_path / "run", "--exam-size", 5
    )
    assert code == 2
    assert str(tmp_path / "model") in error
    assert not (tmp_path / "run").exists()  # so that the next try finds it free
    assert error.strip().splitlines()[-1].startswith("teachgym: error: ")


def test_an_occupied_folder_and_other_settings(run, tmp_path):
    out = tmp_path / "run"
    teach = ["teach", *SMALL, "--teacher", "uniform", "--out", out, "-q"]
    assert run(*teach)[0] == 0
    code, _, error = run(*teach)
    assert code == 2 and "already holds a run; continue it with --resume" in error
    code, _, error = run("teach", "--resume", "--out", out, "--budget", 21, "-q")
    assert code == 2 and "budget is 20 there, 21 here" in error
    code, shown, _ = run("teach", "--resume", "--out", out, "-q")
    assert code == 0 and "20 of 20 lessons" in shown


def test_a_full_disk_is_exit_code_1(run, tmp_path, monkeypatch):
    import pupils

    monkeypatch.setenv("FULL_DISK", "1")
    monkeypatch.setattr(pupils.FullDisk, "saves", 0)
    code, _, error = run(
        "teach", *SMALL, "--student", "pupils:FullDisk", "--teacher", "uniform",
        "--out", tmp_path / "run", "-q",
    )  # fmt: skip
    assert code == 1 == errno.EPERM
    assert "the disk is full: the first 5 lessons are saved" in error
    assert "free some space and continue with --resume" in error
    assert len(error.strip().splitlines()) == 1


def test_ctrl_c_keeps_the_checkpoint(tmp_path):
    arguments = [*SMALL, "--student", "pupils:Stopped", "--teacher", "uniform"]
    stopped = teachgym("teach", *arguments, "--out", tmp_path / "run", cwd=HERE, STOP="1")
    assert stopped.returncode == 130
    assert stopped.stderr.splitlines()[-1] == (
        "teachgym: stopped; the first 10 lessons are saved; continue with: "
        f"teachgym teach --out {tmp_path / 'run'} --resume"
    )
    resumed = teachgym("teach", "--out", tmp_path / "run", "--resume", cwd=HERE)
    assert resumed.returncode == 0 and "20 of 20 lessons" in resumed.stdout
    alone = teachgym("teach", *arguments, "--out", tmp_path / "alone", cwd=HERE)
    assert (tmp_path / "run" / "exams.jsonl").read_bytes() == (
        tmp_path / "alone" / "exams.jsonl"
    ).read_bytes()
    assert alone.stdout.splitlines()[1:-1] == resumed.stdout.splitlines()[1:-1]


def test_a_plain_student_is_warned_about_in_one_line(run, tmp_path):
    code, _, error = run(
        "teach", *SMALL, "--student", "pupils:Plain", "--teacher", "uniform",
        "--out", tmp_path / "run", "-q",
    )  # fmt: skip
    assert code == 0
    assert error.strip() == (
        "teachgym: warning: the run will have no checkpoint and can't be resumed: Plain has no "
        "save and no load method"
    )


def test_names_are_completed():
    from teachgym.experiments.commands import names

    assert names.teachers("uniform,alp") == ["uniform,alp_gmm"]
    assert names.environments("str") == ["Strings"]
    assert names.students("s") == ["simulated"]
    assert "grpo" in names.updates("") and "exact_match" in names.rewards("ex")
    assert names.listings("te") == ["teachers"]
