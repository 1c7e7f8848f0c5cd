"""`teach` and `compare` on simulated students: what is kept, resuming, and that chance is fair."""

import json
import os
import signal
import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest

from teachgym.envs import SIMULATIONS
from teachgym.experiments import compare, read_result, teach
from teachgym.experiments.run_folder import RunWarning
from teachgym.students.simulated import COHORTS
from teachgym.students.simulated.cohort import Cohort

TIMED = ("efc", "hlr", "das3h", "fsrs", "psi_kt")
GRAPH = {"topics": 4, "levels": 1, "interval": 0.3}
CASES = [
    *((name, {}) for name in SIMULATIONS),
    *(("KnowledgeGraph", {"student": name, "env_options": GRAPH}) for name in COHORTS),
    *(("SpacedRepetition", {"student": name, "env_options": {"items": 5}}) for name in TIMED),
]
NAMES = ["-".join([env.removeprefix("teachgym/"), o.get("student", "")]) for env, o in CASES]


class Stopped(Exception):
    pass


def stop_at(lesson):
    def stop(progress):
        if progress.lesson == lesson:
            raise Stopped

    return stop


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(("env", "options"), CASES, ids=NAMES)
def test_a_stopped_run_ends_as_one_that_was_left_alone(tmp_path, env, options):
    settings = {"env": env, "teacher": "plr", "budget": 40, "checkpoint_every": 4, "seed": 3}
    settings |= {"teacher_options": {"warmup": 3, "capacity": 6}, **options}
    alone = teach(**settings, out=tmp_path / "alone")
    with pytest.raises(Stopped):
        teach(**settings, out=tmp_path / "stopped", progress=stop_at(min(11, len(alone.lessons))))
    resumed = teach(**settings, out=tmp_path / "stopped", resume=True)
    assert resumed.lessons == alone.lessons and resumed.exams == alone.exams
    assert files(tmp_path / "stopped") == files(tmp_path / "alone")
    assert resumed.finished and read_result(tmp_path / "alone").finished
    # It is the run that a loop of one's own gives.
    assert 0.0 <= alone.first <= 1.0 and 0.0 <= alone.final <= 1.0
    assert np.shape(alone.after) == (len(alone.topics), alone.levels)
    assert alone.taught().sum() == len(alone.lessons)


def test_a_killed_run_goes_on(tmp_path):
    code = (
        "import os, signal; from teachgym.experiments import teach\n"
        "def kill(p): os.kill(os.getpid(), signal.SIGKILL) if p.lesson == 23 else None\n"
        f"teach('KnowledgeGraph', teacher='exp3s', budget=40, out={str(tmp_path / 'k')!r}, "
        "progress=kill)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=os.environ, timeout=120)
    assert done.returncode == -signal.SIGKILL
    resumed = teach("KnowledgeGraph", teacher="exp3s", budget=40, out=tmp_path / "k", resume=True)
    alone = teach("KnowledgeGraph", teacher="exp3s", budget=40, out=tmp_path / "alone")
    assert resumed.lessons == alone.lessons
    assert files(tmp_path / "k") == files(tmp_path / "alone")


def test_exams_are_those_of_the_environment_and_their_cells_are_its_mastery():
    result = teach("KnowledgeGraph", teacher="uniform", budget=25, exam_every=10)
    assert result.curve[0] == [0, 10, 20, 25]
    for exam in result.exams:
        assert exam["mean"] == pytest.approx(np.mean(exam["cells"]), abs=1e-6)
    assert sum(line["reward"] for line in result.lessons) == pytest.approx(result.gain, abs=1e-6)
    assert all(line["action"] == [line["topic"], line["level"]] for line in result.lessons)
    # Where an exam comes with each lesson, exam_every says how many are kept.
    result = teach("SpacedRepetition", teacher="leitner", budget=20, exam_every=8)
    assert result.curve[0] == [0, 8, 16, 20]


def test_an_episode_that_ends_early_is_finished(tmp_path):
    seen = []
    for seed in range(20):
        result = teach("TMS", teacher="uniform", seed=seed, out=tmp_path / str(seed))
        assert result.finished and read_result(tmp_path / str(seed)).finished
        seen.append(len(result.lessons))
        assert result.exams[-1]["lesson"] == len(result.lessons)
        assert (result.final == 1.0) or len(result.lessons) == 20
    assert min(seen) < 20
    comparison = compare(["uniform", "ucb1"], range(3), "TMS", out=tmp_path / "c")
    lessons, curves = comparison.curves("uniform")
    assert curves.shape == (3, len(lessons)) and lessons[0] == 0
    for run, curve in zip(comparison.runs("uniform"), curves, strict=True):
        assert curve[-1] == run.final  # a student who knows all keeps its last exam
    assert (tmp_path / "c" / "report.html").is_file()


def test_single_runs_and_comparisons_agree(tmp_path):
    options = {"env": "KnowledgeGraph", "budget": 30, "env_options": {"topics": 4}}
    comparison = compare(["uniform", "zpdes"], [0, 5], **options, out=tmp_path / "c", jobs=2)
    for label in ("uniform", "zpdes"):
        for seed in (0, 5):
            alone = teach(**options, teacher=label, seed=seed)
            assert comparison.results[label, seed].lessons == alone.lessons
    first = [comparison.results[label, 0].first for label in ("uniform", "zpdes")]
    assert first[0] == first[1]


def test_teachers_are_told_what_the_environment_knows():
    assert len(teach("KnowledgeGraph", teacher="e2h", teacher_options={"lessons": 12},
                     budget=12, env_options={"action": "discrete"}).lessons) == 12  # fmt: skip
    result = teach("SpacedRepetition", teacher="sm2", budget=10, env_options={"interval": 2.0})
    assert len(result.lessons) == 10


class Flat(Cohort):
    """A model of one's own that can't be saved."""

    def reset(self, rng, students=None):
        pass

    def expected(self):
        return np.full((self.size, self.topics, self.levels), 0.5)

    def practise(self, topic, level, rng):
        return (rng.random(self.size) < 0.5).astype(np.float32)


def test_a_model_of_ones_own_is_taught_and_says_what_it_lacks(tmp_path):
    assert len(teach("KnowledgeGraph", Flat, "uniform", budget=5).lessons) == 5
    run = {"env": "KnowledgeGraph", "student": Flat, "teacher": "uniform", "budget": 5}
    with pytest.warns(RunWarning, match="Flat has no state_dict and no load_state_dict method"):
        result = teach(**run, out=tmp_path / "run")
    assert result.finished and not (tmp_path / "run/checkpoint").exists()
    env = gym.make("teachgym/KnowledgeGraph-v0", student=Flat).unwrapped
    env.reset(seed=0)
    with pytest.raises(TypeError, match="Flat has no state_dict and load_state_dict"):
        env.save(tmp_path / "state")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lesson_size": 3}, "unknown argument of the environment 'lesson_size'"),
        ({"student": "irtt"}, "did you mean 'irt'"),
        ({"env_options": {"levls": 2}}, "did you mean 'levels'"),
        ({"env": "TMS", "student": "irt"}, "unknown argument of the environment 'student'"),
        ({"env": "Landscape", "teacher": "zpdes"}, "give bins="),
    ],
)
def test_unfit_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        teach(**{"env": "KnowledgeGraph", "teacher": "uniform", **options})


def test_a_run_of_an_earlier_version_is_refused_by_one_line(tmp_path):
    out = tmp_path / "run"
    with pytest.raises(Stopped):
        teach("KnowledgeGraph", teacher="uniform", out=out, progress=stop_at(25))
    position = out / "checkpoint" / "position.json"
    position.write_text('{"lesson": 20}')  # as teachgym 0.1.0 wrote it
    with pytest.raises(ValueError, match=r"begun by teachgym 0\.1\.0.*begin anew") as raised:
        teach("KnowledgeGraph", teacher="uniform", out=out, resume=True)
    assert not getattr(raised.value, "__notes__", [])  # no advice to go on


@pytest.mark.filterwarnings("error::teachgym.experiments.run_folder.RunWarning")
def test_a_simulated_student_can_be_saved(tmp_path):
    assert issubclass(RunWarning, UserWarning)
    teach("KSS", teacher="uniform", budget=3, out=tmp_path / "run")
    assert json.loads((tmp_path / "run" / "checkpoint" / "env.json").read_text())["format"] == 2


# A uniform teacher on TMS's binary chain gains 0.59625 skills in two lessons.


def skills(result):
    return 2 * result.gain


def test_teach_gives_teacher_and_student_streams_of_their_own():
    gained = [skills(teach("TMS", teacher="uniform", seed=seed, budget=2)) for seed in range(1200)]
    error = np.std(gained) / np.sqrt(len(gained))
    assert abs(np.mean(gained) - 0.59625) < 4 * error


def test_compare_gives_teacher_and_student_streams_of_their_own(tmp_path, monkeypatch):
    # A report a run is most of the time.
    module = sys.modules["teachgym.experiments.teach"]
    monkeypatch.setattr(module, "write_report", lambda *_: None)
    comparison = compare(["uniform"], range(250), "TMS", budget=2, out=tmp_path / "c")
    gained = [skills(run) for run in comparison.runs("uniform")]
    error = np.std(gained) / np.sqrt(len(gained))
    assert abs(np.mean(gained) - 0.59625) < 4 * error


def test_an_episode_is_loaded_by_the_same_law_alone(tmp_path):
    env = gym.make("teachgym/KnowledgeGraph-v0", student="irt").unwrapped
    env.reset(seed=0)
    env.save(tmp_path)
    for change in ({"student": "elo"}, {"graph_seed": 5}, {"exam_every": 3}):
        other = gym.make("teachgym/KnowledgeGraph-v0", **{"student": "irt", **change}).unwrapped
        with pytest.raises(ValueError, match=f"other settings: {next(iter(change))}"):
            other.load(tmp_path)


def test_nothing_is_added_to_a_comparison_whose_seeds_meant_something_else(tmp_path):
    run = {"env": "KSS", "budget": 5, "out": tmp_path / "c"}
    compare(["uniform"], [0], **run)
    config = json.loads((tmp_path / "c/config.json").read_text())
    assert config.pop("format") == 2
    (tmp_path / "c/config.json").write_text(json.dumps(config))  # as earlier versions wrote it
    assert compare(["uniform"], [0], **run, resume=True).finished
    with pytest.raises(ValueError, match="made before random streams were separate"):
        compare(["uniform"], [0, 1], **run, resume=True)


def test_a_mask_of_looks_is_ones_own_again():
    envs = gym.make_vec("teachgym/KSS-v0", 3, vectorization_mode="vector_entry_point").unwrapped
    envs.reset(seed=0)
    mask = np.array([True, False, True])
    envs.look_next(mask)
    mask[:] = False
    envs.step(envs.action_space.sample())
    assert envs.batch.looks.tolist() == [True, False, True]
