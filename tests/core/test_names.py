import json

import pytest

from teachgym.core.names import imported


def test_a_module_and_a_name():
    assert imported("thing", "json:dumps") is json.dumps


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no.such:f", "thing 'no.such:f': there is no module 'no.such'"),
        ("json.nothing:f", "there is no module 'json.nothing'"),
        ("json:nothing", "module 'json' has no 'nothing'; the form is 'package.module:name'"),
        ("json", "module 'json' has no ''; the form is 'package.module:name'"),
    ],
)
def test_what_is_not_there(name, message):
    with pytest.raises(ValueError, match=message):
        imported("thing", name)


@pytest.mark.parametrize(
    ("source", "error"),
    [("import no_such_module", ModuleNotFoundError), ("import json; json.gone", AttributeError)],
)
def test_a_module_that_fails_speaks_for_itself(source, error, tmp_path, monkeypatch):
    (tmp_path / "failing_module.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(error, match=r"no_such_module|gone"):
        imported("thing", "failing_module:f")
