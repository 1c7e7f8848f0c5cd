"""A curriculum over questions of your own, in a JSONL file, with TRL's GRPOTrainer.

No column says how hard a question is: the curriculum puts them into bins by how they are answered,
and does it anew as the model learns. Run it with ``python examples/trl_own_jsonl.py`` (about a
minute; a number after it sets the steps).
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from trl import GRPOConfig, GRPOTrainer

from teachgym.domains import Strings
from teachgym.models.causal import load_causal
from teachgym.training import Curriculum


def write_questions(path, size=300):
    """Stands for your own file: a question, its answer, and what it is about in each line."""
    domain, rng = Strings(), np.random.default_rng(0)
    with path.open("w") as file:
        for _ in range(size):
            topic = int(rng.integers(3))
            task = domain.sample(topic, float(rng.random()), rng)
            row = {"question": task.prompt, "reply": task.answer, "kind": domain.topics[topic]}
            file.write(json.dumps(row) + "\n")


def main(steps=60):
    """Teach the questions, and show what has become easy."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "questions.jsonl"
        write_questions(path)
        curriculum = Curriculum(
            path, "learnability", "exact_match",
            prompt="question", answer="reply", topic="kind", bins=5,
        )  # fmt: skip
        language = load_causal("tiny")
        config = GRPOConfig(
            output_dir=f"{folder}/run",
            max_steps=steps,
            per_device_train_batch_size=32,
            num_generations=8,
            max_completion_length=16,
            learning_rate=1e-4,
            save_strategy="no",
            report_to="none",
            bf16=False,
        )
        trainer = GRPOTrainer(
            language.model,
            processing_class=language.tokenizer,
            args=curriculum.args(config),
            **curriculum.parts(),
        )
        trainer.train()
    rates = curriculum.source.rates
    for topic in range(len(curriculum.source.topics)):
        bins = curriculum.source.bins[topic * 5 : topic * 5 + 5]
        shown = ", ".join(f"{rates[members].mean():.2f}" for members in bins)
        print(f"{curriculum.source.topics[topic]:8} success by bin, easiest first: {shown}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
