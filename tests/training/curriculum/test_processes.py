"""Two processes teach as one does, and say so where they can't."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from teachgym.training.curriculum.processes import check_agreement, gather, raise_first

PROGRAM = Path(__file__).with_name("run_trl.py")


def run(folder, processes, settings, *flags):
    folder.mkdir()
    launch = ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={processes}"]
    command = [
        sys.executable,
        *(launch if processes > 1 else []),
        str(PROGRAM),
        str(folder),
        json.dumps(settings),
        *flags,
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def events(folder, rank):
    return [json.loads(line) for line in (folder / f"events-{rank}.jsonl").open()]


@pytest.mark.parametrize("flags", [[], ["--on-demand"]])
def test_two_processes_teach_as_one_with_the_same_global_batch(tmp_path, flags):
    # A group of four answers is cut in two: each process holds one and a half groups.
    one = run(tmp_path / "one", 1, {"max_steps": 4, "per_device_train_batch_size": 12}, *flags)
    assert one.returncode == 0, one.stderr
    two = run(tmp_path / "two", 2, {"max_steps": 4, "per_device_train_batch_size": 6}, *flags)
    assert two.returncode == 0, two.stderr
    reference = events(tmp_path / "one", 0)
    assert sum(event[0] == "tell" for event in reference) == 4
    states = [(tmp_path / "two" / f"state-{rank}.json").read_text() for rank in (0, 1)]
    assert events(tmp_path / "two", 0) == events(tmp_path / "two", 1) == reference
    assert states[0] == states[1] == (tmp_path / "one" / "state-0.json").read_text()


def test_processes_that_disagree_stop_before_the_first_step(tmp_path):
    settings = {"max_steps": 2, "per_device_train_batch_size": 4}
    result = run(tmp_path / "two", 2, settings, "--disagree")
    assert result.returncode != 0
    assert "disagree" in result.stderr and "same data, teacher and seed" in result.stderr
    assert events(tmp_path / "two", 0) == []


def test_a_reward_that_fails_in_one_process_stops_all(tmp_path):
    settings = {"max_steps": 2, "per_device_train_batch_size": 4}
    result = run(tmp_path / "two", 2, settings, "--failing")
    assert result.returncode != 0
    assert "process 1 failed: OSError(" in result.stderr


def test_a_single_process_gathers_what_it_has():
    assert gather({"a": 1}) == [{"a": 1}]


def test_messages():
    check_agreement([{"seed": 1}, {"seed": 1}])
    with pytest.raises(RuntimeError, match="process 2 disagrees with process 0.*seed is 3 there"):
        check_agreement([{"seed": 1}, {"seed": 1}, {"seed": 3}])
    raise_first([None, None])
    with pytest.raises(RuntimeError, match="process 1 failed: boom"):
        raise_first([None, "boom"])
