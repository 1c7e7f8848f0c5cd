"""How much faster `SemanticSimilarity` scores a GRPO-like batch than encoding both columns.

    python benchmarks/semantic_similarity.py

A batch has 32 prompts with 8 completions each, half of them distinct, and each prompt's reference
beside each of its completions. The naive way is one `encode` call a column, with its defaults. Both
run in turn on the same texts, new ones each repetition, so that nothing is in the cache. Prints one
line of JSON; throughput is in completions per second.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np

from teachgym.models.encoders import load_encoder
from teachgym.rewards import SemanticSimilarity

PROMPTS, GENERATIONS, DISTINCT = 32, 8, 4

WORDS = (
    "the a this that every some river mountain teacher student city engine doctor market winter "
    "summer garden school letter number history science music painting animal forest ocean planet "
    "energy water light sound memory question answer reason method result problem solution moves "
    "grows falls learns reads writes measures explains carries builds breaks opens follows changes "
    "shows keeps because although while before after with without through between against quickly "
    "slowly often never always almost small large early old new bright quiet common rare and or of "
    "in on at to from over under into photosynthesis gravity temperature electricity parliament"
).split()


def sentence(rng: np.random.Generator) -> str:
    """A text of 3 to 80 words, 15 at the median, as short answers of language models have."""
    length = int(np.clip(rng.lognormal(np.log(15), 0.6), 3, 80))
    return " ".join(rng.choice(WORDS, size=length)).capitalize() + "."


def batch(rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Completions and references of one GRPO step, each of shape (prompts * generations,)."""
    completions, answers = [], []
    for _ in range(PROMPTS):
        distinct = [sentence(rng) for _ in range(DISTINCT)]
        completions += rng.permutation(np.resize(distinct, GENERATIONS)).tolist()
        answers += [sentence(rng)] * GENERATIONS
    return completions, answers


def main() -> None:
    """Measure, and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    import torch

    encoder = load_encoder()
    reward = SemanticSimilarity()

    def naive(completions: list[str], answers: list[str]) -> list[float]:
        first, second = encoder.encode(completions), encoder.encode(answers)
        norms = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
        return np.clip((first * second).sum(axis=1) / norms, 0, 1).tolist()

    def ours(completions: list[str], answers: list[str]) -> list[float | None]:
        return reward(prompts=answers, completions=completions, answer=answers)

    ways: dict[str, Callable[..., list]] = {"naive": naive, "teachgym": ours}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    rng = np.random.default_rng(options.seed)
    for repetition in range(options.repetitions + 1):
        texts = batch(rng)
        scores = {}
        for name in sorted(ways, reverse=bool(repetition % 2)):
            start = time.perf_counter()
            scores[name] = ways[name](*texts)
            seconds[name].append(time.perf_counter() - start)
        np.testing.assert_allclose(scores["teachgym"], scores["naive"], atol=1e-5)
    ratios = [
        slow / fast for slow, fast in zip(seconds["naive"], seconds["teachgym"], strict=True)
    ][1:]  # the first repetition warms up
    size = PROMPTS * GENERATIONS
    print(
        json.dumps(
            {
                "benchmark": "semantic_similarity",
                "completions": size,
                **{
                    f"{name}_per_second": round(size / statistics.median(times[1:]), 1)
                    for name, times in seconds.items()
                },
                "ratio": round(statistics.median(ratios), 2),
                "ratio_range": [round(min(ratios), 2), round(max(ratios), 2)],
                "repetitions": options.repetitions,
                "machine": platform.machine(),
                "cores": os.cpu_count(),
                "threads": torch.get_num_threads(),
                "torch": torch.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
