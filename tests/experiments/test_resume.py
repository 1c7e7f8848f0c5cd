import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pupils import Counted, Killed, Plain

from teachgym.experiments import teach
from teachgym.experiments.run_folder import RunFolder, RunWarning, read_lines

HERE = Path(__file__).parent


def killed(out, settings, at):
    """Run `teach` in a process that dies by SIGKILL in its lesson `at`."""
    code = f"from teachgym.experiments import teach; teach(out={str(out)!r}, **{settings!r})"
    environment = os.environ | {
        "KILL_AT": str(at),
        "PYTHONPATH": str(HERE),
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, timeout=120)
    assert done.returncode == -signal.SIGKILL


def files(folder):
    """Contents of all that a run leaves, but the checkpoint's layout of zip files."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".npz"
    }


def test_a_killed_run_ends_as_one_that_was_left_alone(tmp_path, small):
    settings = {**small, "student": "pupils:Killed", "teacher": "alp_gmm", "seed": 4}
    settings["teacher_options"] = {"warmup": 8, "fit_every": 4}
    out = tmp_path / "killed"
    killed(out, settings, at=18)
    assert len(read_lines(out / "lessons.jsonl")) == 17
    assert RunFolder(out).position() == 15
    resumed = teach(**settings, out=out, resume=True)
    assert isinstance(resumed.student, Killed) and resumed.student.lessons == 15
    alone = teach(**settings, out=tmp_path / "alone")
    assert resumed.lessons == alone.lessons
    assert resumed.exams == alone.exams
    assert files(out) == files(tmp_path / "alone")


def test_checkpoints_wait_for_the_end_of_an_update(tmp_path, small):
    settings = {**small, "student": "pupils:Killed", "teacher": "uniform"}
    settings |= {"lessons_per_update": 4, "checkpoint_every": 3}
    out = tmp_path / "killed"
    killed(out, settings, at=16)
    assert RunFolder(out).position() == 12
    resumed = teach(**settings, out=out, resume=True)
    assert resumed.lessons == teach(**settings).lessons


def test_killed_before_the_first_checkpoint_starts_over(tmp_path, small):
    settings = {**small, "student": "pupils:Killed", "teacher": "uniform"}
    out = tmp_path / "killed"
    killed(out, settings, at=3)
    resumed = teach(**settings, out=out, resume=True)
    assert resumed.lessons == teach(**settings).lessons
    assert [exam["lesson"] for exam in read_lines(out / "exams.jsonl")] == [*range(0, 31, 5)]


@pytest.mark.parametrize("moment", ["before", "between", "after"])
def test_killed_while_a_checkpoint_is_replaced(tmp_path, moment):
    folder = RunFolder(tmp_path / "run")
    folder.create({"kind": "teach"})
    for lesson in (1, 2):
        folder.append("lessons.jsonl", {"lesson": lesson})
    folder.save_checkpoint(1, lambda path: (path / "state").write_text("one"))
    new = tmp_path / "run" / "checkpoint.tmp"
    if moment == "after":
        shutil.copytree(folder.checkpoint, tmp_path / "run" / "checkpoint.old")
    else:
        new.mkdir()
        (new / "state").write_text("tw")
    if moment == "between":
        folder.checkpoint.rename(tmp_path / "run" / "checkpoint.old")
    assert folder.position() == 1
    assert (folder.checkpoint / "state").read_text() == "one"
    left = {entry.name for entry in (tmp_path / "run").iterdir()}
    assert left == {"config.json", "lessons.jsonl", "checkpoint"}
    folder.rewind(1)
    assert read_lines(tmp_path / "run" / "lessons.jsonl") == [{"lesson": 1}]


def test_a_line_that_was_cut_off_does_not_count(tmp_path):
    path = tmp_path / "lessons.jsonl"
    path.write_text('{"lesson": 1}\n{"lesson": 2}\n{"less')
    assert read_lines(path) == [{"lesson": 1}, {"lesson": 2}]
    path.write_text('{"lesson": 1}\n{"less\n{"lesson": 3}\n')
    with pytest.raises(ValueError, match="line 2 of"):
        read_lines(path)


def test_lost_lessons_are_noticed(tmp_path, small):
    out = tmp_path / "run"
    teach(**small, teacher="uniform", out=out)
    (out / "results.json").unlink()
    (out / "lessons.jsonl").write_text("")
    with pytest.raises(ValueError, match="has 0 lessons, but the checkpoint is of lesson 30"):
        teach(**small, teacher="uniform", out=out, resume=True)


def test_a_finished_run_is_not_repeated(tmp_path, small):
    small["student"] = Counted
    first = teach(**small, teacher="uniform", out=tmp_path / "run")
    again = teach(**small, teacher="uniform", out=tmp_path / "run", resume=True)
    assert again.exams == first.exams
    assert again.student is None


def test_other_settings_are_refused_by_name(tmp_path, small):
    out = tmp_path / "run"
    teach(**small, teacher="uniform", out=out)
    with pytest.raises(ValueError) as raised:
        teach(**{**small, "budget": 40}, teacher="exp3s", seed=1, out=out, resume=True)
    message = str(raised.value)
    assert "budget is 30 there, 40 here" in message
    assert "seed is 0 there, 1 here" in message
    assert "teacher is 'uniform' there, 'exp3s' here" in message
    assert "lesson_size" not in message


def test_nothing_to_resume(tmp_path, small):
    with pytest.raises(ValueError, match="holds no run"):
        teach(**small, teacher="uniform", out=tmp_path / "nowhere", resume=True)


def test_a_student_without_load_is_not_resumed(tmp_path, small):
    small["student"] = Plain
    out = tmp_path / "run"
    with pytest.warns(RunWarning):
        teach(**small, teacher="uniform", out=out)
    (out / "results.json").unlink()
    with pytest.raises(ValueError, match="can't be resumed: Plain has no save and no load"):
        teach(**small, teacher="uniform", out=out, resume=True)


def test_the_tiny_model_resumes_and_its_checkpoint_is_a_model(tmp_path):
    pytest.importorskip("trl")
    from transformers import AutoModelForCausalLM, AutoTokenizer

    settings = {
        "env": "Strings",
        "student": "tiny",
        "teacher": "uniform",
        "budget": 4,
        "lesson_size": 2,
        "exam_size": 10,
        "exam_every": 2,
        "threads": 1,
        "update_options": {"num_generations": 4, "learning_rate": 1e-3},
    }
    whole = teach(**settings, out=tmp_path / "whole")
    folder = tmp_path / "half"
    stop = 3

    def interrupt(progress):
        if progress.lesson == stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        teach(**settings, out=folder, progress=interrupt)
    assert RunFolder(folder).position() == 2
    resumed = teach(**settings, out=folder, resume=True)
    assert resumed.lessons == whole.lessons and resumed.exams == whole.exams
    model = AutoModelForCausalLM.from_pretrained(folder / "checkpoint")
    AutoTokenizer.from_pretrained(folder / "checkpoint")
    taught = whole.student.language.model.state_dict()
    for name, weight in model.state_dict().items():
        assert weight.equal(taught[name]), name
    json.loads((folder / "config.json").read_text())
