import errno
import json
import os

import pytest
from pupils import FullDisk, Plain

from teachgym.experiments import read_result, teach
from teachgym.experiments.run_folder import RunWarning


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_what_a_run_leaves_behind(tmp_path, small):
    result = teach(**small, teacher="uniform", seed=3, out=tmp_path / "run")
    assert {entry.name for entry in (tmp_path / "run").iterdir()} == {
        "config.json",
        "lessons.jsonl",
        "exam.json",
        "exams.jsonl",
        "checkpoint",
        "results.json",
        "report.html",
    }
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert config["settings"]["env"] == "teachgym/Strings-v0"
    assert config["settings"]["seed"] == 3
    assert config["settings"]["lesson_size"] == 8  # the environment's own
    assert {"teachgym", "numpy", "python"} <= set(config["versions"])
    lessons = lines(tmp_path / "run" / "lessons.jsonl")
    assert [lesson["lesson"] for lesson in lessons] == list(range(1, 31))
    assert all(lesson["action"] == [lesson["topic"], lesson["level"]] for lesson in lessons)
    assert [lesson["lesson"] for lesson in lessons if "exam" in lesson] == [5, 10, 15, 20, 25, 30]
    assert sum(lesson["reward"] for lesson in lessons) == pytest.approx(result.gain)
    exams = lines(tmp_path / "run" / "exams.jsonl")
    assert len(exams) == 7 and len(exams[0]["answers"]) == 40
    again = read_result(tmp_path / "run")
    assert (again.lessons, again.exams, again.tasks) == (
        result.lessons,
        result.exams,
        result.tasks,
    )
    assert result.taught(3).sum(axis=(0, 1)).tolist() == [10, 10, 10]


def test_the_folder_changes_nothing(tmp_path, small):
    in_memory = teach(**small, teacher="alp_gmm")
    in_folder = teach(**small, teacher="alp_gmm", out=tmp_path / "run")
    assert in_memory.lessons == in_folder.lessons
    assert in_memory.exams == in_folder.exams
    assert in_memory.out is None and in_memory.student is not None


@pytest.mark.parametrize("name", ["strings", "Strings", "teachgym/Strings-v0"])
def test_an_environment_has_several_names(small, name):
    result = teach(**{**small, "env": name, "budget": 1}, teacher="uniform")
    assert result.settings["env"] == "teachgym/Strings-v0"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"env": "Strngs"}, "unknown environment 'Strngs'; did you mean 'Strings'"),
        ({"teacher": "unifrom"}, "unknown teacher 'unifrom'; did you mean 'uniform'"),
        ({"student": "simulatd"}, "did you mean 'simulated'"),
        ({"reward": "exact_macth"}, "did you mean 'exact_match"),
        ({"teacher": "uniform", "teacher_options": {"warmup": 3}}, "no option 'warmup'"),
        ({"teacher": "no_such_module:Teacher"}, "there is no module 'no_such_module'"),
        ({"checkpoint_every": 0}, "checkpoint_every must be at least 1"),
        ({"threads": 0}, "threads must be at least 1"),
        ({"resume": True}, "needs out"),
    ],
)
def test_bad_input(small, change, message):
    with pytest.raises(ValueError, match=message):
        teach(**{**small, **change})


@pytest.mark.parametrize("teacher", [3, dict])
def test_a_teacher_acts_and_observes(small, teacher):
    with pytest.raises(TypeError):
        teach(**small, teacher=teacher)


def test_teachers_that_need_levels_are_told(small):
    small["env_options"] = {"levels": 4, "action": "discrete"}
    result = teach(**small, teacher="progression")
    assert result.lessons[0]["level"] == 0  # it begins with the lowest


def test_an_occupied_folder_is_refused_and_kept(tmp_path, small):
    out = tmp_path / "run"
    teach(**{**small, "budget": 2}, teacher="uniform", out=out)
    before = (out / "lessons.jsonl").read_bytes()
    with pytest.raises(ValueError, match="already holds a run; continue it with --resume"):
        teach(**small, teacher="uniform", out=out)
    assert (out / "lessons.jsonl").read_bytes() == before
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.tex").write_text("years of work")
    with pytest.raises(ValueError, match="is not empty"):
        teach(**small, teacher="uniform", out=other)
    with pytest.raises(NotADirectoryError, match="is a file"):
        teach(**small, teacher="uniform", out=other / "thesis.tex")


def test_a_student_without_save_is_told_so_and_taught(tmp_path, small):
    small["student"] = Plain
    with pytest.warns(RunWarning, match="Plain has no save and no load method"):
        result = teach(**small, teacher="uniform", out=tmp_path / "run")
    assert result.finished and result.gain > 0
    assert not (tmp_path / "run" / "checkpoint").exists()
    assert result.settings["student"] == "pupils:Plain"


def test_a_full_disk_says_what_was_saved(tmp_path, small, monkeypatch):
    monkeypatch.setenv("FULL_DISK", "1")
    small["student"] = FullDisk
    out = tmp_path / "run"
    with pytest.raises(OSError, match="the disk is full: the first 5 lessons are saved") as raised:
        teach(**small, teacher="alp_gmm", out=out)
    assert raised.value.errno == errno.ENOSPC
    assert "--resume" in str(raised.value)
    assert not (out / "checkpoint.tmp").exists()
    monkeypatch.delenv("FULL_DISK")
    resumed = teach(**small, teacher="alp_gmm", out=out, resume=True)
    whole = teach(**small, teacher="alp_gmm")
    assert resumed.lessons == whole.lessons and resumed.exams == whole.exams


def test_an_error_in_a_run_says_how_to_go_on(tmp_path, small):
    calls = []

    def breaks(*, prompts, **columns):
        calls.append(len(prompts))
        if calls.count(8) == 13:  # lessons have 8 tasks, exams 40
            raise ValueError("the reward broke")
        return [0.5] * len(prompts)

    with pytest.raises(ValueError, match="the reward broke") as raised:
        teach(**small, teacher="uniform", reward=breaks, out=tmp_path / "run")
    assert "the first 10 lessons are saved" in raised.value.__notes__[0]


def test_threads_are_put_back(small):
    before = os.environ.get("OMP_NUM_THREADS")
    result = teach(**{**small, "budget": 2}, teacher="uniform", threads=1)
    assert os.environ.get("OMP_NUM_THREADS") == before
    assert result.settings["threads"] == 1
