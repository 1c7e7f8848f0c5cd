"""A run's options are written down once: what the command line, folders and keys make of them."""

import dataclasses
import inspect
import json
from typing import Annotated

import gymnasium as gym
import pytest

from teachgym.envs import CurriculumEnv
from teachgym.experiments import compare, teach, train_teacher
from teachgym.experiments.cli import app
from teachgym.experiments.configuration import Config, Option, RunConfig, TrainingConfig
from teachgym.experiments.protocol import Protocol, TurnsConfig


@dataclasses.dataclass(frozen=True)
class Later(RunConfig):
    """The same, after somebody has added two options."""

    mood: Annotated[str, Option("Of the student.")] = "calm"
    colour: Annotated[str | None, Option("Of the report.", changes=False)] = None


def test_a_new_option_leaves_the_keys_of_old_results_as_they_are():
    given = {"env": "Arithmetic", "budget": 30, "teacher_options": {"warmup": 3}}
    old, new = RunConfig.of(given), Later.of(given)
    assert old.key() == new.key()
    assert json.loads(old.key()) == given
    assert Later.of({**given, "mood": "wild"}).key() != new.key()
    assert Later.of({**given, "colour": "red"}).key() == new.key()
    assert RunConfig().key() == "{}"
    assert RunConfig(checkpoint_every=7).key() == "{}"  # it changes no result
    assert json.loads(RunConfig(seed=3, threads=1).key("seed")) == {"threads": 1}


def test_what_is_stored_makes_the_same_run():
    config = RunConfig("Strings", "simulated", "exp3s", seed=4, env_options={"levels": 4})
    stored = json.loads(json.dumps(config.stored()))
    assert RunConfig.of(stored) == config
    assert "checkpoint_every" not in stored


def test_a_configuration_is_frozen_and_refuses_what_it_does_not_know():
    with pytest.raises(dataclasses.FrozenInstanceError):
        RunConfig().seed = 3
    with pytest.raises(TypeError, match="teach has no argument bugdet; it has: env, student"):
        teach("Strings", "simulated", bugdet=3)
    for unfit, error in (({"budget": 0}, ValueError), ({"threads": 1.5}, TypeError)):
        with pytest.raises(error, match=next(iter(unfit))):
            RunConfig(**unfit).check()


@pytest.mark.parametrize("config", [RunConfig, TrainingConfig, Protocol, TurnsConfig])
def test_every_field_is_an_option_with_a_sentence(config):
    for name, option in config.options().items():
        assert option.help.endswith("."), name
    assert issubclass(config, Config)


@pytest.mark.parametrize(
    ("function", "config"),
    [(teach, RunConfig), (compare, RunConfig), (train_teacher, TrainingConfig)],
)
def test_functions_show_every_field(function, config):
    shown = inspect.signature(function).parameters
    assert set(config.options()) <= set(shown) | {"teacher", "teacher_options", "seed"}
    assert "options" not in shown and "out" in shown


@pytest.mark.parametrize(
    ("command", "configs", "without"),
    [
        ("teach", [RunConfig], set()),
        ("compare", [RunConfig], {"teacher", "teacher_options", "seed"}),
        ("train-teacher", [TrainingConfig], set()),
        ("forgetting", [Protocol, TurnsConfig], set()),
    ],
)
def test_commands_have_every_option(command, configs, without):
    from typer.main import get_command

    shown = {p.name: p for p in get_command(app).commands[command].params}
    for config in configs:
        for name, option in config.options().items():
            word = name.removesuffix("s") if name.endswith("_options") else option.flag or name
            if name in without:
                assert word not in shown
            else:
                assert option.help.rstrip(".") in shown[word].help or command == "compare"
                assert shown[word].default is None


def test_on_resume_the_stored_configuration_is_the_default(run, tmp_path):
    out = tmp_path / "run"
    words = ["teach", "--env", "KnowledgeGraph", "--budget", 12, "--env-option", "topics=3"]
    assert run(*words, "--teacher", "exp3s", "--seed", 5, "--out", out, "-q")[0] == 0
    (out / "results.json").unlink()
    code, shown, error = run("teach", "--resume", "--out", out, "-q")
    assert code == 0 and "12 of 12 lessons" in shown, error
    code, _, error = run("teach", "--resume", "--out", out, "--seed", 6, "-q")
    assert code == 2 and "seed is 5 there, 6 here" in error


def test_the_forgetting_protocol_is_a_command(run, tmp_path):
    words = ["forgetting", "--student", "simulated", "--student-option", "gain=0.5"]
    words += ["--domain-option", "levels=3", "--topics", "copy,sort", "--updates", 4]
    words += ["--exam-size", 12, "--schedule", "uniform", "--out", tmp_path / "run"]
    code, shown, error = run(*words)
    assert code == 0, error
    assert "copy" in shown and "backward transfer" in shown
    again = run(*words)
    assert again[0] == 0 and again[1] == shown
    code, _, error = run(*words, "--seed", 1)
    assert code == 2 and "seed is 0 there, 1 here" in error
    code, _, error = run("forgetting", "--topics", "copy,sotr")
    assert code == 2 and "did you mean 'sort'" in error


def test_what_has_no_name_has_no_key():
    with pytest.raises(TypeError, match="top of a module"):
        RunConfig(student=lambda: None).key()


def test_arguments_reach_an_environment_that_takes_any():
    gym.register("teachgym-test/Open-v0", lambda student="simulated", **rest: CurriculumEnv(
        "strings", student, **rest))  # fmt: skip
    result = teach("teachgym-test/Open-v0", teacher="uniform", budget=6, exam_every=2, exam_size=54)
    assert result.curve[0] == [0, 2, 4, 6]
    assert result.settings["student"] is None
