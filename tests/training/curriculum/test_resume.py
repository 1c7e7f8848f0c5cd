"""A run that is killed goes on with the same tasks; one of another curriculum is refused."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from teachgym.training import Curriculum
from teachgym.training.curriculum import last_checkpoint
from teachgym.training.curriculum.callback import step_of

PROGRAM = Path(__file__).with_name("run_trl.py")
SETTINGS = {"max_steps": 8, "per_device_train_batch_size": 8, "save_strategy": "steps"}


def events(folder, kind):
    lines = (folder / "run-0.jsonl").read_text().splitlines()
    return [event for event in map(json.loads, lines) if event[0] == kind]


@pytest.mark.parametrize("flags", [[], pytest.param(["on_demand"], marks=pytest.mark.slow)])
def test_kill_9_and_the_tasks_go_on_as_if_nothing_had_been(tmp_path, example_run, flags):
    settings = {**SETTINGS, "save_steps": 3}
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir(), killed.mkdir()
    example_run(whole, "run", flags, **settings)
    process = subprocess.Popen(
        [
            sys.executable,
            str(PROGRAM),
            str(killed),
            json.dumps([{"name": "run", "flags": [*flags, "slow"], **settings}]),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    log = killed / "run-0.jsonl"
    # Killed while the fifth batch is trained on: tasks were chosen and told about after the
    # checkpoint, and others drawn ahead.
    while process.poll() is None and not (log.is_file() and len(events(killed, "tell")) >= 5):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    before = [tell[1] for tell in events(killed, "tell")]
    log.rename(killed / "before.jsonl")
    example_run(killed, "run", [*flags, "resume"], **settings)

    after = events(killed, "tell")
    assert before == [tell[1] for tell in events(whole, "tell")[:5]]
    assert after == events(whole, "tell")[3:]
    rows = events(whole, "row")
    assert events(killed, "row") == rows[rows.index(events(killed, "row")[0]) :]
    assert events(killed, "row")[0][1] == 6  # drawn ahead of the checkpoint, or the next one
    final = (killed / "run-0.state").read_text()
    assert final == (whole / "run-0.state").read_text()


def test_the_log_goes_on_too(tmp_path, example_run):
    example_run(tmp_path, "run", **{**SETTINGS, "save_steps": 3, "max_steps": 5})
    path = tmp_path / "run" / "curriculum.jsonl"
    header, *lines = path.read_text().splitlines()
    path.write_text("\n".join([header, *lines, '{"step": 5, "tau']))  # torn by a crash
    shutil.rmtree(tmp_path / "run" / "checkpoint-5")  # so it goes on from the third step
    example_run(tmp_path, "run", ["resume"], **{**SETTINGS, "max_steps": 6, "save_steps": 100})
    steps = [step_of(line) for line in path.read_text().splitlines()[1:]]
    assert steps == [1, 2, 3, 4, 5, 6, 6] and path.read_text().splitlines()[0] == header


def test_a_checkpoint_that_a_crash_left_unfinished_is_passed_over(tmp_path, make_trainer, watch):
    settings = {"save_strategy": "steps", "save_steps": 1}
    make_trainer(Curriculum("strings"), max_steps=2, **settings).train()
    run = tmp_path / "run"
    assert last_checkpoint(run) == str(run / "checkpoint-2")
    (run / "checkpoint-10").mkdir()
    state = run / "checkpoint-2" / "trainer_state.json"
    state.write_text(state.read_text()[:100])
    assert last_checkpoint(run) == str(run / "checkpoint-1")
    curriculum = Curriculum("strings")
    watched = watch(curriculum)
    make_trainer(curriculum, max_steps=2).train(resume_from_checkpoint=last_checkpoint(run))
    assert watched.numbers("tell") == [2, 3]
    assert last_checkpoint(tmp_path) is last_checkpoint(tmp_path / "nothing") is None


@pytest.fixture
def checkpoint(make_trainer, tmp_path):
    """The folder of a run with a checkpoint."""
    make_trainer(Curriculum("strings"), max_steps=1, save_strategy="steps", save_steps=1).train()
    return tmp_path / "run"


@pytest.mark.parametrize(
    ("curriculum", "message"),
    [
        (lambda: Curriculum("strings", "uniform"), "another teacher: it is 'Learnability'"),
        (lambda: Curriculum("arithmetic"), "another source: its domain is 'Strings'"),
        (
            lambda: Curriculum("strings", teacher_options={"exploration": 0.9}),
            "another teacher options",
        ),
    ],
)
def test_another_curriculum_is_refused(checkpoint, make_trainer, curriculum, message):
    trainer = make_trainer(curriculum(), max_steps=2)
    with pytest.raises(ValueError, match=message):
        trainer.train(resume_from_checkpoint=True)


def test_a_checkpoint_without_a_curriculum_is_refused(checkpoint, make_trainer):
    state = checkpoint / "checkpoint-1" / "trainer_state.json"
    content = json.loads(state.read_text())
    saved = content["stateful_callbacks"].pop("CurriculumCallback")
    state.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="no state of a curriculum"):
        make_trainer(Curriculum("strings"), max_steps=2).train(resume_from_checkpoint=True)
    content["stateful_callbacks"]["CurriculumCallback"] = [saved, saved]
    state.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="one curriculum"):
        make_trainer(Curriculum("strings"), max_steps=2).train(resume_from_checkpoint=True)


def test_callbacks_that_transformers_restores(checkpoint, make_trainer):
    curriculum = Curriculum("strings")
    trainer = make_trainer(curriculum, max_steps=2, restore_callback_states_from_checkpoint=True)
    trainer.train(resume_from_checkpoint=True)
    assert curriculum.asked == 6 and len(curriculum.pending) == 2
