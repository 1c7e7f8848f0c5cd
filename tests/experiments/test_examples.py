import runpy
from pathlib import Path

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
