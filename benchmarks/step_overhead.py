"""Time inside `env.step` that is not the student's own: its lessons and exams are taken out.

Prints one JSON line. `share` is the environment's part of the time in `step`; 5% is allowed with
the tiny student.

    python benchmarks/step_overhead.py --student tiny --lessons 60
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from time import perf_counter
from typing import Any

import gymnasium as gym

import teachgym.envs  # noqa: F401


class Stopwatch:
    """Adds up the time spent in the calls it wraps.

    Attributes:
        seconds: Total so far.
    """

    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            start = perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += perf_counter() - start

        return timed


def measure(env_id: str, student: str, lessons: int, exam_every: int, seed: int) -> dict[str, Any]:
    """Time one episode, without its reset."""
    env: Any = gym.make(env_id, student=student, budget=lessons, exam_every=exam_every)
    env.action_space.seed(seed)
    env.reset(seed=seed)
    inside, whole = Stopwatch(), Stopwatch()
    taught = env.unwrapped.student
    taught.study = inside.around(taught.study)
    taught.answer = inside.around(taught.answer)
    step = whole.around(env.step)
    done = False
    while not done:
        done = step(env.action_space.sample())[2]
    own = whole.seconds - inside.seconds
    return {
        "env": env_id,
        "student": student,
        "lessons": lessons,
        "exam_every": exam_every,
        "seconds": round(whole.seconds, 3),
        "own_ms_per_step": round(1000 * own / lessons, 3),
        "share": round(own / whole.seconds, 4),
    }


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--env", default="teachgym/Strings-v0")
    parser.add_argument("--student", default="tiny")
    parser.add_argument("--lessons", type=int, default=60)
    parser.add_argument("--exam-every", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(
        json.dumps(
            measure(options.env, options.student, options.lessons, options.exam_every, options.seed)
        )
    )


if __name__ == "__main__":
    main()
