"""Student-steps per second of the simulated environments, beside their peers in the same run.

Prints one JSON line per environment and number of students. In each round, the native vector
environment of each size and the peers take turns; what is printed are medians over the rounds. The
peers are Gymnasium's `SyncVectorEnv` and, where Stable-Baselines3 is installed, its `DummyVecEnv`,
over `--peer-students` single environments. A step gives observations, rewards, exams at the default
interval and the beginning of new episodes; the actions are drawn beforehand. Memory is what the
environment holds, and the most it has held within a step, as Python's `tracemalloc` counts it.

    python benchmarks/simulation.py --env teachgym/KnowledgeGraph-v0 --env teachgym/KSS-v0
    python benchmarks/simulation.py --env teachgym/KnowledgeGraph-v0 --hold 100000

With `--hold`, so many students take 1,000 steps, and the line says by how much memory has grown
since the 200th.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tracemalloc
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import gymnasium as gym

from teachgym.envs import SIMULATIONS

SIZES = (1, 64, 1024, 4096, 16384)
BATCHES = 16
"""Batches of actions that are drawn beforehand, and used in turn."""


def sync(env_id: str, students: int) -> gym.vector.VectorEnv:
    """Gymnasium's vector environment over single ones, beginning anew in the same step too."""
    mode = gym.vector.AutoresetMode.SAME_STEP
    return gym.make_vec(
        env_id,
        num_envs=students,
        vectorization_mode="sync",
        vector_kwargs={"autoreset_mode": mode},
    )


def dummy(env_id: str, students: int) -> Any:
    """Stable-Baselines3's vector environment over single ones; None where it is not installed."""
    try:
        from stable_baselines3.common.vec_env import DummyVecEnv
    except ModuleNotFoundError:
        return None
    return DummyVecEnv([lambda: gym.make(env_id)] * students)


def steps_per_second(envs: Any, actions: list[Any], steps: int) -> tuple[float, float]:
    """Student-steps per second, by the wall clock and by the time this process was given.

    The second is what a core that does nothing else would give. So many steps are timed, after a
    reset and some steps to warm up.
    """
    envs.reset()
    for batch in actions:
        envs.step(batch)
    wall, cpu = perf_counter(), process_time()
    for step in range(steps):
        envs.step(actions[step % BATCHES])
    wall, cpu = perf_counter() - wall, process_time() - cpu
    return steps * envs.num_envs / wall, steps * envs.num_envs / cpu


def batches(env_id: str, students: int) -> list[Any]:
    """Uniform actions for so many students."""
    space = gym.vector.utils.batch_space(gym.make(env_id).action_space, students)
    space.seed(0)
    return [space.sample() for _ in range(BATCHES)]


def memory(env_id: str, students: int) -> dict[str, int]:
    """Bytes per student, held and at most, over an episode and the beginning of the next."""
    actions = batches(env_id, students)
    tracemalloc.start()
    envs = gym.make_vec(env_id, num_envs=students)
    envs.reset(seed=0)
    for step in range(min(envs.unwrapped.batch.budget, 200) + 1):
        envs.step(actions[step % BATCHES])
    held, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"bytes_per_student": held // students, "peak_bytes_per_student": most // students}


def compare(env_id: str, sizes: list[int], peer_students: int, rounds: int, steps: int) -> None:
    """Measure one environment, and print a line for each size."""
    made: dict[str, Any] = {
        "SyncVectorEnv": sync(env_id, peer_students),
        "DummyVecEnv": dummy(env_id, peer_students),
        **{str(n): gym.make_vec(env_id, num_envs=n) for n in sizes},
    }
    made = {name: envs for name, envs in made.items() if envs is not None}
    actions = {name: batches(env_id, envs.num_envs) for name, envs in made.items()}
    speeds: dict[str, list[tuple[float, float]]] = {name: [] for name in made}
    for _ in range(rounds):
        for name, envs in made.items():
            speeds[name].append(steps_per_second(envs, actions[name], steps))
    median = {
        name: [round(statistics.median(values)) for values in zip(*rows, strict=True)]
        for name, rows in speeds.items()
    }
    for size in sizes:
        name = str(size)
        record: dict[str, Any] = {"env": env_id, "students": size}
        record["steps_per_s"], record["steps_per_cpu_s"] = median[name]
        record.update(memory(env_id, size))
        record["peer_students"] = peer_students
        for peer in ("SyncVectorEnv", "DummyVecEnv"):
            if peer in speeds:
                record[f"{peer}_steps_per_s"], record[f"{peer}_steps_per_cpu_s"] = median[peer]
                # Of each round's two CPU times, which a busy machine disturbs least.
                ratios = [a[1] / b[1] for a, b in zip(speeds[name], speeds[peer], strict=True)]
                record[f"times_{peer}"] = round(statistics.median(ratios), 1)
        record.update({"rounds": rounds, "cores": os.cpu_count(), "load": os.getloadavg()[0]})
        print(json.dumps(record), flush=True)


def hold(env_id: str, students: int, steps: int = 1000, settled: int = 200) -> None:
    """Step so many students, and print by how much memory has grown since the first steps."""
    actions = batches(env_id, students)
    tracemalloc.start()
    envs = gym.make_vec(env_id, num_envs=students)
    envs.reset(seed=0)
    start = perf_counter()
    for step in range(1, steps + 1):
        envs.step(actions[step % BATCHES])
        if step == settled:
            early = tracemalloc.get_traced_memory()[0], resident()
    late = tracemalloc.get_traced_memory()[0], resident()
    record = {
        "env": env_id,
        "students": students,
        "steps": steps,
        "seconds": round(perf_counter() - start, 1),
        "held_mb": round(late[0] / 1e6, 1),
        "held_growth_mb": round((late[0] - early[0]) / 1e6, 3),
        "resident_mb": round(late[1] / 1e6, 1),
        "resident_growth_mb": round((late[1] - early[1]) / 1e6, 3),
    }
    print(json.dumps(record), flush=True)


def resident() -> int:
    """Bytes of memory that the process occupies; 0 where the system does not say (not Linux)."""
    path = Path("/proc/self/statm")
    return int(path.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if path.exists() else 0


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--env", action="append", choices=list(SIMULATIONS), help="default: all")
    parser.add_argument("--students", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--peer-students", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=200, help="timed steps in a round")
    parser.add_argument("--hold", type=int, help="only hold so many students for 1,000 steps")
    options = parser.parse_args()
    for env_id in options.env or SIMULATIONS:
        if options.hold is not None:
            hold(env_id, options.hold)
        else:
            compare(env_id, options.students, options.peer_students, options.rounds, options.steps)


if __name__ == "__main__":
    main()
