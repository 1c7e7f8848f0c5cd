import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "trl", "datasets", "sklearn", "sentence_transformers")
HEAVY += ("reasoning_gym", "stable_baselines3", "pandas", "scipy", "matplotlib")


@pytest.mark.parametrize(
    "code",
    [
        "import teachgym.envs",
        "import gymnasium, teachgym.envs\n"
        "env = gymnasium.make('teachgym/Strings-v0', student='simulated', budget=1)\n"
        "env.reset(seed=0); env.step(env.action_space.sample())",
    ],
)
def test_nothing_heavy_is_imported(code):
    code += f"\nimport sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
