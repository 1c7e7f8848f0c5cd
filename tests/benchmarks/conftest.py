import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
# Scripts import what is beside them, and the processes that they start do so, too.
sys.path.insert(0, str(BENCHMARKS))


@pytest.fixture
def script():
    """Import a script of ``benchmarks/`` by name."""

    def load(name):
        # Under a name of its own: `teachers` is also a folder of the checkout.
        spec = importlib.util.spec_from_file_location(f"{name}_script", BENCHMARKS / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module

    return load
