"""Speed of this tree against another commit of it, side by side.

The two take turns, each in a process of its own, so that a slower hour of the machine slows both;
which goes first alternates. One JSON line per measure: the median of the ratios (above 1: this tree
is faster), and all of them.

    python benchmarks/against.py 51fed54 --rounds 7
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VECTOR = """
import gymnasium as gym, numpy as np, teachgym.envs
from time import process_time
envs = gym.make_vec("teachgym/{name}", 4096, vectorization_mode="vector_entry_point")
envs.reset(seed=0)
envs.single_action_space.seed(1)
actions = [np.stack([envs.single_action_space.sample() for _ in range(4096)]) for _ in range(8)]
for turn in range(20):
    envs.step(actions[turn % 8])
start = process_time()
for turn in range(150):
    envs.step(actions[turn % 8])
print(process_time() - start)
"""
IMPORT = """
from time import process_time
start = process_time()
import teachgym.envs
print(process_time() - start)
"""
GRPO = """
import runpy, sys, io, json, contextlib
sys.argv = ["stepping.py", "--steps", "10", "--rounds", "3"]
with contextlib.redirect_stdout(io.StringIO()) as out:
    runpy.run_path("benchmarks/stepping.py", run_name="__main__")
lines = [line for line in out.getvalue().splitlines() if line.startswith('{"update"')]
print(1 / json.loads(lines[0])["ratio"])
"""
OVERHEAD = """
import runpy
measure = runpy.run_path("benchmarks/step_overhead.py")["measure"]
print(measure("teachgym/Strings-v0", "tiny", 40, 10, 0)["own_ms_per_step"])
"""
MEASURES = {
    "KnowledgeGraph-v0, steps of 4096 students": VECTOR.format(name="KnowledgeGraph-v0"),
    "KSS-v0, steps of 4096 students": VECTOR.format(name="KSS-v0"),
    "stepping GRPO, over train()": GRPO,
    "time in step outside the student": OVERHEAD,
    "import teachgym.envs": IMPORT,
}
"""Code that prints what a side takes; less is better."""


def taken(code: str, tree: Path) -> float:
    """What a measure prints in a tree."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "teachgym").symlink_to(tree)
        env = {**os.environ, "PYTHONPATH": folder, "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-W", "ignore", "-c", code]
        done = subprocess.run(
            command, cwd=tree, env=env, check=True, text=True, capture_output=True
        )
    return float(done.stdout.split()[-1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("commit", help="of the other side")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", help="measures whose name holds this text")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "other"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "-q", "--detach", str(other), arguments.commit], check=True)
        try:
            for name, code in MEASURES.items():
                if arguments.only is not None and arguments.only not in name:
                    continue
                ratios = []
                for turn in range(arguments.rounds):
                    sides = [other, ROOT] if turn % 2 else [ROOT, other]
                    seconds = {side: taken(code, side) for side in sides}
                    ratios.append(round(seconds[other] / seconds[ROOT], 3))
                row = {
                    "measure": name,
                    "ratio": statistics.median(ratios),
                    "ratios": ratios,
                    "against": arguments.commit,
                    "machine": f"{platform.machine()}, {os.cpu_count()} cores, 1 thread",
                }
                print(json.dumps(row), flush=True)
        finally:
            subprocess.run([*git, "remove", "--force", str(other)], check=True)


if __name__ == "__main__":
    main()
