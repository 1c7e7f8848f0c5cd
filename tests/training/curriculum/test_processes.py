"""Two processes teach as one does, and say so where they can't."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from teachgym.training.curriculum.processes import check_agreement, gather, raise_first

PROGRAM = Path(__file__).with_name("run_trl.py")
RUNS = [
    {"name": "plain"},
    {"name": "on_demand", "flags": ["on_demand"]},
    {"name": "accumulated", "gradient_accumulation_steps": 2, "num_iterations": 2},
    {"name": "disagree", "flags": ["disagree"]},
    {"name": "failing", "flags": ["failing"]},
    {"name": "resumed", "max_steps": 2, "save_strategy": "steps", "save_steps": 2},
    {"name": "resumed", "flags": ["resume"]},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All runs by two processes: a group of four answers is cut in two, half for each process."""
    folder = tmp_path_factory.mktemp("two")
    runs = [{"max_steps": 3, "per_device_train_batch_size": 6, **run} for run in RUNS]
    # `--cpu` would start a single process without MPI; the runs themselves say `use_cpu`.
    launch = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes=2"]
    launch += ["--num_machines=1", "--mixed_precision=no", "--dynamo_backend=no"]
    launch += ["--main_process_port=0"]
    subprocess.run(
        [sys.executable, *launch, str(PROGRAM), str(folder), json.dumps(runs)],
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    return folder


def text(folder, name, rank, suffix):
    return (folder / f"{name}-{rank}.{suffix}").read_text()


@pytest.mark.parametrize("run", RUNS[:3], ids=lambda run: run["name"])
def test_two_processes_teach_as_one_with_the_same_global_batch(folder, run, tmp_path, example_run):
    example_run(tmp_path, **run, max_steps=3, per_device_train_batch_size=12)
    events = text(tmp_path, run["name"], 0, "jsonl")
    assert sum(json.loads(line)[0] == "tell" for line in events.splitlines()) >= 2
    for rank in (0, 1):
        assert text(folder, run["name"], rank, "jsonl") == events
        assert text(folder, run["name"], rank, "state") == text(tmp_path, run["name"], 0, "state")


def test_two_processes_go_on_from_a_checkpoint(folder):
    for rank in (0, 1):
        assert text(folder, "resumed", rank, "state") == text(folder, "plain", 0, "state")


def test_processes_that_disagree_stop_before_the_first_step(folder):
    for rank in (0, 1):
        message = text(folder, "disagree", rank, "error")
        assert message.startswith("RuntimeError: process 1 disagrees with process 0")
        assert "same data, teacher and seed" in message
        assert text(folder, "disagree", rank, "jsonl") == ""


def test_a_reward_that_fails_in_one_process_stops_all(folder):
    assert text(folder, "failing", 1, "error") == "OSError: the judge can't be reached"
    assert text(folder, "failing", 0, "error").startswith("RuntimeError: process 1 failed: OSError")


def test_a_single_process_gathers_what_it_has():
    assert gather({"a": 1}) == [{"a": 1}]


def test_messages():
    check_agreement([{"seed": 1}, {"seed": 1}])
    with pytest.raises(RuntimeError, match=r"process 2 disagrees with process 0.*seed is 3 there"):
        check_agreement([{"seed": 1}, {"seed": 1}, {"seed": 3}])
    raise_first([None, None])
    with pytest.raises(RuntimeError, match="process 1 failed: boom"):
        raise_first([None, "boom"])
