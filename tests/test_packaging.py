"""The installed package against the folders on disk, and what importing it costs."""

import subprocess
import sys
import tomllib
from importlib import import_module, resources
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]
NOT_PACKAGES = {"benchmarks", "build", "docs", "examples", "tests"}
HEAVY = {
    "datasets",
    "jinja2",
    "math_verify",
    "matplotlib",
    "openai",
    "pandas",
    "peft",
    "pyarrow",
    "ray",
    "reasoning_gym",
    "scipy",
    "sentence_transformers",
    "sklearn",
    "stable_baselines3",
    "torch",
    "transformers",
    "trl",
}


def folders():
    """Folder of each package on disk, by its dotted name."""
    found = {}
    for top in sorted(ROOT.iterdir()):
        if top.name.startswith(".") or top.name in NOT_PACKAGES or not top.is_dir():
            continue
        for init in top.rglob("__init__.py"):
            parts = init.parent.relative_to(ROOT).parts
            found[".".join(("teachgym", *parts))] = init.parent
    return found


def files(folder):
    """Names of the files of one package, its sub-packages left out."""
    return {
        entry.name
        for entry in folder.iterdir()
        if entry.is_file() and not entry.name.endswith((".pyc", ".pyo"))
    }


def test_packages_lists_every_folder_with_an_init():
    assert sorted(SETUPTOOLS["packages"]) == sorted(folders())


def test_package_dir_maps_every_package_to_its_folder():
    expected = {name: str(path.relative_to(ROOT)) for name, path in folders().items()}
    assert SETUPTOOLS["package-dir"] == expected


def test_import_contract_and_make_name_every_top_level_package():
    top = {name for name in folders() if name.count(".") == 1}
    assert set(PROJECT["tool"]["importlinter"]["root_packages"]) == top
    line = next(
        line
        for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if line.startswith("PACKAGES :=")
    )
    assert {f"teachgym.{name}" for name in line.split()[2:]} == top


@pytest.mark.parametrize("package", sorted(folders()))
def test_installed_files_are_those_on_disk(package):
    """Nothing is left out of the wheel (data, py.typed), nothing deleted has come back."""
    on_disk = files(folders()[package])
    assert "py.typed" in on_disk
    assert files(resources.files(package)) == on_disk


def test_teachgym_itself_is_a_namespace():
    assert getattr(import_module("teachgym"), "__file__", None) is None


def loaded(code, folder):
    """Modules loaded after some code, in a fresh process: in this one much is loaded already."""
    result = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


@pytest.mark.parametrize("package", SETUPTOOLS["packages"])
def test_import_is_light(package, tmp_path):
    modules = loaded(f"import {package}", tmp_path)
    assert package in modules
    assert HEAVY.isdisjoint(modules)


def test_a_lesson_to_a_simulated_student_is_light(tmp_path):
    code = """import gymnasium, teachgym.envs
env = gymnasium.make("teachgym/Strings-v0", student="simulated", budget=1)
env.reset(seed=0)
env.step(env.action_space.sample())"""
    assert HEAVY.isdisjoint(loaded(code, tmp_path))
