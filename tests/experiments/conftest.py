import importlib.util
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from teachgym.experiments.cli import app

HERE = Path(__file__).parent
# For `pupils`, which the processes that tests start import by name, too.
sys.path.insert(0, str(HERE))
SMALL = {
    "env": "Strings",
    "student": "simulated",
    "budget": 30,
    "exam_size": 40,
    "exam_every": 5,
    "env_options": {"levels": 4},
}


@pytest.fixture(autouse=True)
def own_modules(monkeypatch):
    """Let ``student="pupils:Plain"`` find the module beside this file."""
    monkeypatch.syspath_prepend(str(HERE))


@pytest.fixture
def run():
    """Run a command in this process: exit code, stdout, stderr."""

    def invoke(*arguments):
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        return result.exit_code, result.stdout, result.stderr

    return invoke


@pytest.fixture
def small():
    """Settings of a run that takes a moment."""
    return dict(SMALL)


@pytest.fixture
def example():
    """Import a module of ``examples/`` by name."""

    def load(name):
        path = HERE.parents[1] / "examples" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    return load
