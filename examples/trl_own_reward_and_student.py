"""A reward and a model of your own, with a second reward beside the curriculum's.

The teacher hears of the first reward only, so that a bonus for form does not look like skill. Run
it with ``python examples/trl_own_reward_and_student.py`` (about a minute; a number after it sets
the steps).
"""

import sys
import tempfile

from transformers import Qwen2Config, Qwen2ForCausalLM
from trl import GRPOConfig, GRPOTrainer

from teachgym.models.causal import load_causal
from teachgym.training import Curriculum


def right_letters(*, completions, answer, **columns):
    """The share of the answer's letters that stand where they should."""
    return [
        sum(a == b for a, b in zip(text, wanted, strict=False)) / max(len(text), len(wanted), 1)
        for text, wanted in zip(completions, answer, strict=True)
    ]


def right_length(*, completions, answer, **columns):
    """A bonus that TRL adds; it may be on any scale."""
    return [
        0.1 * (len(text) == len(wanted)) for text, wanted in zip(completions, answer, strict=True)
    ]


def own_student():
    """A small Qwen2 that knows nothing, with the tokenizer of the tiny model."""
    tokenizer = load_causal("tiny").tokenizer
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=128,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return Qwen2ForCausalLM(config), tokenizer


def main(steps=100):
    """Train it, and print how the two rewards went."""
    model, tokenizer = own_student()
    curriculum = Curriculum("strings", "learnability", right_letters)
    parts = curriculum.parts()
    with tempfile.TemporaryDirectory() as folder:
        config = GRPOConfig(
            output_dir=folder,
            max_steps=steps,
            per_device_train_batch_size=32,
            num_generations=8,
            max_completion_length=8,
            learning_rate=1e-3,
            logging_steps=max(steps // 5, 1),
            save_strategy="no",
            report_to="none",
            bf16=False,
            disable_tqdm=True,
        )
        trainer = GRPOTrainer(
            model,
            processing_class=tokenizer,
            args=curriculum.args(config),
            **{**parts, "reward_funcs": [*parts["reward_funcs"], right_length]},
        )
        trainer.train()
    for entry in trainer.state.log_history[:-1]:
        letters, length = (
            entry[f"rewards/{name}/mean"] for name in ("right_letters", "right_length")
        )
        print(f"step {entry['step']:4}: letters {letters:.3f}, length {length:.3f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
