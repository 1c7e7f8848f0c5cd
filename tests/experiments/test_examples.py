import runpy
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from teachgym.experiments import teach

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_loop_is_what_teach_does(capsys):
    runpy.run_path(str(EXAMPLES / "loop.py"), run_name="__main__")
    result = teach("Strings", "simulated", "alp_gmm", budget=100)
    assert capsys.readouterr().out.split() == [
        "exam", "before:", f"{result.first:.3f}", "exam", "after:", f"{result.final:.3f}",
    ]  # fmt: skip


def test_own_student(capsys):
    runpy.run_path(str(EXAMPLES / "own_student.py"), run_name="__main__")
    taught, uniform, progression = capsys.readouterr().out.splitlines()
    assert taught.startswith("taught by uniform: exam 0.000 to ")
    assert uniform.startswith("uniform: ") and progression.startswith("progression: ")


def test_own_student_resumes(tmp_path, example):
    rote = example("own_student").Rote
    settings = {"env": "Strings", "student": rote, "teacher": "uniform", "budget": 20}

    def interrupt(progress):
        if progress.lesson == 13:
            raise KeyboardInterrupt

    try:
        teach(**settings, out=tmp_path / "run", progress=interrupt)
    except KeyboardInterrupt:
        resumed = teach(**settings, out=tmp_path / "run", resume=True)
    assert resumed.lessons == teach(**settings).lessons


def test_own_teacher(capsys):
    runpy.run_path(str(EXAMPLES / "own_teacher.py"), run_name="__main__")
    first, *topics = capsys.readouterr().out.splitlines()
    assert first.startswith("exam ") and len(topics) == 9


@pytest.fixture
def run_example(monkeypatch, tmp_path, capsys):
    """Run an example with arguments in an empty folder, and return what it printed."""

    def run(name, *arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", [name, *arguments])
        runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
        return capsys.readouterr().out

    return run


def test_trl_with_a_curriculum(run_example, tmp_path):
    printed = run_example("trl_grpo_curriculum", "2")
    assert "asked for 12 tasks" in printed
    assert (tmp_path / "runs" / "trl_grpo_curriculum" / "report.html").is_file()


def test_trl_with_questions_of_one_s_own(run_example):
    lines = run_example("trl_own_jsonl", "2").splitlines()
    bins = [line for line in lines if "success by bin" in line]
    assert len(bins) == 3
    for line in bins:
        rates = [float(rate) for rate in line.rpartition(": ")[2].split(", ")]
        assert len(rates) == 5 and rates == sorted(rates, reverse=True)


def test_trl_with_a_reward_and_a_student_of_one_s_own(run_example):
    printed = run_example("trl_own_reward_and_student", "2")
    assert "step    1: letters 0." in printed and "step    2: letters" in printed


def test_trl_on_several_gpus_as_far_as_none_is_needed(run_example, example):
    printed = run_example("trl_vllm_several_gpus", "--check")
    assert "16 tasks per batch" in printed
    assert "use_vllm=True, shuffle_dataset=False" in printed
    config = example("trl_vllm_several_gpus").make_config("runs", bf16=False, use_cpu=True)
    assert (config.vllm_mode, config.generation_batch_size % config.num_generations) == (
        "colocate",
        0,
    )


def test_verl_s_sampler_with_a_stand_in_for_verl(monkeypatch, example):
    """verl is no dependency; its interface is that of ``verl/experimental/dataset/sampler.py``."""
    for name in ("verl", "verl.experimental", "verl.experimental.dataset"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    interface = ModuleType("verl.experimental.dataset.sampler")
    interface.AbstractCurriculumSampler = object
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    rows = [{"extra_info": {"index": i, "topic": "ab"[i % 2]}} for i in range(64)]
    make = example("verl_sampler").TeachgymSampler
    sampler = make(SimpleNamespace(dataframe=rows), {"seed": 3})
    places = iter(sampler)
    for _ in range(7):
        batch = [next(places) for _ in range(8)]
        scores = [[float(place % 2 and k), 0.0] for place in batch for k in range(2)]
        sampler.update(
            SimpleNamespace(
                batch={"token_level_scores": np.array(scores)},
                non_tensor_batch={"index": np.repeat(batch, 2)},
            )
        )
    assert sampler.stream.pending == []
    # Topic a is never answered right, topic b in half of the answers.
    assert sampler.stream.teacher.scores()[1] > 0.4 > 0.2 > sampler.stream.teacher.scores()[0]
    resumed = make(SimpleNamespace(dataframe=rows), {"seed": 3})
    resumed.load_state_dict(sampler.state_dict())
    assert [next(iter(resumed)) for _ in range(1)] == [next(places)]
