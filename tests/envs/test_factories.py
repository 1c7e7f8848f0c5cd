import pytest

from teachgym.envs import STUDENTS, student_factory
from teachgym.envs.factories import check_student
from teachgym.students import SimulatedAnswerer


def test_named_students_take_options():
    student = student_factory("simulated", student_options={"guess": 0.25})()
    assert isinstance(student, SimulatedAnswerer) and student.guess == 0.25


def test_a_module_and_a_name():
    student = student_factory("teachgym.students.simulated:SimulatedAnswerer")()
    assert isinstance(student, SimulatedAnswerer)


def test_language_models_are_only_loaded_when_made(tmp_path):
    for name in ("tiny", str(tmp_path), tmp_path, "organisation/name"):
        assert callable(student_factory(name, update="sft", update_options={"learning_rate": 1.0}))


def test_the_update_of_a_language_model_by_name():
    pytest.importorskip("trl")
    from teachgym.training import GRPO, SFT, NoUpdate

    assert isinstance(student_factory("tiny")().update, GRPO)
    student = student_factory("tiny", update="sft", update_options={"learning_rate": 0.25})()
    assert isinstance(student.update, SFT)
    assert student.update.config["learning_rate"] == 0.25
    assert isinstance(student_factory("tiny", update="none")().update, NoUpdate)
    with pytest.raises(ValueError, match="takes no update_options"):
        student_factory("tiny", update="none", update_options={"learning_rate": 1.0})()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("simulatd",), ValueError, "unknown student 'simulatd'; did you mean 'simulated'"),
        (("./no/such/folder",), ValueError, "the folder of a model that exists"),
        (("no.such.module:f",), ValueError, "there is no module 'no.such.module'"),
        (("json:nothing",), ValueError, "module 'json' has no 'nothing'"),
        (("json:__name__",), TypeError, "must name a callable"),
        ((SimulatedAnswerer(),), TypeError, "must be a factory, not a student"),
        ((3,), TypeError, "must be a name or a callable"),
    ],
)
def test_what_makes_no_student(arguments, error, message):
    with pytest.raises(error, match=message):
        student_factory(*arguments)


@pytest.mark.parametrize(
    ("student", "options", "message"),
    [
        ("tiny", {"update": "gropo"}, "unknown update 'gropo'; did you mean 'grpo'"),
        (SimulatedAnswerer, {"update": "grpo"}, "for language models given by name"),
        (SimulatedAnswerer, {"student_options": {"gain": 1}}, "students given by name"),
    ],
)
def test_options_that_do_not_apply(student, options, message):
    with pytest.raises(ValueError, match=message):
        student_factory(student, **options)


def test_the_simulated_student_takes_no_update():
    with pytest.raises(ValueError, match="learns by itself"):
        student_factory("simulated", update="grpo")()


def test_what_a_factory_returns_is_checked():
    class Half:
        def reset(self, *, seed=None):
            pass

    with pytest.raises(TypeError, match=r"returned a Half, .* no answer or study method"):
        check_student(Half())


def test_every_student_has_a_line_of_description():
    assert all(factory.__doc__ for factory in STUDENTS.values())
