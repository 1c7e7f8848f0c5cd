"""TRL's GRPOTrainer with a curriculum: three lines beyond plain TRL, marked 1 to 3.

Run it with ``python examples/trl_grpo_curriculum.py`` (about two minutes; a number after it sets
the steps).
"""

import sys

from trl import GRPOConfig, GRPOTrainer

from teachgym.experiments import curriculum_report
from teachgym.models.causal import load_causal
from teachgym.training import Curriculum

QUICK = {"window": 2, "raise_at": 0.7, "lower_at": 0.3}
"""The teacher's options: a level up or down after two tasks, as in benchmarks/trl_curriculum.py."""


def main(steps=100, folder="runs/trl_grpo_curriculum"):
    """Train the tiny model on what the teacher chooses, and look at what it chose."""
    language = load_causal("tiny")  # any model and tokenizer
    config = GRPOConfig(
        output_dir=folder,
        max_steps=steps,
        per_device_train_batch_size=32,
        num_generations=8,
        max_completion_length=16,
        learning_rate=1e-4,
        logging_steps=10,
        save_strategy="no",
        report_to="none",
        bf16=False,
    )
    curriculum = Curriculum("strings", "progression", "exact_match", teacher_options=QUICK)  # 1
    trainer = GRPOTrainer(
        language.model,
        processing_class=language.tokenizer,
        args=curriculum.args(config),  # 2, in place of args=config
        # 3, in place of reward_funcs=exact_match, train_dataset=dataset
        **curriculum.parts(),
    )
    trainer.train()
    print(f"asked for {curriculum.asked} tasks; the report: {curriculum_report(folder)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
