"""Lessons per second that an algorithm of Stable-Baselines3 gets from its environment.

Prints one JSON line per environment and number of students: `SB3VecEnv` over the native vector
environment, beside `DummyVecEnv` over as many single environments, which take turns in each round;
medians over the rounds. Unlike `SB3VecEnv`, `DummyVecEnv` keeps no account of returns here, as
nothing is wrapped in a `Monitor`.

    python benchmarks/sb3_throughput.py
"""

from __future__ import annotations

import argparse
import json
import os
import statistics

import gymnasium as gym
from simulation import batches, dummy, steps_per_second

from teachgym.training import SB3VecEnv

ENVS = ("teachgym/KnowledgeGraph-v0", "teachgym/SpacedRepetition-v0")


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--env", action="append", help="default: " + " and ".join(ENVS))
    parser.add_argument("--students", type=int, nargs="+", default=[64, 128, 256, 512, 1024])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=200, help="timed steps in a round: an episode")
    options = parser.parse_args()
    for env_id in options.env or ENVS:
        for students in options.students:
            actions = batches(env_id, students)
            made = {
                "SB3VecEnv": SB3VecEnv(gym.make_vec(env_id, num_envs=students)),
                "DummyVecEnv": dummy(env_id, students),
            }
            speeds: dict[str, list[tuple[float, float]]] = {name: [] for name in made}
            for _ in range(options.rounds):
                for name, envs in made.items():
                    speeds[name].append(steps_per_second(envs, actions, options.steps))
            record = {"env": env_id, "students": students}
            for name, values in speeds.items():
                record[f"{name}_steps_per_s"] = round(statistics.median(v[0] for v in values))
            # Of each round's two CPU times, which a busy machine disturbs least.
            pairs = zip(*speeds.values(), strict=True)
            ratio = statistics.median(mine[1] / peer[1] for mine, peer in pairs)
            record |= {"times": round(ratio, 1), "cores": os.cpu_count()}
            print(json.dumps({**record, "load": os.getloadavg()[0]}), flush=True)


if __name__ == "__main__":
    main()
